// The admin panel as a machine: what each key does, and that nothing happens to anybody without a question that names them.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Outcome } from "../../../src/engine/api/codes.ts";
import { type AdminItem, personItems } from "../../../src/ui/admin/items.ts";
import { pressAdmin } from "../../../src/ui/admin/press.ts";
import {
	type AdminFacts,
	type AdminOutput,
	type AdminState,
	type AdminTab,
	adminTabs,
	adminTold,
	chosenItem,
	openAdmin,
	undoOver,
} from "../../../src/ui/admin/state.ts";
import { keyPress, type Press } from "../../../src/ui/terminal/key-press.ts";
import { noon, personNamed, self } from "../../support/views/fake-engine.ts";
import { blockView, knockView, plainSettings } from "../../support/views/gate-view.ts";

const grace = personNamed("grace", "known", { address: "203.0.113.9", network: "203.0.113.9" });
const bob = personNamed("bob", "new", { address: "203.0.113.9", network: "203.0.113.9" });
const dana = personNamed("dana", "verified", { address: "2001:db8::7", network: "2001:db8::/64" });
const people = [{ ...self, isHost: true }, grace, dana, bob];
const done: Outcome = { kind: "done" };

const text = (letters: string): Press => ({ kind: "text", text: letters });
const factsOf = (items: readonly AdminItem[], more: Partial<AdminFacts> = {}): AdminFacts => ({
	items,
	settings: plainSettings,
	hitsSomebody: false,
	now: noon,
	offerPassword: () => "four-good-words-here",
	...more,
});

// Presses keys one after the other; single characters are typed, longer names are keys.
function play(start: AdminState, facts: AdminFacts, ...keys: readonly string[]) {
	let state = start;
	const outputs: AdminOutput[] = [];
	for (const key of keys) {
		const [next, more] = pressAdmin(state, [...key].length === 1 ? text(key) : keyPress(key), facts);
		state = next;
		outputs.push(...more);
	}
	return { state, outputs, commands: outputs.flatMap((one) => (one.kind === "perform" ? [one.command] : [])) };
}

const peopleFacts = factsOf(personItems(people));

test("People behind one address stand together, under the first of them.", () => {
	const names = personItems(people).map((item) => (item.kind === "person" ? item.person.name : ""));
	assert.deepEqual(names, ["ada", "grace", "bob", "dana"]);
	const households = personItems(people).map((item) => (item.kind === "person" ? item.household : undefined));
	assert.deepEqual(households, [undefined, { size: 2, isFirst: true }, { size: 2, isFirst: false }, undefined]);
});

test("Nobody is removed, blocked, verified or unblocked by a single key, whatever it is.", () => {
	const key = fc.constantFrom("k", "b", "v", "u", "a", "f", "z", "q", "1", "2", "3", "4", "enter", "up", "down", "f3");
	const blocks: readonly AdminItem[] = [{ kind: "block", block: blockView() }];
	fc.assert(
		fc.property(fc.constantFrom<AdminTab>(...adminTabs), key, (tab, pressed) => {
			const items = tab === "people" ? personItems(people) : tab === "blocked" ? blocks : [];
			const start = { ...openAdmin(tab), chosen: { people: { id: grace.fingerprint, index: 1 } } };
			const { commands } = play(start, factsOf(items), pressed);
			assert.deepEqual(
				commands.filter(({ kind }) => kind !== "settings"),
				[],
			);
		}),
	);
});

test("Removing asks, and Enter or the same key again does it.", () => {
	for (const yes of ["enter", "k"]) {
		const asked = play(openAdmin(), peopleFacts, "down", "k");
		assert.deepEqual(asked.state.page, { kind: "ask", ask: { kind: "kick", person: grace }, message: "" });
		const { commands, state } = play(asked.state, peopleFacts, yes, yes);
		assert.deepEqual(commands, [{ kind: "kick", fingerprint: grace.fingerprint }], "once, however often it is pressed");
		assert.ok(state.isBusy);
	}
});

test("Any other key than yes leaves the question standing; Escape takes it away.", () => {
	const { state, outputs } = play(openAdmin(), peopleFacts, "down", "k", "x", "down", "b", "v");
	assert.equal(state.page?.kind, "ask");
	assert.deepEqual(outputs, []);
	assert.equal(play(state, peopleFacts, "escape").state.page, undefined);
	assert.deepEqual(play(state, peopleFacts, "escape", "escape").outputs, [{ kind: "close" }]);
});

test("A question stays about whom it was asked, even when they have gone and the list has moved.", () => {
	const { state } = play(openAdmin(), peopleFacts, "down", "k");
	const moved = factsOf(personItems([people[0]!, bob, dana]));
	assert.deepEqual(play(state, moved, "enter").commands, [{ kind: "kick", fingerprint: grace.fingerprint }]);
});

test("Nothing can be done to oneself.", () => {
	for (const key of ["k", "b", "v", "u"]) {
		const { state, outputs } = play(openAdmin(), peopleFacts, key);
		assert.equal(state.page, undefined);
		assert.deepEqual(outputs, []);
		assert.equal(play(openAdmin(), peopleFacts, "enter", key).state.page?.kind, "details");
	}
});

test("v opens the comparing of keys with the chosen person, from the list and from all that is known of them.", () => {
	const to = (name: string) =>
		personItems(people).findIndex((item) => item.kind === "person" && item.person.name === name);
	const downTo = (name: string) => Array.from({ length: to(name) }, () => "down");
	assert.deepEqual(play(openAdmin(), peopleFacts, ...downTo("bob"), "v").outputs, [{ kind: "verify", person: bob }]);
	const { outputs, commands } = play(openAdmin(), peopleFacts, ...downTo("dana"), "enter", "v");
	assert.deepEqual([outputs, commands], [[{ kind: "verify", person: dana }], []]);
});

test("The chosen person stays chosen while others come and go; when they go, the next one is.", () => {
	const { state } = play(openAdmin(), peopleFacts, "down", "down");
	const name = (items: readonly AdminItem[]) => {
		const item = chosenItem(state, items);
		return item?.kind === "person" ? item.person.name : undefined;
	};
	assert.equal(name(peopleFacts.items), "bob");
	assert.equal(name(personItems([people[0]!, dana, bob])), "bob");
	assert.equal(name(personItems([people[0]!, grace, dana])), "dana");
	assert.equal(name(personItems([people[0]!])), "ada");
	assert.equal(name([]), undefined);
});

test("At the top of the knocks the newest one stays chosen; further down the same one does.", () => {
	const knocks = [1, 2, 3].map((id): AdminItem => ({ kind: "knock", knock: knockView({ id: String(id) }) }));
	const newer = [{ kind: "knock", knock: knockView({ id: "0" }) } as const, ...knocks];
	const id = (state: AdminState) => {
		const item = chosenItem(state, newer);
		return item?.kind === "knock" ? item.knock.id : undefined;
	};
	assert.equal(id(openAdmin("knocks")), "0");
	assert.equal(id(play(openAdmin("knocks"), factsOf(knocks), "down").state), "2");
	assert.equal(id(play(openAdmin("knocks"), factsOf(knocks), "down", "home").state), "0");
	assert.equal(id(play(openAdmin("knocks"), factsOf(knocks), "end").state), "3");
});

test("Blocking a person offers their address, their key and their network owner, and says for how long and why.", () => {
	const asn = {
		label: "Bonn, Germany, Deutsche Telekom",
		isSameNetwork: false,
		asn: 3320,
		networkOwner: "Deutsche Telekom",
	};
	const facts = factsOf(personItems([people[0]!, { ...grace, location: asn }]), { hitsSomebody: true });
	const form = play(openAdmin(), facts, "down", "b");
	assert.equal(form.state.page?.kind, "block");
	assert.deepEqual(play(form.state, facts, "enter").commands, [
		{ kind: "block", address: "203.0.113.9", isRemoving: true },
	]);
	assert.deepEqual(play(form.state, facts, "right", "down", "right", "down", "l", "o", "u", "d", "enter").commands, [
		{ kind: "block", address: grace.fingerprint, until: noon + 3_600_000, note: "loud", isRemoving: true },
	]);
	assert.deepEqual(play(form.state, facts, "right", "right", "up", "left", "enter").commands, [
		{ kind: "block", address: "AS3320" },
	]);
	assert.deepEqual(play(form.state, facts, "left", "down", "8", "1", "enter").commands, [
		{ kind: "block", address: "81", isRemoving: true },
	]);
});

test("What to block can be typed; nothing typed is told, and what the engine refuses stays to be mended.", () => {
	const facts = factsOf([]);
	const empty = play(openAdmin("blocked"), facts, "a", "enter");
	assert.deepEqual(empty.commands, []);
	assert.equal(empty.state.page?.kind === "block" && empty.state.page.message, "Please type what to block.");
	const typed = play(empty.state, facts, ..."q1zu", "enter");
	const [request] = typed.outputs;
	assert.ok(request?.kind === "perform");
	const told = adminTold(typed.state, request, {
		kind: "refused",
		code: "bad_address",
		why: "notBlocked",
	});
	assert.equal(told.page?.kind === "block" && told.page.message, "That is not blocked.");
	assert.deepEqual(play(told, facts, "backspace", "backspace", "backspace", "enter").commands, [
		{ kind: "block", address: "q", isRemoving: true },
	]);
});

test("Unblocking asks first, and z takes it back for a few seconds, with end and note.", () => {
	const block = blockView({ address: "81.2.69.160", until: noon + 1_000, note: "loud" });
	const facts = factsOf([{ kind: "block", block }]);
	const { state, outputs, commands } = play(openAdmin("blocked"), facts, "u", "u");
	assert.deepEqual(commands, [{ kind: "unblock", address: "81.2.69.160" }]);
	const [request] = outputs;
	assert.ok(request?.kind === "perform");
	const told = adminTold(state, request, done);
	assert.equal(told.page, undefined);
	assert.equal(told.note?.text, "81.2.69.160 may try again.");
	assert.deepEqual(play(told, factsOf([]), "z", "z").commands, [
		{ kind: "block", address: "81.2.69.160", until: noon + 1_000, note: "loud" },
	]);
	assert.deepEqual(play(undoOver(told), factsOf([]), "z").commands, []);
});

test("Settings change by ← and → within their limits.", () => {
	const at = (row: number, key: string, settings = plainSettings) =>
		play(openAdmin("settings"), factsOf([], { settings }), ...Array.from({ length: row }, () => "down"), key).commands;
	assert.deepEqual(at(0, "right"), [{ kind: "settings", isPaused: true }]);
	assert.deepEqual(at(0, "enter"), [{ kind: "settings", isPaused: true }]);
	assert.deepEqual(at(1, "left"), [{ kind: "settings", memberCap: 49 }]);
	assert.deepEqual(at(1, "right", { ...plainSettings, memberCap: 200 }), [{ kind: "settings", memberCap: 200 }]);
	assert.deepEqual(at(1, "left", { ...plainSettings, memberCap: 2 }), [{ kind: "settings", memberCap: 2 }]);
	assert.deepEqual(at(2, "right"), [{ kind: "settings", placeDetail: "city" }]);
	assert.deepEqual(at(2, "left"), [{ kind: "settings", placeDetail: "nothing" }]);
	assert.deepEqual(at(3, "right"), [], "what calls the host is a page of its own");
	assert.deepEqual(at(4, "right"), [{ kind: "settings", visibleOnLan: true }]);
});

test("A number of people is typed, and odd ones are refused in words.", () => {
	const facts = factsOf([]);
	const typed = (...keys: readonly string[]) => play(openAdmin("settings"), facts, "down", "enter", ...keys, "enter");
	assert.deepEqual(typed("1", "2").commands, [{ kind: "settings", memberCap: 12 }]);
	for (const odd of ["1", "201", "x", "9999999"]) {
		const { commands, state } = typed(...odd);
		assert.deepEqual(commands, []);
		assert.equal(state.page?.kind === "cap" && state.page.message, "Please type a number from 2 to 200.");
	}
});

test("Changing the password offers words, refuses short ones, and waits for the engine.", () => {
	const facts = factsOf([]);
	const rows = Array.from({ length: 6 }, () => "down");
	const form = play(openAdmin("settings"), facts, ...rows, "enter");
	assert.deepEqual(play(form.state, facts, "enter").commands, [
		{ kind: "setPassword", password: "four-good-words-here" },
	]);
	const short = play(form.state, facts, ..."short", "enter");
	assert.deepEqual(short.commands, []);
	assert.match(short.state.page?.kind === "password" ? short.state.page.message : "", /3 more characters/);
	assert.deepEqual(play(short.state, facts, "ctrl+n", "enter", "enter", "x").commands, [
		{ kind: "setPassword", password: "four-good-words-here" },
	]);
});

test("Closing the room asks first, and Enter pressed twice by mistake does not do it.", () => {
	const rows = Array.from({ length: 7 }, () => "down");
	const { state, outputs } = play(openAdmin("settings"), factsOf([]), ...rows, "enter");
	assert.deepEqual(outputs, []);
	assert.deepEqual(play(state, factsOf([]), "enter", "c", " ").outputs, []);
	assert.deepEqual(play(state, factsOf([]), "y").outputs, [{ kind: "closeRoom" }]);
});

test("Whatever is pressed, Escape leads out in two steps at most.", () => {
	const keys = [
		"k",
		"b",
		"v",
		"u",
		"a",
		"f",
		"z",
		"1",
		"2",
		"3",
		"4",
		" ",
		"enter",
		"up",
		"down",
		"left",
		"right",
		"tab",
	];
	const items = [
		...personItems(people),
		{ kind: "block", block: blockView() },
		{ kind: "knock", knock: knockView() },
	] as const;
	fc.assert(
		fc.property(fc.array(fc.constantFrom(...keys), { maxLength: 30 }), (pressed) => {
			const { state } = play(openAdmin(), factsOf(items), ...pressed);
			assert.ok(play(state, factsOf(items), "escape", "escape").outputs.some(({ kind }) => kind === "close"));
		}),
	);
});
