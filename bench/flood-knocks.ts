// Knocks at a port of this computer from 127.66.x.y, a wrong password each, as cheap for the attacker as it gets: `node flood-knocks.ts PORT KNOCKS ADDRESSES`.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { ristretto255 } from "@noble/curves/ed25519.js";
import { KNOCK_BYTES } from "../src/crypto/opening/knock.ts";
import { tlsChannel } from "../src/crypto/opening/tls-channel.ts";
import { frameType, padCertificatesToBytes } from "../src/engine/wire/frame.ts";
import { FrameStream } from "../src/engine/wire/frame-stream.ts";

const [port = 0, knocks = 0, addresses = 0] = process.argv.slice(2).map(Number);
const atOnce = 200;
const never = new AbortController().signal;
/** Any element of the group will do, and any proof: a wrong guess costs the host all the same, and the attacker nothing. */
const share = ristretto255.Point.BASE.toBytes();

const counts = { checked: 0, turnedAway: 0, broken: 0 };

async function knock(number: number): Promise<void> {
	const place = number % addresses;
	const localAddress = `127.66.${place >> 8}.${place & 255}`;
	const socket = connect({ host: "127.0.0.1", port, localAddress, noDelay: true });
	socket.on("error", () => {});
	await Promise.race([once(socket, "connect"), once(socket, "close")]);
	counts[await guessOnce(socket)] += 1;
	socket.destroy();
}

async function guessOnce(socket: Socket): Promise<keyof typeof counts> {
	const secured = await tlsChannel({ stream: socket, role: "guest", signal: never });
	if (secured.kind === "failed") return "broken";
	const limits = { maxBodyBytes: padCertificatesToBytes, maxWaitingBytes: 1_000_000 };
	const frames = new FrameStream(secured.channel.stream, limits);
	for (;;) {
		const next = await frames.next(never);
		if (next.kind !== "frame") return "broken";
		const { type } = next.frame;
		if (type === frameType.refused) return "turnedAway";
		if (type === frameType.wrong) return "checked";
		if (type === frameType.hello) frames.send(frameType.knock, randomBytes(KNOCK_BYTES));
		else if (type === frameType.hostProof) frames.send(frameType.shareA, share);
		else if (type === frameType.shareB) frames.send(frameType.confirmA, randomBytes(64));
	}
}

let next = 0;
const work = async (): Promise<void> => {
	while (next < knocks) await knock(next++);
};
await Promise.all(Array.from({ length: atOnce }, work));
console.log(JSON.stringify(counts));
