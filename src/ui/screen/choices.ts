// A short list of things to choose from, each with its number: nothing is chosen at first, so that a stray Enter does nothing. Pure.
import type { Style } from "../look/palettes.ts";
import type { Theme } from "../look/theme.ts";
import type { Press } from "../terminal/key-press.ts";
import { wrap } from "../text/width.ts";
import type { BodyBuilder } from "./page-body.ts";

/** One thing that can be chosen. */
export interface Choice<Id extends string> {
	readonly id: Id;
	readonly words: string;
	readonly style?: Style;
}

/** Says what came of a press. `chosen` is the one marked now; with `taken` Enter was pressed on it. */
interface Chosen<Id extends string> {
	readonly chosen: Id | undefined;
	readonly taken?: Id;
}

/** Returns the list after a press: arrows and numbers mark, Enter takes what is marked. It returns `undefined` when the press is none for a list. */
export function pressChoices<Id extends string>(
	choices: readonly Choice<Id>[],
	chosen: Id | undefined,
	press: Press,
): Chosen<Id> | undefined {
	const place = choices.findIndex(({ id }) => id === chosen);
	if (press.kind === "text") {
		const numbered = /^[1-9]$/.test(press.text) ? choices[Number(press.text) - 1] : undefined;
		return numbered && { chosen: numbered.id };
	}
	if (press.kind === "paste") return undefined;
	switch (press.name) {
		case "down":
		case "tab":
			return { chosen: choices[Math.min(place + 1, choices.length - 1)]?.id };
		case "up":
		case "shift+tab":
			return { chosen: choices[Math.max(place - 1, 0)]?.id };
		case "enter":
			return place < 0 || chosen === undefined ? { chosen: undefined } : { chosen, taken: chosen };
		default:
			return undefined;
	}
}

/** Adds the list to a page. What is marked has an arrow, so that no colour is needed. */
export function layChoices<Id extends string>(
	body: BodyBuilder,
	theme: Theme,
	choices: readonly Choice<Id>[],
	chosen: Id | undefined,
): void {
	choices.forEach(({ id, words, style = "plain" }, index) => {
		const isChosen = id === chosen;
		const lead = `${isChosen ? "›" : " "} ${index + 1} `;
		wrap(words, body.width - lead.length).forEach((row, line) => {
			if (isChosen) body.focus();
			const text = `${line === 0 ? lead : " ".repeat(lead.length)}${row}`;
			body.row(theme.paint(isChosen ? "accent" : style, text));
		});
	});
}
