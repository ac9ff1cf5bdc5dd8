import assert from "node:assert/strict";
import { test } from "node:test";
import { friendsTarget } from "../../../src/ui/words/pasted-target.ts";

const invite = "rt://qqavk3m7xw2hfjz5n4yt6c8pdl9s";

const found: Readonly<Record<string, string>> = {
	"192.0.2.2 47003": "192.0.2.2 47003",
	"192.0.2.2:47003": "192.0.2.2:47003",
	"./rt 192.0.2.2 47003": "192.0.2.2 47003",
	"rt 192.0.2.2 47003": "192.0.2.2 47003",
	"rt join 192.0.2.2 47003": "192.0.2.2 47003",
	"$ ./rt 192.0.2.2 47003\n": "192.0.2.2 47003",
	"~/real-talk/rt 192.0.2.2 47003": "192.0.2.2 47003",
	"“./rt 192.0.2.2 47003”": "192.0.2.2 47003",
	"`./rt 192.0.2.2 47003`.": "192.0.2.2 47003",
	"'192.0.2.2:47003',": "192.0.2.2:47003",
	"./rt 192.0.2.2\n  47003": "192.0.2.2 47003",
	"./rt 192.0.\n2.2 47003": "192.0.2.2 47003",
	"./rt 192.0.2.2 470\n03": "192.0.2.2 47003",
	"./rt 2001:db8::7 47003": "2001:db8::7 47003",
	"[2001:db8::7]:47003": "[2001:db8::7]:47003",
	"([2001:db8::7] 47003)": "2001:db8::7 47003",
	"chat.example.org 47003": "chat.example.org 47003",
	"rt myhost 47003": "myhost 47003",
	[invite]: invite,
	[`./rt ${invite}`]: invite,
	[`"${invite}".`]: invite,
	[`${invite.slice(0, 12)}\n${invite.slice(12, 24)}\n  ${invite.slice(24)}\n`]: invite,
	[`Hi!\nType this:\n\n  ./rt ${invite}\n\nI tell you the password by phone.`]: invite,
	"Come in: ./rt 192.0.2.2 47003 - the password comes by phone": "192.0.2.2 47003",
};

test("The way to a room is found in what a friend sent, whatever stands around it.", () => {
	for (const [text, target] of Object.entries(found)) assert.equal(friendsTarget(text), target, text);
});

test("A password is not taken for the way to a room.", () => {
	const passwords = [
		"correct horse battery staple",
		"correct-horse 47003",
		"4711",
		"192.0.2.2",
		"rt",
		"rt 4711",
		"192.0.2.2 70000",
		"192.0.2.2:0",
		"rt myhost 70000",
		"art 192",
		"a.b",
		"1.2.3.4.5 99",
		"tango-lima 12:30",
		"x".repeat(9000),
		"",
	];
	for (const text of passwords) assert.equal(friendsTarget(text), undefined, text);
});
