// The engine of the page: one stay as a guest, by the same code as in the program, with nothing on a disk around it.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { createLocalIdentity } from "../../crypto/identity/local.ts";
import { keyWords } from "../../crypto/identity/safety-words.ts";
import { noiseChannel } from "../../crypto/opening/noise-channel.ts";
import type { RoomView } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { ContentCommand } from "../../engine/api/content.ts";
import type { Event } from "../../engine/api/events.ts";
import type { FileCommand, FilePreview } from "../../engine/api/files/files.ts";
import { done, refuse } from "../../engine/api/outcome.ts";
import type { Person } from "../../engine/api/people.ts";
import { KeptFiles } from "../../engine/files/kept-files.ts";
import { SpeedLimit } from "../../engine/files/pieces/speed.ts";
import { readJoinTarget } from "../../engine/guest/join-target.ts";
import { GuestStay } from "../../engine/guest/stay.ts";
import { Publisher } from "../../engine/publisher.ts";
import { Unsent } from "../../engine/room/unsent.ts";
import { RoomSlot } from "../../engine/room-slot.ts";
import type { StayContext } from "../../engine/stay/stay.ts";
import { readOwnName } from "../../engine/text/clean.ts";
import { looksLikeInvite } from "../../engine/wire/invite.ts";
import { withoutCommand } from "../../net/address/target.ts";
import { uptime } from "../../net/link/clock.ts";
import type { Settings } from "../../store/settings.ts";
import { acquaintances } from "./acquaintances.ts";
import { PageDisk } from "./page-disk.ts";
import { noTransport, pageRoutes } from "./page-ways.ts";

/** Keeps what the person chooses for as long as the page is open. */
function settingsInMemory(): Settings {
	const chosen = new Map<string, unknown>();
	return {
		get: (key) => chosen.get(key) as ReturnType<Settings["get"]> as never,
		set: (key, value) => void chosen.set(key, value),
		clear: (key) => void chosen.delete(key),
	};
}

/** Returns the invite in what was typed. People paste the link to a page too, which has the invite behind its #. */
const inviteIn = (typed: string): string => typed.slice(typed.indexOf("#") + 1);

/** A PageSession is what the page can ask for. It lives as long as the page does. */
export class PageSession {
	readonly #publisher = new Publisher();
	readonly #unsent = new Unsent();
	readonly #disk = new PageDisk();
	#asked = { invite: "", name: "" };
	#slot: RoomSlot | undefined;
	#context: StayContext | undefined;

	/** Returns how things are; `undefined` before the first join. */
	view(): RoomView | undefined {
		return this.#slot?.view();
	}

	/** Returns milliseconds since the epoch. */
	now(): number {
		return Date.now();
	}

	subscribe(listener: () => void): void {
		this.#publisher.subscribe(listener);
	}

	onEvent(listener: (event: Event) => void): void {
		this.#publisher.onEvent(listener);
	}

	/** Returns what was typed when the person joined last. */
	get asked(): { readonly invite: string; readonly name: string } {
		return this.#asked;
	}

	/** Says what is wrong with an invite, for a page; nothing when it leads somewhere. */
	refusalOf(typed: string): Outcome | "noInvite" | "noRelay" | undefined {
		const invite = inviteIn(typed);
		if (!looksLikeInvite(withoutCommand(invite))) return "noInvite";
		const target = readJoinTarget(invite, pageRoutes);
		if (target.kind === "refused") return refuse({ code: "bad_target", ...target });
		return target.routes.length === 0 ? "noRelay" : undefined;
	}

	/** Makes a key for this visit, and joins. */
	async join(invite: string, typedName: string): Promise<Outcome> {
		this.#asked = { invite, name: typedName };
		const target = readJoinTarget(inviteIn(invite), pageRoutes);
		if (target.kind === "refused") return refuse({ code: "bad_target", ...target });
		const read = readOwnName(typedName);
		if (read.kind === "wrong") return refuse({ code: "bad_name", ...read.problem });
		const { signer } = await createLocalIdentity({ name: read.name });
		const slot = this.#newSlot(read.name);
		const self = { signer, name: read.name };
		slot.begin(new GuestStay(slot.context, self, { ...target, endpoints: [] }), target.display, target.typed);
		return done;
	}

	password(password: string): Outcome {
		return this.#slot?.stay?.password?.(password) ?? refuse({ code: "not_in_room" });
	}

	async talk(command: ContentCommand): Promise<Outcome> {
		return (await this.#slot?.stay?.talk.perform(command)) ?? refuse({ code: "not_in_room" });
	}

	/** Says what would be sent of something that the person has picked. */
	pick(file: File): FilePreview {
		return this.#disk.pick(file);
	}

	file(command: FileCommand): Outcome | Promise<Outcome> {
		return this.#slot?.stay?.files.perform(command) ?? refuse({ code: "not_in_room" });
	}

	/** Returns the content of a file that is here. */
	received(id: string): Blob | undefined {
		return this.#disk.received(id);
	}

	/** Remembers, for this visit, that the person has compared the words with this one. */
	verify({ fingerprint, name }: Person, isVerified: boolean): void {
		const account = this.#context?.account;
		if (!account?.setVerified(fingerprint, isVerified)) return;
		this.#slot?.room?.setTrust(fingerprint, account.trustOf(fingerprint, name));
		this.#publisher.changed();
	}

	/** Returns the words by which people know a key again. */
	keyWords(fingerprint: Fingerprint): Promise<readonly string[]> {
		return keyWords(fingerprint);
	}

	/** Makes our keys in the room new. */
	async renew(): Promise<Outcome> {
		return (await this.#slot?.stay?.renew()) ?? refuse({ code: "not_in_room" });
	}

	leave(): void {
		this.#slot?.stay?.leave();
	}

	#newSlot(name: string): RoomSlot {
		const changed = (): void => this.#publisher.changed();
		this.#slot = new RoomSlot("thispage", {
			account: acquaintances(name),
			transport: noTransport,
			openChannel: noiseChannel,
			settings: settingsInMemory(),
			files: {
				giving: new SpeedLimit(uptime),
				taking: new SpeedLimit(uptime),
				kept: new KeptFiles(() => undefined, Date.now),
				disk: this.#disk,
				wishes: {},
				// Only a host keeps files for others.
				spool: undefined as never,
			},
			// A page keeps no history.
			histories: { of: () => undefined, sweep: () => {}, leave: () => {} },
			unsent: this.#unsent,
			ownRooms: { opened: () => {}, closed: () => {}, has: () => false },
			keptRooms: () => undefined,
			portMapping: { isAllowed: false, mappings: { keep: () => {}, forget: () => {}, all: () => [] } },
			routes: pageRoutes,
			told: { contacts: () => () => {}, mapping: () => {} },
			now: Date.now,
			uptime,
			emit: (event) => this.#publisher.emit(event),
			changed,
			// A page keeps no rooms, so nobody becomes a buddy there.
			onLetter: () => {},
			newGate: () => {
				throw new Error("a page hosts no room");
			},
		});
		this.#context = this.#slot.context;
		return this.#slot;
	}
}
