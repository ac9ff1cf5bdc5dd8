// A guest's stay without keys and without a worker: its groups are played, its key signs whatever it is given, and a test plays the host. What happens is told in one list.
import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import type { Mock, TestContext } from "node:test";
import { Group } from "../../../../src/crypto/group/group.ts";
import { type Fingerprint, parseFingerprint } from "../../../../src/crypto/identity/fingerprint.ts";
import type { OffKeys } from "../../../../src/crypto/off-record/exchange.ts";
import type { GuestKeeping } from "../../../../src/engine/guest/guest-keeping.ts";
import type { JoinOptions } from "../../../../src/engine/guest/join-options.ts";
import type { ProvenHost } from "../../../../src/engine/guest/opening/opening.ts";
import { ReadingOn } from "../../../../src/engine/guest/reading-on.ts";
import { ResumeState } from "../../../../src/engine/guest/resume-state.ts";
import { stayWith } from "../../../../src/engine/guest/staying.ts";
import type { MemberEvent } from "../../../../src/engine/member/events.ts";
import type { Member } from "../../../../src/engine/member/member.ts";
import { emptyOutbox, type Outgoing } from "../../../../src/engine/member/outbox.ts";
import { type OwnLines, WaitingLines } from "../../../../src/engine/member/own-lines.ts";
import { decodeContent, encodeContent } from "../../../../src/engine/wire/content.ts";
import {
	encodeAdmission,
	encodeCommit,
	encodeEntered,
	encodePage,
} from "../../../../src/engine/wire/entering-frames.ts";
import { type FrameType, frameType, maxAdmissionBytes } from "../../../../src/engine/wire/frame.ts";
import { FrameStream } from "../../../../src/engine/wire/frame-stream.ts";
import { type Order, startOrder } from "../../../../src/engine/wire/transcript.ts";
import { uptime } from "../../../../src/net/link/clock.ts";
import { memoryLinkPair } from "../../../../src/net/link/memory-transport.ts";
import { expectFrame } from "../../../support/attackers/cheap-guest.ts";
import { transportOf } from "../../../support/rooms/memory-room.ts";
import { Watch } from "../../../support/until.ts";

const [hana, gus] = ["A", "B"].map((digit) => parseFingerprint(digit.repeat(40))) as [Fingerprint, Fingerprint];
export const bytes = (byte: number, size = 32): Uint8Array => new Uint8Array(size).fill(byte);
export const roomId = bytes(9);
/** The transcript wherever somebody comes in. */
export const head = bytes(7);
const hanasCertificate = Buffer.from("Hana's certificate");
const key = createSecretKey(bytes(1));
export const offKeys: OffKeys = { channel: key, admission: key, leaf: key };
const text = (message: Uint8Array): string => Buffer.from(message).toString();

/** The messages, heard or said, by which a played group breaks, and by which Gus is removed; every other one is a line of Hana's. */
export const groupBroke = "what no group takes in";
export const gusIsOut = "Gus is out";

/** What a kept room's disk is in these tests. */
export interface PlayedDisk {
	/** Gus has only been given a seat. */
	readonly isFirst?: boolean;
	/** So far Gus was shown what was said. */
	readonly shown?: number;
	/** Gus's program was started again, and reads on from there with the group of the disk. */
	readonly readsFrom?: number;
	/** The seat can't be written. */
	readonly seatFails?: Error;
	/** What happens while the entry is put on the disk. */
	readonly onEntered?: () => void;
}

/** Has groups opened this way until the test is over, or the next stay begins: a method that is replaced twice is not put back by Node's tests. */
function opensBy(t: TestContext, play: (options: Parameters<typeof Group.open>[0]) => Group): void {
	const open = async (options: Parameters<typeof Group.open>[0]) => play(options);
	const { mock } = Group.open as Partial<Mock<typeof Group.open>>;
	if (mock) mock.mockImplementation(open);
	else t.mock.method(Group, "open", open);
}

/** One guest, who stays on one Link after the other. */
export function playsStay(t: TestContext, { disk, ...more }: Partial<JoinOptions> & { disk?: PlayedDisk } = {}) {
	const told: string[] = [];
	const watch = new Watch(() => told.join("\n"));
	const tells = (what: string): void => {
		told.push(what);
		watch.changed();
	};
	let groups = 0;
	let linesOnDisk = 0;
	let cannotSign = false;
	const playsGroup = (name: string, by = "opened"): Group => {
		tells(`${name} ${by}`);
		const members = [hana, gus].map((fingerprint, leafIndex) => ({ fingerprint, name: "", leafIndex }));
		return {
			newLeaf: async () => ({ kind: "leaf", publicKey: bytes(3) }),
			enter: async () => ({ kind: "entered", commit: Buffer.from(`entry by ${name}`), members }),
			receive: async ({ message }: { readonly message: Uint8Array }) => {
				if (text(message) === groupBroke) return { kind: "failed" };
				if (text(message) === gusIsOut) return { kind: "membership", joined: [], left: [members[1]], epoch: 2 };
				const common = { id: bytes(1, 16), at: 0, seen: { seq: 0, head } };
				const plaintext = encodeContent(common, { kind: "text", text: `${text(message)}, read by ${name}` });
				return { kind: "line", from: members[0], plaintext };
			},
			encrypt: async (plaintext: Uint8Array) => {
				const read = decodeContent(plaintext);
				assert.ok(read.kind === "value" && read.value.kind === "text");
				if (read.value.text === groupBroke) return { kind: "failed" };
				return { kind: "encrypted", epoch: 1, message: Buffer.from(`${read.value.text}, said by ${name}`) };
			},
			members: () => members,
			close: async () => tells(`${name} closed`),
		} as unknown as Group;
	};
	opensBy(t, ({ isOffRecord }) => {
		groups += 1;
		return playsGroup(`group ${groups}`, isOffRecord ? "opened off the record" : "opened");
	});
	const emit = (event: MemberEvent): void => {
		if (event.kind === "line" && event.content.kind === "text") tells(`${event.seq}: ${event.content.text}`);
		else
			tells(event.kind === "placed" ? `${event.seq}: own line` : event.kind === "problem" ? event.problem : event.kind);
	};
	const reading = (order: Order, group: Group, own: OwnLines): ReadingOn =>
		new ReadingOn({ group, self: gus, order, own, emit });
	const restored = (seq: number, own: OwnLines) => reading(startOrder(seq, head), playsGroup("the disk's group"), own);
	const keeping = disk && {
		isKept: true,
		get hasBeenIn() {
			return !disk.isFirst || state.member !== undefined;
		},
		shown: () => disk.shown ?? 5,
		reading: (order: Order, ...others: [Group, OwnLines]) => {
			tells(`kept room reads on from ${order.seq}`);
			return reading(order, ...others);
		},
		restore: async (own: OwnLines) => {
			tells("both groups come from the disk");
			return { reading: restored(5, own) };
		},
		entering: async (commit: Uint8Array) => tells(`on disk: ${text(commit)}`),
		startsAt: (seq: number) => tells(`shown from ${seq}`),
		met: (certificates: readonly Uint8Array[]) => tells(`met ${certificates.map(text)}`),
		seatTaken: ({ newestSeat }: { readonly newestSeat: Uint8Array }) => {
			if (disk.seatFails) throw disk.seatFails;
			tells(`seat ${newestSeat[0]} on disk`);
		},
		heard: emit,
		entered: async () => disk.onEntered?.(),
		save: async ({ order }: Member) => tells(`group saved at ${order.seq}`),
		keepOutgoing: (items: readonly Outgoing[]) => {
			linesOnDisk = items.length;
		},
		forgetOutgoing() {},
	};
	const known = { host: hana, roomId, newestSeat: bytes(1) };
	const state = new ResumeState(disk && known);
	t.after(() => state.close());
	if (disk?.readsFrom !== undefined) {
		const waiting = new WaitingLines(emptyOutbox);
		state.readsOn(restored(disk.readsFrom, waiting), waiting);
	}
	const certificate = (fingerprint: Fingerprint, of: Uint8Array) =>
		({ fingerprint, bytes: of }) as ProvenHost["certificate"];
	const signer = {
		fingerprint: gus,
		certificate: certificate(gus, Buffer.from("Gus's certificate")),
		sign: async () => (cannotSign ? Promise.reject(new Error("the card was pulled out")) : bytes(4)),
		decrypt: async (data: Uint8Array) => ({ kind: "decrypted", data }),
	} as unknown as JoinOptions["self"]["signer"];

	/** Gus on the next Link, to a host who has proven to be Hana. */
	const staysOn = (proven: Partial<ProvenHost> = {}) => {
		const [near, far] = memoryLinkPair();
		const limits = { maxBodyBytes: maxAdmissionBytes, maxWaitingBytes: 1024 * 1024 };
		const frames = new FrameStream(near.stream, limits);
		const played = new FrameStream(far.stream, limits);
		const stop = new AbortController();
		const options: JoinOptions = {
			self: { signer, name: "Gus" },
			target: { endpoints: [] },
			transport: transportOf(() => near),
			askPassword: async () => undefined,
			onStep: tells,
			onEntered: (_member, members, _host, missed, certificates) =>
				tells(`in with ${members.length}, ${certificates.map(text)}, missed ${missed}`),
			onReadingOn: () => tells("reads what was missed"),
			onCaughtUp: ({ lost, isOtherHistory }) => tells(`lost ${lost}${isOtherHistory ? " of another history" : ""}`),
			onReconnecting: assert.fail,
			onResumed: (back) => tells(`back at ${back.order.seq}`),
			onOutOfStep: () => tells("out of step"),
			emit,
			signal: stop.signal,
			uptime,
			...(keeping && { keeping: keeping as unknown as GuestKeeping }),
			...more,
		};
		const host = { frames, stream: near.stream, roomId, certificate: certificate(hana, hanasCertificate) };
		const outcome = stayWith({ kind: "proven", name: "Hana", ...host, ...proven }, options, state);
		t.after(async () => {
			far.stream.destroy();
			near.stream.destroy();
			await outcome.catch(() => {});
		});
		const sends = (type: FrameType, body?: Uint8Array): void => void played.send(type, body);
		return {
			stop,
			outcome,
			code: async () => (await outcome).code,
			sends,
			hears: (type: FrameType) => expectFrame(played, type),
			says: (seq: number, what: string) => sends(frameType.line, Buffer.concat([place(seq), Buffer.from(what)])),
			/** Gives the line that Gus submitted under this number its place. */
			places: (seq: number, submitted: number) => {
				const number = Buffer.alloc(4);
				number.writeUInt32BE(submitted);
				sends(frameType.echo, Buffer.concat([place(seq), number]));
			},
			commits: (seq: number, message: string) =>
				sends(frameType.commit, encodeCommit({ seq, message: Buffer.from(message) })),
			/** A page up to this place, of a room that has come so far. */
			page: (upTo: number, newest = upTo) => sends(frameType.page, encodePage({ upTo, newest })),
			/** Reads what Gus submits. */
			submitted: async () => {
				const body = Buffer.from(await expectFrame(played, frameType.submit));
				return `${body.readUInt32BE()} ${text(body.subarray(4))}`;
			},
			/** Gives Gus, who asks for it, this place and this seat; `before` happens while the entry is on its way. */
			async letsIn(
				seq: number,
				seat = 1,
				{ before = () => {}, at = head }: { before?: () => void; at?: Uint8Array } = {},
			) {
				await this.admits();
				before();
				sends(frameType.entered, encodeEntered({ seq, head: at, seat: bytes(seat) }));
			},
			/** Admits Gus, and hears the entry. */
			async admits() {
				await expectFrame(played, frameType.admitMe);
				const admission = { room: roomId, groupInfo: bytes(1), ticket: bytes(2), certificates: [hanasCertificate] };
				sends(frameType.admission, encodeAdmission(admission));
				await expectFrame(played, frameType.enter);
			},
			hangsUp: () => void far.stream.destroy(),
			/** What was sent last, when all of it was heard but a seat being safe and pings. */
			async lastWord() {
				near.stream.end();
				let last: FrameType | undefined;
				for (;;) {
					const next = await played.next(new AbortController().signal);
					if (next.kind !== "frame") return last;
					if (next.frame.type !== frameType.kept && next.frame.type !== frameType.ping) last = next.frame.type;
				}
			},
		};
	};
	return {
		state,
		told,
		staysOn,
		/** Resolves when that was told, with all that was told until then; the next time only what was told since. */
		async tellsOf(what: string): Promise<readonly string[]> {
			await watch.until(() => told.includes(what), what);
			return told.splice(0, told.lastIndexOf(what) + 1);
		},
		/** How many lines of Gus's wait on the disk. */
		linesOnDisk: () => linesOnDisk,
		/** From now on Gus's key can't be used. */
		losesKey: () => {
			cannotSign = true;
		},
	};
}

const place = (seq: number): Buffer => {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64BE(BigInt(seq));
	return bytes;
};
