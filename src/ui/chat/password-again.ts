// Asks a guest for the new password of a room that they were in, in place of the message box: what was said stays in sight, and the draft waits.
import { useEffectEvent, useLayoutEffect, useState } from "react";
import { emptyField, type FieldState, pressField } from "../screen/field-state.ts";
import { type Look, useLook } from "../screen/screen.tsx";
import { layField } from "../screen/text-field.ts";
import type { Press } from "../terminal/key-press.ts";
import { fit, wrap } from "../text/width.ts";
import { refusalWords } from "../words/refusals.ts";
import type { Foot } from "./frame.ts";
import type { ChatProps, RoomMode } from "./props.ts";

const prompt = " › ";

interface Asked {
	readonly password: FieldState;
	readonly isShown: boolean;
	/** Says why what was typed did not do; it is "" at first. */
	readonly message: string;
	/** Is what waits in the message box. */
	readonly draft: string;
	/** The password is being checked. */
	readonly isChecking: boolean;
}

function layAsked({ password, isShown, message, draft, isChecking }: Asked, { theme, size }: Look): Foot {
	const width = size.columns - 2;
	const question = isChecking
		? "Checking the password …"
		: "The host is there again and wants the password of the room. If it is another one now, ask them for it:";
	const above = wrap(question, width).map((row) => ` ${theme.paint("accent", row)}`);
	const { text, cursorColumn } = layField(password.edit, size.columns - prompt.length, !isShown);
	const told = message === "" ? [] : wrap(message, width).map((row) => ` ${theme.paint("warning", row)}`);
	const waiting = draft === "" ? [] : [` ${theme.paint("faint", fit(`Waits: ${draft.replaceAll("\n", " ")}`, width))}`];
	return {
		rows: [...above, ...told, ...waiting, theme.paint("accent", prompt) + text],
		cursor: { row: above.length + told.length + waiting.length, column: prompt.length + cursorColumn },
	};
}

const wrongWords = (left: number): string =>
	`That was not the password. ${left === 1 ? "1 try left." : `${left} tries left.`}`;

const barFor = (isShown: boolean): RoomMode["bar"] => [
	{ keys: "Enter", words: "try it" },
	{ keys: "Ctrl-R", words: isShown ? "hide it" : "show it" },
	{ keys: "Esc", words: "give up and leave" },
];

/**
 * Provides the mode that asks for the password, or `undefined` while nobody wants one. It stays while the password is checked: what is typed then may be
 * the password once more, and is handed to `withhold` when we are in the room again. `draft` is what waits in the message box.
 */
export function usePasswordAgain(
	props: ChatProps,
	draft: string,
	withhold: (typed: string) => void,
): RoomMode | undefined {
	const { asked, phase, perform, onHome, onLeave } = props;
	const look = useLook();
	const [password, setPassword] = useState(emptyField);
	const [isShown, setShown] = useState(false);
	const [refused, setRefused] = useState("");
	// How many tries were left when it was answered; after another question nothing is being checked.
	const [answeredAt, setAnsweredAt] = useState<number>();
	if (asked !== undefined && answeredAt !== undefined && asked.attemptsLeft !== answeredAt) setAnsweredAt(undefined);
	const isChecking = answeredAt !== undefined && asked === undefined && phase.isReconnecting === true;
	const isIn = answeredAt !== undefined && phase.isReconnecting !== true;
	const finish = useEffectEvent(() => {
		withhold(password.edit.text);
		setPassword(emptyField);
		setAnsweredAt(undefined);
	});
	// Within the drawing: no key may reach the message box before.
	useLayoutEffect(() => {
		if (isIn) finish();
	}, [isIn]);
	if (asked === undefined && !isChecking) return undefined;
	const answer = () => {
		if (asked === undefined) return;
		setAnsweredAt(asked.attemptsLeft);
		setPassword(emptyField);
		void perform({ kind: "password", password: password.edit.text }).then((outcome) =>
			setRefused(outcome.kind === "refused" ? refusalWords(outcome) : ""),
		);
	};
	const keys: Readonly<Record<string, () => void>> = {
		enter: answer,
		escape: onHome,
		"ctrl+c": onLeave,
		"ctrl+r": () => setShown(!isShown),
	};
	const onPress = (press: Press) => {
		const act = press.kind === "key" ? keys[press.name] : undefined;
		if (act !== undefined) return act();
		setPassword(pressField(password, press) ?? password);
		setRefused("");
	};
	const message = refused === "" && asked?.wasWrong === true ? wrongWords(asked.attemptsLeft) : refused;
	return { foot: layAsked({ password, isShown, message, draft, isChecking }, look), bar: barFor(isShown), onPress };
}
