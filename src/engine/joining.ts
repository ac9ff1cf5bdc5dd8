// A guest's way through a room: dial, handshake, enter, talk; and entering again when the group has gone out of step.
import { Group } from "../crypto/group.ts";
import type { GroupMember } from "../crypto/group-messages.ts";
import type { Link, Transport } from "../net/link.ts";
import { enterRoom } from "./entering.ts";
import { endGently } from "./farewell.ts";
import { frameType } from "./frame.ts";
import { type GuestEnd, type GuestSide, type ProvenHost, proveToHost } from "./handshake-guest.ts";
import { Member, type MemberEnd, type MemberEvent } from "./member.ts";
import { emptyOutbox, type Outbox, stepOutbox } from "./outbox.ts";
import { endOfClose, endOfDial } from "./room-end.ts";
import type { Self } from "./self.ts";

export const dialTimeoutMs = 10_000;
/** A group that goes out of step more often than this in one room is broken, or somebody breaks it. */
const maxResyncs = 5;

export interface JoinOptions {
	readonly self: Self;
	readonly target: { readonly host: string; readonly port: number };
	readonly transport: Transport;
	readonly askPassword: GuestSide["askPassword"];
	readonly onStep: (step: "dialling" | "checkingPassword" | "entering") => void;
	/** We are in (again): the member to speak through, and who is there. */
	readonly onEntered: (member: Member, members: readonly GroupMember[], host: ProvenHost) => void;
	readonly onOutOfStep: () => void;
	readonly emit: (event: MemberEvent) => void;
	readonly signal: AbortSignal;
}

/** Joins and stays until the room is over for us. Closes everything it opened. */
export async function joinRoom(options: JoinOptions): Promise<GuestEnd> {
	options.onStep("dialling");
	const dialled = await options.transport.dial(options.target, { signal: options.signal, timeoutMs: dialTimeoutMs });
	if (dialled.kind === "failed") return endOfDial(dialled.failure, dialled.detail);
	try {
		return await talkTo(dialled.link, options);
	} finally {
		dialled.link.stream.destroy();
	}
}

async function talkTo(link: Link, options: JoinOptions): Promise<GuestEnd> {
	const guest: GuestSide = {
		signer: options.self.signer,
		name: options.self.name,
		askPassword: options.askPassword,
		onChecking: () => options.onStep("checkingPassword"),
	};
	const host = await proveToHost(link.stream, guest, options.signal);
	if (host.kind === "ended") return host;
	const end = await stayWith(host, options);
	await endGently(host.tls);
	return end;
}

async function stayWith(host: ProvenHost, options: JoinOptions): Promise<GuestEnd> {
	let outbox: Outbox = emptyOutbox;
	for (let resyncs = 0; resyncs <= maxResyncs; resyncs++) {
		options.onStep("entering");
		const end = await stay(host, { outbox, isComingBack: resyncs > 0 }, options);
		if (end.kind === "ended") return end;
		outbox = end.outbox;
		options.onOutOfStep();
		host.frames.send(frameType.resync);
	}
	return { kind: "ended", code: "host_misbehaved", detail: "the group went out of step again and again" };
}

/** One time in the group: from entering until the room, the Link or the group's agreement ends. */
async function stay(
	host: ProvenHost,
	{ outbox, isComingBack }: { readonly outbox: Outbox; readonly isComingBack: boolean },
	options: JoinOptions,
): Promise<GuestEnd | { readonly kind: "outOfStep"; readonly outbox: Outbox }> {
	const { self, signal, emit } = options;
	const group = await Group.open({ roomId: host.roomId });
	try {
		const { frames, roomId } = host;
		const who = { signer: self.signer, name: self.name, host: host.certificate };
		const entered = await enterRoom({ frames, roomId, group, isComingBack, ...who }, signal);
		if (entered.kind === "ended") return entered;
		const identity = { self: self.signer.fingerprint, isRestorable: false };
		const member = new Member({ ...identity, frames, group, order: entered.order, outbox, emit });
		options.onEntered(member, entered.members, host);
		const leave = (): void => member.leave();
		signal.addEventListener("abort", leave, { once: true });
		if (signal.aborted) leave();
		const end = await member.run();
		signal.removeEventListener("abort", leave);
		if (end.kind === "outOfStep") {
			const [withdrawn] = stepOutbox(member.outbox, { kind: "linkLost" });
			return { kind: "outOfStep", outbox: withdrawn };
		}
		return endOfMember(end);
	} finally {
		await group.close();
	}
}

function endOfMember(end: Exclude<MemberEnd, { kind: "outOfStep" }>): GuestEnd {
	switch (end.kind) {
		case "closed":
			return endOfClose(end.reason);
		case "linkLost":
			return { kind: "ended", code: "connection_lost", detail: "the connection to the host broke" };
		case "hostMisbehaved":
			return { kind: "ended", code: "host_misbehaved", detail: end.detail };
	}
}
