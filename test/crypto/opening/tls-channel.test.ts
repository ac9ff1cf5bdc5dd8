// The channel by TLS: the suite of channels, and the attacks on it.
import assert from "node:assert/strict";
import { hkdfSync } from "node:crypto";
import { type Duplex, duplexPair } from "node:stream";
import { test } from "node:test";
import { type ConnectionOptions, connect, createSecureContext, TLSSocket } from "node:tls";
import { channelSuite } from "../../../src/crypto/opening/binding.ts";
import type { ChannelOutcome } from "../../../src/crypto/opening/channel-outcome.ts";
import { bulkTlsChannel, SILENCE_MS, tlsChannel } from "../../../src/crypto/opening/tls-channel.ts";
import { helloForVersion1 } from "../../../src/engine/wire/handshake.ts";
import { caughtWaits } from "../../support/caught-waits.ts";
import { both, channelConformance, close, patience, secured } from "./conformance.ts";

/** The key that everybody knows. */
const psk = Buffer.from(hkdfSync("sha256", "real-talk/2", "", "real-talk/2 open", 32));

channelConformance("TLS", tlsChannel);
channelConformance("TLS for many bytes", bulkTlsChannel);

test("an aborted signal or a dead stream fails at once", async () => {
	const [guest, host] = duplexPair();
	const options = { role: "guest" } as const;
	assert.deepEqual(await tlsChannel({ ...options, stream: guest, signal: AbortSignal.abort() }), {
		kind: "failed",
		failure: "other",
		detail: "aborted",
	});
	host.destroy();
	assert.equal((await tlsChannel({ ...options, stream: host, signal: patience() })).kind, "failed");
});

/** A guest made by hand, to offer what ours never would. */
async function hostAgainst(changes: ConnectionOptions): Promise<ChannelOutcome> {
	const [guest, host] = duplexPair();
	const options: ConnectionOptions = { rejectUnauthorized: false, ecdhCurve: "X25519MLKEM768", ...changes };
	const stranger = connect({ socket: guest, pskCallback: () => ({ psk, identity: "real-talk/2" }), ...options });
	stranger.on("error", () => {});
	const outcome = await tlsChannel({ stream: host, role: "host", signal: patience() });
	close(stranger, guest);
	return outcome;
}

test("the hand-made guest itself is welcome when it does everything right", async () => {
	const outcome = secured(await hostAgainst({ ciphers: "TLS_CHACHA20_POLY1305_SHA256" }));
	outcome.stream.destroy();
});

test("a downgrade to TLS 1.2 is refused", async () => {
	assert.equal((await hostAgainst({ minVersion: "TLSv1.2", maxVersion: "TLSv1.2" })).kind, "failed");
	assert.equal((await hostAgainst({ maxVersion: "TLSv1.2", ciphers: "PSK-CHACHA20-POLY1305" })).kind, "failed");
});

test("a guest without ML-KEM is refused: what is recorded today stays closed to tomorrow's quantum computer", async () => {
	assert.equal((await hostAgainst({ ecdhCurve: "X25519" })).kind, "failed");
	assert.equal((await hostAgainst({ ecdhCurve: "P-256:X25519" })).kind, "failed");
});

test("a guest with another identity label or without a key is refused", async () => {
	assert.equal((await hostAgainst({ pskCallback: () => ({ psk, identity: "other" }) })).kind, "failed");
	assert.equal((await hostAgainst({ pskCallback: () => null })).kind, "failed");
});

// Self-signed, made for this test only: openssl req -x509 -newkey ed25519 -nodes -days 36500 -subj /CN=localhost
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBPjCB8aADAgECAhR2yv49Nog/JEg3lldScdGFwe8RZTAFBgMrZXAwFDESMBAG
A1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA4NTAzMVoYDzIxMjYxMDI4MDg1MDMx
WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwKjAFBgMrZXADIQCe67B90rhNzK5zwaw4
Lir6SpunXSdLSXIa9pl81eF39aNTMFEwHQYDVR0OBBYEFAgDjRaRx4dWy/9NtI34
VCAKeCMCMB8GA1UdIwQYMBaAFAgDjRaRx4dWy/9NtI34VCAKeCMCMA8GA1UdEwEB
/wQFMAMBAf8wBQYDK2VwA0EA970jkuiqYSWADo00egJEx+gYAmYqnKdFPiPv54io
3wCQKF+38p9tgybwuHqTWIzVp3vHO936hBThWDZ27FybBw==
-----END CERTIFICATE-----`;
const CERTIFICATE_KEY = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIFhN9KoahbZsp5FvlnoeV2aLXhnFgG+dLyTXBeyaDMWj
-----END PRIVATE KEY-----`;

/** A host made by hand. */
async function guestAgainst(changes: ConnectionOptions): Promise<ChannelOutcome> {
	const [guest, host] = duplexPair();
	const options = { ciphers: "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256", ...changes };
	const impostor = new TLSSocket(host, {
		pskCallback: () => psk,
		...options,
		isServer: true,
		secureContext: createSecureContext(options),
	} as ConstructorParameters<typeof TLSSocket>[1]);
	impostor.on("error", () => {});
	const outcome = await tlsChannel({ stream: guest, role: "guest", signal: patience() });
	close(impostor, host);
	return outcome;
}

test("the hand-made host itself is welcome when it does everything right", async () => {
	secured(await guestAgainst({})).stream.destroy();
});

test("a host with a certificate in place of the key is refused, and so is one without ML-KEM or TLS 1.3", async () => {
	const certificate = { cert: CERTIFICATE, key: CERTIFICATE_KEY };
	const withCertificate = await guestAgainst({ ...certificate, pskCallback: () => null });
	assert.ok(withCertificate.kind === "failed");
	assert.match(withCertificate.detail, /certificate/);
	assert.equal((await guestAgainst({ ...certificate, ecdhCurve: "X25519" })).kind, "failed");
	assert.equal((await guestAgainst({ ...certificate, maxVersion: "TLSv1.2", ciphers: "DEFAULT" })).kind, "failed");
});

/** What the guest makes of a program that answers with these bytes. */
async function guestHears(bytes: Uint8Array): Promise<ChannelOutcome> {
	const [guest, host] = duplexPair();
	host.write(bytes);
	const outcome = await tlsChannel({ stream: guest, role: "guest", signal: patience() });
	close(host);
	return outcome;
}

test("a guest tells a host of version 1 and another service from a broken channel by the first bytes, and one that heard nothing from both", async () => {
	const failureOf = async (bytes: Uint8Array) => {
		const outcome = await guestHears(bytes);
		assert.ok(outcome.kind === "failed");
		return outcome.failure;
	};
	assert.equal(await failureOf(Buffer.from("00006801a561760164726f6f6d", "hex")), "formerVersion");
	assert.equal(await failureOf(helloForVersion1()), "unheard", "a host of this version that heard nothing");
	assert.equal(await failureOf(Buffer.from("SSH-2.0-OpenSSH_9.6\r\n")), "otherProtocol");
	assert.equal(await failureOf(Buffer.from("15030300020228", "hex")), "other", "an alert of TLS");
	assert.equal(
		await failureOf(Buffer.from("1603030004ffffffff", "hex")),
		"other",
		"a handshake message of no known type",
	);
});

test("a guest that says nothing for eight seconds is reported as silent, and its stream is left open for an answer", async (t) => {
	const [guest, host] = duplexPair();
	const waits = caughtWaits(t, SILENCE_MS);
	const outcome = tlsChannel({ stream: host, role: "host", signal: new AbortController().signal });
	while (waits.length === 0) await new Promise((resolve) => setImmediate(resolve));
	waits[0]?.();
	assert.deepEqual(await outcome, { kind: "failed", failure: "silent", detail: "nothing came" });
	assert.equal(host.destroyed, false);
	close(guest, host);
});

/** The first bytes of a ClientHello in one record that claims this length. */
const claiming = (length: number) =>
	Buffer.from([0x16, 3, 1, 0x40, 0, 1, length >> 16, (length >> 8) & 255, length & 255]);

test("attack: 1,600 identities in one ClientHello are refused before TLS looks at one of them", async () => {
	// RFC 8446 §4.2.11: an identity of 32 bytes and a binder of 32 take 71 bytes each.
	const [guest, host] = duplexPair();
	guest.write(claiming(1_600 * 71));
	const outcome = await tlsChannel({ stream: host, role: "host", signal: patience() });
	assert.ok(outcome.kind === "failed");
	assert.match(outcome.detail, /over the limit/);
	close(guest);
});

test("attack: a ticket of one channel opens no other, with the public key or without it", async () => {
	const { promise: ticket, resolve } = Promise.withResolvers<Buffer>();
	const [nearOne, farOne] = duplexPair();
	const options: ConnectionOptions = { rejectUnauthorized: false, ecdhCurve: "X25519MLKEM768" };
	const one = connect({ ...options, socket: nearOne, pskCallback: () => ({ psk, identity: "real-talk/2" }) });
	one.on("session", resolve);
	const first = secured(await tlsChannel({ stream: farOne, role: "host", signal: patience() }));
	first.stream.write("so that the ticket is read");
	one.resume();
	const session = await ticket;
	const [nearTwo, farTwo] = duplexPair();
	const two = connect({ ...options, socket: nearTwo, session, pskCallback: () => null });
	two.on("error", () => {});
	const second = await tlsChannel({ stream: farTwo, role: "host", signal: patience() });
	assert.equal(second.kind, "failed");
	close(one, two, first.stream);
});

test("both ends export what TLS itself exports under the documented label, and name their kind of channel", async () => {
	const [guest, host] = duplexPair();
	const stranger = connect({
		rejectUnauthorized: false,
		ecdhCurve: "X25519MLKEM768",
		socket: guest,
		pskCallback: () => ({ psk, identity: "real-talk/2" }),
	});
	const { exporter, suite, stream } = secured(await tlsChannel({ stream: host, role: "host", signal: patience() }));
	const expected = stranger.exportKeyingMaterial(32, "EXPORTER-real-talk-2", Buffer.alloc(0));
	assert.deepEqual(Buffer.from(exporter), expected);
	assert.equal(suite, channelSuite.tls);
	close(stranger, stream);
});

test("each of the two suites that fit the key is taken, and no other", async () => {
	for (const suite of ["TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"])
		secured(await hostAgainst({ ciphers: suite })).stream.destroy();
	assert.equal((await hostAgainst({ ciphers: "TLS_AES_256_GCM_SHA384" })).kind, "failed");
	assert.equal((await guestAgainst({ ciphers: "TLS_AES_256_GCM_SHA384" })).kind, "failed");
});

test("a ClientHello that comes byte by byte is read whole", async () => {
	const [guest, near] = duplexPair();
	const [far, host] = duplexPair();
	far.pipe(near);
	near.on("data", (chunk: Buffer) => {
		for (const byte of chunk) far.write(Buffer.of(byte));
	});
	const [one, other] = await both(tlsChannel, [guest, host]);
	close(secured(one).stream, secured(other).stream, near, far);
});

/** What a host makes of these bytes, behind which the guest does nothing or something. */
async function hostHears(bytes: Uint8Array, act: (guest: Duplex, stop: AbortController) => void = () => {}) {
	const [guest, host] = duplexPair();
	const stop = new AbortController();
	guest.write(bytes);
	const heard = tlsChannel({ stream: host, role: "host", signal: AbortSignal.any([stop.signal, patience()]) });
	// A turn later the bytes have been read.
	await new Promise((resolve) => setImmediate(resolve));
	act(guest, stop);
	const outcome = await heard;
	assert.ok(outcome.kind === "failed");
	assert.equal(host.destroyed, true);
	close(guest);
	return [outcome.failure, outcome.detail];
}

test("a host says why it takes no guest: another protocol, an end, a call off, or a hello too long", async () => {
	const { length } = claiming(0);
	assert.deepEqual(await hostHears(Buffer.from("GET / HTTP/1.1")), ["otherProtocol", "the first byte is none of TLS"]);
	const begun = claiming(100).subarray(0, length - 1);
	assert.deepEqual(await hostHears(begun, (guest) => guest.end()), ["other", "the other side closed"]);
	assert.deepEqual(await hostHears(begun, (_guest, stop) => stop.abort()), ["other", "aborted"]);
	assert.deepEqual(await hostHears(claiming(16_001)), ["other", "a hello of 16001 bytes is over the limit"]);
	const atLimit = await hostHears(claiming(16_000), (guest) => guest.end(Buffer.alloc(20_000)));
	assert.equal(atLimit.includes("a hello of 16000 bytes is over the limit"), false);
});

test("once a guest has begun, its silence is left to the host's own patience", async (t) => {
	const waits = caughtWaits(t, SILENCE_MS);
	const [guest, host] = duplexPair();
	const stop = new AbortController();
	const outcome = tlsChannel({ stream: host, role: "host", signal: stop.signal });
	guest.write(claiming(100).subarray(0, 3));
	while (host.readableLength === 0 && host.listenerCount("readable") === 0)
		await new Promise((resolve) => setImmediate(resolve));
	await new Promise((resolve) => setImmediate(resolve));
	let isOver = false;
	void outcome.then(() => {
		isOver = true;
	});
	for (const end of waits) end();
	await new Promise((resolve) => setImmediate(resolve));
	assert.equal(isOver, false, "the host has given up on a guest who has begun");
	stop.abort();
	assert.deepEqual(await outcome, { kind: "failed", failure: "other", detail: "aborted" });
	close(guest, host);
});

test("a host that hangs up before it has said anything is not taken for one of another kind", async () => {
	const [guest, host] = duplexPair();
	const outcome = tlsChannel({ stream: guest, role: "guest", signal: patience() });
	host.end();
	const found = await outcome;
	assert.equal(found.kind === "failed" && found.failure, "other");
	close(host);
});
