// How a guest reaches its host: what is dialled, and what it brings to the opening.
import { tagKeys } from "../../crypto/opening/knock.ts";
import { bulkTlsChannel } from "../../crypto/opening/tls-channel.ts";
import { throughEachInterface } from "../../net/address/zone.ts";
import type { HostAndPort, Link } from "../../net/link/link.ts";
import { inTurns, race } from "../../net/link/race.ts";
import { endOfDial, type GuestEnd } from "../room/end.ts";
import type { RouteGuest } from "../routes/route.ts";
import { endGently } from "../wire/end-gently.ts";
import type { FrameStream } from "../wire/frame-stream.ts";
import { patienceOf } from "../wire/handshake.ts";
import { directFirst } from "./dial-order.ts";
import type { JoinOptions } from "./join-options.ts";
import { proveToHost } from "./opening/handshake-guest.ts";
import type { GuestSide, WantedHost } from "./opening/opening.ts";
import type { ResumeState } from "./resume-state.ts";

export const dialTimeoutMs = 10_000;

/** Dials the addresses, and the routes a little later; the first that answers is it. */
export async function dialAny(
	{ transport: base, signal, attempts }: Pick<JoinOptions, "transport" | "signal" | "attempts">,
	endpoints: readonly HostAndPort[],
	routes: readonly RouteGuest[],
	isComingBack: boolean,
): Promise<GuestEnd | { readonly kind: "linked"; readonly link: Link; readonly by: HostAndPort | RouteGuest }> {
	const told = isComingBack ? undefined : attempts;
	const transport = told?.watching(base) ?? base;
	const targets = inTurns(endpoints.flatMap((one) => throughEachInterface(one)));
	const dialled = await directFirst({
		direct: (until) => race(transport, targets, { signal: until, timeoutMs: dialTimeoutMs }),
		later: routes.map((by) => {
			const { timeoutMs } = by;
			const route = told?.watchingRoute(by) ?? by;
			return { by, dial: (until) => route.dial({ signal: until, timeoutMs }) };
		}),
		signal,
	});
	if (dialled.kind === "linked") return dialled;
	// What TCP says is more telling: many networks drop UDP without a word.
	const last = dialled.failures.findLast((one) => one.transport !== "udp") ?? dialled.failures.at(-1);
	if (!last || last.failure === "notQualified") return endOfDial("aborted", "nothing was dialled");
	return endOfDial(last.failure, [...new Set(dialled.failures.map(({ detail }) => detail))].join(" "));
}

/** Makes the guest's side. A guest that comes back shows its seat. The password is asked for where the seat does not do; nothing ever offers it by itself. */
export function guestSide(options: JoinOptions, state: ResumeState): GuestSide {
	const { signer, name } = options.self;
	return {
		signer,
		name,
		now: options.now,
		openChannel: options.openChannel,
		wanted: wantedHost(options, state),
		askPassword: options.askPassword,
		isOwnRoom: options.isOwnRoom,
		onProven: (from) => {
			state.proofSeen = from;
			options.keeping?.proven(from);
		},
		onChecking: () => {
			if (!state.isTaken) options.onStep("checkingPassword");
		},
	};
}

/** Returns the host that the invite names, or the one we were with, with everything we hold of it. */
function wantedHost(options: JoinOptions, state: ResumeState): WantedHost | undefined {
	const { self, target } = options;
	const { room } = state;
	const fingerprint = room?.host ?? target.pin;
	if (fingerprint === undefined) return undefined;
	const guest = self.signer.fingerprint;
	const seatKeys = (secret: Uint8Array | undefined) =>
		room && secret ? tagKeys({ kind: "seat", secret, roomId: room.roomId, guest }, fingerprint) : undefined;
	const { inviteSecret: secret, pin } = target;
	const newestSeat = seatKeys(room?.newestSeat);
	const previousSeat = seatKeys(room?.previousSeat);
	return {
		fingerprint,
		secrets: {
			...(newestSeat && { newestSeat }),
			...(previousSeat && { previousSeat }),
			...(secret && { invite: tagKeys({ kind: "invite", secret }, fingerprint) }),
			// The fingerprint is all there is to show where a room was found on the network, or the invite is of version 1.
			...(pin !== undefined && !secret && { pin: tagKeys({ kind: "pin" }, fingerprint) }),
		},
		roomName: target.roomName,
		roomId: room?.roomId,
		isKept: options.keeping?.isKept ?? false,
		notBefore: state.proofSeen,
		isOffRecord: target.isOffRecord,
	};
}

/** Dials the way by which the talk goes once more, for files, and proves the seat. It resolves with `undefined` when that does not work now; nobody is ever asked for a password for it. */
export async function dialForFiles(options: JoinOptions, state: ResumeState): Promise<FrameStream | undefined> {
	const { by } = state;
	if (by === undefined) return undefined;
	const isRoute = "dial" in by;
	const dialled = await dialAny(options, isRoute ? [] : [by], isRoute ? [by] : [], true);
	if (dialled.kind === "ended") return undefined;
	const { stream, far } = dialled.link;
	const side = {
		...guestSide(options, state),
		openChannel: options.openChannel ?? bulkTlsChannel,
		askPassword: async () => undefined,
		onProven: () => {},
		onChecking: () => {},
		patience: patienceOf(far.transport),
	};
	if (side.wanted?.secrets.newestSeat === undefined) {
		stream.destroy();
		return undefined;
	}
	const host = await proveToHost(stream, side, options.signal);
	if (host.kind === "proven") return host.frames;
	await endGently(stream);
	return undefined;
}
