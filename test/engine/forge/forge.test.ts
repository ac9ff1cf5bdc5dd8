// Deniability, shown: with one of the two private keys a program makes a conversation off the record that every check accepts; and the checks are none that accept everything.
import assert from "node:assert/strict";
import { test } from "node:test";
import { readCertificate } from "../../../src/crypto/identity/certificate.ts";
import { createLocalIdentity } from "../../../src/crypto/identity/local.ts";
import type { ForgedLine } from "../../../src/engine/api/forge/forge.ts";
import { checkTranscript } from "../../../src/engine/forge/check.ts";
import { forge } from "../../../src/engine/forge/forge.ts";
import { readTranscript, type Transcript, writeTranscript } from "../../../src/engine/forge/transcript.ts";
import { neverSigns } from "../../support/attackers/never-signs.ts";
import { newSelf } from "../../support/rooms/memory-room.ts";

const lines: readonly ForgedLine[] = [
	{ from: "me", text: "Did you do it?" },
	{ from: "them", text: "I did." },
	{ from: "them", text: "And I would do it again." },
	{ from: "me", text: "I see." },
];

const bob = neverSigns(await newSelf("Bob"));

/** Ann's certificate, as everybody has it: her private key is thrown away. */
async function annsCertificate() {
	const { signer } = await createLocalIdentity({ name: "Ann" });
	const read = await readCertificate(signer.certificate.bytes);
	assert.ok(read.kind === "certificate");
	return read.certificate;
}

const ann = { certificate: await annsCertificate(), name: "Ann" };

async function forged(): Promise<Transcript> {
	const made = await forge(bob, ann, lines, Date.now());
	assert.ok(made);
	return made;
}

const resultsOf = (checked: Awaited<ReturnType<typeof checkTranscript>>) =>
	Object.fromEntries(checked.checks.map(({ name, result }) => [name, result]));

test("with Bob's key and Ann's public certificate alone, a conversation is made in which Ann says things, and every check accepts it", async () => {
	const read = readTranscript(writeTranscript(await forged()));
	assert.ok(read);
	const checked = await checkTranscript(read, bob.signer);
	assert.equal(checked.checks.length, 11);
	assert.ok(
		checked.checks.every(({ result }) => result === "accepted"),
		JSON.stringify(checked.checks),
	);
	assert.deepEqual([checked.me, checked.them, checked.themFingerprint], ["Bob", "Ann", ann.certificate.fingerprint]);
	assert.deepEqual(checked.said, ["I did.", "And I would do it again."]);
});

test("somebody without Bob's key checks all that takes no private key, and is told what they could not check", async () => {
	const checked = await checkTranscript(await forged(), (await newSelf("Judge")).signer);
	const { secretToMe, admission, hostLeafTag, guestLeafTag, ...others } = resultsOf(checked);
	assert.deepEqual([secretToMe, admission, hostLeafTag, guestLeafTag], Array(4).fill("notHere"));
	assert.ok(Object.values(others).every((result) => result === "accepted"));
	assert.deepEqual(checked.said, ["I did.", "And I would do it again."]);
});

test("no check accepts everything: one bit changed anywhere, or a part of another conversation, is refused", async () => {
	const [one, other] = [await forged(), await forged()];
	const fields = Object.entries(one).filter(
		(entry): entry is [keyof Transcript, Uint8Array] => entry[1] instanceof Uint8Array,
	);
	assert.equal(fields.length, 15);
	for (const [name, value] of fields) {
		// Of the group's state, and of the commit behind the tag, not every bit is looked at: those of another conversation are refused.
		const changed = value.map((byte, index) => (index === Math.floor(value.length / 2) ? byte ^ 1 : byte));
		const damaged = name === "group" || name === "enter" ? [] : [{ ...one, [name]: changed }];
		for (const wrong of [...damaged, { ...one, [name]: other[name] }]) {
			const { checks, said } = await checkTranscript(wrong, bob.signer);
			assert.ok(
				checks.some(({ result }) => result === "refused"),
				name,
			);
			assert.deepEqual(said, [], name);
		}
	}
	const { lines: said } = one;
	const { checks } = await checkTranscript({ ...one, lines: [...said, ...other.lines] }, bob.signer);
	assert.equal(checks.at(-1)?.result, "refused");
});

test("a file that is no conversation is not read: other JSON, other versions, too many lines, or nothing", async () => {
	const text = writeTranscript(await forged());
	assert.ok(readTranscript(text));
	const line = { from: "me", message: "AAAA" };
	const bad = [
		"",
		"{}",
		"[]",
		text.slice(1),
		text.replace('"v": 1', '"v": 2'),
		JSON.stringify({ ...JSON.parse(text), more: 1 }),
		JSON.stringify({ ...JSON.parse(text), lines: Array(1001).fill(line) }),
		JSON.stringify({ ...JSON.parse(text), knock: "no base64!" }),
	];
	for (const one of bad) assert.equal(readTranscript(one), undefined, one.slice(0, 40));
});
