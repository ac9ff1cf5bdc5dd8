// The host's server: takes Links in, lets the gate judge them, takes them through the handshake and hands them to the sequencer.
import type { Fingerprint } from "../crypto/fingerprint.ts";
import type { Link } from "../net/link.ts";
import { Admissions } from "./admissions.ts";
import type { CloseReason } from "./entry.ts";
import { maxMembers } from "./entry.ts";
import { endGently } from "./farewell.ts";
import { frameType, maxOpenBodyBytes, maxSecureBodyBytes } from "./frame.ts";
import { FrameStream } from "./frame-stream.ts";
import type { Gatekeeper, Visit } from "./gatekeeper.ts";
import { GuestSession, type SessionEnd, type SessionServices } from "./guest-session.ts";
import { refusalCode } from "./handshake.ts";
import { greetGuest, type HostSide, maxWaitingBytes } from "./handshake-host.ts";
import { type Authority, Sequencer } from "./sequencer.ts";

export interface ServerOptions {
	readonly host: HostSide;
	readonly gatekeeper: Gatekeeper;
	readonly authority: Authority;
	readonly epoch: number;
	readonly now: () => number;
	/** Where a guest's Link comes from, for the host's own screen. */
	readonly onAddress: (fingerprint: Fingerprint, address: string) => void;
	/** A member's Link broke, or the member is back (or given up). */
	readonly onAway: (fingerprint: Fingerprint, isAway: boolean) => void;
}

/** How long a member whose Link broke keeps their place in the group. */
export const awayTimeoutMs = 5 * 60_000;

/** Owns every guest's Link. Who listens on which address is not its business: Links are handed to `take`. */
export class RoomServer {
	readonly #options: ServerOptions;
	readonly #services: SessionServices;
	readonly #sessions = new Set<GuestSession>();
	readonly #running = new Set<Promise<void>>();
	/** Members whose Link broke, and when their place is given up. */
	readonly #away = new Map<Fingerprint, NodeJS.Timeout>();
	readonly #stop = new AbortController();

	constructor(options: ServerOptions) {
		this.#options = options;
		const { authority, epoch, now, host } = options;
		const sequencer = new Sequencer(host.roomId, epoch, authority);
		const onBack = (fingerprint: Fingerprint): void => this.#isBack(fingerprint);
		this.#services = { sequencer, authority, admissions: new Admissions(), now, onBack };
	}

	/** The host's own Link, in memory: no password and no handshake, because both ends are the same program. */
	attachHost(link: Link): void {
		const options = { maxBodyBytes: maxSecureBodyBytes, isPadded: true, maxWaitingBytes };
		const frames = new FrameStream(link.stream, options);
		const { certificate } = this.#options.host.signer;
		const session = new GuestSession({ frames, stream: link.stream, certificate }, this.#services);
		this.#services.sequencer.addFounder(session);
		this.#track(this.#serve(session, true));
	}

	/** Takes a newly arrived Link; never throws and never rejects. */
	take(link: Link): void {
		const knock = this.#options.gatekeeper.knock(link.far.address);
		if (knock.kind === "turnedAway") {
			void turnAway(link, knock.why);
			return;
		}
		if (this.#stop.signal.aborted || this.#sessions.size >= maxMembers) {
			knock.visit.end();
			void turnAway(link, "full");
			return;
		}
		this.#track(this.#welcome(link, knock.visit));
	}

	/** Removes a member for good reason and tells everybody. `false`: nobody here has this key. */
	async kick(fingerprint: Fingerprint): Promise<boolean> {
		const session = [...this.#sessions].find((one) => one.fingerprint === fingerprint);
		if (!session && !this.#away.has(fingerprint)) return false;
		this.#isBack(fingerprint);
		await this.#services.sequencer.removal(session ?? { fingerprint }, "kicked");
		session?.end("kicked");
		return true;
	}

	/** Tells everybody that the room is closed and waits until they know or time is up. */
	async close(reason: CloseReason = "roomClosed"): Promise<void> {
		this.#stop.abort();
		for (const timer of this.#away.values()) clearTimeout(timer);
		for (const session of this.#sessions) session.end(reason);
		await Promise.allSettled(this.#running);
	}

	async #welcome(link: Link, visit: Visit): Promise<void> {
		const { host } = this.#options;
		const signal = AbortSignal.any([this.#stop.signal, visit.signal]);
		const greeted = await greetGuest(link.stream, visit, host, signal);
		visit.end();
		if (greeted.kind === "gone") {
			await endGently(link.stream);
			return;
		}
		this.#options.onAddress(greeted.certificate.fingerprint, link.far.address);
		const stream = greeted.tls;
		const session = new GuestSession(
			{ frames: greeted.frames, stream, certificate: greeted.certificate },
			this.#services,
		);
		if (this.#stop.signal.aborted) session.end("roomClosed");
		await this.#serve(session, false);
		link.stream.destroy();
	}

	/** From the first word of a session to its last. */
	async #serve(session: GuestSession, isMember: boolean): Promise<void> {
		this.#sessions.add(session);
		const end = await session.run(isMember);
		// When the room closes everybody goes at once: there is nobody left to tell.
		if (!this.#stop.signal.aborted && end !== "neverEntered") await this.#ended(session, end);
		await session.close();
		this.#sessions.delete(session);
	}

	async #ended(session: GuestSession, end: Exclude<SessionEnd, "neverEntered">): Promise<void> {
		const { sequencer } = this.#services;
		if (end !== "lost") {
			await sequencer.removal(session, end === "left" ? "left" : "connectionLost");
			return;
		}
		if (!(await sequencer.leaveOpen(session))) return;
		const { fingerprint } = session;
		this.#options.onAway(fingerprint, true);
		const giveUp = setTimeout(() => this.#track(this.#forget(fingerprint)), awayTimeoutMs).unref();
		this.#away.set(fingerprint, giveUp);
	}

	/** The place of a member who has not come back in time is given up. */
	async #forget(fingerprint: Fingerprint): Promise<void> {
		this.#isBack(fingerprint);
		await this.#services.sequencer.removal({ fingerprint }, "connectionLost");
	}

	#isBack(fingerprint: Fingerprint): void {
		clearTimeout(this.#away.get(fingerprint));
		if (this.#away.delete(fingerprint)) this.#options.onAway(fingerprint, false);
	}

	#track(work: Promise<void>): void {
		this.#running.add(work);
		void work.finally(() => this.#running.delete(work));
	}
}

async function turnAway(link: Link, why: keyof typeof refusalCode): Promise<void> {
	const frames = new FrameStream(link.stream, { maxBodyBytes: maxOpenBodyBytes, isPadded: false, maxWaitingBytes });
	frames.send(frameType.refused, Uint8Array.of(refusalCode[why]));
	await endGently(link.stream);
}
