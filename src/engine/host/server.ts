// The host's server: takes Links in, lets the gate judge them, takes them through the handshake and hands them to the sequencer.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { TagKeys } from "../../crypto/opening/knock.ts";
import type { Caller } from "../../net/address/caller.ts";
import type { Link } from "../../net/link/link.ts";
import { every } from "../../net/link/ticks.ts";
import { Turns } from "../bounds/turns.ts";
import type { AccessRules } from "../gate/access-rules.ts";
import type { Gatekeeper } from "../gate/guesses/gatekeeper.ts";
import type { Invites } from "../gate/invites.ts";
import type { Authority } from "../order/authority.ts";
import type { RoomKeeper } from "../order/room-keeper.ts";
import type { SeatRecord } from "../order/seat-record.ts";
import { Seats } from "../order/seats.ts";
import { Sequencer, type SequencerStart } from "../order/sequencer.ts";
import { endGently } from "../wire/end-gently.ts";
import type { CloseReason } from "../wire/entering-frames.ts";
import { maxFileBodyBytes } from "../wire/files/file-frames.ts";
import { type Frame, frameType, maxSecureBodyBytes } from "../wire/frame.ts";
import { FrameStream } from "../wire/frame-stream.ts";
import { enteringTimeoutMs, maxWaitingBytes, type Refusal } from "../wire/handshake.ts";
import { AccessControl, type AccessControlOptions, type Arrival } from "./access-control.ts";
import type { HostSide } from "./greeting.ts";
import type { Arriving } from "./guest-places.ts";
import { type Entrance, GuestSession, type SessionEnd, type SessionServices, turnTimeoutMs } from "./guest-session.ts";
import { refusalOutcomes } from "./knock-outcomes.ts";

export interface ServerOptions {
	readonly host: HostSide;
	readonly invites: Invites;
	readonly gatekeeper: Gatekeeper;
	readonly authority: Authority;
	readonly start: SequencerStart;
	/** The seats that were given out before this program was started. */
	readonly seats?: Iterable<readonly [Fingerprint, SeatRecord<TagKeys>]>;
	/** Returns milliseconds on a clock that only goes forward. */
	readonly uptime: () => number;
	readonly rules: AccessRules;
	/** Nobody but the person with this key ever comes in, and only by a seat. */
	readonly onlyGuest?: Fingerprint | undefined;
	/** Returns the feeds that are given here to whoever has the link to them; absent: none is. */
	readonly feedDoors?: AccessControlOptions["feedDoors"];
	/** A guest has proven password and key: where their Link comes from. They enter once this is done, so it answers soon. */
	readonly onCaller: (fingerprint: Fingerprint, arriving: Arriving, name: string) => void | Promise<void>;
	/** A member's Link broke, or the member is back (or given up). */
	readonly onAway: (fingerprint: Fingerprint, isAway: boolean) => void;
	/** A member has come by a Link for files: serves them until it is over or the signal fires. Without it nobody passes files here. */
	readonly onFiles?: ((frames: FrameStream, who: Fingerprint, signal: AbortSignal) => Promise<unknown>) | undefined;
}

/** A member whose Link broke keeps their place in the group for this time. */
export const awayTimeoutMs = 5 * 60_000;

/** The state of the group is kept this often, in milliseconds. */
const saveEveryMs = 10_000;
/** A room that is kept looks this often for messages and members that have waited too long, in milliseconds. */
const expireEveryMs = 60 * 60_000;
/** One member has at most this many Links for files: a second one may come while the host has not noticed yet that the first has broken. */
const linksForFiles = 3;

/** Returns the first thing that a guest says who has shown a seat: it says what the Link is for. `undefined`: it is gone, or must go. */
async function firstWord(frames: FrameStream, signal: AbortSignal): Promise<Frame | undefined> {
	for (;;) {
		const next = await frames.next(signal, enteringTimeoutMs);
		if (next.kind !== "frame") return undefined;
		if (next.frame.type !== frameType.ping) return next.frame;
	}
}

/** The host's own member has been in from the start. */
const inAlready: Entrance = {
	entered: () => {},
	judge: async () => "ownKey",
	giveSeat: () => {
		throw new Error("the host has no seat");
	},
	seatKept: () => {},
};

/** Owns every guest's Link. Who listens on which address is not its business: Links are handed to `take`. */
export class RoomServer {
	readonly #options: ServerOptions;
	readonly #services: SessionServices;
	readonly #sessions = new Set<GuestSession>();
	readonly #running = new Set<Promise<void>>();
	/** The members whose Link broke, with the timer that gives up their place. */
	readonly #away = new Map<Fingerprint, NodeJS.Timeout | undefined>();
	#keeper: RoomKeeper | undefined;
	#stopTimers: readonly (() => void)[] = [];
	readonly #stop = new AbortController();
	readonly #access: AccessControl;
	readonly #seats: Seats;
	readonly #stopWatching: () => void;
	/** Ends the Links for files of each member. */
	readonly #forFiles = new Map<AbortController, Fingerprint>();
	/** Holds those about to enter, with one connection for each person. */
	readonly #arrivals = new Map<Fingerprint, { readonly arrival: Arrival; readonly session: GuestSession }>();

	constructor(options: ServerOptions) {
		this.#options = options;
		const { authority, start, uptime, host, seats } = options;
		const sequencer = new Sequencer(start, authority);
		const onBack = (fingerprint: Fingerprint): void => {
			this.#isBack(fingerprint);
			this.#arrivals.get(fingerprint)?.arrival.settle("joined");
		};
		this.#services = { sequencer, authority, admissions: new Turns(turnTimeoutMs), uptime, onBack };
		const census = {
			count: () => sequencer.memberCount,
			has: (fingerprint: Fingerprint) => sequencer.isMember(fingerprint),
			isAnyoneAway: () => this.#away.size > 0,
		};
		for (const fingerprint of start.away.keys()) this.#isAway(fingerprint);
		this.#seats = new Seats(host.roomId, host.signer.fingerprint, seats);
		const { gatekeeper, rules, invites, onlyGuest, feedDoors } = options;
		const asked = { gatekeeper, rules, invites, onlyGuest, feedDoors };
		this.#access = new AccessControl({ ...asked, census, host, seats: this.#seats });
		this.#stopWatching = rules.watch(() => this.#rulesChanged());
	}

	/** Attaches the host's own Link, in memory: no password and no handshake, because both ends are the same program. */
	attachHost(link: Link): void {
		const options = { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes, isInside: true };
		const frames = new FrameStream(link.stream, options);
		const { certificate } = this.#options.host.signer;
		const session = new GuestSession({ frames, stream: link.stream, certificate, entrance: inAlready }, this.#services);
		this.#services.sequencer.addFounder(session);
		this.#track(this.#serve(session, true));
	}

	/** Tells whether anything is to be made for a connection of this caller; if not, it is over with that. */
	mayCome(caller: Caller): boolean {
		return this.#access.mayCome(caller);
	}

	/** Takes a newly arrived Link; never throws and never rejects. */
	take(link: Link): void {
		this.#track(this.#welcome(link));
	}

	/** Makes this password the only one that opens the room (`AccessControl.changePassword`); everybody who is in stays. */
	changePassword(salt: Uint8Array, prs: Uint8Array): void {
		this.#access.changePassword(salt, prs);
	}

	/**
	 * Keeps the room on disk from now on: each message is there before anybody hears of it. `begin` makes the keeper, inside a turn, where nothing is placed.
	 * `onFailure`: the disk failed, and nothing has a place from then on.
	 */
	async keepBy(begin: (sequencer: Sequencer) => Promise<RoomKeeper | undefined>, onFailure: (error: unknown) => void) {
		const { sequencer } = this.#services;
		return sequencer.inLongTurn(async () => {
			const keeper = await begin(sequencer);
			if (keeper === undefined) return false;
			this.#seats.keepBy((guest, record) => keeper.setSeats(guest, record));
			sequencer.keepBy(keeper, onFailure);
			this.#keeper = keeper;
			for (const fingerprint of this.#away.keys()) this.#isAway(fingerprint);
			this.#stopTimers = [
				every(expireEveryMs, () => this.#expire(keeper)),
				every(saveEveryMs, () => void this.saveState()),
			];
			this.#expire(keeper);
			return true;
		});
	}

	/** Makes a seat for somebody who has not been in yet: they come in by it, without a password. `undefined`: the disk failed. */
	async seatFor(guest: Fingerprint): Promise<Uint8Array | undefined> {
		let seat: Uint8Array | undefined;
		await this.#services.sequencer.inTurn(() => {
			seat = this.#seats.entered(guest, undefined).secret;
		});
		return seat;
	}

	/** Keeps the group as it is now, where the room is kept: then little has to be read again. */
	async saveState(): Promise<void> {
		const { sequencer } = this.#services;
		await sequencer.inLongTurn(async () => {
			await sequencer.safely(async () => this.#keeper?.saveState(sequencer.seq, sequencer.head));
		});
	}

	/** Gives the host's own leaf new keys; everybody is told. `false`: that was not possible. */
	renew(): Promise<boolean> {
		return this.#services.sequencer.renewal();
	}

	/** Removes a member for good reason and tells everybody; nothing they hold lets them in any more. It returns `false` when nobody here has this key. */
	async kick(fingerprint: Fingerprint): Promise<boolean> {
		const { sequencer } = this.#services;
		await sequencer.inTurn(() => this.#seats.revoke(fingerprint));
		this.#endFiles(fingerprint);
		this.#access.dismiss(fingerprint, "kicked");
		// The same person may have several Links: one that has just ended, one on which they are coming back.
		const sessions = [...this.#sessions].filter((one) => one.fingerprint === fingerprint);
		if (sessions.length === 0 && !this.#away.has(fingerprint)) return false;
		this.#isBack(fingerprint);
		for (const one of sessions.length > 0 ? sessions : [{ fingerprint }]) {
			await sequencer.removal(one, "kicked");
		}
		for (const session of sessions) session.end("kicked");
		return true;
	}

	/** Tells everybody that the room is closed and waits until they know or time is up. */
	async close(reason: CloseReason = "roomClosed"): Promise<void> {
		this.#stop.abort();
		this.#stopWatching();
		for (const stop of this.#stopTimers) stop();
		for (const timer of this.#away.values()) clearTimeout(timer);
		for (const session of this.#sessions) session.end(reason);
		await Promise.allSettled(this.#running);
		this.#access.close();
	}

	async #welcome(link: Link): Promise<void> {
		const arrival = await this.#access.receive(link, this.#stop.signal);
		if (!arrival) return;
		const { certificate, frames, stream, caller, name, entrance, dismissed, offKeys } = arrival;
		const { fingerprint } = certificate;
		const either = AbortSignal.any([this.#stop.signal, dismissed]);
		const first = arrival.hasSeat ? await firstWord(frames, either) : undefined;
		if (first?.type === frameType.files) {
			await this.#serveFiles(arrival);
			link.stream.destroy();
			return;
		}
		const session = new GuestSession({ frames, stream, certificate, entrance, offKeys, first }, this.#services);
		const dismiss = (): void => {
			const why = dismissed.reason as Refusal;
			arrival.settle(refusalOutcomes[why]);
			session.refuse(why);
		};
		dismissed.addEventListener("abort", dismiss);
		if (dismissed.aborted) dismiss();
		const waiting = this.#arrivals.get(fingerprint)?.session;
		if (waiting && !waiting.hasEntered) waiting.end("replaced");
		this.#arrivals.set(fingerprint, { arrival, session });
		await this.#options.onCaller(fingerprint, { caller, isInBrowser: arrival.isInBrowser }, name);
		if (this.#stop.signal.aborted) session.end("roomClosed");
		// What was decided meanwhile holds for this guest, too.
		this.#access.recheck();
		await this.#serve(session, false);
		arrival.settle("failed");
		if (this.#arrivals.get(fingerprint)?.session === session) this.#arrivals.delete(fingerprint);
		link.stream.destroy();
	}

	/** Serves a Link for files of somebody who is in the room. It ends when they are not any more. */
	async #serveFiles({ frames, certificate: { fingerprint }, release, dismissed }: Arrival): Promise<void> {
		release();
		const { onFiles } = this.#options;
		const mine = [...this.#forFiles.values()].filter((one) => one === fingerprint).length;
		const isMember = this.#services.sequencer.isMember(fingerprint);
		if (onFiles === undefined || !isMember || mine >= linksForFiles || dismissed.aborted) return;
		const stop = new AbortController();
		this.#forFiles.set(stop, fingerprint);
		frames.limit({ maxBodyBytes: maxFileBodyBytes });
		await onFiles(frames, fingerprint, AbortSignal.any([stop.signal, this.#stop.signal]));
		this.#forFiles.delete(stop);
		await endGently(frames.stream);
	}

	/** Ends the Links for files of somebody who is not in the room any more. */
	#endFiles(fingerprint: Fingerprint): void {
		for (const [stop, who] of this.#forFiles) if (who === fingerprint) stop.abort();
	}

	/** Is called when the rules have changed: who is blocked by now does not come back by a seat either, and who is on the way in is judged again. */
	#rulesChanged(): void {
		const blocked = this.#seats.people().filter((guest) => this.#options.rules.isKeyBlocked(guest));
		if (blocked.length > 0) {
			void this.#services.sequencer.inTurn(() => {
				for (const guest of blocked) this.#seats.revoke(guest);
			});
		}
		this.#access.recheck();
	}

	/** Runs a session from its first word to its last. */
	async #serve(session: GuestSession, isMember: boolean): Promise<void> {
		this.#sessions.add(session);
		const end = await session.run(isMember);
		// When the room closes everybody goes at once: there is nobody left to tell.
		if (!this.#stop.signal.aborted && end !== "neverEntered") await this.#ended(session, end);
		// Somebody who was reading on and has not entered is away as before.
		else await this.#services.sequencer.leaveOpen(session);
		await session.close();
		this.#sessions.delete(session);
	}

	async #ended(session: GuestSession, end: Exclude<SessionEnd, "neverEntered">): Promise<void> {
		const { sequencer } = this.#services;
		if (end !== "lost") {
			this.#endFiles(session.fingerprint);
			if (end === "left") await sequencer.inTurn(() => this.#seats.forget(session.fingerprint));
			await sequencer.removal(session, end === "left" ? "left" : "connectionLost");
			return;
		}
		if (!(await sequencer.leaveOpen(session))) return;
		this.#isAway(session.fingerprint);
		this.#options.onAway(session.fingerprint, true);
	}

	/** Keeps the place of a member whose Link broke for five minutes, or in a room that is kept as long as its policy says. */
	#isAway(fingerprint: Fingerprint): void {
		clearTimeout(this.#away.get(fingerprint));
		this.#keeper?.setAway(fingerprint, true);
		const giveUp = this.#keeper
			? undefined
			: setTimeout(() => this.#track(this.#forget(fingerprint)), awayTimeoutMs).unref();
		this.#away.set(fingerprint, giveUp);
	}

	#expire(keeper: RoomKeeper): void {
		for (const fingerprint of keeper.expire()) this.#track(this.#forget(fingerprint));
	}

	/** Gives up the place of a member who has not come back in time. */
	async #forget(fingerprint: Fingerprint): Promise<void> {
		this.#endFiles(fingerprint);
		this.#isBack(fingerprint);
		await this.#services.sequencer.removal({ fingerprint }, "connectionLost");
	}

	#isBack(fingerprint: Fingerprint): void {
		clearTimeout(this.#away.get(fingerprint));
		this.#keeper?.setAway(fingerprint, false);
		if (this.#away.delete(fingerprint)) this.#options.onAway(fingerprint, false);
	}

	#track(work: Promise<void>): void {
		this.#running.add(work);
		void work.finally(() => this.#running.delete(work));
	}
}
