// The encrypted channel over real TCP and over a pair of in-memory streams, and the attacks on it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, connect as dial, type Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { test } from "node:test";
import { type ConnectionOptions, connect, createSecureContext, TLSSocket } from "node:tls";
import {
	type ChannelOutcome,
	derivePsk,
	EXPORTER_BYTES,
	PSK_BYTES,
	secureChannel,
} from "../../../src/crypto/password/channel.ts";

type Pair = readonly [guest: Duplex, host: Duplex];

async function tcpPair(): Promise<Pair> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	assert.ok(address !== null && typeof address === "object");
	const arriving = once(server, "connection") as Promise<[Socket]>;
	const guest = dial(address.port, "127.0.0.1");
	const [host] = await arriving;
	if (guest.connecting) await once(guest, "connect");
	server.close();
	return [guest, host];
}

const memoryPair = async (): Promise<Pair> => duplexPair();
const streams = [
	["TCP", tcpPair],
	["memory", memoryPair],
] as const;

const key = () => new Uint8Array(randomBytes(PSK_BYTES));
const patience = () => AbortSignal.timeout(10_000);

function both([guest, host]: Pair, guestKey: Uint8Array, hostKey: Uint8Array) {
	return Promise.all([
		secureChannel({ stream: guest, role: "guest", psk: guestKey, signal: patience() }),
		secureChannel({ stream: host, role: "host", psk: hostKey, signal: patience() }),
	]);
}

function secured(outcome: ChannelOutcome) {
	assert.ok(outcome.kind === "secured", JSON.stringify(outcome));
	return outcome;
}

function close(...all: readonly Duplex[]): void {
	for (const stream of all) stream.destroy();
}

/** Not `once(stream, "close")`, which an error before it turns into a rejection. */
const closed = (stream: Duplex) =>
	new Promise<void>((resolve) => {
		if (stream.closed) resolve();
		else stream.on("close", () => resolve());
	});

for (const [name, makePair] of streams) {
	test(`over ${name} both ends share a channel and the same exporter, and data arrives whole`, async () => {
		const pair = await makePair();
		const psk = key();
		const [guest, host] = (await both(pair, psk, psk)).map(secured);
		assert.equal(guest!.exporter.length, EXPORTER_BYTES);
		assert.deepEqual(guest!.exporter, host!.exporter);
		const sent = randomBytes(300_000);
		host!.tls.write("hello");
		assert.deepEqual(await once(guest!.tls, "data"), [Buffer.from("hello")]);
		guest!.tls.end(sent);
		const received: Buffer[] = [];
		for await (const chunk of host!.tls) received.push(chunk);
		assert.ok(Buffer.concat(received).equals(sent));
		close(guest!.tls, host!.tls);
	});

	test(`over ${name} destroying the channel closes the stream below and tells the other end`, async () => {
		const pair = await makePair();
		const psk = key();
		const [guest, host] = (await both(pair, psk, psk)).map(secured);
		const ends = Promise.all([closed(pair[0]), once(host!.tls.resume(), "end")]);
		guest!.tls.destroy();
		await ends;
		close(host!.tls);
		await closed(pair[1]);
	});

	test(`over ${name} a wrong key fails cleanly at both ends and closes the streams`, async () => {
		const pair = await makePair();
		const [guest, host] = await both(pair, key(), key());
		assert.equal(guest.kind, "failed");
		assert.equal(host.kind, "failed");
		assert.deepEqual([pair[0].destroyed, pair[1].destroyed], [true, true]);
	});

	test(`over ${name} a flipped byte is detected: the line ends instead of carrying it`, async () => {
		const [near, middleNear] = await makePair();
		const [middleFar, far] = await makePair();
		let isTampering = false;
		middleFar.pipe(middleNear);
		middleNear.on("data", (chunk: Buffer) => {
			const last = chunk.length - 1;
			if (isTampering) chunk.writeUInt8(chunk.readUInt8(last) ^ 1, last);
			middleFar.write(chunk);
		});
		const psk = key();
		const [guest, host] = (await both([near, far], psk, psk)).map(secured);
		isTampering = true;
		const received: Buffer[] = [];
		host!.tls.on("data", (chunk: Buffer) => received.push(chunk));
		guest!.tls.write("pay 10");
		await closed(host!.tls);
		assert.deepEqual(received, []);
		close(near, middleNear, middleFar, far);
	});

	for (const role of ["guest", "host"] as const) {
		test(`over ${name} garbage, silence and a closing peer are failures for the ${role}, never errors nobody catches`, async () => {
			const meet = async (act: (peer: Duplex, stop: AbortController) => void) => {
				const [stream, peer] = await makePair();
				peer.on("error", () => {});
				const stop = new AbortController();
				const outcome = secureChannel({ stream, role, psk: key(), signal: stop.signal });
				act(peer, stop);
				assert.equal((await outcome).kind, "failed");
				assert.ok(stream.destroyed);
				peer.destroy();
			};
			await meet((peer) => void peer.write("HTTP/1.1 200 OK\r\n\r\n"));
			await meet((peer) => void peer.write(Buffer.concat([Buffer.from("1603010200", "hex"), randomBytes(512)])));
			await meet((peer) => void peer.end());
			await meet((peer) => void peer.destroy());
			await meet((_peer, stop) => stop.abort());
			await meet((_peer, stop) => void setImmediate(() => stop.abort()));
		});
	}
}

for (const [name, makePair] of streams) {
	test(`over ${name} bytes that already wait in the stream belong to the channel`, async () => {
		const [guestStream, hostStream] = await makePair();
		const psk = key();
		const guest = secureChannel({ stream: guestStream, role: "guest", psk, signal: patience() });
		const [hello] = await once(hostStream, "data");
		hostStream.pause();
		hostStream.unshift(hello);
		const host = secureChannel({ stream: hostStream, role: "host", psk, signal: patience() });
		close(secured(await guest).tls, secured(await host).tls);
	});
}

test("an aborted signal or a dead stream fails at once", async () => {
	const [guest, host] = duplexPair();
	const options = { role: "guest", psk: key() } as const;
	assert.deepEqual(await secureChannel({ ...options, stream: guest, signal: AbortSignal.abort() }), {
		kind: "failed",
		detail: "aborted",
	});
	host.destroy();
	assert.equal((await secureChannel({ ...options, stream: host, signal: patience() })).kind, "failed");
});

/** A guest made by hand, to offer what ours never would. */
async function hostAgainst(changes: ConnectionOptions): Promise<ChannelOutcome> {
	const [guest, host] = duplexPair();
	const psk = key();
	const options: ConnectionOptions = { rejectUnauthorized: false, ecdhCurve: "X25519MLKEM768", ...changes };
	const stranger = connect({ socket: guest, pskCallback: () => ({ psk, identity: "real-talk/1" }), ...options });
	stranger.on("error", () => {});
	const outcome = await secureChannel({ stream: host, role: "host", psk, signal: patience() });
	close(stranger, guest);
	return outcome;
}

test("the hand-made guest itself is welcome when it does everything right", async () => {
	const outcome = secured(await hostAgainst({ ciphers: "TLS_CHACHA20_POLY1305_SHA256" }));
	outcome.tls.destroy();
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
	const psk = key();
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
	const psk = key();
	const options = { ciphers: "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256", ...changes };
	const impostor = new TLSSocket(host, {
		pskCallback: () => psk,
		...options,
		isServer: true,
		secureContext: createSecureContext(options),
	} as ConstructorParameters<typeof TLSSocket>[1]);
	impostor.on("error", () => {});
	const outcome = await secureChannel({ stream: guest, role: "guest", psk, signal: patience() });
	close(impostor, host);
	return outcome;
}

test("the hand-made host itself is welcome when it does everything right", async () => {
	secured(await guestAgainst({})).tls.destroy();
});

test("a host with a certificate in place of the key is refused, and so is one without ML-KEM or TLS 1.3", async () => {
	const certificate = { cert: CERTIFICATE, key: CERTIFICATE_KEY };
	const withCertificate = await guestAgainst({ ...certificate, pskCallback: () => null });
	assert.ok(withCertificate.kind === "failed");
	assert.match(withCertificate.detail, /certificate/);
	assert.equal((await guestAgainst({ ...certificate, ecdhCurve: "X25519" })).kind, "failed");
	assert.equal((await guestAgainst({ ...certificate, maxVersion: "TLSv1.2", ciphers: "DEFAULT" })).kind, "failed");
});

test("the channel key is bound to what was said before: another transcript gives another key", () => {
	const isk = new Uint8Array(64).fill(1);
	const one = derivePsk(isk, new Uint8Array(32).fill(2));
	// HKDF-SHA-256 by hand (RFC 5869): extract with the transcript as salt, expand with the label and one counter byte.
	assert.equal(one.length, PSK_BYTES);
	assert.equal(Buffer.from(one).toString("hex"), "1d893a205d0e3c13aa8df00b168000d87e78d53b55e9a90a889a4dfb551241ac");
	assert.notDeepEqual(derivePsk(isk, new Uint8Array(32).fill(3)), one);
});
