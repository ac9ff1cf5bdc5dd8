// Keeps what was typed while a password was checked. It may be the beginning of a message, or the password once more: so it is neither shown nor sent
// until the person says that it is for the message box. Pure.

import { applyEdit, editOf } from "../screen/edit.ts";
import type { Press } from "../terminal/key-press.ts";
import { counted } from "../text/counted.ts";
import { graphemesOf } from "../text/width.ts";
import type { Composer } from "./composer-state.ts";
import { insert, maxMessageLength, tell } from "./text.ts";

/** Withholds a text and asks whether it shall go into the message box. An empty one changes nothing. */
export function withholdTyped(composer: Composer, text: string): Composer {
	if (text === "") return composer;
	const count = graphemesOf(text).length;
	const size = counted(count, "character");
	const words = `You typed ${size} while the password was checked. Tab: put them in the message. Esc: don't.`;
	return { ...tell(composer, "info", words), ask: { kind: "typedAhead", text } };
}

/** Takes the answer. Typing goes on in what is withheld, and Enter does nothing: whoever types a password once more, blindly, neither sends it nor sees it. */
export function answerTyped(composer: Composer, text: string, press: Press): Composer {
	const answered: Composer = { ...composer, ask: undefined, note: undefined };
	if (press.kind !== "key") {
		const longer = applyEdit(editOf(text), { kind: "insert", text: press.text }).text;
		return withholdTyped(composer, longer.slice(0, maxMessageLength).toWellFormed());
	}
	switch (press.name) {
		case "tab":
			return insert(answered, text);
		case "escape":
		case "ctrl+c":
			return tell(answered, "info", "Thrown away.");
		case "backspace": {
			const shorter = graphemesOf(text).slice(0, -1).join("");
			return shorter === "" ? answered : withholdTyped(composer, shorter);
		}
		default:
			return composer;
	}
}
