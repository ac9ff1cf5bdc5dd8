// The channel by Noise: the suite of channels, the published vectors, a second implementation, and the attacks on it.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type Duplex, duplexPair } from "node:stream";
import { test } from "node:test";
import Noise from "noise-handshake";
import type { OpenChannel } from "../../../src/crypto/opening/channel-outcome.ts";
import { hostChannel } from "../../../src/crypto/opening/host-channel.ts";
import { noiseChannel } from "../../../src/crypto/opening/noise-channel.ts";
import { guestHandshake, hostHandshake } from "../../../src/crypto/opening/noise-keys.ts";
import { framed, RecordReader, RecordWriter } from "../../../src/crypto/opening/noise-records.ts";
import { SILENCE_MS, tlsChannel } from "../../../src/crypto/opening/tls-channel.ts";
import { caughtWaits } from "../../support/caught-waits.ts";
import { both, channelConformance, close, closed, patience, secured } from "./conformance.ts";
import { guestByHand, hostByHand, NoiseByHand, prologue } from "./noise-by-hand.ts";

channelConformance("Noise", noiseChannel);
channelConformance("Noise, at a host that takes both kinds,", ({ role, ...options }) =>
	role === "guest" ? noiseChannel({ role, ...options }) : hostChannel({ ...options, isForBrowsers: true }),
);
channelConformance("TLS, at a host that takes both kinds,", ({ role, ...options }) =>
	role === "guest" ? tlsChannel({ role, ...options }) : hostChannel({ ...options, isForBrowsers: true }),
);

interface Vector {
	readonly init_prologue: string;
	readonly init_psks: readonly string[];
	readonly init_ephemeral: string;
	readonly resp_ephemeral: string;
	readonly handshake_hash: string;
	readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[];
}

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (raw: Uint8Array | null) => Buffer.from(raw ?? []).toString("hex");
const { vectors } = JSON.parse(readFileSync("test/vectors/noise.json", "utf8")) as { vectors: readonly Vector[] };

test("the library makes the messages and the hash of the published vectors, and so do our records with its keys", () => {
	assert.equal(vectors.length, 1);
	for (const vector of vectors) {
		const side = (isGuest: boolean, ephemeral: string) => {
			const state = new Noise("NNpsk0", isGuest, null, { psk: bytes(vector.init_psks[0]!) });
			state.initialise(bytes(vector.init_prologue));
			state.e = state.curve.generateKeyPair(bytes(ephemeral));
			return state;
		};
		const [first, second, ...later] = vector.messages;
		const guest = side(true, vector.init_ephemeral);
		const host = side(false, vector.resp_ephemeral);
		const sent = guest.send(bytes(first!.payload));
		assert.equal(hex(sent), first!.ciphertext);
		assert.equal(hex(host.recv(sent)), first!.payload);
		const answered = host.send(bytes(second!.payload));
		assert.equal(hex(answered), second!.ciphertext);
		assert.equal(hex(guest.recv(answered)), second!.payload);
		assert.equal(hex(guest.hash), vector.handshake_hash);
		assert.equal(hex(host.hash), vector.handshake_hash);
		const writers = [new RecordWriter(guest.tx!), new RecordWriter(host.tx!)];
		for (const [index, { payload, ciphertext }] of later.entries())
			assert.equal(hex(writers[index % 2]!.seal(bytes(payload)).subarray(2)), ciphertext);
		assert.equal(later.length, 4);
	}
});

test("the second implementation makes the published messages, too", () => {
	for (const { init_prologue, init_psks, init_ephemeral, resp_ephemeral, handshake_hash, messages } of vectors) {
		const common = { psk: bytes(init_psks[0]!), prologue: bytes(init_prologue) };
		const guest = new NoiseByHand({ ...common, ephemeral: bytes(init_ephemeral) });
		const host = new NoiseByHand({ ...common, ephemeral: bytes(resp_ephemeral) });
		const first = guest.writeFirst(bytes(messages[0]!.payload));
		assert.equal(hex(first), messages[0]!.ciphertext);
		host.readFirst(first);
		assert.equal(hex(host.writeSecond(bytes(messages[1]!.payload))), messages[1]!.ciphertext);
		assert.equal(hex(host.h), handshake_hash);
	}
});

test("a guest and a host written a second time, on OpenSSL, come to the same keys as ours", async () => {
	const byHand = guestByHand();
	const ours = await hostHandshake(byHand.message);
	assert.deepEqual(byHand.finish(ours.message), ours.keys);
	const guest = await guestHandshake();
	const theirs = hostByHand(guest.message);
	assert.deepEqual(guest.finish(theirs.message), theirs.keys);
	assert.notDeepEqual(theirs.keys.exporter, ours.keys.exporter);
});

async function hostAnswers(message: Uint8Array) {
	const [guest, host] = duplexPair();
	const outcome = noiseChannel({ stream: host, role: "host", signal: patience() });
	guest.end(message);
	const heard = await outcome;
	guest.destroy();
	return heard;
}

test("attack: a message with another prologue, another key or a changed byte makes no channel", async () => {
	assert.equal((await hostAnswers(framed(guestByHand().message))).kind, "secured");
	const older = guestByHand({ prologue: prologue.slice(0, -1) });
	assert.equal((await hostAnswers(framed(older.message))).kind, "failed");
	assert.equal((await hostAnswers(framed(guestByHand({ psk: randomBytes(32) }).message))).kind, "failed");
	for (const at of [0, 31, 32, 700, 1_231]) {
		const message = guestByHand().message;
		message[at]! ^= 1;
		assert.equal((await hostAnswers(framed(message))).kind, "failed", `byte ${at}`);
	}
});

/** Points whose order is small (RFC 7748 §6.1): what comes of them is zero for every key. */
const lowOrder = [
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

test("attack: a point of low order in the place of a key is refused by the host", async () => {
	for (const point of lowOrder) {
		const outcome = await hostAnswers(framed(guestByHand({ publicKey: bytes(point) }).message));
		assert.equal(outcome.kind, "failed", point);
	}
});

test("attack: an ML-KEM key that is none is refused by the host", async () => {
	const state = new NoiseByHand();
	const outcome = await hostAnswers(framed(state.writeFirst(new Uint8Array(1_184).fill(0xff))));
	assert.equal(outcome.kind, "failed");
});

test("a message that is cut short, or names another length, makes no channel and is not waited for", async () => {
	const whole = framed(guestByHand().message);
	for (const size of [0, 1, 2, 34, whole.length - 1])
		assert.equal((await hostAnswers(whole.subarray(0, size))).kind, "failed", `${size} bytes`);
	const [guest, host] = duplexPair();
	const outcome = noiseChannel({ stream: host, role: "host", signal: patience() });
	guest.write(Uint8Array.of(0x04, 0xd1));
	assert.equal((await outcome).kind, "failed");
	assert.ok(host.destroyed);
	guest.destroy();
});

/** A channel whose ciphertexts the test carries, message by message. */
async function carried() {
	const [near, middleNear] = duplexPair();
	const [middleFar, far] = duplexPair();
	middleNear.pipe(middleFar);
	middleFar.pipe(middleNear);
	const [guest, host] = (await both(noiseChannel, [near, far])).map(secured);
	middleNear.unpipe(middleFar);
	middleNear.resume();
	const sent: Buffer[] = [];
	middleNear.on("data", (chunk: Buffer) => sent.push(chunk));
	/** Returns what the guest's write became on the wire. */
	const write = async (words: string) => {
		const before = sent.length;
		guest!.stream.write(words);
		while (sent.length === before) await once(middleNear, "data");
		return sent.at(-1)!;
	};
	const heard: string[] = [];
	host!.stream.on("data", (chunk: Buffer) => heard.push(chunk.toString()));
	const end = () => close(guest!.stream, host!.stream, near, middleNear, middleFar, far);
	return { guest: guest!.stream, host: host!.stream, write, heard, line: middleFar, end };
}

test("attack: a record that is shown twice, or before its turn, breaks the channel", async () => {
	for (const order of [
		[0, 0],
		[1, 0],
		[0, 2],
	]) {
		const { host, write, heard, line, end } = await carried();
		const records = [await write("one"), await write("two"), await write("three")];
		for (const index of order) {
			line.write(records[index]!);
			while (order[0] === 0 && heard.length === 0) await once(host, "data");
		}
		await closed(host);
		assert.deepEqual(heard, order[0] === 0 ? ["one"] : []);
		end();
	}
});

test("attack: an end without the empty record is a break, wherever the line was cut", async () => {
	for (const cutAt of [0, 1, 10]) {
		const { host, write, line, end } = await carried();
		let hasEnded = false;
		host.on("end", () => {
			hasEnded = true;
		});
		const record = await write("one");
		line.end(record.subarray(0, record.length - cutAt));
		await closed(host);
		assert.equal(hasEnded, false, "the host does not take it for the guest's own end");
		end();
	}
});

test("what came before the empty record is read, and nothing after it", async () => {
	const { guest, host, heard, line, write, end } = await carried();
	const record = await write("last words");
	guest.end();
	line.write(record);
	const key = randomBytes(32);
	const reader = new RecordReader(key);
	const writer = new RecordWriter(key);
	const all = Buffer.concat([writer.seal(Buffer.from("a")), writer.end(), writer.seal(Buffer.from("b"))]);
	assert.deepEqual(reader.take(all).map(hex), ["61"]);
	assert.ok(reader.hasEnded);
	while (heard.length === 0) await once(host, "data");
	assert.deepEqual(heard, ["last words"]);
	end();
});

test("records are read in whatever crumbs they come, and a length that is not possible is refused", () => {
	const key = randomBytes(32);
	const writer = new RecordWriter(key);
	const plaintext = randomBytes(40_000);
	const sealed = writer.seal(plaintext);
	for (const size of [1, 2, 3, 17, 16_402, 40_100]) {
		const reader = new RecordReader(key);
		const opened: Uint8Array[] = [];
		for (let at = 0; at < sealed.length; at += size) opened.push(...reader.take(sealed.subarray(at, at + size)));
		assert.ok(Buffer.concat(opened).equals(plaintext), `pieces of ${size}`);
	}
	assert.throws(() => new RecordReader(key).take(Uint8Array.of(0, 15)));
	assert.throws(() => new RecordReader(key).take(Uint8Array.of(0x40, 0x11)));
});

test("a reader who does not read holds up the writer: what waits is bounded", async () => {
	const [guest, host] = (await both(noiseChannel, duplexPair())).map(secured);
	let isHeldUp = false;
	let written = 0;
	while (!isHeldUp && written < 400) {
		isHeldUp = !guest!.stream.write(randomBytes(16_384));
		written++;
	}
	assert.ok(isHeldUp);
	const after = new Promise((resolve) => guest!.stream.once("drain", resolve));
	let got = 0;
	host!.stream.on("data", (chunk: Buffer) => {
		got += chunk.length;
	});
	await after;
	while (got < written * 16_384) await once(host!.stream, "data");
	close(guest!.stream, host!.stream);
});

test("attack: no downgrade: a terminal takes no Noise, and a host takes it only where a browser can have come from", async () => {
	const meet = async (guestSide: OpenChannel, hostSide: (stream: Duplex) => ReturnType<OpenChannel>) => {
		const [guest, host] = duplexPair();
		const [one, other] = await Promise.all([
			guestSide({ stream: guest, role: "guest", signal: patience() }),
			hostSide(host).finally(() => setImmediate(() => host.destroyed && guest.destroy())),
		]);
		for (const outcome of [one, other]) if (outcome.kind === "secured") outcome.channel.stream.destroy();
		return [one.kind, other.kind];
	};
	const forPrograms = (stream: Duplex) => hostChannel({ stream, signal: patience(), isForBrowsers: false });
	assert.deepEqual(await meet(noiseChannel, forPrograms), ["failed", "failed"]);
	const asNoise = (stream: Duplex) => noiseChannel({ stream, role: "host", signal: patience() });
	assert.deepEqual(await meet(tlsChannel, asNoise), ["failed", "failed"]);
});

test("each side seals with its own key, and what the host says right behind its part of the handshake is not lost", async () => {
	const [near, far] = duplexPair();
	const opening = noiseChannel({ stream: near, role: "guest", signal: patience() });
	const [first] = (await once(far, "data")) as [Buffer];
	const { message, keys } = await hostHandshake(first.subarray(2));
	far.write(Buffer.concat([framed(message), new RecordWriter(keys.host).seal(Buffer.from("hello"))]));
	const { stream, exporter } = secured(await opening);
	assert.deepEqual(exporter, keys.exporter);
	assert.equal(String((await once(stream, "data"))[0]), "hello");
	stream.write("good day");
	const [said] = (await once(far, "data")) as [Buffer];
	assert.equal(String(Buffer.concat([...new RecordReader(keys.guest).take(said)])), "good day");
	close(stream, far);
});

test("both ends of a channel end when both have said good-bye, and one end alone leaves nothing open", async () => {
	const [guest, host] = (await both(noiseChannel, duplexPair())).map(secured);
	const bothClosed = Promise.all([closed(guest!.stream), closed(host!.stream)]);
	guest!.stream.resume();
	host!.stream.resume();
	guest!.stream.end("good-bye");
	await bothClosed;
});

test("a browser that says nothing for eight seconds is silent, and one that hangs up or is called off is not", async (t) => {
	const waits = caughtWaits(t, SILENCE_MS);
	const meet = async (act: (far: Duplex, stop: AbortController) => void) => {
		const before = waits.length;
		const [near, far] = duplexPair();
		const stop = new AbortController();
		const opening = hostChannel({ stream: near, signal: stop.signal, isForBrowsers: true });
		while (waits.length === before) await new Promise((resolve) => setImmediate(resolve));
		act(far, stop);
		const outcome = await opening;
		assert.ok(outcome.kind === "failed");
		close(far);
		return [outcome.failure, outcome.detail, near.destroyed];
	};
	assert.deepEqual(await meet(() => waits[0]?.()), ["silent", "nothing came", false]);
	assert.deepEqual(await meet((far) => far.end()), ["other", "the other side closed", true]);
	assert.deepEqual(await meet((_far, stop) => stop.abort()), ["other", "aborted", true]);
});
