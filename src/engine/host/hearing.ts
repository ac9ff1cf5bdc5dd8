// Joins a room on this computer with what its host sees: takes what the server and the member tell into the room, makes the desk by which files pass, and opens the room at its port.
import { fingerprintBytes } from "../../crypto/identity/fingerprint.ts";
import type { Settings } from "../../store/settings.ts";
import { DeskCarrier } from "../files/desk/desk-carrier.ts";
import type { GateHost } from "../gate/gate-host.ts";
import type { MemberEvent } from "../member/events.ts";
import type { Said } from "../member/own-lines.ts";
import type { Room } from "../room/room.ts";
import type { StayContext } from "../stay/stay.ts";
import type { GuestPlaces } from "./guest-places.ts";
import { type HostOptions, type HostOutcome, openRoom } from "./hosting.ts";

type HearingContext = Pick<StayContext, "changed" | "files" | "uptime" | "key"> & { readonly gate: GateHost };

/** Makes the desk by which files of the room pass. */
export const deskOf = ({ files, uptime, key }: HearingContext, room: Room): DeskCarrier =>
	new DeskCarrier({
		limit: files.giving,
		takingLimit: files.taking,
		uptime,
		spool: files.spool.of(key, () => room.terms.kept?.days),
	});

/** Takes what the room on this computer tells into what the person sees. `stay` is what there is only once the room is open. */
export function hearingOf(
	{ gate, changed }: HearingContext,
	room: Room,
	guestPlaces: GuestPlaces,
	stay: {
		readonly heard: (event: MemberEvent) => void;
		readonly tell: (what: Said) => string | undefined;
	},
): Pick<HostOptions, "emit" | "onCaller" | "onAway"> {
	/** Tells everybody in the room who has come by a browser, so that newcomers learn it of all, and all of newcomers. */
	const tellBrowsers = (): void => {
		const here = room.people().map(({ fingerprint }) => fingerprint);
		const of = here.filter((one) => guestPlaces.hasBrowser(one)).map(fingerprintBytes);
		if (of.length > 0) stay.tell({ kind: "quiet-browsers", of });
	};
	return {
		emit(event) {
			if (event.kind === "placed") guestPlaces.placed(event.item.id);
			room.apply(event);
			stay.heard(event);
			const left = event.kind === "membership" ? event.left : [];
			if (event.kind === "membership" && event.joined.length > 0) tellBrowsers();
			for (const { fingerprint } of left) if (!room.person(fingerprint)) guestPlaces.forget(fingerprint);
			changed();
		},
		async onCaller(fingerprint, arriving, name) {
			gate.arriving(fingerprint, name);
			const isNews = room.person(fingerprint) === undefined && room.people().length > 1;
			await guestPlaces.learn(fingerprint, arriving, isNews ? stay.tell : undefined);
		},
		onAway(fingerprint, isAway) {
			room.setAway(fingerprint, isAway);
			if (!isAway) room.refreshPlace(fingerprint);
			changed();
		},
	};
}

/** Opens a room at the port it had last (0: none), unless its person has chosen one or somebody else has it by now; then at any. Tests replace `open`. */
export async function openAtLastPort(
	options: HostOptions,
	settings: Settings,
	former = 0,
	open: typeof openRoom = openRoom,
): Promise<HostOutcome> {
	const { wish } = options;
	const isAnyPort = wish.port === undefined && wish.isOnlyByRoutes !== true;
	const port = isAnyPort ? former || settings.get("lastPort") : undefined;
	const again = port === undefined ? undefined : await open({ ...options, wish: { ...wish, port } });
	const opened = again?.kind === "open" ? again : await open(options);
	if (opened.kind === "open" && opened.port !== 0) settings.set("lastPort", opened.port);
	return opened;
}
