// Shows a guest who is here and how well they are known. A host has the admin panel for it.

import { type ReactNode, useState } from "react";
import type { Person } from "../../engine/api/people.ts";
import type { KeptHere } from "../../engine/api/room-key.ts";
import { grouped, knownWords, paintTrust, roleWords } from "../look/person-words.ts";
import type { Theme } from "../look/theme.ts";
import { useKeyWords } from "../screen/key-words.tsx";
import { listMoves } from "../screen/list-moves.ts";
import { bodyWidth, layPage } from "../screen/page.ts";
import { Screen, useLook } from "../screen/screen.tsx";
import { barOf } from "../settings/keys.ts";
import { closesPage, type Press } from "../terminal/key-press.ts";
import { fit, widthOf, wrap } from "../text/width.ts";
import { leafWords, secrecyLines } from "../words/kept/secrecy-words.ts";

function personRows(
	theme: Theme,
	person: Person,
	width: number,
	isChosen: boolean,
	/** The rows that show the key, when keys are shown. */
	key: readonly string[],
): readonly string[] {
	const role = roleWords(person);
	const name = fit(person.name, width - 3 - widthOf(role));
	const trust = person.isSelf ? [] : wrap(knownWords(person), width - 2);
	const facts = [...key, person.location?.label ?? "", leafWords(person, Date.now())].filter((fact) => fact !== "");
	const lead = isChosen ? theme.paint("accent", "› ") : "  ";
	return [
		`${lead}${theme.paintName(person.fingerprint, name)} ${theme.paint("faint", role)}`,
		...trust.map((row) => `  ${paintTrust(theme, person.trust, row)}`),
		...facts.flatMap((fact) => wrap(fact, width - 2)).map((row) => `  ${theme.paint("faint", row)}`),
	];
}

const alone = "Nobody else is here. Whoever joins is announced in the chat.";

const steps = listMoves(5);

interface PeopleProps {
	readonly people: readonly Person[];
	/** The terms by which the room is kept; `undefined` where it passes. */
	readonly kept: KeptHere | undefined;
	readonly onVerify: (person: Person) => void;
	readonly onClose: () => void;
}

/** Lists everyone in the room, and below them what a stolen computer would tell; the key v compares keys with the person who is chosen. */
export function People({ people, kept, onVerify, onClose }: PeopleProps): ReactNode {
	const { theme, size } = useLook();
	const [wish, setWish] = useState(() => people.findIndex(({ isSelf }) => !isSelf));
	const [hasKeys, setKeysShown] = useState(false);
	const width = bodyWidth(size);
	const hints = [...(people.length > 1 ? [] : [alone]), ...secrecyLines(kept)].map((words) => [
		"",
		...wrap(words, width).map((row) => theme.paint("faint", row)),
	]);
	// Behind the last person one gets to what stands below them all.
	const last = people.length + hints.length - 1;
	const chosen = Math.max(0, Math.min(wish, last));
	const person = people[chosen];
	const words = useKeyWords(hasKeys ? people.map(({ fingerprint }) => fingerprint) : []);
	const keyOf = ({ fingerprint }: Person) => (hasKeys ? [words.get(fingerprint) ?? "", grouped(fingerprint)] : []);
	const blocks = [...people.map((one, index) => personRows(theme, one, width, index === chosen, keyOf(one))), ...hints];
	const onPress = (press: Press) => {
		const step = press.kind === "key" ? steps[press.name] : undefined;
		if (step !== undefined) return setWish(Math.max(0, Math.min(chosen + step, last)));
		if (press.kind === "text" && press.text === "v" && person?.isSelf === false) return onVerify(person);
		if (press.kind === "text" && press.text === "f") return setKeysShown(!hasKeys);
		if (closesPage(press, "f3", "enter")) onClose();
	};
	const bar = barOf("people", person?.isSelf === false ? [] : ["v"]);
	const body = { rows: blocks.flat(), focusRow: blocks.slice(0, chosen + 1).flat().length - 1 };
	return <Screen frame={layPage({ size, theme, title: `People (${people.length})`, body, bar })} onPress={onPress} />;
}
