// A real room on in-memory Links: real keys, real handshakes, real encryption, and every Link in the test's hands.

import "../cheap-stretching.ts";
import assert from "node:assert/strict";

import type { GroupMember } from "../../../src/crypto/group/messages.ts";
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { createLocalIdentity } from "../../../src/crypto/identity/local.ts";
import type { Self } from "../../../src/engine/account/self.ts";
import type { AccessRules } from "../../../src/engine/gate/access-rules.ts";
import { type GateAlert, Gatekeeper, type GateLimits } from "../../../src/engine/gate/guesses/gatekeeper.ts";
import type { JoinOptions } from "../../../src/engine/guest/join-options.ts";
import { joinRoom } from "../../../src/engine/guest/joining.ts";
import { type HostedRoom, type HostOptions, openRoom } from "../../../src/engine/host/hosting.ts";
import type { MemberEnd, MemberEvent } from "../../../src/engine/member/events.ts";
import type { Member } from "../../../src/engine/member/member.ts";
import type { GuestEnd } from "../../../src/engine/room/end.ts";
import { uptime } from "../../../src/net/link/clock.ts";
import type { Link, Transport } from "../../../src/net/link/link.ts";
import { memoryLinkPair, memoryTransport } from "../../../src/net/link/memory-transport.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { Watch } from "../until.ts";

import { ChangingRules } from "./changing-rules.ts";
import { keepGroupThread } from "./kept-thread.ts";

export const roomPassword = "four calm green words";

/** Somebody with a new key. */
export async function newSelf(name: string): Promise<Self> {
	return { signer: (await createLocalIdentity({ name })).signer, name };
}

/** Whoever hears MemberEvents, and ways to wait for them. */
export class Ears {
	readonly heard: MemberEvent[] = [];
	/** Why it is over for them. */
	end: GuestEnd | undefined;
	readonly #watch = new Watch(() => JSON.stringify([this.heard.slice(-10).map(({ kind }) => kind), this.end]));
	/** To be called when something has changed that is no event. */
	readonly changed = this.#watch.changed;

	readonly emit = (event: MemberEvent): void => {
		this.heard.push(event);
		this.#watch.changed();
	};

	/** Resolves when `fact` holds; asked again after each event. */
	until(fact: () => boolean): Promise<void> {
		return this.#watch.until(fact);
	}

	/** Texts that others said, oldest first. */
	texts(): readonly string[] {
		return this.heard.flatMap((event) =>
			event.kind === "line" && event.content.kind === "text" ? [event.content.text] : [],
		);
	}

	has(kind: MemberEvent["kind"]): boolean {
		return this.heard.some((event) => event.kind === kind);
	}
}

export interface MemoryRoom {
	readonly host: Self;
	readonly hosted: HostedRoom;
	readonly ears: Ears;
	readonly ended: Promise<MemberEnd>;
	readonly alerts: readonly GateAlert[];
	readonly gatekeeper: Gatekeeper;
	/** Whose connection broke and who may come back. */
	readonly away: ReadonlySet<Fingerprint>;
	/** Resolves when somebody with this key has proven everything so many times, and may enter. */
	arrived(self: Self, times?: number): Promise<void>;
	/** A new Link to the room from this address; the test has the guest's end. */
	link(address?: string): Link;
	/** A Transport whose every dial makes such a Link. */
	transport(address?: string): Transport;
}

/** Whoever knows the password may come. */
export const openToAll: AccessRules = {
	isPaused: () => false,
	memberCap: () => 200,
	isOwnerBlocked: async () => false,
	isKeyBlocked: () => false,
	onKnock: () => {},
	onSeatAlarm: () => {},
	onInviteAlarm: () => {},
	watch: () => () => {},
};

let lastAddress = 0;

/** An address nobody had before. */
export function freshAddress(): string {
	lastAddress += 1;
	return `10.${lastAddress >> 16}.${(lastAddress >> 8) & 255}.${lastAddress & 255}`;
}

/** A test, or all tests of a file. */
export interface Ending {
	after(work: () => Promise<void>): void;
}

/** Who a host of a room off the record is, and with whom. */
export interface OffRecordRoom {
	readonly host: Self;
	readonly with: Fingerprint;
}

/** Opens a room that is closed after the test. `onCaller`: called when somebody has proven everything, before they may enter. */
export async function openMemoryRoom(
	t: Ending,
	limits: Partial<GateLimits> = {},
	rules: Partial<AccessRules> = {},
	onCaller: (fingerprint: Fingerprint) => void | Promise<void> = () => {},
	offRecord?: OffRecordRoom,
	more: Partial<Pick<HostOptions, "self" | "onlyGuest" | "feedDoors">> = {},
): Promise<MemoryRoom> {
	keepGroupThread();
	const host = offRecord?.host ?? more.self ?? (await newSelf("Hanna"));
	const ears = new Ears();
	const alerts: GateAlert[] = [];
	const store = openMemoryStore();
	const gatekeeper = new Gatekeeper({ store, limits, onAlert: (alert) => alerts.push(alert) });
	const arrivals: Fingerprint[] = [];
	const arriving = new Watch();
	const away = new Set<Fingerprint>();
	const hosted = await openRoom({
		self: host,
		password: roomPassword,
		wish: {},
		offRecordWith: offRecord?.with,
		transport: memoryTransport(),
		gatekeeper,
		rules: rules instanceof ChangingRules ? rules : { ...openToAll, ...rules },
		emit: ears.emit,
		onCaller: (fingerprint) => {
			arrivals.push(fingerprint);
			arriving.changed();
			return onCaller(fingerprint);
		},
		onAway: (fingerprint, isAway) => void (isAway ? away.add(fingerprint) : away.delete(fingerprint)),
		now: Date.now,
		uptime,
		...more,
	});
	assert.ok(hosted.kind === "open");
	const ended = hosted.member.run();
	const inTheTestsHands: Link[] = [];
	t.after(async () => {
		// The room waits two seconds for each of them to close its end, and a test that has seen what it wanted mostly does not.
		for (const { stream } of inTheTestsHands) stream.destroy();
		await hosted.close();
		store.close();
	});
	const link = (address = freshAddress()): Link => {
		const [near, far] = memoryLinkPair([address, "host"]);
		hosted.server.take(far);
		return near;
	};
	return {
		host,
		hosted,
		ears,
		ended,
		alerts,
		gatekeeper,
		away,
		arrived: ({ signer }, times = 1) =>
			arriving.until(() => arrivals.filter((one) => one === signer.fingerprint).length >= times, "an arrival"),
		link: (address) => {
			const near = link(address);
			inTheTestsHands.push(near);
			return near;
		},
		transport: (address) => transportOf(() => link(address)),
	};
}

/** A Transport that can only dial. */
export function transportOf(dial: () => Link): Transport {
	return {
		name: "memory",
		dial: async () => ({ kind: "linked", link: dial() }),
		listen: async () => ({ kind: "failed", failure: "other", detail: "not here" }),
	};
}

export interface MemoryGuest {
	readonly self: Self;
	readonly ears: Ears;
	/** Why it is over. */
	readonly ended: Promise<GuestEnd>;
	/** Whether the guest was in at some time. */
	hasEntered(): boolean;
	/** Through which to speak; changes when the guest comes back. */
	member(): Member;
	/** Everybody who was there when the guest came in. */
	members(): readonly GroupMember[];
	leave(): void;
}

export interface GuestWishes {
	readonly password?: string;
	readonly transport?: Transport;
	readonly options?: Partial<JoinOptions>;
}

/** Somebody joins for real; resolves when they are in or it is over. */
export async function joinMemoryRoom(
	room: Pick<MemoryRoom, "transport">,
	self: Self,
	wishes: GuestWishes = {},
): Promise<MemoryGuest> {
	const ears = new Ears();
	const stop = new AbortController();
	const entered = Promise.withResolvers<void>();
	let now: { readonly member: Member; readonly members: readonly GroupMember[] } | undefined;
	const ended = joinRoom({
		self,
		target: { endpoints: [{ host: "host", port: 1 }] },
		transport: wishes.transport ?? room.transport(),
		askPassword: async () => wishes.password ?? roomPassword,
		onStep: () => {},
		onEntered: (member, members) => {
			now = { member, members };
			entered.resolve();
			ears.changed();
		},
		onReconnecting: () => {},
		onResumed: (member) => {
			now = { member, members: now?.members ?? [] };
			ears.changed();
		},
		onOutOfStep: () => {},
		emit: ears.emit,
		signal: stop.signal,
		uptime,
		...wishes.options,
	});
	void ended.then((end) => {
		ears.end = end;
	});
	await Promise.race([entered.promise, ended]);
	const inside = () => {
		assert.ok(now, "the guest is in the room");
		return now;
	};
	return {
		self,
		ears,
		ended,
		hasEntered: () => now !== undefined,
		member: () => inside().member,
		members: () => inside().members,
		leave: () => stop.abort(),
	};
}

/** The room still works: somebody new comes in, hears the host and is heard, and leaves. */
export async function assertStillWorks(room: MemoryRoom): Promise<void> {
	const guest = await joinMemoryRoom(room, await newSelf("Honest"));
	const mark = `still here ${Math.random()}`;
	room.hosted.member.say(mark, 0);
	await guest.ears.until(() => guest.ears.texts().includes(mark));
	guest.member().say(`${mark} too`, 0);
	await room.ears.until(() => room.ears.texts().includes(`${mark} too`));
	guest.leave();
	assert.equal((await guest.ended).code, "left");
}
