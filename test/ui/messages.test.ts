// Typed commands for messages, what is being written, and who is typing.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Entry } from "../../src/engine/api/api.ts";
import type { MessageLine } from "../../src/ui/actions/action.ts";
import { typingNews, typingWords } from "../../src/ui/chat/typing.ts";
import {
	composed,
	composingWords,
	edited,
	editing,
	plainComposing,
	replyTo,
} from "../../src/ui/composer/reply-or-edit.ts";
import { meaningOf } from "../../src/ui/plain/commands.ts";
import { messageMeaning } from "../../src/ui/slash/message-target.ts";
import { parseLine } from "../../src/ui/slash/slash.ts";
import { reactionOf } from "../../src/ui/text/emoji.ts";
import { widthOf } from "../../src/ui/text/width.ts";
import { FakeEngine, lineOf, personNamed, self } from "../support/views/fake-engine.ts";

const ann = personNamed("Ann");
const annLee = personNamed("Ann Lee");
const people = [self, ann, annLee];
const fromAnn = lineOf(ann, "from Ann");
const fromLee = lineOf(annLee, "from Ann Lee");
const first = lineOf(self, "first");
const lost = [
	lineOf(self, "lost", { delivery: { kind: "failed" } }),
	lineOf(self, "too", { delivery: { kind: "failed" } }),
];
const entries: readonly Entry[] = [fromAnn, first, fromLee, ...lost];
const room = { timeline: { length: entries.length, at: (index: number) => entries[index] }, people };
const empty = { timeline: { length: 0, at: () => undefined }, people };
const emoji = new Map([["tada", "🎉"]]);

const meant = (text: string) => messageMeaning(parseLine(text) as MessageLine, { ...room, emoji });
const one = (command: object) => ({ kind: "commands", commands: [command] });

test("/reply answers the last of others, or of the person it names, whose longest name counts.", () => {
	assert.deepEqual(meant("/reply yes"), one({ kind: "send", text: "yes", replyTo: fromLee.id }));
	assert.deepEqual(meant("/reply Ann: yes"), one({ kind: "send", text: "yes", replyTo: fromAnn.id }));
	assert.deepEqual(meant("/reply ann lee yes"), one({ kind: "send", text: "yes", replyTo: fromLee.id }));
	assert.deepEqual(meant("/reply Annika came"), one({ kind: "send", text: "Annika came", replyTo: fromLee.id }));
	assert.deepEqual(meant("/reply"), { kind: "reply", line: fromLee });
	assert.deepEqual(meant("/reply Ann"), { kind: "reply", line: fromAnn });
	const twoAnns = { ...room, people: [...people, { ...annLee, name: "ANN" }], emoji };
	const unclear = messageMeaning({ kind: "reply", text: "Ann yes" }, twoAnns);
	assert.match(unclear.kind === "wrong" ? unclear.message : "", /More than one here is called/);
});

test("/edit, /delete, /react and /retry find their message, and say when there is none.", () => {
	assert.deepEqual(meant("/edit better"), one({ kind: "edit", id: first.id, text: "better" }));
	assert.deepEqual(meant("/edit"), { kind: "edit", line: first });
	assert.deepEqual(meant("/delete"), one({ kind: "delete", id: first.id }));
	assert.deepEqual(meant("/react :tada:"), one({ kind: "react", id: fromLee.id, emoji: "🎉" }));
	assert.deepEqual(meant("/react 🦊"), one({ kind: "react", id: fromLee.id, emoji: "🦊" }));
	assert.equal(meant("/react :nope:").kind, "wrong");
	const commands = lost.map(({ id }) => ({ kind: "retry", id }));
	assert.deepEqual(meant("/retry"), { kind: "commands", commands });
	for (const text of ["/reply x", "/edit x", "/edit", "/delete", "/react 🦊", "/retry"]) {
		assert.equal(messageMeaning(parseLine(text) as MessageLine, empty).kind, "wrong", text);
	}
});

test("Times, days and switches are read, and what they are not is told.", () => {
	const command = (text: string) => {
		const line = parseLine(text);
		return line.kind === "command" ? line.command : line.kind;
	};
	assert.deepEqual(command("/disappear 30s"), { kind: "setDisappearing", seconds: 30 });
	assert.deepEqual(command("/disappear 1h"), { kind: "setDisappearing", seconds: 3600 });
	assert.deepEqual(command("/disappear 2 weeks"), { kind: "setDisappearing", seconds: 1_209_600 });
	assert.deepEqual(command("/disappear OFF"), { kind: "setDisappearing", seconds: "off" });
	for (const text of [
		"/disappear soon",
		"/disappear 0s",
		"/disappear -5m",
		"/typing maybe",
		"/bell 1",
		"/date nonsense",
	]) {
		assert.equal(command(text), "wrong", text);
	}
	assert.deepEqual(command("/typing off"), { kind: "setTellTyping", isOn: false });
	assert.deepEqual(parseLine("/motion off"), { kind: "switch", what: "motion", isOn: false });
	assert.deepEqual(parseLine("/date 2026-11-20"), { kind: "date", at: new Date(2026, 10, 20).getTime() });
	assert.deepEqual(parseLine("/verify Ann"), { kind: "verifyWith", who: "Ann" });
	assert.deepEqual(parseLine("/search a b"), { kind: "search", text: "a b" });
});

test("The row above an answer or an edit says which it is and how to leave it, within the screen, and the message becomes that.", () => {
	const send = { kind: "send", text: "yes" } as const;
	assert.equal(composingWords(plainComposing, 80), undefined);
	assert.deepEqual(composed(plainComposing, send), send);
	const reply = replyTo(fromAnn);
	assert.equal(composingWords(reply, 80), "Replying to Ann: from Ann · Esc: not a reply");
	assert.deepEqual(composed(reply, send), { ...send, replyTo: fromAnn.id });
	assert.deepEqual(composed(reply, { ...send, isAction: true }), { ...send, isAction: true });
	const edit = editing(first, "draft");
	assert.ok(edit.kind === "edit");
	assert.equal(edited(edit, "first"), undefined);
	assert.deepEqual(edited(edit, "other"), { kind: "edit", id: first.id, text: "other" });
	fc.assert(
		fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 38, max: 200 }), (text, width) => {
			const words = composingWords(replyTo(lineOf(ann, text)), width) ?? "";
			assert.ok(widthOf(words) <= width);
			assert.ok(words.endsWith("Esc: not a reply"), words);
			assert.ok(!words.includes("\n"));
		}),
	);
});

test("A row of bounded length says who is typing.", () => {
	assert.equal(typingWords([], 80), "");
	assert.equal(typingWords([ann], 80), "Ann is typing…");
	assert.equal(typingWords([ann, annLee], 80), "Ann and Ann Lee are typing…");
	const crowd = Array.from({ length: 30 }, () => personNamed("n".repeat(32)));
	for (const width of [34, 74]) assert.ok(widthOf(typingWords(crowd, width)) <= width);
	assert.match(typingWords(crowd, 100), /and 28 more are typing…$/);
});

test("Others are told of typing while something is written that will be said, and when it is gone; never of a command.", () => {
	assert.equal(typingNews("", "h"), true);
	assert.equal(typingNews("h", "hi"), true);
	assert.equal(typingNews("h", ""), false);
	assert.equal(typingNews("hi", "hi"), undefined);
	assert.equal(typingNews("", "/kick An"), undefined);
	assert.equal(typingNews("", "/me wav"), true);
	assert.equal(typingNews("h", "/h"), false);
});

test("An emoji is meant as typed, by its name, or by the beginning of one.", () => {
	assert.equal(reactionOf(" 🦊 ", emoji), "🦊");
	assert.equal(reactionOf(":ta", emoji), "🎉");
	assert.equal(reactionOf(":x:", emoji), undefined);
	assert.equal(reactionOf(":tada:", undefined), undefined);
	assert.equal(reactionOf("  ", emoji), undefined);
});

test("Line mode does the same by the same words, and says what it has no place for.", async () => {
	const engine = new FakeEngine({ phase: { kind: "inRoom", role: "guest" }, people });
	engine.entries.push(...entries, lineOf(ann, "two\n12:00 Error: not true"));
	const meaning = (text: string) => meaningOf(text, engine, 0);
	assert.deepEqual(meaning("/edit better"), {
		kind: "perform",
		commands: [{ kind: "edit", id: first.id, text: "better" }],
	});
	assert.deepEqual(meaning("/me waves"), {
		kind: "perform",
		commands: [{ kind: "send", text: "waves", isAction: true }],
	});
	const told = async (text: string) => {
		let found = meaning(text);
		while (found.kind === "later") found = await found.meaning;
		return found.kind === "tell" ? found.lines.join("\n") : found.kind;
	};
	assert.match(await told("/reply"), /say more: \/reply/);
	assert.match(await told("/edit"), /Your last message: first/);
	assert.match(await told("/copy"), /^12:00 Ann: two\n {2}> 12:00 Error/);
	assert.match(await told("/search LEE"), /Ann Lee: from Ann Lee$/);
	assert.equal(await told("/search nothing of this"), "Nothing was found.");
	assert.match(await told("/unread"), /full screen/);
	const verify = meaning("/verify Ann Lee");
	assert.ok(verify.kind === "perform");
	assert.deepEqual(verify.commands, [{ kind: "verifyWords", fingerprint: annLee.fingerprint }]);
	assert.match(verify.lines?.join() ?? "", /\/verified Ann Lee/);
});
