// The sentences of notices.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlockedSubject } from "../../../src/engine/api/gate.ts";
import type { Notice } from "../../../src/engine/api/notices.ts";
import { durationWords } from "../../../src/ui/words/duration-words.ts";
import { noticeWords } from "../../../src/ui/words/notices.ts";
import { personNamed } from "../../support/views/fake-engine.ts";

const location = { label: "Bonn, Germany", isSameNetwork: false };
const address = "81.2.69.1";

test("a time is told in the largest unit that fits", () => {
	assert.deepEqual([1, 30, 90, 300, 3600, 86_400, 604_800, 2_419_200].map(durationWords), [
		"1 second",
		"30 seconds",
		"90 seconds",
		"5 minutes",
		"1 hour",
		"1 day",
		"1 week",
		"4 weeks",
	]);
});

test("A notice of the gate names the address, the place and what can be done.", () => {
	const words = (notice: Notice) => noticeWords(notice);
	assert.equal(
		words({ code: "strike", address, location, attempts: 3, disconnected: true }),
		"Wrong password from 81.2.69.1 (Bonn, Germany), 3 of 6. They were disconnected.",
	);
	assert.equal(
		words({ code: "blocked", about: "address", address, location, reason: "strikes" }),
		"81.2.69.1 (Bonn, Germany) is blocked after six wrong passwords. /unblock 81.2.69.1 lets them try again.",
	);
	assert.equal(
		words({ code: "flood", wrong: 1, blocked: 1, addresses: 1 }),
		"1 more wrong password from one address in the last minute; one of them is blocked now. /knocks shows who tried to come in.",
	);
	assert.match(
		words({ code: "flood", wrong: 40, blocked: 0, addresses: 1_000 }),
		/^40 more .* from 1,000 or more addresses/,
	);
});

test("A changed key is told with the key before and the key now.", () => {
	const person = personNamed("mallory", "changed");
	const former = personNamed("grace");
	const formerKeys = [{ ...former, lastSeenAt: 0, isVerified: true }];
	const told = noticeWords({ code: "keyChanged", person: { ...person, formerKeys } });
	assert.ok(told.includes(`before ${former.shortFingerprint}, now ${person.shortFingerprint}`), told);
	assert.ok(noticeWords({ code: "keyChanged", person }).includes(`(now ${person.shortFingerprint})`));
});

test("A problem that came more than once since it was told last says how often.", () => {
	assert.match(noticeWords({ code: "unreadableLine", unsaid: 7 }), /\(7 more like it since the last time\)$/);
	assert.match(noticeWords({ code: "unreadableLine", unsaid: 0 }), /so it is not shown\.$/);
});

test("A blocked key is told as the key of a person, who is unblocked by name; a range and an owner are called what they are.", () => {
	const told = (subject: Partial<BlockedSubject>) =>
		noticeWords({
			code: "blocked",
			about: "fingerprint",
			address: "A".repeat(40),
			location,
			reason: "byHand",
			...subject,
		});
	assert.equal(told({ name: "Gus" }), 'The key of "Gus" is blocked by you. /unblock Gus lets them try again.');
	assert.match(told({}), /^The key AAAA…AAAA is blocked by you\. \/unblock A{40} lets/);
	assert.match(
		told({ about: "asn", address: "AS3320" }),
		/^The network owner AS3320 is blocked by you\. \/unblock AS3320 /,
	);
	assert.match(
		told({ about: "cidr", address: "81.2.69.0/24" }),
		/^The range 81\.2\.69\.0\/24 \(Bonn, Germany\) is blocked/,
	);
});
