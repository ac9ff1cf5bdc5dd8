// A stay as a guest: asks the person for the password, keeps the room they see, tells the engine where they are.
import type { Outcome } from "./api.ts";
import type { ContentCommand, TalkView } from "./api-content.ts";
import type { JoinTarget } from "./join-target.ts";
import { joinRoom } from "./joining.ts";
import type { Member, MemberEvent } from "./member.ts";
import { done, refuse } from "./outcome.ts";
import { Room } from "./room.ts";
import type { Self } from "./self.ts";
import { maxPasswordBytes, type Stay, type StayContext, type StayEnd } from "./stay.ts";
import { TalkDesk } from "./talk-desk.ts";

const outOfStep =
	"The encryption of the room went out of step. You are let in again; what was said in between may be missing.";

const missedWords = (count: number): string =>
	`The connection was lost for too long: up to ${count} ${count === 1 ? "line" : "lines"} said meanwhile can't be shown.`;

export class GuestStay implements Stay {
	readonly ended: Promise<StayEnd>;
	readonly #context: StayContext;
	readonly #self: Self;
	readonly #target: JoinTarget;
	readonly #stop = new AbortController();
	readonly #talk: TalkDesk;
	#room: Room | undefined;
	#member: Member | undefined;
	#answer: ((password: string | undefined) => void) | undefined;

	/** Starts joining at once. */
	constructor(context: StayContext, self: Self, target: JoinTarget) {
	#isReconnecting = false;
	/** Of the way in, as long as it shows what is tried. */
	#step: Step | undefined;
	readonly #attempts = new Attempts((attempt) => {
		this.#context.emit({ kind: "attempt", ...attempt });
		this.#showStep();
	});
		this.#context = context;
		this.#self = self;
		this.#target = target;
		this.#talk = new TalkDesk({
			self,
			context,
			isHost: false,
			room: () => this.#room,
			member: () => this.#member,
		});
		const ended = joinRoom({
			self,
			target,
			transport: context.transport,
			askPassword: (left, wasWrong, hasEnded) => this.#ask(left, wasWrong, hasEnded),
			onStep: (step) => context.setPhase({ kind: "connecting", target: target.display, step }),
			onEntered: (member, members, host, missed, certificates) => {
				this.#room ??= this.#newRoom(host.certificate.fingerprint);
				context.account.rememberRoom(target.typed);
				if (missed > 0) this.#room.notice("warning", missedWords(missed));
				this.#room.entered(members);
				this.#talk.entered(host.roomId, certificates);
				this.#isIn(member);
			},
			onReconnecting: () => this.#isOut(),
			onResumed: (member) => this.#isIn(member),
			onOutOfStep: () => this.#room?.notice("warning", outOfStep),
			emit: (event) => this.#apply(event),
			signal: this.#stop.signal,
			now: context.now,
		});
		this.ended = ended.finally(() => this.#close());
	}

	get room(): Room | undefined {
		return this.#room;
	}

	password(password: string): Outcome {
		if (!this.#answer) return refuse("not_asked", "No password is asked for at the moment.");
		if (password === "" || Buffer.byteLength(password) > maxPasswordBytes) {
			return refuse("bad_password", "Please enter the password.");
		}
		this.#answer(password);
		return done;
	}

	talk(command: ContentCommand): Outcome | Promise<Outcome> {
		return this.#talk.perform(command);
	}

	talkView(): TalkView | undefined {
		return this.#talk.view();
	}

	async kick(): Promise<Outcome> {
		return refuse("not_host", "Only the host can remove somebody.");
	}

	async setPassword(): Promise<Outcome> {
		return refuse("not_host", "Only the host can change the password.");
	}

	/** Guests know no more than what the host tells. */
	refreshPlaces(): void {}

	leave(): void {
		this.#answer?.(undefined);
		this.#stop.abort();
	}

	#isIn(member: Member): void {
		this.#member = member;
		this.#context.setPhase({ kind: "inRoom", role: "guest" });
	}

	#apply(event: MemberEvent): void {
		this.#room?.apply(event);
		this.#talk.heard(event);
		this.#context.changed();
	}

	#close(): void {
		this.#talk.close();
		const unsent = this.#room?.timeline.waiting() ?? [];
		if (this.#room) this.#context.unsent.keep(this.#room.host, unsent);
	}

	async #ask(attemptsLeft: number, wasWrong: boolean, hasEnded: AbortSignal): Promise<string | undefined> {
		const { promise, resolve } = Promise.withResolvers<string | undefined>();
		this.#answer = resolve;
		hasEnded.addEventListener("abort", () => resolve(undefined), { once: true });
		this.#context.setPhase({ kind: "passwordNeeded", target: this.#target.display, attemptsLeft, wasWrong });
		if (this.#isReconnecting) this.#context.emit({ kind: "reconnected" });
		this.#isReconnecting = false;
	}

	/** Also called before each further try; told once. */
	#isOut(): void {
		this.#context.setPhase({ kind: "inRoom", role: "guest", isReconnecting: true });
		if (!this.#isReconnecting) this.#context.emit({ kind: "reconnecting" });
		this.#isReconnecting = true;
		this.#context.emit({ kind: "passwordRequired", attemptsLeft });
		const password = await promise;
		this.#answer = undefined;
		return password;
	}

	#newRoom(host: Self["signer"]["fingerprint"]): Room {
		const { account, now, emit, changed, unsent } = this.#context;
		const room = new Room({
			self: this.#self.signer.fingerprint,
			host,
			meet: (fingerprint, name) => account.meet(fingerprint, name),
			addressOf: () => undefined,
			now,
			emit,
			changed,
			onVerify: (from, step) => this.#talk.heardStep(from, step),
		});
		for (const line of unsent.take(host)) room.timeline.addWaiting(line);
		return room;
	}
}
			formerKeys: (fingerprint, name) => account.formerKeys(fingerprint, name),
