// The password exchange: the draft's vectors, agreement, and each attack by its name.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { multiplyChecked, passwordGenerator, sampleScalar } from "../../../src/crypto/password/cpace-group.ts";
import { type PakeInput, respond, startInitiator } from "../../../src/crypto/password/pake.ts";
import { SHARE_BYTES, TAG_BYTES } from "../../../src/crypto/password/pake-sizes.ts";
import { stretchPassword } from "../../../src/crypto/password/stretch.ts";

const vectors = JSON.parse(readFileSync(new URL("../../vectors/cpace.json", import.meta.url), "utf8"));
const exchange = vectors.exchange as Readonly<
	Record<"PRS" | "CI" | "sid" | "g" | "ya" | "ADa" | "Ya" | "yb" | "ADb" | "Yb" | "K" | "ISK_IR", string>
>;
const hex = (data: Uint8Array | undefined) => Buffer.from(data ?? []).toString("hex");
const bytes = (digits: string | undefined) => new Uint8Array(Buffer.from(digits ?? "", "hex"));
const same = (left: Uint8Array | undefined, digits: string | undefined) =>
	assert.equal(hex(left), digits?.toLowerCase());

const input = (changes: Partial<PakeInput> = {}): PakeInput => ({
	prs: bytes("70617373776f7264"),
	ci: bytes("6369"),
	sid: bytes("736964"),
	...changes,
});

test("the draft's vectors come out: generator, both shares and the key", () => {
	const { PRS, CI, sid, ADa, ADb } = exchange;
	const shared = { prs: bytes(PRS), ci: bytes(CI), sid: bytes(sid) };
	same(passwordGenerator(shared), exchange.g);

	const guest = startInitiator({ ...shared, ad: bytes(ADa), peerAd: bytes(ADb), random: () => bytes(exchange.ya) });
	const host = respond(
		{ ...shared, ad: bytes(ADb), peerAd: bytes(ADa), random: () => bytes(exchange.yb) },
		guest.share,
	);
	same(guest.share, exchange.Ya);
	same(host.share, exchange.Yb);
	same(
		multiplyChecked(
			sampleScalar(() => bytes(exchange.ya)),
			host.share,
		),
		exchange.K,
	);

	const step = guest.receive(host.share);
	assert.ok(step.kind === "confirmed-step");
	const check = host.check(step.tag);
	assert.ok(check.kind === "right");
	const agreement = guest.finish(check.tag);
	assert.ok(agreement.kind === "agreed");
	same(check.isk, exchange.ISK_IR);
	same(agreement.isk, exchange.ISK_IR);
});

test("the draft's point vectors come out: the valid point is multiplied, the invalid ones and the identity are refused", () => {
	const scalar = sampleScalar(() => bytes(vectors.points.scalar));
	same(multiplyChecked(scalar, bytes(vectors.points.valid)), vectors.points.product);
	for (const invalid of vectors.points.invalid) {
		assert.equal(multiplyChecked(scalar, bytes(invalid)), undefined);
		assert.deepEqual(startInitiator(input()).receive(bytes(invalid)), { kind: "failed" });
		assert.deepEqual(respond(input(), bytes(invalid)).check(randomBytes(TAG_BYTES)), { kind: "wrong" });
	}
});

test("a scalar of zero is drawn again", () => {
	const draws = [new Uint8Array(32), new Uint8Array(32).fill(0xff)];
	// 252 bits, little-endian.
	assert.deepEqual(
		sampleScalar(() => draws.shift() ?? assert.fail("drawn too often")),
		Uint8Array.of(...new Uint8Array(31).fill(0xff), 0x0f),
	);
	assert.equal(draws.length, 0);
});

/** Runs one attempt; the keys of both sides if they agreed. */
function attempt(guestInput: PakeInput, hostInput: PakeInput) {
	const guest = startInitiator(guestInput);
	const host = respond(hostInput, guest.share);
	const step = guest.receive(host.share);
	assert.ok(step.kind === "confirmed-step");
	assert.equal(guest.share.length, SHARE_BYTES);
	assert.equal(host.share.length, SHARE_BYTES);
	assert.equal(step.tag.length, TAG_BYTES);
	const check = host.check(step.tag);
	if (check.kind === "wrong") return { guest: guest.finish(randomBytes(TAG_BYTES)), host: check };
	return { guest: guest.finish(check.tag), host: check };
}

const secret = fc.uint8Array({ maxLength: 40 });

test("both sides agree on the same key for any password, sid and ci", () => {
	fc.assert(
		fc.property(secret, secret, secret, (prs, ci, sid) => {
			const { guest, host } = attempt({ prs, ci, sid }, { prs, ci, sid });
			assert.ok(guest.kind === "agreed" && host.kind === "right");
			assert.equal(hex(guest.isk), hex(host.isk));
		}),
		{ numRuns: 15 },
	);
});

test("a wrong password, sid, ci or associated data never agrees", () => {
	const field = fc.constantFrom("prs", "ci", "sid", "ad");
	fc.assert(
		fc.property(field, secret, secret, (name, left, right) => {
			fc.pre(hex(left) !== hex(right));
			const host = name === "ad" ? { peerAd: right } : { [name]: right };
			const outcome = attempt(input({ [name]: left }), input(host));
			assert.deepEqual(outcome, { guest: { kind: "failed" }, host: { kind: "wrong" } });
		}),
		{ numRuns: 30 },
	);
});

test("garbage shares and tags of any length never throw and never pass", () => {
	const garbage = fc.oneof(
		fc.uint8Array({ maxLength: 100 }),
		fc.uint8Array({ minLength: SHARE_BYTES, maxLength: SHARE_BYTES }),
	);
	fc.assert(
		fc.property(garbage, garbage, (share, tag) => {
			assert.deepEqual(respond(input(), share).check(tag), { kind: "wrong" });
			const guest = startInitiator(input());
			guest.receive(share);
			assert.deepEqual(guest.finish(tag), { kind: "failed" });
		}),
		{ numRuns: 40 },
	);
});

test("an abandoned attempt teaches nothing: the responder's share does not depend on a guess", () => {
	const random = () => new Uint8Array(32).fill(7);
	const rightGuess = startInitiator(input()).share;
	const wrongGuess = startInitiator(input({ prs: bytes("77726f6e67") })).share;
	const noGuess = randomBytes(SHARE_BYTES);
	const answers = [rightGuess, wrongGuess, noGuess].map((share) => hex(respond(input({ random }), share).share));
	// With the same randomness every guess gets the very same bytes, and nothing else is sent before the tag.
	assert.equal(new Set(answers).size, 1);
	// With real randomness the same guess gets other bytes each time: attempts cannot be compared.
	const fresh = Array.from({ length: 8 }, () => hex(respond(input(), rightGuess).share));
	assert.equal(new Set(fresh).size, 8);
});

test("two guesses in one attempt are impossible: after one tag every other is wrong, even the right one", () => {
	const guest = startInitiator(input());
	const host = respond(input(), guest.share);
	const step = guest.receive(host.share);
	assert.ok(step.kind === "confirmed-step");
	assert.equal(host.check(randomBytes(TAG_BYTES)).kind, "wrong");
	assert.equal(host.check(step.tag).kind, "wrong");
});

test("a reflected share is refused: a host who only echoes cannot pass for one who knows the password", () => {
	const guest = startInitiator(input());
	assert.deepEqual(guest.receive(guest.share), { kind: "failed" });
	assert.deepEqual(guest.finish(randomBytes(TAG_BYTES)), { kind: "failed" });
});

test("the guest's own tag played back is not taken for the host's", () => {
	const guest = startInitiator(input());
	const host = respond(input(), guest.share);
	const step = guest.receive(host.share);
	assert.ok(step.kind === "confirmed-step");
	assert.deepEqual(guest.finish(step.tag), { kind: "failed" });
});

test("steps out of order fail instead of throwing", () => {
	const guest = startInitiator(input());
	assert.deepEqual(guest.finish(randomBytes(TAG_BYTES)), { kind: "failed" });
	const host = respond(input(), guest.share);
	assert.equal(guest.receive(host.share).kind, "confirmed-step");
	assert.deepEqual(guest.receive(host.share), { kind: "failed" });
});

test("stretching is Argon2id over the NFC form without white space at its ends, salted", async () => {
	const salt = new Uint8Array(16).fill(1);
	const composed = await stretchPassword("caf\u00e9", salt);
	assert.equal(hex(await stretchPassword("cafe\u0301", salt)), hex(composed));
	assert.notEqual(hex(await stretchPassword("caf\u00e9", new Uint8Array(16).fill(2))), hex(composed));
	const spaced = await stretchPassword("four calm green words", salt);
	assert.equal(hex(await stretchPassword(" four calm green words\u00a0\t", salt)), hex(spaced));
	assert.notEqual(hex(await stretchPassword("four  calm green words", salt)), hex(spaced));
	assert.equal(composed.length, 32);
});
