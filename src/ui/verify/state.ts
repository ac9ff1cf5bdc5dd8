// Comparing keys with somebody, as a pure machine: six words to read aloud, or a secret that both type, and what came of it.
import type { Command } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { VerificationView } from "../../engine/api/content.ts";
import type { Person } from "../../engine/api/people.ts";
import { pressChoices } from "../screen/choices.ts";
import { emptyField, type FieldState, pressField } from "../screen/field-state.ts";
import type { Press } from "../terminal/key-press.ts";
import { refusalWords } from "../words/refusals.ts";
import { type DifferChoice, differChoices, type WordsChoice, wordsChoices } from "./choices.ts";

/**
 * Says what is on show. `words`: what both read, absent while they are worked out · `secret`: what we ask the other person for · `run`: the check under way, or
 * its end, as the engine tells it · `answer`: what we are asked for · `remembered`: the person said that the words are the same.
 */
export type VerifyPage =
	| { readonly kind: "words"; readonly words?: readonly string[]; readonly chosen?: WordsChoice }
	| { readonly kind: "differ"; readonly chosen?: DifferChoice }
	| SecretPage
	| { readonly kind: "run" }
	| AnswerPage
	| { readonly kind: "remembered" };

interface SecretPage {
	readonly kind: "secret";
	readonly question: FieldState;
	readonly secret: FieldState;
	readonly focus: "question" | "secret";
	readonly isShown: boolean;
}

interface AnswerPage {
	readonly kind: "answer";
	readonly secret: FieldState;
	readonly focus: "secret" | "decline";
	readonly isShown: boolean;
}

/** `words` are kept beside the page for when it comes back. `message` says why something did not work. */
export interface VerifyState {
	readonly page: VerifyPage;
	readonly words?: readonly string[];
	readonly isBusy: boolean;
	readonly message: string;
}

/** Holds what the machine must know: who it is about, as they are now, and what the engine tells of the check by secret. */
export interface VerifyFacts {
	readonly person: Person;
	readonly verification: VerificationView | undefined;
	readonly isHost: boolean;
	/** Names the key that answers whoever asks; it is "" when no key does. */
	readonly answerKey: string;
}

type Purpose = "words" | "same" | "unverify" | "ask" | "answer" | "abort" | "remove";

export interface VerifyRequest {
	readonly kind: "perform";
	readonly command: Command;
	readonly purpose: Purpose;
}

/** Says what the screen is to do. */
export type VerifyOutput = VerifyRequest | { readonly kind: "close" | "leaveRoom" };
export type VerifyStep = readonly [VerifyState, readonly VerifyOutput[]];

const freshSecret: SecretPage = {
	kind: "secret",
	question: emptyField,
	secret: emptyField,
	focus: "question",
	isShown: false,
};

/** Is how the overlay opens for a person; the words are asked of the engine at once. */
export const openWords: VerifyState = { page: { kind: "words" }, isBusy: false, message: "" };

/** Is how the overlay opens to ask for a secret; the words are asked of the engine all the same, for when the person goes back to them. */
export const openSecret: VerifyState = { ...openWords, page: freshSecret };

/** Is how the overlay opens for whoever is asked for a secret. */
export const openAnswer: VerifyState = { ...openWords, page: freshAnswer() };

/** Returns what is to be asked of the engine when the words are opened. */
export const wordsRequest = ({ fingerprint }: Person): VerifyRequest => ({
	kind: "perform",
	command: { kind: "verifyWords", fingerprint },
	purpose: "words",
});

function freshAnswer(): AnswerPage {
	return { kind: "answer", secret: emptyField, focus: "secret", isShown: false };
}

/** Returns the page on show: an answer that is asked for no longer gives way to what became of it. */
export function shownPage({ page }: VerifyState, { verification }: VerifyFacts): VerifyPage {
	return page.kind === "answer" && verification?.state !== "asked" ? { kind: "run" } : page;
}

const stay = (state: VerifyState): VerifyStep => [state, []];
const open = (state: VerifyState, page: VerifyPage): VerifyStep => stay({ ...state, page, message: "" });
const toWords = (state: VerifyState): VerifyState => ({
	...state,
	page: { kind: "words", ...(state.words === undefined ? {} : { words: state.words }) },
});

function does(state: VerifyState, purpose: Purpose, command: Command): VerifyStep {
	return [{ ...state, isBusy: true, message: "" }, [{ kind: "perform", command, purpose }]];
}

/** Returns the overlay after a press, and what is to be done. */
export function pressVerify(state: VerifyState, press: Press, facts: VerifyFacts): VerifyStep {
	const page = shownPage(state, facts);
	const name = press.kind === "key" ? press.name : "";
	if (name === "escape" || name === "ctrl+c") return back(state, page, facts);
	if (state.isBusy) return stay(state);
	switch (page.kind) {
		case "words":
			return pressWords(state, page, press, facts);
		case "differ":
			return pressDiffer(state, page.chosen, press, facts);
		case "secret":
			return pressSecret(state, page, press, facts);
		case "answer":
			return pressAnswer(state, page, press);
		case "run":
			return pressRun(state, name, press, facts);
		case "remembered":
			return name === "enter" ? [state, [{ kind: "close" }]] : stay(state);
	}
}

function back(state: VerifyState, page: VerifyPage, { verification }: VerifyFacts): VerifyStep {
	switch (page.kind) {
		case "differ":
		case "secret":
			return stay({ ...toWords(state), message: "" });
		case "run": {
			const isUnderWay = verification?.state === "asking" || verification?.state === "checking";
			if (!isUnderWay) return [state, [{ kind: "close" }]];
			const abort = { kind: "perform", command: { kind: "verifyAbort" }, purpose: "abort" } as const;
			// Whoever was asked has seen no words to go back to.
			if (state.words === undefined) return [state, [abort, { kind: "close" }]];
			return [{ ...toWords(state), message: "Given up. Nothing was found out." }, [abort]];
		}
		case "words":
		case "answer":
		case "remembered":
			return [state, [{ kind: "close" }]];
	}
}

function pressWords(
	state: VerifyState,
	page: Extract<VerifyPage, { kind: "words" }>,
	press: Press,
	{ person }: VerifyFacts,
): VerifyStep {
	const { fingerprint, trust } = person;
	const step = pressChoices(wordsChoices(person), page.chosen, press);
	if (step === undefined) return stay(state);
	const { chosen: _, ...rest } = page;
	const marked = { ...state, page: step.chosen === undefined ? rest : { ...rest, chosen: step.chosen } };
	// Before the words are there nothing can be said of them.
	const isEarly = page.words === undefined && (step.taken === "same" || step.taken === "differ");
	if (step.taken === undefined || isEarly) return stay(marked);
	switch (step.taken) {
		case "same":
			return does(marked, "same", { kind: "verify", fingerprint, isVerified: true });
		case "unverify":
			return does(marked, "unverify", { kind: "verify", fingerprint, isVerified: false });
		case "secret":
			return open(marked, freshSecret);
		case "differ": {
			const [next] = open(marked, { kind: "differ" });
			if (trust !== "verified") return stay(next);
			// Words that differ outweigh whatever was compared before.
			return [
				next,
				[{ kind: "perform", command: { kind: "verify", fingerprint, isVerified: false }, purpose: "unverify" }],
			];
		}
	}
}

function pressDiffer(
	state: VerifyState,
	chosen: DifferChoice | undefined,
	press: Press,
	{ person, isHost }: VerifyFacts,
): VerifyStep {
	const step = pressChoices(differChoices(person, isHost), chosen, press);
	if (step === undefined) return stay(state);
	const { fingerprint } = person;
	const { taken } = step;
	const marked: VerifyState = {
		...state,
		page: { kind: "differ", ...(step.chosen === undefined ? {} : { chosen: step.chosen }) },
	};
	if (taken === undefined) return stay(marked);
	switch (taken) {
		case "again":
			return stay(toWords(marked));
		case "leave":
			return [marked, [{ kind: "leaveRoom" }]];
		case "remove":
			return does(marked, "remove", { kind: "kick", fingerprint });
		case "block":
			return does(marked, "remove", { kind: "block", address: fingerprint, isRemoving: true });
	}
}

const fieldMoves: ReadonlySet<string> = new Set(["tab", "shift+tab", "up", "down"]);

function pressSecret(state: VerifyState, page: SecretPage, press: Press, { person }: VerifyFacts): VerifyStep {
	const name = press.kind === "key" ? press.name : "";
	const to = (change: Partial<SecretPage>) => open(state, { ...page, ...change });
	if (fieldMoves.has(name)) return to({ focus: page.focus === "secret" ? "question" : "secret" });
	if (name === "ctrl+r") return to({ isShown: !page.isShown });
	if (name !== "enter") {
		const field = pressField(page[page.focus], press);
		return field === undefined ? stay(state) : to({ [page.focus]: field });
	}
	if (page.focus === "question") return to({ focus: "secret" });
	const secret = page.secret.edit.text;
	if (secret === "") return stay({ ...state, message: "Please type the secret." });
	const question = page.question.edit.text.trim();
	const { fingerprint } = person;
	return does(state, "ask", { kind: "verifyAsk", fingerprint, secret, ...(question === "" ? {} : { question }) });
}

function pressAnswer(state: VerifyState, page: AnswerPage, press: Press): VerifyStep {
	const name = press.kind === "key" ? press.name : "";
	const to = (change: Partial<AnswerPage>) => open(state, { ...page, ...change });
	if (fieldMoves.has(name)) return to({ focus: page.focus === "secret" ? "decline" : "secret" });
	if (name === "ctrl+r") return to({ isShown: !page.isShown });
	if (name !== "enter") {
		const field = page.focus === "secret" ? pressField(page.secret, press) : undefined;
		return field === undefined ? stay(state) : to({ secret: field });
	}
	if (page.focus === "decline")
		return [state, [{ kind: "perform", command: { kind: "verifyAbort" }, purpose: "abort" }, { kind: "close" }]];
	const secret = page.secret.edit.text;
	if (secret === "") return stay({ ...state, message: "Please type the secret." });
	return does(state, "answer", { kind: "verifyAnswer", secret });
}

/** Ends after which asking once more makes sense. */
const canAskAgain: ReadonlySet<VerificationView["state"]> = new Set(["mismatched", "declined", "timedOut"]);

function pressRun(state: VerifyState, name: string, press: Press, { verification }: VerifyFacts): VerifyStep {
	const end = verification?.state;
	if (end === undefined || end === "asking" || end === "checking") return stay(state);
	if (name === "enter") return [state, [{ kind: "close" }]];
	const isAgain = press.kind === "text" && press.text === "a" && canAskAgain.has(end);
	return isAgain ? open(state, freshSecret) : stay(state);
}

/** Returns the overlay when the engine has answered. What was typed stays when it was refused; secrets do not stay when it was not. */
export function verifyTold(state: VerifyState, purpose: Purpose, outcome: Outcome): VerifyStep {
	const idle: VerifyState = { ...state, isBusy: purpose === "words" ? state.isBusy : false };
	if (outcome.kind === "refused") {
		// What was asked ended in the same moment: the page tells how.
		const isOver = purpose === "abort" || (purpose === "answer" && outcome.code === "not_asked");
		return stay(isOver ? idle : { ...idle, message: refusalWords(outcome) });
	}
	switch (purpose) {
		case "words": {
			const words = outcome.words ?? [];
			const page = state.page.kind === "words" ? { ...state.page, words } : state.page;
			return stay({ ...state, words, page });
		}
		case "same":
			return stay({ ...idle, page: { kind: "remembered" } });
		case "unverify":
			return stay({ ...idle, message: "Taken back: no longer verified." });
		case "ask":
		case "answer":
			return stay({ ...idle, page: { kind: "run" } });
		case "abort":
			return stay(idle);
		case "remove":
			return [idle, [{ kind: "close" }]];
	}
}

/** Is called when somebody asks while the overlay about them is open, and nothing was typed that could be lost. */
export function verifyAsked(state: VerifyState): VerifyState {
	return { ...state, page: freshAnswer(), isBusy: false, message: "" };
}
