// Who is here, how well they are known, and for the host: remove, block, unblock.
import { type ReactNode, useState } from "react";
import type { Command, Outcome, Person } from "../engine/api.ts";
import type { BlockView } from "../engine/api-gate.ts";
import { barOf } from "./keys.ts";
import { type Body, bodyWidth, layPage } from "./page.ts";
import type { Press } from "./press.ts";
import { clockOf } from "./rows.ts";
import { Screen, useLook } from "./screen.tsx";
import type { Theme } from "./theme.ts";
import { paintTrust, roleWords, trustMark, trustWords } from "./trust.ts";
import { fit, widthOf, wrap } from "./width.ts";

/** A person in one row of a narrow list: mark, name, role. */
export function personRow(theme: Theme, person: Person, width: number): string {
	const role = roleWords(person);
	const mark = person.isSelf ? "›" : trustMark(person.trust);
	const tail = role === "" ? "" : ` ${role}`;
	const name = fit(person.name, Math.max(3, width - widthOf(mark) - 1 - widthOf(tail)));
	const paintedMark = person.isSelf ? theme.paint("accent", mark) : paintTrust(theme, person.trust, mark);
	return `${paintedMark} ${theme.paintName(person.fingerprint, name)}${theme.paint("faint", tail)}`;
}

function personRows(theme: Theme, person: Person, isChosen: boolean, width: number): readonly string[] {
	const role = roleWords(person);
	const pointer = isChosen ? theme.paint("accent", "› ") : "  ";
	const name = fit(person.name, width - 4 - widthOf(role));
	const trust = person.isSelf ? "" : trustWords(person.trust);
	const place = [person.address, person.location?.label].filter((part) => part !== undefined).join(" · ");
	return [
		`${pointer}${theme.paintName(person.fingerprint, name)} ${theme.paint("faint", role)}`,
		...(trust === "" ? [] : wrap(trust, width - 4).map((row) => `    ${paintTrust(theme, person.trust, row)}`)),
		...wrap(person.fingerprint.replace(/(.{4})(?=.)/g, "$1 "), width - 4).map(
			(row) => `    ${theme.paint("faint", row)}`,
		),
		...(place === "" ? [] : wrap(place, width - 4).map((row) => `    ${theme.paint("faint", row)}`)),
	];
}

function blockRows(theme: Theme, block: BlockView, isChosen: boolean, width: number): readonly string[] {
	const pointer = isChosen ? theme.paint("accent", "› ") : "  ";
	const why = block.reason === "strikes" ? "six wrong passwords" : "by you";
	const words = `${block.location.label} · ${why}, ${new Date(block.since).toLocaleDateString("en-GB")} ${clockOf(block.since)}`;
	return [
		`${pointer}${theme.paint("strong", fit(block.address, width - 2))}`,
		...wrap(words, width - 4).map((row) => `    ${theme.paint("faint", row)}`),
	];
}

/** What the screen shows. `chosen` counts through the people, then the blocked addresses. */
interface PeopleState {
	readonly people: readonly Person[];
	readonly blocks: readonly BlockView[];
	readonly chosen: number;
	readonly message: string;
}

function peopleBody({ people, blocks, chosen, message }: PeopleState, theme: Theme, width: number): Body {
	const rows: string[] = message === "" ? [] : [...wrap(message, width).map((row) => theme.paint("warning", row)), ""];
	let chosenRow = 0;
	people.forEach((person, index) => {
		if (index === chosen) chosenRow = rows.length;
		rows.push(...personRows(theme, person, index === chosen, width));
	});
	if (blocks.length > 0) rows.push("", theme.paint("title", "Blocked addresses"));
	blocks.forEach((block, index) => {
		if (people.length + index === chosen) chosenRow = rows.length;
		rows.push(...blockRows(theme, block, people.length + index === chosen, width));
	});
	return { rows, focusRow: chosenRow };
}

interface PeopleProps {
	readonly people: readonly Person[];
	/** Only on the host's machine. */
	readonly blocks: readonly BlockView[];
	readonly isHost: boolean;
	readonly perform: (command: Command) => Promise<Outcome>;
	readonly onClose: () => void;
}

type Wish = { readonly command: Command; readonly question: string };

// What a key asks to do with the chosen one; people are only removed when the key is pressed twice.
function wishOf(key: string, { people, blocks }: PeopleProps, chosen: number): Wish | undefined {
	const person = people[chosen];
	const block = blocks[chosen - people.length];
	if (key === "u" && block !== undefined) return { command: { kind: "unblock", address: block.address }, question: "" };
	if (person === undefined || person.isSelf) return undefined;
	if (key === "k") {
		return {
			command: { kind: "kick", fingerprint: person.fingerprint },
			question: `Press k again to remove ${person.name}.`,
		};
	}
	if (key !== "b" || person.address === undefined) return undefined;
	return { command: { kind: "block", address: person.address }, question: `Press b again to block ${person.address}.` };
}

function usePeople(props: PeopleProps) {
	const [wanted, setWanted] = useState(0);
	const [message, setMessage] = useState("");
	const [asked, setAsked] = useState("");
	const count = props.people.length + props.blocks.length;
	const chosen = Math.max(0, Math.min(wanted, count - 1));
	const choose = (index: number) => {
		setWanted(Math.max(0, Math.min(index, count - 1)));
		setMessage("");
		setAsked("");
	};
	const act = (key: string) => {
		const wish = props.isHost ? wishOf(key, props, chosen) : undefined;
		if (wish === undefined) return setMessage("");
		setAsked(wish.question === asked ? "" : wish.question);
		if (wish.question !== asked && wish.question !== "") return setMessage(wish.question);
		setMessage("");
		void props.perform(wish.command).then((outcome) => {
			if (outcome.kind === "refused") setMessage(outcome.message);
		});
	};
	const onPress = (press: Press) => {
		if (press.kind !== "key") return press.text === "q" ? props.onClose() : act(press.text);
		if (["escape", "enter", "f1", "ctrl+c"].includes(press.name)) return props.onClose();
		if (press.name === "up" || press.name === "wheelUp") choose(chosen - 1);
		if (press.name === "down" || press.name === "wheelDown") choose(chosen + 1);
	};
	return { chosen, message, onPress };
}

/** Lists everyone, and for the host the blocked addresses. */
export function People(props: PeopleProps): ReactNode {
	const { theme, size } = useLook();
	const { chosen, message, onPress } = usePeople(props);
	const { people, blocks } = props;
	const body = peopleBody({ people, blocks, chosen, message }, theme, bodyWidth(size));
	const without = props.isHost ? [] : ["k", "b", "u"];
	const title = `People (${people.length})`;
	const frame = layPage({ size, theme, title, body, bar: barOf("people", without) });
	return <Screen frame={frame} onPress={onPress} />;
}
