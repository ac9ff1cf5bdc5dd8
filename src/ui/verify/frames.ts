// How comparing keys looks: the six words and what can be said of them, the secret, the wait, and what came of it. Pure.
import type { VerificationView } from "../../engine/api/content.ts";
import type { Person } from "../../engine/api/people.ts";
import type { Style } from "../look/palettes.ts";
import { grouped } from "../look/person-words.ts";
import type { Theme } from "../look/theme.ts";
import { layChoices } from "../screen/choices.ts";
import { type Frame, isCompact, layPage } from "../screen/page.ts";
import { type BodyBuilder, buildBody } from "../screen/page-body.ts";
import type { Look } from "../screen/screen.tsx";
import type { BarItem } from "../settings/keys.ts";
import { pad } from "../text/width.ts";
import { differChoices, wordsChoices } from "./choices.ts";
import { shownPage, type VerifyFacts, type VerifyPage, type VerifyState } from "./state.ts";

type PageOf<Kind extends VerifyPage["kind"]> = Extract<VerifyPage, { readonly kind: Kind }>;

const esc = (words: string): BarItem => ({ keys: "Esc", words });
const enter = (words: string): BarItem => ({ keys: "Enter", words });
const choose: BarItem = { keys: "↑ ↓", words: "choose" };

/** From this width on three words stand beside each other, otherwise two. */
const threeFrom = 50;

/** Returns the words, numbered from left to right, so that nobody reads them in another order. */
function wordRows(theme: Theme, words: readonly string[], width: number): readonly string[] {
	const perRow = width >= threeFrom ? 3 : 2;
	const column = Math.floor(width / perRow);
	const rows = Array.from({ length: Math.ceil(words.length / perRow) }, (_, row) =>
		words.slice(row * perRow, (row + 1) * perRow),
	);
	return rows.map((row, index) =>
		row
			.map((word, place) => {
				const number = `${index * perRow + place + 1}. `;
				return theme.paint("faint", `  ${number}`) + theme.paint("strong", pad(word, column - 2 - number.length));
			})
			.join(""),
	);
}

function layWords(body: BodyBuilder, page: PageOf<"words">, { person }: VerifyFacts, theme: Theme): void {
	if (person.trust === "changed") body.text("This name had another key before. Ask why.", "alarm");
	body.text("Read these aloud to each other, over the phone or in person:", "title");
	body.gap();
	if (page.words === undefined) body.text("Working out the words …", "accent");
	else for (const row of wordRows(theme, page.words, body.width)) body.row(row);
	body.gap();
	layChoices(body, theme, wordsChoices(person), page.chosen);
}

function layDiffer(body: BodyBuilder, page: PageOf<"differ">, facts: VerifyFacts, look: Look): void {
	const { person, isHost } = facts;
	body.text(`Somebody may be between you and ${person.name}, or this is not ${person.name}.`, "alarm");
	body.text("Say nothing here that not everybody may know. Ask by phone or in person for the fingerprint; it must be");
	body.text(grouped(person.fingerprint), "strong");
	if (!isCompact(look.size)) {
		body.gap();
		body.text("Do not compare in this chat: whoever sits in between could change what you read.", "faint");
	}
	body.gap();
	layChoices(body, look.theme, differChoices(person, isHost), page.chosen);
}

function laySecret(body: BodyBuilder, page: PageOf<"secret">, { person }: VerifyFacts, theme: Theme): void {
	const lead = (isFocused: boolean) => theme.paint(isFocused ? "accent" : "faint", "› ");
	const isQuestion = page.focus === "question";
	body.text(`A question for ${person.name}, so that they know which secret is meant (they see it)`);
	body.field({
		edit: page.question.edit,
		isFocused: isQuestion,
		lead: lead(isQuestion),
		placeholder: "What did we eat in Lisbon?",
	});
	body.gap();
	body.text("The secret, as they will type it (never sent)");
	body.field({ edit: page.secret.edit, isFocused: !isQuestion, isMasked: !page.isShown, lead: lead(!isQuestion) });
	body.gap();
	body.text("Small or capital letters and extra blanks make no difference.", "faint");
}

function layAnswer(body: BodyBuilder, page: PageOf<"answer">, facts: VerifyFacts, theme: Theme): void {
	const { person, verification } = facts;
	const question = verification?.question;
	body.text(`${person.name} wants to make sure it is you, and asks for a secret that only you two know.`, "title");
	if (question !== undefined) body.text(`They wrote: ${question}`);
	body.gap();
	const isFocused = page.focus === "secret";
	body.field({ edit: page.secret.edit, isFocused, isMasked: !page.isShown, placeholder: "the secret" });
	body.text("It never leaves this computer; both learn only whether it is the same.", "faint");
	body.gap();
	layChoices(body, theme, [{ id: "decline", words: "Decline" }], page.focus === "decline" ? "decline" : undefined);
}

/** Says in words what happened, and what that means. */
interface RunWords {
	readonly title: string;
	readonly style: Style;
	readonly more: string;
}

const runWords: Record<VerificationView["state"], (person: Person) => RunWords> = {
	asking: ({ name }) => ({
		title: `Waiting for ${name} to type the secret …`,
		style: "accent",
		more: "They see a note above their message box. It waits five minutes.",
	}),
	asked: ({ name }) => ({ title: `${name} asks you for a secret.`, style: "accent", more: "/answer answers." }),
	checking: () => ({ title: "Comparing …", style: "accent", more: "Both have typed it." }),
	matched: ({ name }) => ({
		title: `✓ It is the same secret: ${name} is verified.`,
		style: "good",
		more: `From now on ● stands beside the name ${name} with this key, here and in every other room.`,
	}),
	mismatched: ({ name }) => ({
		title: "!! Not the same secret.",
		style: "alarm",
		more: `One of you mistyped it, or this is not ${name}, or somebody is in between. Ask ${name} in another way before you say anything here. Each try tells a stranger nothing but that a guess was wrong.`,
	}),
	declined: ({ name }) => ({
		title: `${name} did not answer, or is busy with another check.`,
		style: "warning",
		more: "Nothing was found out.",
	}),
	timedOut: () => ({ title: "Five minutes are over.", style: "warning", more: "Nothing was found out." }),
	left: ({ name }) => ({
		title: `${name} left before the check was over.`,
		style: "warning",
		more: "Nothing was found out.",
	}),
};

function layRun(body: BodyBuilder, { person, verification }: VerifyFacts): void {
	const { title, style, more } = runWords[verification?.state ?? "left"](person);
	body.text(title, style);
	body.gap();
	body.text(more);
	if (verification?.state === "mismatched") body.text(`Their key: ${grouped(person.fingerprint)}`, "faint");
}

function runBar(verification: VerificationView | undefined): readonly BarItem[] {
	switch (verification?.state) {
		case "asking":
		case "checking":
			return [esc("give up")];
		case "mismatched":
		case "declined":
		case "timedOut":
			return [{ keys: "a", words: "ask again" }, esc("back")];
		default:
			return [esc("back")];
	}
}

function barFor(page: VerifyPage, { verification, answerKey }: VerifyFacts): readonly BarItem[] {
	const isAsked = verification?.state === "asked" && page.kind !== "answer";
	const answer = isAsked && answerKey !== "" ? [{ keys: answerKey, words: "answer" }] : [];
	const show = (isShown: boolean) => ({ keys: "Ctrl-R", words: isShown ? "hide it" : "show it" });
	switch (page.kind) {
		case "words":
		case "differ":
			return [...answer, choose, ...(page.chosen === undefined ? [] : [enter("take it")]), esc("back")];
		case "secret":
			return [
				enter(page.focus === "question" ? "next field" : "ask"),
				{ keys: "Tab", words: "field" },
				show(page.isShown),
				...answer,
				esc("back"),
			];
		case "answer":
			return [
				enter(page.focus === "decline" ? "decline" : "answer"),
				{ keys: "Tab", words: page.focus === "decline" ? "answer" : "decline" },
				show(page.isShown),
				esc("later"),
			];
		case "run":
			return runBar(verification);
		case "remembered":
			return [enter("back to the chat"), esc("back")];
	}
}

function layBody(body: BodyBuilder, page: VerifyPage, facts: VerifyFacts, look: Look): void {
	const { person } = facts;
	switch (page.kind) {
		case "words":
			layWords(body, page, facts, look.theme);
			break;
		case "differ":
			layDiffer(body, page, facts, look);
			break;
		case "secret":
			laySecret(body, page, facts, look.theme);
			break;
		case "answer":
			layAnswer(body, page, facts, look.theme);
			break;
		case "run":
			layRun(body, facts);
			break;
		case "remembered":
			body.text(`✓ ${person.name} is verified.`, "good");
			body.gap();
			body.text(`From now on ● stands beside the name ${person.name} with this key, here and in every other room.`);
	}
}

/** Returns the frame of the overlay. */
export function layVerify(state: VerifyState, facts: VerifyFacts, look: Look): Frame {
	const { theme, size } = look;
	const page = shownPage(state, facts);
	const body = buildBody(theme, size);
	if (state.message !== "") body.text(state.message, "warning");
	layBody(body, page, facts, look);
	const title = `Verify ${facts.person.name}`;
	return layPage({
		size,
		theme,
		title,
		right: facts.person.shortFingerprint,
		body: body.finish(),
		bar: barFor(page, facts),
	});
}
