// One guest as the host's server sees it, from the proven identity to the end of the Link.

import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Certificate } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { OffKeys } from "../../crypto/off-record/exchange.ts";
import { TokenBucket } from "../../net/link/token-bucket.ts";
import type { Turns } from "../bounds/turns.ts";
import type { Authority, OffEntrance } from "../order/authority.ts";
import type { Entrant, Sequencer } from "../order/sequencer.ts";
import { endGently } from "../wire/end-gently.ts";
import {
	type CloseReason,
	decodeClose,
	decodePosition,
	encodeClose,
	encodeTooLate,
	leafKeyBytes,
	maxCommitBytes,
	maxLineBytes,
} from "../wire/entering-frames.ts";
import { type Frame, frameType } from "../wire/frame.ts";
import type { FrameStream } from "../wire/frame-stream.ts";
import { encodeRefusal, enteringTimeoutMs, type Refusal } from "../wire/handshake.ts";
import { KeepAlive } from "../wire/keep-alive.ts";
import { readOffEnter } from "../wire/off-frames.ts";

/** A member may send this many lines at once, and `linesPerSecond` from then on. Faster ones wait in the Link; nothing is dropped. */
export const burstLines = 300;
export const linesPerSecond = 100;

/** A long line counts as several, one for each of this many bytes: what everybody has to take in is bounded, however it is cut. */
const bytesPerLine = 4 * 1024;

/** Tells whether others can take this as a line. What they could not take must not be placed: they would give up on the host for it. */
const isLine = (body: Uint8Array): boolean => body.length >= 4 && body.length <= 4 + maxLineBytes;

/** Entering costs as much as this many lines, because it makes work for everybody in the room. */
const admissionCostsLines = 50;

/** Whoever is in already and enters anew has no more than that to send for a while: a renewal at most every three seconds. */
const renewalCostsLines = burstLines;

/** Reading a page of what was missed costs the host a look at its disk, so it costs as much as this many lines. */
const pageCostsLines = 10;

/** The host gives up on a Link after this many admissions without an entry. */
const maxAdmissions = 20;

/** A guest has this time to answer an admission before the turn passes on. Its answer is still taken if nobody has entered meanwhile. */
export const turnTimeoutMs = 3_000;

/** Holds what is known of a guest who has proven their key and is not in yet. */
export interface Entrance {
	/** Returns why they must not come in, as things are now. `hasEntered` says that they were in on this connection. */
	judge(hasEntered: boolean): Promise<Refusal | undefined>;
	/** Is called when they are in, under the name that their key has signed: until then a name is only what they say. */
	entered(name: string): void;
	/** Returns the seat by which they can come back; it is called when they come in. */
	giveSeat(): Uint8Array;
	/** Is called when they have that seat safe. */
	seatKept(): void;
}

export interface GuestLink {
	readonly entrance: Entrance;
	readonly frames: FrameStream;
	readonly stream: Duplex;
	readonly certificate: Certificate;
	/** The keys that replace signatures off the record. */
	readonly offKeys?: OffKeys | undefined;
	/** The frame that the guest has sent already. */
	readonly first?: Frame | undefined;
}

export interface SessionServices {
	readonly sequencer: Sequencer;
	readonly authority: Authority;
	/** One guest is admitted at a time. */
	readonly admissions: Turns;
	/** Returns milliseconds on a clock that only goes forward. */
	uptime(): number;
	/** Is called when a member who may have been away is here. */
	onBack(fingerprint: Fingerprint): void;
}

/**
 * Says how a session ended. `left`: the guest said goodbye. `lost`: the Link broke or the guest fell too far behind; they may come back. `sentAway`: we ended
 * it.
 */
export type SessionEnd = "left" | "lost" | "sentAway" | "neverEntered";

/** Owns the guest's Link from the handshake on and closes it. */
export class GuestSession implements Entrant {
	readonly fingerprint: Fingerprint;
	readonly certificate: Certificate;
	readonly #frames: FrameStream;
	readonly #stream: Duplex;
	readonly #entrance: Entrance;
	readonly #services: SessionServices;
	readonly #keepAlive: KeepAlive;
	readonly #first: Frame | undefined;
	readonly #stop = new AbortController();
	#hasEntered = false;
	#admissions = 0;
	/** An admission is out that has not been answered. */
	#isInvited = false;
	/** The place up to which the guest has read what it missed, before it enters anew. */
	#readUpTo = 0;
	readonly #lines: TokenBucket;
	/** What stands in the place of signatures, off the record; `leafKey` is what the guest comes in with. */
	readonly #offKeys: OffKeys | undefined;
	#leafKey: Uint8Array | undefined;
	#farewell: CloseReason | undefined;
	#refusal: Refusal | undefined;
	/** Gives the guest time to read what came. */
	#readsOn: () => void = () => {};
	/** Ends this guest's turn to enter. */
	#answered: (() => void) | undefined;

	constructor(link: GuestLink, services: SessionServices) {
		this.fingerprint = link.certificate.fingerprint;
		this.certificate = link.certificate;
		this.#frames = link.frames;
		this.#stream = link.stream;
		this.#entrance = link.entrance;
		this.#offKeys = link.offKeys;
		this.#first = link.first;
		this.#services = services;
		this.#keepAlive = new KeepAlive(link.frames);
		this.#lines = new TokenBucket(linesPerSecond, burstLines, services.uptime());
	}

	get hasEntered(): boolean {
		return this.#hasEntered;
	}

	deliver(frame: Uint8Array): void {
		if (!this.#frames.sendEncoded(frame)) this.end("tooSlow");
	}

	/** Tells the guest why and closes the Link. `run` then takes the guest out of the group. */
	end(reason: CloseReason): void {
		this.#farewell ??= reason;
		this.#stop.abort();
	}

	/** Sends somebody away who is not in, and says why. */
	refuse(why: Refusal): void {
		this.#refusal ??= why;
		this.end("refused");
	}

	judge(): Promise<Refusal | undefined> {
		return this.#entrance.judge(this.#hasEntered);
	}

	giveSeat(): Uint8Array {
		return this.#entrance.giveSeat();
	}

	/** Serves the guest until either side ends it. `isMember` says whether the guest came in already (the host's own Link). */
	async run(isMember: boolean): Promise<SessionEnd> {
		this.#hasEntered = isMember;
		// Somebody who never enters must not keep a place for ever: it would be easy to take all of them.
		const patience = setTimeout(() => !this.#hasEntered && this.end("tooSlow"), enteringTimeoutMs).unref();
		this.#readsOn = () => patience.refresh();
		const end = await this.#serve(AbortSignal.any([this.#stop.signal, this.#keepAlive.dead]));
		clearTimeout(patience);
		this.#keepAlive.stop();
		return this.#hasEntered ? end : "neverEntered";
	}

	/** Tells the guest why the session ended, if there is a reason, and closes the Link. It is called after `run`. */
	async close(): Promise<void> {
		this.#answered?.();
		if (this.#refusal) this.#frames.send(frameType.refused, encodeRefusal(this.#refusal));
		else if (this.#farewell) this.#frames.send(frameType.close, encodeClose(this.#farewell));
		await endGently(this.#stream);
	}

	async #serve(signal: AbortSignal): Promise<SessionEnd> {
		let first = this.#first;
		for (;;) {
			const next = first
				? ({ kind: "frame", frame: first } as const)
				: (this.#frames.nextNow(signal) ?? (await this.#frames.next(signal)));
			first = undefined;
			if (next.kind !== "frame") return this.#farewell && this.#farewell !== "tooSlow" ? "sentAway" : "lost";
			this.#keepAlive.heard();
			const { frame } = next;
			if (frame.type === frameType.close) return decodeClose(frame.body) === "left" ? "left" : "lost";
			const waitMs = this.#lines.take(this.#costOf(frame), this.#services.uptime());
			if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
			const isHandled = this.#handle(frame);
			if (!(isHandled instanceof Promise ? await isHandled : isHandled)) {
				this.#farewell ??= "refused";
				return "sentAway";
			}
		}
	}

	/** Returns as how many lines a frame counts. */
	#costOf({ type, body }: Frame): number {
		switch (type) {
			case frameType.submit:
				return isLine(body) ? 1 + Math.floor(body.length / bytesPerLine) : 0;
			case frameType.admitMe:
				// Whoever is in, and wants a new leaf, hears everything up to that entry.
				return this.#hasEntered ? renewalCostsLines : 1 + admissionCostsLines;
			case frameType.readOn:
				return pageCostsLines;
			default:
				return 0;
		}
	}

	/** Handles one frame, at once where nothing is waited for. It says `false` when the guest broke the protocol. */
	#handle({ type, body }: Frame): boolean | Promise<boolean> {
		switch (type) {
			case frameType.ping:
				return true;
			case frameType.submit:
				return this.#submit(body);
			case frameType.enter:
				return this.#enter(body);
			case frameType.admitMe:
				if (body.length !== (this.#offKeys ? leafKeyBytes : 0)) return false;
				this.#leafKey = body;
				this.#admit();
				return true;
			case frameType.resume:
				return this.#resume(body);
			case frameType.readOn:
				return this.#readOn(body);
			case frameType.kept:
				if (body.length > 0 || !this.#hasEntered) return false;
				return this.#services.sequencer.inTurn(() => this.#entrance.seatKept()).then(() => true);
			default:
				return false;
		}
	}

	#submit(body: Uint8Array): boolean | Promise<boolean> {
		if (!isLine(body)) return false;
		const number = new DataView(body.buffer, body.byteOffset).getUint32(0);
		return this.#services.sequencer.line(this, number, body.subarray(4))?.then(() => true) ?? true;
	}

	/** Gives the guest its turn to enter; the turn lasts until it answers. */
	#admit(): void {
		this.#admissions += 1;
		if (this.#admissions > maxAdmissions) {
			this.end("refused");
			return;
		}
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#answered = resolve;
		void this.#services.admissions.run(async () => {
			if (this.#stop.signal.aborted || this.#stream.destroyed) return;
			const why = await this.judge();
			if (why !== undefined) return this.refuse(why);
			const admission = await this.#services.authority.admit(this.certificate, this.#off);
			// That is no fault of the guest's: they may try again.
			if (!admission) return this.refuse("busy");
			this.#isInvited = true;
			this.#frames.send(frameType.admission, admission);
			await promise;
		});
	}

	async #resume(body: Uint8Array): Promise<boolean> {
		const wish = decodePosition(body);
		if (wish.kind === "refused" || this.#hasEntered) return false;
		const outcome = await this.#services.sequencer.resume(this, wish.value);
		if (outcome.kind === "kicked") {
			this.end("kicked");
			return true;
		}
		if (outcome.kind === "notAllowed") {
			this.refuse(outcome.why);
			return true;
		}
		if (outcome.kind === "tooLate") {
			this.#frames.send(frameType.tooLate, encodeTooLate("gone"));
			return true;
		}
		this.#hasEntered = true;
		this.#services.onBack(this.fingerprint);
		if (outcome.replaced instanceof GuestSession) outcome.replaced.end("replaced");
		return true;
	}

	/** Gives a page of what was missed. Each page must begin beyond the former one, so that nobody has the host look at its disk for ever. */
	async #readOn(body: Uint8Array): Promise<boolean> {
		const wish = decodePosition(body);
		if (wish.kind === "refused" || this.#hasEntered || wish.value.seq <= this.#readUpTo) return false;
		this.#readUpTo = wish.value.seq;
		const outcome = await this.#services.sequencer.readOn(this, wish.value);
		switch (outcome.kind) {
			case "kicked":
				this.end("kicked");
				return true;
			case "notAllowed":
				this.refuse(outcome.why);
				return true;
			case "tooLate":
				this.#frames.send(frameType.tooLate, encodeTooLate(outcome.why));
				return true;
			case "page":
				this.#readsOn();
				if (outcome.replaced instanceof GuestSession) outcome.replaced.end("replaced");
				return true;
		}
	}

	/** Returns what the guest has in the place of signatures. */
	get #off(): OffEntrance | undefined {
		return this.#offKeys && this.#leafKey && { keys: this.#offKeys, leafKey: this.#leafKey };
	}

	async #enter(body: Uint8Array): Promise<boolean> {
		const off = this.#off;
		const read = off ? readOffEnter(body) : { commit: body, tag: undefined };
		if (!read || read.commit.length > maxCommitBytes || !this.#isInvited) return false;
		const { commit, tag } = read;
		this.#isInvited = false;
		const vouched = off && tag && { ...off, tag };
		const judgement = await this.#services.sequencer.entry(this, this.certificate, commit, vouched);
		this.#answered?.();
		switch (judgement.kind) {
			case "accepted":
				this.#hasEntered = true;
				this.#admissions = 0;
				this.#entrance.entered(judgement.name);
				this.#services.onBack(this.fingerprint);
				if (judgement.replaced instanceof GuestSession) judgement.replaced.end("replaced");
				return true;
			case "stale":
				this.#admit();
				return true;
			case "notAllowed":
				this.refuse(judgement.why);
				return true;
			case "refused":
				return false;
		}
	}
}
