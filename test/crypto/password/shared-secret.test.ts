// The exchange over a shared secret: agreement, what people type differently without meaning it, and that it is bound to room, run and keys.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { readSecret } from "../../../src/crypto/password/secret-text.ts";
import { answerWith, askWith, type VerifyBinding } from "../../../src/crypto/password/shared-secret.ts";

const secret = (typed: string): Uint8Array => readSecret(typed) ?? assert.fail(`"${typed}" is no secret`);
const binding: VerifyBinding = {
	roomId: randomBytes(16),
	run: randomBytes(16),
	asker: randomBytes(40),
	answerer: randomBytes(40),
};

/** Tells whether both find that they agree; one alone never may. */
function agree(asked: string, answered: string, theirs: VerifyBinding = binding): boolean {
	const asking = askWith(secret(asked), binding);
	const answering = answerWith(secret(answered), theirs, asking.share);
	const step = asking.receive(answering.share);
	assert.ok(step.kind === "confirmed-step");
	const check = answering.check(step.tag);
	const outcome = asking.finish(check.kind === "right" ? check.tag : randomBytes(64));
	assert.equal(outcome.kind === "agreed", check.kind === "right");
	return check.kind === "right";
}

test("the same secret agrees however it is typed, and another one does not", () => {
	assert.ok(agree("The Café by the lake", "  the  CAFE\u0301\tby the lake "));
	assert.ok(agree("ﬁve straße", "FIVE STRASSE"));
	assert.ok(!agree("the café by the lake", "the cafe by the lake"));
	assert.ok(!agree("two words", "twowords"));
});

test("attack: the exchange of another room, another run, or with other keys never agrees", () => {
	for (const part of ["roomId", "run", "asker", "answerer"] as const) {
		assert.ok(!agree("a secret", "a secret", { ...binding, [part]: randomBytes(binding[part].length) }), part);
	}
	assert.ok(!agree("a secret", "a secret", { ...binding, asker: binding.answerer, answerer: binding.asker }));
});

test("a secret has from 1 to 256 bytes, as it is compared", () => {
	for (const nothing of ["", " \t\n"]) assert.equal(readSecret(nothing), undefined);
	assert.equal(secret("a").length, 1);
	assert.equal(secret(` ${"é".repeat(128)} `).length, 256);
	assert.equal(readSecret(`${"é".repeat(128)}a`), undefined);
});

test("whoever gives the randomness gets the same share again", () => {
	const random = (): Uint8Array => new Uint8Array(32).fill(7);
	assert.deepEqual(askWith(secret("a"), binding, random).share, askWith(secret("a"), binding, random).share);
	const { share } = askWith(secret("a"), binding);
	assert.deepEqual(
		answerWith(secret("a"), binding, share, random).share,
		answerWith(secret("a"), binding, share, random).share,
	);
	assert.notDeepEqual(share, askWith(secret("a"), binding).share);
});
