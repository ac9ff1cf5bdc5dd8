// The lines of the admin panel's lists: a person, a knock, a block, a setting. Pure.
import type { BlockView, GateSettings, KnockView } from "../../engine/api/gate.ts";
import type { Person } from "../../engine/api/people.ts";
import { personRow } from "../look/person-words.ts";
import type { Theme } from "../look/theme.ts";
import { fill, fit, pad, widthOf } from "../text/width.ts";
import { blockWhy, burstWords, outcomeLook, shortWhen, untilWords, whenWords } from "../words/gate-words.ts";
import type { AdminItem } from "./items.ts";
import { settingRows } from "./settings.ts";

/** Says what lines are made for. `now` is in milliseconds since the epoch. */
export interface AdminRowLook {
	readonly theme: Theme;
	readonly width: number;
	readonly now: number;
}

/** From this width on the lines have columns. */
const columnsFrom = 60;
const nameColumn = 30;
// Only wide lists have room for every IPv6 address; elsewhere long ones are cut, and the details have them whole.
const addressColumn = (width: number): number => (width >= 110 ? 40 : 18);
const settingColumn = 24;

const joined = (...parts: readonly (string | undefined)[]): string =>
	parts.filter((part) => part !== undefined && part !== "").join(" · ");

function pointed(theme: Theme, isChosen: boolean, painted: string): string {
	return `${isChosen ? theme.paint("accent", "› ") : "  "}${painted}`;
}

/** Returns the words above people who share an address. */
function householdRow({ network = "", location }: Person, size: number, { theme, width }: AdminRowLook): string {
	const what = network.includes("/") ? "in one network" : "behind one address";
	const words = joined(`${size} people ${what}: ${network}`, location?.label);
	return `  ${theme.paint("accent", fit(words, width - 2))}`;
}

function personRows(item: Extract<AdminItem, { kind: "person" }>, isChosen: boolean, look: AdminRowLook) {
	const { theme, width } = look;
	const { person, household } = item;
	const bar = household === undefined ? "" : theme.paint("faint", "│ ");
	const indent = household === undefined ? 0 : 2;
	const room = width - 2 - indent;
	const name = personRow(theme, person, width < columnsFrom ? room : nameColumn - indent, "·");
	// Those behind one address have it above them; in an IPv6 network each has their own.
	const address = household !== undefined && person.address === person.network ? "" : person.address;
	const place = joined(address, household === undefined ? person.location?.label : "");
	const facts = person.isSelf ? "" : joined(place, person.shortFingerprint);
	const row =
		width < columnsFrom
			? bar + name
			: `${bar}${fill(name, nameColumn - indent)} ${theme.paint("faint", fit(facts, width - nameColumn - 3))}`;
	const heading = household?.isFirst === true ? [householdRow(person, household.size, look)] : [];
	return [...heading, pointed(theme, isChosen, row)];
}

function knockRow(knock: KnockView, isChosen: boolean, { theme, width, now }: AdminRowLook): string {
	const { sign, words, style } = outcomeLook(knock);
	const when = pad(shortWhen(knock.lastAt, now), 6);
	const name = knock.who?.name;
	const start = `${when} ${pad(sign, 2)} `;
	const who =
		width < columnsFrom ? `${fit(name ?? knock.address, 16)} ` : `${pad(name ?? knock.address, addressColumn(width))} `;
	const room = width - 2 - widthOf(start) - widthOf(who);
	const short = width < columnsFrom ? words.replace(/ wrong passwords?/, " wrong") : words;
	const told = fit(joined(short, burstWords(knock)), room);
	const place = fit(joined(name === undefined ? "" : knock.address, knock.location.label), room - widthOf(told) - 3);
	const rest = place === "" || place === "…" ? "" : theme.paint("faint", ` · ${place}`);
	const painted = `${theme.paint("faint", when)} ${theme.paint(style, sign)}${" ".repeat(3 - widthOf(sign))}`;
	return pointed(
		theme,
		isChosen,
		`${painted}${theme.paint("strong", who)}${theme.paint(style === "alarm" ? "warning" : style, told)}${rest}`,
	);
}

function blockRow(block: BlockView, isChosen: boolean, { theme, width, now }: AdminRowLook): string {
	const { label, location, note, since, until, warning } = block;
	const isWide = width >= columnsFrom;
	const name = isWide ? pad(label, addressColumn(width)) : fit(label, 20);
	const why = note === undefined ? blockWhy(block) : `${blockWhy(block)}: ${note}`;
	const holds = until === undefined ? "" : untilWords(until, now);
	const words = joined(warning === undefined ? "" : "no effect now", whenWords(since, now), why, holds, location.label);
	const room = width - 3 - widthOf(name);
	const painted = theme.paint(warning === undefined ? "faint" : "warning", fit(words, room));
	return pointed(theme, isChosen, `${theme.paint("strong", name)} ${painted}`);
}

/** Returns the rows of one line of a list; a heading may stand above it. */
export function itemRows(item: AdminItem, isChosen: boolean, look: AdminRowLook): readonly string[] {
	switch (item.kind) {
		case "person":
			return personRows(item, isChosen, look);
		case "knock":
			return [knockRow(item.knock, isChosen, look)];
		case "block":
			return [blockRow(item.block, isChosen, look)];
	}
}

/** Returns the row of one setting. */
export function settingRow(index: number, settings: GateSettings, isChosen: boolean, { theme }: AdminRowLook): string {
	const row = settingRows[index];
	if (row === undefined) return "";
	const value = row.value(settings);
	const shown = row.step === undefined || !isChosen ? value : `‹ ${value} ›`;
	const label = value === "" ? row.label : pad(row.label, settingColumn - (shown === value ? 0 : 2));
	const painted = theme.paint(isChosen ? "strong" : "plain", label);
	return pointed(theme, isChosen, painted + theme.paint("accent", shown));
}
