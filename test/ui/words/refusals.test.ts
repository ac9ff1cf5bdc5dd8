// The sentences of refusals, and of why Real Talk cannot be opened.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OpenTrouble } from "../../../src/engine/api/opening.ts";
import type { Refusal } from "../../../src/engine/api/refusals.ts";
import { openTroubleWords } from "../../../src/ui/words/opening-words.ts";
import { refusalWords } from "../../../src/ui/words/refusals.ts";
import { keyProblemWords } from "../../../src/ui/words/tools/key-problems.ts";

test("A refusal says the facts that belong to it.", () => {
	const cases: readonly (readonly [Refusal, RegExp])[] = [
		[{ code: "bad_address", why: "notAnAddress", typed: "here" }, /^"here" is no IPv4 or IPv6 address\.$/],
		[
			{ code: "bad_address", why: "blockedByOthers", others: ["81.2.69.0/24", "AS3320"] },
			/by 81\.2\.69\.0\/24 and AS3320/,
		],
		[{ code: "bad_setting", why: "memberCap", smallest: 2, largest: 200 }, /^A room holds 2 to 200 people/],
		[{ code: "bad_password", why: "tooLong", maxBytes: 1024 }, /1024 bytes at most/],
		[{ code: "internal", why: "storage", detail: "disk I/O error" }, /disk I\/O error$/],
	];
	for (const [refusal, words] of cases) assert.match(refusalWords(refusal), words);
});

test("A key that cannot be unlocked because of gpg is told with what to do, wherever it shows.", () => {
	const trouble = { why: "gpg", failure: "noSecretKey", detail: "" } as const;
	assert.match(refusalWords({ code: "identity_locked", trouble }), /Connect the card or token/);
	assert.match(refusalWords({ code: "internal", why: "key", trouble }), /Connect the card or token/);
	assert.match(keyProblemWords({ why: "key", trouble }), /Connect the card or token/);
	assert.match(refusalWords({ code: "identity_locked" }), /Enter its passphrase first/);
});

test("The reason why Real Talk can't be opened is told with the path and what to do.", () => {
	const store = (why: Extract<OpenTrouble, { about: "store" }>["trouble"]["why"]) =>
		openTroubleWords({ about: "store", trouble: { path: "/home/a/rt.db", why, detail: "why so" } });
	assert.match(store("foreign"), /^\/home\/a\/rt\.db is not a Real Talk database\. .*--home DIR/);
	assert.match(store("newer"), /Update Real Talk/);
	assert.match(store("sharedHome"), /shared with others\. .*--home DIR/);
	assert.match(store("othersHome"), /belongs to another user .*--home DIR/);
	assert.match(store("unusableHome"), /can't be used: why so\. .*--home DIR/);
	assert.match(
		openTroubleWords({ about: "vault", trouble: { path: "/v/vault.key", why: "damaged", detail: "" } }),
		/^\/v\/vault\.key is damaged\. Restore it/,
	);
	const others = [{ name: "eth0", kind: "cable" }] as const;
	assert.match(openTroubleWords({ about: "interface", name: "x", others }), /There are: eth0 \(cable\)\.$/);
	assert.match(openTroubleWords({ about: "dhtRelay" }), /^--dht-relay needs the key/);
});
