// What may be done with a group's state, by where its member stands: outside, inside in one of three ways, or removed.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	committingIn,
	type Inside,
	insideOf,
	onlyAsHost,
	readingIn,
	type Standing,
	speakingIn,
} from "../../../src/crypto/group/standing.ts";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";

const host = parseFingerprint("A".repeat(40))!;
const guest = parseFingerprint("B".repeat(40))!;
// Nothing here looks into the state itself.
const inside = (mode: Inside["mode"], self = guest): Inside => ({
	kind: "inside",
	state: {} as never,
	host,
	self,
	mode,
});
const codeOf = (found: ReturnType<typeof insideOf>): string => (found.kind === "refused" ? found.code : "may");

test("what a group may be used for goes by its standing: to look at it, to read, to commit and to speak", () => {
	const all: readonly (readonly [Standing, look: string, read: string, commit: string, speak: string])[] = [
		[{ kind: "outside" }, "notEntered", "notEntered", "notEntered", "notEntered"],
		[{ kind: "removed" }, "removed", "removed", "removed", "removed"],
		[inside("speaks"), "may", "may", "may", "may"],
		// After a refresh, which is a commit, everything else may follow.
		[inside("refreshFirst"), "may", "refreshNeeded", "may", "refreshNeeded"],
		[inside("reads"), "may", "may", "readsOnly", "readsOnly"],
	];
	for (const [standing, ...expected] of all) {
		const found = [insideOf, readingIn, committingIn, speakingIn].map((use) => codeOf(use(standing)));
		assert.deepEqual(found, expected, JSON.stringify(standing));
	}
});

test("requests that only the host may make are refused to everybody else, and a refusal stays what it was", () => {
	const own = inside("speaks", host);
	assert.equal(onlyAsHost(own), own);
	assert.equal(codeOf(onlyAsHost(inside("speaks"))), "notHost");
	assert.equal(codeOf(onlyAsHost(insideOf({ kind: "removed" }))), "removed");
});
