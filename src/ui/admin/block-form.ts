// What the host fills in before somebody is blocked: what exactly, for how long, why, and what becomes of those it hits. A pure machine.
import type { GateCommand, KnockView } from "../../engine/api/gate.ts";
import type { Person } from "../../engine/api/people.ts";
import { emptyField, type FieldState, pressField } from "../screen/field-state.ts";
import type { Press } from "../terminal/key-press.ts";

/** A Subject is something that can be blocked. `address` is written as the engine takes it. */
interface Subject {
	readonly address: string;
	readonly words: string;
}

/** The rows that can be chosen, top to bottom. */
export type BlockFormRow = "subject" | "typed" | "until" | "note" | "removing";

/** `chosen` = `subjects.length` stands for what is typed; `until` is a place in `blockTimes`. */
export interface BlockForm {
	readonly title: string;
	readonly subjects: readonly Subject[];
	readonly chosen: number;
	readonly typed: FieldState;
	readonly until: number;
	readonly note: FieldState;
	readonly isRemoving: boolean;
	readonly focus: BlockFormRow;
}

const hourMs = 60 * 60 * 1_000;

/** Lists how long a block can last; without a time it lasts until it is lifted. */
export const blockTimes: readonly { readonly words: string; readonly lastsMs?: number }[] = [
	{ words: "until you unblock it" },
	{ words: "1 hour", lastsMs: hourMs },
	{ words: "1 day", lastsMs: 24 * hourMs },
	{ words: "1 week", lastsMs: 7 * 24 * hourMs },
	{ words: "30 days", lastsMs: 30 * 24 * hourMs },
];

const form = (title: string, subjects: readonly Subject[]): BlockForm => ({
	title,
	subjects,
	chosen: 0,
	typed: emptyField,
	until: 0,
	note: emptyField,
	isRemoving: true,
	focus: subjects.length === 0 ? "typed" : "subject",
});

const ofAddress = (address: string): Subject => ({ address, words: `address ${address}` });
const ofKey = (fingerprint: string, short: string): Subject => ({ address: fingerprint, words: `key ${short}` });
const ofOwner = (asn: number, owner: string | undefined): Subject => ({
	address: `AS${asn}`,
	words: `all of ${owner ?? `AS${asn}`}`,
});

/** Makes the form for a person in the room. */
export function blockPerson({ name, address, fingerprint, shortFingerprint, location }: Person): BlockForm {
	return form(`Block ${name}`, [
		...(address === undefined ? [] : [ofAddress(address)]),
		ofKey(fingerprint, shortFingerprint),
		...(location?.asn === undefined ? [] : [ofOwner(location.asn, location.networkOwner)]),
	]);
}

/** Makes the form for whoever knocked. */
export function blockKnock({ address, who, location }: KnockView): BlockForm {
	return form(`Block ${who?.name ?? address}`, [
		ofAddress(address),
		...(who === undefined ? [] : [ofKey(who.fingerprint, who.shortFingerprint)]),
		...(location.asn === undefined ? [] : [ofOwner(location.asn, location.networkOwner)]),
	]);
}

/** Makes the form in which the host types what to block. */
export const blockTyped = (): BlockForm => form("Block", []);

/** Returns what would be blocked, as the engine takes it; it is empty while nothing is typed. */
export const subjectOf = ({ subjects, chosen, typed }: BlockForm): string =>
	subjects[chosen]?.address ?? typed.edit.text.trim();

/** Returns the rows of the form. `removing` is among them only when the block hits somebody in the room. */
export function rowsOfForm({ subjects, chosen }: BlockForm, hitsSomebody: boolean): readonly BlockFormRow[] {
	return [
		...(subjects.length === 0 ? [] : (["subject"] as const)),
		...(chosen === subjects.length ? (["typed"] as const) : []),
		"until",
		"note",
		...(hitsSomebody ? (["removing"] as const) : []),
	];
}

const turned = (value: number, step: number, count: number): number => (value + step + count) % count;

// What ← and → do in a row; `undefined` where they move the cursor.
function changed(current: BlockForm, step: 1 | -1): BlockForm | undefined {
	switch (current.focus) {
		case "subject":
			return { ...current, chosen: turned(current.chosen, step, current.subjects.length + 1) };
		case "until":
			return { ...current, until: turned(current.until, step, blockTimes.length) };
		case "removing":
			return { ...current, isRemoving: !current.isRemoving };
		case "typed":
		case "note":
			return undefined;
	}
}

function typedInto(current: BlockForm, press: Press): BlockForm {
	if (current.focus === "typed") return { ...current, typed: pressField(current.typed, press) ?? current.typed };
	if (current.focus === "note") return { ...current, note: pressField(current.note, press) ?? current.note };
	// A space changes a choice, as people know it from check boxes.
	return press.kind === "text" && press.text === " " ? (changed(current, 1) ?? current) : current;
}

/** Returns the form after a press other than Enter and Escape. */
export function pressBlockForm(current: BlockForm, press: Press, hitsSomebody: boolean): BlockForm {
	if (press.kind !== "key") return typedInto(current, press);
	const rows = rowsOfForm(current, hitsSomebody);
	const place = Math.max(0, rows.indexOf(current.focus));
	const moved = (step: number): BlockForm => ({
		...current,
		focus: rows[turned(place, step, rows.length)] ?? current.focus,
	});
	switch (press.name) {
		case "down":
		case "tab":
			return moved(1);
		case "up":
		case "shift+tab":
			return moved(-1);
		case "right":
			return changed(current, 1) ?? typedInto(current, press);
		case "left":
			return changed(current, -1) ?? typedInto(current, press);
		default:
			return typedInto(current, press);
	}
}

/** Returns what the filled-in form asks of the engine. `now` is in milliseconds since the epoch. */
export function blockCommand(filled: BlockForm, now: number): Extract<GateCommand, { kind: "block" }> {
	const { lastsMs } = blockTimes[filled.until] ?? {};
	const note = filled.note.edit.text.trim();
	return {
		kind: "block",
		address: subjectOf(filled),
		...(lastsMs === undefined ? {} : { until: now + lastsMs }),
		...(note === "" ? {} : { note }),
		...(filled.isRemoving ? { isRemoving: true } : {}),
	};
}
