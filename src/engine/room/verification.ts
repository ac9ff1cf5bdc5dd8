// The shared-secret check between two people of a room: who asked whom, what is due next, and what came of it. One run at a time, one guess a run.

import { randomBytes } from "node:crypto";
import { fingerprintBytes } from "../../crypto/group/leaf-credential.ts";
import { type Fingerprint, shortFingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Initiator, Responder } from "../../crypto/password/pake.ts";
import { foldedSecret, readSecret } from "../../crypto/password/secret-text.ts";
import type { Outcome } from "../api/codes.ts";
import type { VerificationView } from "../api/content.ts";
import { done, refuse } from "../api/outcome.ts";
import type { Person } from "../api/people.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import { cleanLine } from "../text/clean.ts";
import { type BodyOf, maxQuestionBytes, type VerifyStep, verifyRunBytes } from "../wire/content-kinds.ts";

/** A person needs time to remember and to type; then each side ends the run by itself. */
export const answerTimeoutMs = 5 * 60_000;
/** At least this many milliseconds lie between two runs with the same person, because each run is a guess for whoever is at the other end. */
export const pauseMs = 20_000;
/** At most this many pauses between two runs are remembered. */
const maxPauses = 500;

export interface VerificationOptions {
	readonly self: Fingerprint;
	readonly roomId: Uint8Array;
	/** Returns the primary key packet of ourselves or of somebody else. */
	readonly packetOf: (fingerprint: Fingerprint) => Promise<Uint8Array | undefined>;
	readonly person: (fingerprint: Fingerprint) => Person | undefined;
	/** Sends a step. It returns `false` when too much waits to be sent. */
	readonly say: (body: BodyOf<"verify">) => boolean;
	/** Is called when both know the secret. */
	readonly onMatched: (who: Fingerprint) => void;
	readonly onChange: (view: VerificationView) => void;
	/** Returns milliseconds on a clock that only goes forward. */
	readonly uptime: () => number;
}

type Stage =
	| { readonly kind: "asking"; readonly initiator: Initiator }
	| { readonly kind: "awaitingFinish"; readonly initiator: Initiator }
	| { readonly kind: "asked"; readonly share: Uint8Array }
	/** The person has typed the secret, and the exchange is being computed. */
	| { readonly kind: "answering" }
	| { readonly kind: "awaitingConfirm"; readonly responder: Responder };

interface Run {
	readonly id: Uint8Array;
	readonly who: Fingerprint;
	readonly question: string;
	readonly timer: NodeJS.Timeout;
	stage: Stage;
}

const busy = refuse({ code: "verification_busy", why: "underWay" });
const tooSoon = refuse({ code: "verification_busy", why: "tooSoon" });
const badSecret = refuse({ code: "bad_text", why: "badSecret" });
const toldSecret = refuse({ code: "bad_text", why: "secretInQuestion" });
const notHere = refuse({ code: "no_such_member", why: "notHere" });
const noKey = refuse({ code: "no_such_member", why: "keyUnknown" });
const tooMuch = refuse({ code: "too_many_pending" });

/** Loads CPace when somebody asks. */
const sharedSecret = () => import("../../crypto/password/shared-secret.ts");

/** Secrets shorter than this stand in many a harmless question. */
const tellingLength = 4;

// A secret typed into the wrong field would be sent to whoever is to prove that they know it.
function isTold(secret: string, question: string): boolean {
	const hidden = foldedSecret(secret);
	const shown = foldedSecret(question);
	return hidden === shown || (hidden.length >= tellingLength && shown.includes(hidden));
}

/** Runs the checks by a shared secret, during one stay in a room. */
export class Verification {
	readonly #options: VerificationOptions;
	/** Remembers when the last run with somebody began. */
	readonly #lastAt = new BoundedMap<Fingerprint, number>(maxPauses);
	#run: Run | undefined;
	#isPreparing = false;
	#view: VerificationView | undefined;

	constructor(options: VerificationOptions) {
		this.#options = options;
	}

	/** Returns the run under way, or else the last one. */
	get view(): VerificationView | undefined {
		return this.#view;
	}

	async ask(who: Fingerprint, typed: string, question: string): Promise<Outcome> {
		const { person, self, say } = this.#options;
		const secret = readSecret(typed);
		if (!secret) return badSecret;
		if (Buffer.byteLength(question) > maxQuestionBytes) return refuse({ code: "text_too_long", what: "question" });
		if (isTold(typed, question)) return toldSecret;
		if (who === self || !person(who)) return notHere;
		if (this.#run || this.#isPreparing) return busy;
		if (this.#isPausing(who)) return tooSoon;
		const id = randomBytes(verifyRunBytes);
		this.#isPreparing = true;
		const [binding, { askWith }] = await Promise.all([this.#binding(self, who, id), sharedSecret()]);
		this.#isPreparing = false;
		if (!binding) return noKey;
		// Something may have come meanwhile.
		if (this.#run) return busy;
		if (!person(who)) return notHere;
		const initiator = askWith(secret, binding);
		secret.fill(0);
		this.#begin(id, who, question, { kind: "asking", initiator });
		if (!say(this.#step(who, id, { step: "ask", share: initiator.share, question }))) {
			this.#end("declined");
			return tooMuch;
		}
		this.#show("asking");
		return done;
	}

	async answer(typed: string): Promise<Outcome> {
		const run = this.#run;
		if (run?.stage.kind !== "asked") return refuse({ code: "not_asked", what: "secret" });
		const secret = readSecret(typed);
		if (!secret) return badSecret;
		const { share } = run.stage;
		run.stage = { kind: "answering" };
		const [binding, { answerWith }] = await Promise.all([
			this.#binding(run.who, this.#options.self, run.id),
			sharedSecret(),
		]);
		if (this.#run !== run) return refuse({ code: "not_asked", what: "gone" });
		if (!binding) {
			this.abort();
			return noKey;
		}
		const responder = answerWith(secret, binding, share);
		secret.fill(0);
		run.stage = { kind: "awaitingConfirm", responder };
		this.#send(run, { step: "answer", share: responder.share });
		this.#show("checking");
		return done;
	}

	/** Ends the run under way. */
	abort(): Outcome {
		const run = this.#run;
		if (!run) return refuse({ code: "not_asked", what: "verification" });
		this.#send(run, { step: "end", reason: "declined" });
		this.#end("declined");
		return done;
	}

	/** Takes in a step that somebody sent. Steps for others, of other runs or out of turn are left alone. */
	heard(from: Person, { to, run: id, what }: BodyOf<"verify">): void {
		if (Buffer.compare(to, fingerprintBytes(this.#options.self)) !== 0 || from.isSelf) return;
		if (what.step === "ask") {
			this.#asked(from, id, what);
			return;
		}
		const run = this.#run;
		if (run?.who !== from.fingerprint || Buffer.compare(run.id, id) !== 0) return;
		const { stage } = run;
		if (what.step === "answer" && stage.kind === "asking") this.#answered(run, stage.initiator, what.share);
		else if (what.step === "confirm" && stage.kind === "awaitingConfirm")
			this.#confirmed(run, stage.responder, what.tag);
		else if (what.step === "finish" && stage.kind === "awaitingFinish")
			this.#end(stage.initiator.finish(what.tag).kind === "agreed" ? "matched" : "mismatched");
		else if (what.step === "end") this.#end(what.reason === "mismatched" ? "mismatched" : "declined");
	}

	/** Is told that this person is not here any more, or came in anew. */
	left(who: Fingerprint): void {
		if (this.#run?.who === who) this.#end("left");
	}

	/** Ends every run, because the room is over. */
	close(): void {
		clearTimeout(this.#run?.timer);
		this.#run = undefined;
	}

	#asked(from: Person, id: Uint8Array, { share, question }: Extract<VerifyStep, { step: "ask" }>): void {
		const who = from.fingerprint;
		// Whoever asks again and again is not even answered.
		if (this.#isPausing(who)) return;
		if (this.#run || this.#isPreparing) {
			this.#remember(who);
			this.#options.say(this.#step(who, id, { step: "end", reason: "busy" }));
			return;
		}
		this.#begin(Uint8Array.from(id), who, cleanLine(question), { kind: "asked", share: Uint8Array.from(share) });
		this.#show("asked");
	}

	#answered(run: Run, initiator: Initiator, share: Uint8Array): void {
		const step = initiator.receive(Uint8Array.from(share));
		if (step.kind === "failed") {
			this.#send(run, { step: "end", reason: "mismatched" });
			this.#end("mismatched");
			return;
		}
		run.stage = { kind: "awaitingFinish", initiator };
		this.#send(run, { step: "confirm", tag: step.tag });
		this.#show("checking");
	}

	#confirmed(run: Run, responder: Responder, tag: Uint8Array): void {
		const check = responder.check(tag);
		if (check.kind === "right") {
			check.isk.fill(0);
			this.#send(run, { step: "finish", tag: check.tag });
		} else this.#send(run, { step: "end", reason: "mismatched" });
		this.#end(check.kind === "right" ? "matched" : "mismatched");
	}

	#begin(id: Uint8Array, who: Fingerprint, question: string, stage: Stage): void {
		this.#remember(who);
		const timer = setTimeout(() => this.#end("timedOut"), answerTimeoutMs);
		timer.unref();
		this.#run = { id, who, question, timer, stage };
	}

	#end(state: "matched" | "mismatched" | "declined" | "timedOut" | "left"): void {
		const run = this.#run;
		if (!run) return;
		clearTimeout(run.timer);
		if (state === "matched") this.#options.onMatched(run.who);
		this.#show(state);
		this.#run = undefined;
	}

	#show(state: VerificationView["state"]): void {
		const run = this.#run;
		if (!run) return;
		const person = this.#options.person(run.who) ?? this.#view?.person ?? unknownPerson(run.who);
		this.#view = { person, state, ...(run.question === "" ? {} : { question: run.question }) };
		this.#options.onChange(this.#view);
	}

	#send(run: Run, what: VerifyStep): void {
		this.#options.say(this.#step(run.who, run.id, what));
	}

	#step(to: Fingerprint, run: Uint8Array, what: VerifyStep): BodyOf<"verify"> {
		return { kind: "verify", to: fingerprintBytes(to), run, what };
	}

	async #binding(askerKey: Fingerprint, answererKey: Fingerprint, run: Uint8Array) {
		const { packetOf, roomId } = this.#options;
		const [asker, answerer] = [await packetOf(askerKey), await packetOf(answererKey)];
		return asker && answerer ? { roomId, run, asker, answerer } : undefined;
	}

	#isPausing(who: Fingerprint): boolean {
		const last = this.#lastAt.get(who);
		return last !== undefined && this.#options.uptime() - last < pauseMs;
	}

	#remember(who: Fingerprint): void {
		this.#lastAt.set(who, this.#options.uptime());
	}
}

/** Returns what is said of somebody who left while their step was on its way. */
function unknownPerson(fingerprint: Fingerprint): Person {
	const short = shortFingerprint(fingerprint);
	return { fingerprint, shortFingerprint: short, name: short, trust: "new", isSelf: false, isHost: false };
}
