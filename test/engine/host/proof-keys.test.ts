// The host's key of the moment: when it is certified anew, what a clock that was set back does to it, and what comes of a key that cannot sign.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { before, test } from "node:test";
import type { Signer } from "../../../src/crypto/identity/identity.ts";
import { createLocalIdentity } from "../../../src/crypto/identity/local.ts";
import { DELEGATION_SECONDS } from "../../../src/crypto/opening/delegation.ts";
import { ProofKeys, type ProofKeysOptions } from "../../../src/engine/host/proof-keys.ts";

const roomId = randomBytes(32);
const hourMs = 60 * 60_000;
let host: Signer;

before(async () => {
	host = (await createLocalIdentity({ name: "Hana" })).signer;
});

/** Keys whose clock and alarm the test holds. */
async function underClock(options: Partial<ProofKeysOptions> = {}) {
	const clock = { seconds: 1_800_000_000, isLocked: false };
	const alarms: { readonly delayMs: number; readonly ring: () => void; isOff: boolean }[] = [];
	const certified: number[] = [];
	const signer = {
		certificate: host.certificate,
		fingerprint: host.fingerprint,
		sign: (context: string, ...fields: Uint8Array[]) =>
			clock.isLocked ? Promise.reject(new Error("nobody was there")) : host.sign(context, ...fields),
	} as unknown as Signer;
	const keys = await ProofKeys.open({
		signer,
		roomId,
		now: () => clock.seconds * 1000,
		onCertified: (from) => certified.push(from),
		after(delayMs, ring) {
			const alarm = { delayMs, ring, isOff: false };
			alarms.push(alarm);
			return () => {
				alarm.isOff = true;
			};
		},
		...options,
	});
	/** Lets the newest alarm ring, and waits until the next one is set. */
	const ring = async (): Promise<void> => {
		const count = alarms.length;
		alarms.at(-1)?.ring();
		while (alarms.length === count) await new Promise((resolve) => setImmediate(resolve));
	};
	return { clock, alarms, certified, keys, ring };
}

test("a key is certified for now, and anew when half of its time is over", async () => {
	const { clock, alarms, certified, keys, ring } = await underClock();
	const first = keys.current();
	assert.equal(first.delegation.from, clock.seconds);
	assert.deepEqual(
		alarms.map(({ delayMs }) => delayMs),
		[DELEGATION_SECONDS * 500],
	);
	clock.seconds += DELEGATION_SECONDS / 2;
	await ring();
	assert.notEqual(keys.current(), first);
	assert.equal(keys.current().delegation.from, clock.seconds);
	assert.deepEqual(certified, [clock.seconds - DELEGATION_SECONDS / 2, clock.seconds]);
	assert.equal(alarms.at(-1)?.delayMs, DELEGATION_SECONDS * 500);
});

test("where the clock was set back, a new key is still newer than the one that guests have seen, also of another run", async () => {
	const { clock, keys, ring } = await underClock();
	const { from } = keys.current().delegation;
	clock.seconds -= 5_000;
	await ring();
	assert.equal(keys.current().delegation.from, from + 1);
	const later = await underClock({ provenFrom: clock.seconds + 20_000 });
	assert.equal(later.keys.current().delegation.from, clock.seconds + 20_001);
});

test("a key that cannot be certified anew leaves the old one, and is tried again after an hour", async () => {
	const { clock, alarms, keys, ring } = await underClock();
	const first = keys.current();
	clock.isLocked = true;
	await ring();
	assert.equal(keys.current(), first);
	assert.equal(alarms.at(-1)?.delayMs, hourMs);
	clock.isLocked = false;
	await ring();
	assert.notEqual(keys.current(), first);
	assert.equal(alarms.at(-1)?.delayMs, DELEGATION_SECONDS * 500);
});

test("a room that is closed certifies nothing more, also when a renewal is under way", async () => {
	const { alarms, certified, keys } = await underClock();
	alarms.at(-1)?.ring();
	keys.close();
	assert.equal(alarms.at(-1)?.isOff, true);
	while (certified.length === 1) await new Promise((resolve) => setImmediate(resolve));
	for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
	assert.equal(alarms.length, 1);
});

test("a key that cannot sign at all opens no room", async () => {
	const signer = { ...host, certificate: host.certificate, fingerprint: host.fingerprint } as Signer;
	const locked = { ...signer, sign: () => Promise.reject(new Error("nobody was there")) };
	await assert.rejects(underClock({ signer: locked }), /nobody was there/);
});
