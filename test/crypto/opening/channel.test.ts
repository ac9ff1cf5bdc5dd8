// The encrypted channel over real TCP and over a pair of in-memory streams, and the attacks on it.
import assert from "node:assert/strict";
import { hkdfSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, connect as dial, type Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { test } from "node:test";
import { type ConnectionOptions, connect, createSecureContext, TLSSocket } from "node:tls";
import { type ChannelOutcome, EXPORTER_BYTES, secureChannel } from "../../../src/crypto/opening/channel.ts";
import { patienceMs } from "../../support/until.ts";

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

/** The key that everybody knows. */
const psk = Buffer.from(hkdfSync("sha256", "real-talk/2", "", "real-talk/2 open", 32));
const patience = () => AbortSignal.timeout(patienceMs);

function both([guest, host]: Pair) {
	return Promise.all([
		secureChannel({ stream: guest, role: "guest", signal: patience() }),
		secureChannel({ stream: host, role: "host", signal: patience() }),
	]);
}

function secured(outcome: ChannelOutcome) {
	assert.ok(outcome.kind === "secured", JSON.stringify(outcome));
	return outcome.channel;
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
		const [guest, host] = (await both(pair)).map(secured);
		assert.equal(guest!.exporter.length, EXPORTER_BYTES);
		assert.deepEqual(guest!.exporter, host!.exporter);
		const sent = randomBytes(300_000);
		host!.stream.write("hello");
		assert.deepEqual(await once(guest!.stream, "data"), [Buffer.from("hello")]);
		guest!.stream.end(sent);
		const received: Buffer[] = [];
		for await (const chunk of host!.stream) received.push(chunk);
		assert.ok(Buffer.concat(received).equals(sent));
		close(guest!.stream, host!.stream);
	});

	test(`over ${name} destroying the channel closes the stream below and tells the other end`, async () => {
		const pair = await makePair();
		const [guest, host] = (await both(pair)).map(secured);
		const ends = Promise.all([closed(pair[0]), once(host!.stream.resume(), "end")]);
		guest!.stream.destroy();
		await ends;
		close(host!.stream);
		await closed(pair[1]);
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
		const [guest, host] = (await both([near, far])).map(secured);
		isTampering = true;
		const received: Buffer[] = [];
		host!.stream.on("data", (chunk: Buffer) => received.push(chunk));
		guest!.stream.write("pay 10");
		await closed(host!.stream);
		assert.deepEqual(received, []);
		close(near, middleNear, middleFar, far);
	});

	for (const role of ["guest", "host"] as const) {
		test(`over ${name} garbage, silence and a closing peer are failures for the ${role}, never errors nobody catches`, async () => {
			const meet = async (act: (peer: Duplex, stop: AbortController) => void) => {
				const [stream, peer] = await makePair();
				peer.on("error", () => {});
				const stop = new AbortController();
				const outcome = secureChannel({ stream, role, signal: stop.signal });
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
		const guest = secureChannel({ stream: guestStream, role: "guest", signal: patience() });
		const [hello] = await once(hostStream, "data");
		hostStream.pause();
		hostStream.unshift(hello);
		const host = secureChannel({ stream: hostStream, role: "host", signal: patience() });
		close(secured(await guest).stream, secured(await host).stream);
	});
}

test("an aborted signal or a dead stream fails at once", async () => {
	const [guest, host] = duplexPair();
	const options = { role: "guest" } as const;
	assert.deepEqual(await secureChannel({ ...options, stream: guest, signal: AbortSignal.abort() }), {
		kind: "failed",
		failure: "other",
		detail: "aborted",
	});
	host.destroy();
	assert.equal((await secureChannel({ ...options, stream: host, signal: patience() })).kind, "failed");
});

/** A guest made by hand, to offer what ours never would. */
async function hostAgainst(changes: ConnectionOptions): Promise<ChannelOutcome> {
	const [guest, host] = duplexPair();
	const options: ConnectionOptions = { rejectUnauthorized: false, ecdhCurve: "X25519MLKEM768", ...changes };
	const stranger = connect({ socket: guest, pskCallback: () => ({ psk, identity: "real-talk/2" }), ...options });
	stranger.on("error", () => {});
	const outcome = await secureChannel({ stream: host, role: "host", signal: patience() });
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
	const outcome = await secureChannel({ stream: guest, role: "guest", signal: patience() });
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
	const outcome = await secureChannel({ stream: guest, role: "guest", signal: patience() });
	close(host);
	return outcome;
}

test("a guest tells a host of version 1 and another service from a broken channel by the first byte", async () => {
	const failureOf = async (bytes: Uint8Array) => {
		const outcome = await guestHears(bytes);
		assert.ok(outcome.kind === "failed");
		return outcome.failure;
	};
	assert.equal(await failureOf(Buffer.from("00006801a561760164726f6f6d", "hex")), "formerVersion");
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
	let wait: (() => void) | undefined;
	t.mock.method(AbortSignal, "timeout", () => {
		const clock = new AbortController();
		wait = () => clock.abort();
		return clock.signal;
	});
	const outcome = secureChannel({ stream: host, role: "host", signal: new AbortController().signal });
	while (wait === undefined) await new Promise((resolve) => setImmediate(resolve));
	wait();
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
	const outcome = await secureChannel({ stream: host, role: "host", signal: patience() });
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
	const first = secured(await secureChannel({ stream: farOne, role: "host", signal: patience() }));
	first.stream.write("so that the ticket is read");
	one.resume();
	const session = await ticket;
	const [nearTwo, farTwo] = duplexPair();
	const two = connect({ ...options, socket: nearTwo, session, pskCallback: () => null });
	two.on("error", () => {});
	const second = await secureChannel({ stream: farTwo, role: "host", signal: patience() });
	assert.equal(second.kind, "failed");
	close(one, two, first.stream);
});
