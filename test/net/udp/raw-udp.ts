// A stranger's UDP socket: sends what it likes, and counts what it gets for it.
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { TestContext } from "node:test";
import { type Datagram, encodeDatagram, readDatagram } from "../../../src/net/udp/datagram.ts";

export interface RawUdp {
	readonly port: number;
	readonly sentBytes: () => number;
	readonly gotBytes: () => number;
	readonly send: (bytes: Uint8Array) => Promise<void>;
	/** What came back and was not taken yet; waits for one if there is none. */
	readonly next: () => Promise<Datagram>;
	/** Sends a hello with a link's name nobody uses and waits for its cookie: whatever was sent before has been answered by then. */
	readonly roundTrip: () => Promise<void>;
}

export async function rawUdp(t: TestContext, toPort: number, address = "127.0.0.1"): Promise<RawUdp> {
	const socket = createSocket("udp4");
	socket.bind(0, address);
	await once(socket, "listening");
	t.after(() => socket.close());
	const got: Datagram[] = [];
	let [sentBytes, gotBytes, marks] = [0, 0, 0];
	let wake = (): void => {};
	const isMark = (datagram: Datagram): boolean => datagram.kind === "cookie" && datagram.guest.startsWith("mark");
	socket.on("message", (bytes) => {
		const datagram = readDatagram(Buffer.from(bytes));
		assert.ok(datagram, "a host answers with datagrams of ours only");
		if (isMark(datagram)) marks -= 1;
		else {
			gotBytes += bytes.length;
			got.push(datagram);
		}
		wake();
	});
	const transmit = async (bytes: Uint8Array): Promise<void> => {
		const sent = Promise.withResolvers<void>();
		socket.send(bytes, toPort, "127.0.0.1", () => sent.resolve());
		await sent.promise;
	};
	const until = async (isDone: () => boolean): Promise<void> => {
		while (!isDone()) {
			await new Promise<void>((resolve) => {
				wake = resolve;
			});
		}
	};
	return {
		port: socket.address().port,
		sentBytes: () => sentBytes,
		gotBytes: () => gotBytes,
		async send(bytes) {
			sentBytes += bytes.length;
			await transmit(bytes);
		},
		async next() {
			await until(() => got.length > 0);
			return got.shift()!;
		},
		async roundTrip() {
			marks += 1;
			const name = Buffer.from("mark0000", "latin1").toString("latin1");
			await transmit(encodeDatagram({ kind: "hello", guest: name as never }));
			await until(() => marks === 0);
		},
	};
}
