// What a key does in the admin panel: in its lists, and on the pages that lie over them. Pure.

import type { BlockView } from "../../engine/api/gate.ts";
import type { Person } from "../../engine/api/people.ts";
import { fieldOf, offeredField, pressField } from "../screen/field-state.ts";
import { listMoves } from "../screen/list-moves.ts";
import type { Press } from "../terminal/key-press.ts";
import { stillKnowPassword } from "../words/gate-words.ts";
import { strengthOf } from "../words/password-strength.ts";
import { blockCommand, blockKnock, blockPerson, blockTyped, pressBlockForm, subjectOf } from "./block-form.ts";
import { type AdminItem, itemId } from "./items.ts";
import { memberCaps, settingRows } from "./settings.ts";
import {
	type AdminFacts,
	type AdminOutput,
	type AdminPage,
	type AdminRequest,
	type AdminState,
	type AdminStep,
	type Ask,
	adminTabs,
	chooseIndex,
	chosenIndex,
	chosenItem,
	knockFilters,
} from "./state.ts";

const pageStep = 10;

const settingIds: readonly string[] = settingRows.map(({ label }) => label);

const idsOf = ({ tab }: AdminState, { items }: AdminFacts): readonly string[] =>
	tab === "settings" ? settingIds : items.map(itemId);

const stay = (state: AdminState): AdminStep => [state, []];
const does = (state: AdminState, ...outputs: readonly AdminOutput[]): AdminStep => [state, outputs];
const open = (state: AdminState, page: AdminPage): AdminStep => stay({ ...state, page });
const ask = (state: AdminState, asked: Ask): AdminStep => open(state, { kind: "ask", ask: asked, message: "" });

const request = (command: AdminRequest["command"], done: string, undo?: AdminRequest["undo"]): AdminRequest => ({
	kind: "perform",
	command,
	done,
	...(undo === undefined ? {} : { undo }),
});

/** Returns the panel after a key, and what is to be done. */
export function pressAdmin(state: AdminState, press: Press, facts: AdminFacts): AdminStep {
	const { page } = state;
	if (press.kind === "key" && press.name === "f1") return does(state, { kind: "help" });
	if (page === undefined) return pressList({ ...state, note: undefined }, press, facts);
	const name = press.kind === "key" ? press.name : "";
	if (name === "escape" || name === "ctrl+c") return stay({ ...state, page: undefined, isBusy: false });
	if (state.isBusy) return stay(state);
	switch (page.kind) {
		case "details":
			if (name === "enter" || (press.kind === "text" && press.text === "q")) return stay({ ...state, page: undefined });
			return press.kind === "text" ? (actOn(state, page.item, press.text) ?? stay(state)) : stay(state);
		case "ask":
			return pressAsk(state, page.ask, press);
		case "block":
			return pressBlock(state, page, press, facts);
		case "password":
			return pressPassword(state, page, press, facts);
		case "cap":
			return pressCap(state, page, press);
	}
}

const moves = listMoves(pageStep);

function pressList(state: AdminState, press: Press, facts: AdminFacts): AdminStep {
	if (press.kind === "paste") return stay(state);
	if (press.kind === "text") return pressLetter(state, press.text, facts);
	const move = moves[press.name];
	if (move !== undefined) {
		const ids = idsOf(state, facts);
		return stay(chooseIndex(state, ids, chosenIndex(state, ids) + move));
	}
	switch (press.name) {
		case "escape":
		case "f3":
		case "ctrl+c":
			return does(state, { kind: "close" });
		case "f2":
			return does(state, { kind: "invite" });
		case "tab":
			return toTab(state, 1);
		case "shift+tab":
			return toTab(state, -1);
		case "left":
			return sideways(state, -1, facts);
		case "right":
			return sideways(state, 1, facts);
		case "enter":
			return enter(state, facts);
		default:
			return stay(state);
	}
}

function toTab(state: AdminState, step: number): AdminStep {
	const place = adminTabs.indexOf(state.tab) + step + adminTabs.length;
	return stay({ ...state, tab: adminTabs[place % adminTabs.length] ?? "people" });
}

function toFilter(state: AdminState, step: number): AdminStep {
	const place = knockFilters.indexOf(state.filter) + step + knockFilters.length;
	const { knocks: _, ...chosen } = state.chosen;
	return stay({ ...state, chosen, filter: knockFilters[place % knockFilters.length] ?? "all" });
}

// ← and → change what has values; elsewhere they go to the next tab, as people try first.
function sideways(state: AdminState, step: 1 | -1, facts: AdminFacts): AdminStep {
	if (state.tab === "knocks") return toFilter(state, step);
	if (state.tab !== "settings") return toTab(state, step);
	const row = settingRows[chosenIndex(state, settingIds)];
	if (row?.step === undefined) return stay(state);
	return does(state, request({ kind: "settings", ...row.step(facts.settings, step) }, ""));
}

function enter(state: AdminState, facts: AdminFacts): AdminStep {
	if (state.tab !== "settings") {
		const item = chosenItem(state, facts.items);
		return item === undefined ? stay(state) : open(state, { kind: "details", item });
	}
	const opens = settingRows[chosenIndex(state, settingIds)]?.opens;
	switch (opens) {
		case "cap":
			return open(state, { kind: "cap", field: offeredField(String(facts.settings.memberCap)), message: "" });
		case "password":
			return open(state, { kind: "password", field: offeredField(facts.offerPassword()), message: "" });
		case "ways":
		case "calls":
			return does(state, { kind: opens });
		case "closeRoom":
			return ask(state, { kind: "closeRoom" });
		case undefined:
			return sideways(state, 1, facts);
	}
}

function pressLetter(state: AdminState, letter: string, facts: AdminFacts): AdminStep {
	const tab = adminTabs[Number(letter) - 1];
	if (tab !== undefined) return stay({ ...state, tab });
	if (letter === "q") return does(state, { kind: "close" });
	if (letter === "z" && state.undo !== undefined) {
		const { command, done } = state.undo;
		return does({ ...state, undo: undefined }, request(command, done));
	}
	if (state.tab === "settings") return letter === " " ? enter(state, facts) : stay(state);
	if (letter === "f" && state.tab === "knocks") return toFilter(state, 1);
	if (letter === "a" && state.tab === "blocked") return open(state, { kind: "block", form: blockTyped(), message: "" });
	const item = chosenItem(state, facts.items);
	return (item === undefined ? undefined : actOn(state, item, letter)) ?? stay(state);
}

function actOn(state: AdminState, item: AdminItem, letter: string): AdminStep | undefined {
	switch (item.kind) {
		case "person":
			return item.person.isSelf ? undefined : actOnPerson(state, item.person, letter);
		case "knock":
			return letter === "b" ? open(state, { kind: "block", form: blockKnock(item.knock), message: "" }) : undefined;
		case "block":
			return letter === "u" ? ask(state, { kind: "unblock", block: item.block }) : undefined;
	}
}

function actOnPerson(state: AdminState, person: Person, letter: string): AdminStep | undefined {
	if (letter === "k") return ask(state, { kind: "kick", person });
	if (letter === "v") return does(state, { kind: "verify", person });
	return letter === "b" ? open(state, { kind: "block", form: blockPerson(person), message: "" }) : undefined;
}

const yesKeys: Record<Ask["kind"], string> = { kick: "k", unblock: "u", closeRoom: "y" };

// Enter or the key that asked, once more. Closing the room is asked for by Enter, so a second Enter by mistake must not do it.
function pressAsk(state: AdminState, asked: Ask, press: Press): AdminStep {
	const isEnter = press.kind === "key" && press.name === "enter" && asked.kind !== "closeRoom";
	if (!isEnter && !(press.kind === "text" && press.text === yesKeys[asked.kind])) return stay(state);
	if (asked.kind === "closeRoom") return does(state, { kind: "closeRoom" });
	return does({ ...state, isBusy: true }, requestOf(asked));
}

function requestOf(asked: Exclude<Ask, { kind: "closeRoom" }>): AdminRequest {
	switch (asked.kind) {
		case "kick": {
			const { fingerprint, name } = asked.person;
			return request({ kind: "kick", fingerprint }, `${name} was removed.`);
		}
		case "unblock":
			return unblockRequest(asked.block);
	}
}

function unblockRequest({ address, label, until, note }: BlockView): AdminRequest {
	const command = {
		kind: "block",
		address,
		...(until === undefined ? {} : { until }),
		...(note === undefined ? {} : { note }),
	} as const;
	return request({ kind: "unblock", address }, `${label} may try again.`, {
		command,
		words: `block ${label} again`,
		done: `${label} is blocked again.`,
	});
}

function pressBlock(
	state: AdminState,
	page: Extract<AdminPage, { kind: "block" }>,
	press: Press,
	{ hitsSomebody, now }: AdminFacts,
): AdminStep {
	if (press.kind !== "key" || press.name !== "enter") {
		return open(state, { ...page, form: pressBlockForm(page.form, press, hitsSomebody), message: "" });
	}
	if (subjectOf(page.form) === "") {
		return open(state, { ...page, message: "Please type what to block.", form: { ...page.form, focus: "typed" } });
	}
	const command = blockCommand(page.form, now);
	return does({ ...state, isBusy: true }, request(command, `Blocked. ${stillKnowPassword}`));
}

function pressPassword(
	state: AdminState,
	page: Extract<AdminPage, { kind: "password" | "cap" }>,
	press: Press,
	{ offerPassword }: AdminFacts,
): AdminStep {
	const name = press.kind === "key" ? press.name : "";
	if (name === "ctrl+n") return open(state, { ...page, field: offeredField(offerPassword()), message: "" });
	if (name !== "enter")
		return open(state, { ...page, field: pressField(page.field, press) ?? page.field, message: "" });
	const password = page.field.edit.text;
	const strength = strengthOf(password);
	if (strength.kind === "refused") return open(state, { ...page, message: strength.words });
	const done = "The new password holds from now on. F2 shows it with what to tell friends.";
	return does({ ...state, isBusy: true }, request({ kind: "setPassword", password }, done));
}

function pressCap(state: AdminState, page: Extract<AdminPage, { kind: "password" | "cap" }>, press: Press): AdminStep {
	if (press.kind !== "key" || press.name !== "enter") {
		return open(state, { ...page, field: pressField(page.field, press) ?? page.field, message: "" });
	}
	const typed = page.field.edit.text.trim();
	const memberCap = /^\d{1,4}$/.test(typed) ? Number(typed) : 0;
	if (memberCap < memberCaps.least || memberCap > memberCaps.most) {
		const message = `Please type a number from ${memberCaps.least} to ${memberCaps.most}.`;
		return open(state, { ...page, field: fieldOf(typed), message });
	}
	return does({ ...state, isBusy: true }, request({ kind: "settings", memberCap }, `At most ${memberCap} people.`));
}
