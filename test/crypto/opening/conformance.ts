// What every kind of channel must do, run against TLS and Noise: over real TCP and over a pair of in-memory streams.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, connect as dial, type Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { test } from "node:test";
import { type ChannelOutcome, EXPORTER_BYTES, type OpenChannel } from "../../../src/crypto/opening/channel-outcome.ts";
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

export const patience = () => AbortSignal.timeout(patienceMs);

export function secured(outcome: ChannelOutcome) {
	assert.ok(outcome.kind === "secured", JSON.stringify(outcome));
	return outcome.channel;
}

export function close(...all: readonly Duplex[]): void {
	for (const stream of all) stream.destroy();
}

/** Resolves when the stream has closed; not `once(stream, "close")`, which an error before it turns into a rejection. */
export const closed = (stream: Duplex) =>
	new Promise<void>((resolve) => {
		if (stream.closed) resolve();
		else stream.on("close", () => resolve());
	});

/** Makes both ends of a channel. */
export function both(openChannel: OpenChannel, [guest, host]: Pair) {
	return Promise.all([
		openChannel({ stream: guest, role: "guest", signal: patience() }),
		openChannel({ stream: host, role: "host", signal: patience() }),
	]);
}

/** Runs the suite against one kind of channel, which `kind` names. */
export function channelConformance(kind: string, openChannel: OpenChannel): void {
	for (const [name, makePair] of streams) {
		test(`${kind} over ${name} both ends share a channel and the same exporter, and data arrives whole`, async () => {
			const pair = await makePair();
			const [guest, host] = (await both(openChannel, pair)).map(secured);
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

		test(`${kind} over ${name} destroying the channel closes the stream below and tells the other end`, async () => {
			const pair = await makePair();
			const [guest, host] = (await both(openChannel, pair)).map(secured);
			const over = Promise.race([closed(host!.stream.resume()), once(host!.stream, "end")]);
			const ends = Promise.all([closed(pair[0]), over]);
			guest!.stream.destroy();
			await ends;
			close(host!.stream);
			await closed(pair[1]);
		});

		test(`${kind} over ${name} a flipped byte is detected: the line ends instead of carrying it`, async () => {
			const [near, middleNear] = await makePair();
			const [middleFar, far] = await makePair();
			let isTampering = false;
			middleFar.pipe(middleNear);
			middleNear.on("data", (chunk: Buffer) => {
				const last = chunk.length - 1;
				if (isTampering) chunk.writeUInt8(chunk.readUInt8(last) ^ 1, last);
				middleFar.write(chunk);
			});
			const [guest, host] = (await both(openChannel, [near, far])).map(secured);
			isTampering = true;
			const received: Buffer[] = [];
			host!.stream.on("data", (chunk: Buffer) => received.push(chunk));
			guest!.stream.write("pay 10");
			await closed(host!.stream);
			assert.deepEqual(received, []);
			close(near, middleNear, middleFar, far);
		});

		for (const role of ["guest", "host"] as const) {
			test(`${kind} over ${name} garbage, silence and a closing peer are failures for the ${role}, never errors nobody catches`, async () => {
				const meet = async (act: (peer: Duplex, stop: AbortController) => void) => {
					const [stream, peer] = await makePair();
					peer.on("error", () => {});
					const stop = new AbortController();
					const outcome = openChannel({ stream, role, signal: stop.signal });
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
		test(`${kind} over ${name} bytes that already wait in the stream belong to the channel`, async () => {
			const [guestStream, hostStream] = await makePair();
			const guest = openChannel({ stream: guestStream, role: "guest", signal: patience() });
			const [hello] = await once(hostStream, "data");
			hostStream.pause();
			hostStream.unshift(hello);
			const host = openChannel({ stream: hostStream, role: "host", signal: patience() });
			close(secured(await guest).stream, secured(await host).stream);
		});
	}
}
