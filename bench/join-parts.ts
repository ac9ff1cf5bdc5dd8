// The parts of a join that need no group, each timed by itself: both sides of each exchange, one after the other, as they wait for each other.

import { randomBytes } from "node:crypto";
import { Bench } from "tinybench";
import { readCertificate, verifySignature } from "../src/crypto/identity/certificate.ts";
import type { Signer } from "../src/crypto/identity/identity.ts";
import { createLocalIdentity } from "../src/crypto/identity/local.ts";
import { encryptSignedTo } from "../src/crypto/identity/sealed-message.ts";
import { tlsChannel } from "../src/crypto/opening/tls-channel.ts";
import { respond, startInitiator } from "../src/crypto/password/pake.ts";
import { stretchPassword } from "../src/crypto/password/stretch.ts";
import type { Link } from "../src/net/link/link.ts";
import { tcpTransport } from "../src/net/tcp/tcp.ts";

const rounds = 20;
/** About the size of an admission to a small room. */
const admissionBytes = 4096;

interface Pair {
	readonly near: Link;
	readonly far: Link;
}

/** Connects to a listener of our own. */
async function pairs(): Promise<{ readonly connect: () => Promise<Pair>; readonly close: () => Promise<void> }> {
	const transport = tcpTransport();
	let arrived = Promise.withResolvers<Link>();
	const listening = await transport.listen({ port: 0, bind: "127.0.0.1", onLink: (link) => arrived.resolve(link) });
	if (listening.kind === "failed") throw new Error(listening.detail);
	const { listener } = listening;
	const target = { host: "127.0.0.1", port: listener.port };
	return {
		async connect() {
			arrived = Promise.withResolvers();
			const dialled = await transport.dial(target, { signal: new AbortController().signal, timeoutMs: 10_000 });
			if (dialled.kind === "failed") throw new Error(dialled.detail);
			return { near: dialled.link, far: await arrived.promise };
		},
		close: () => listener.close(),
	};
}

function prove(prs: Uint8Array): void {
	const input = { prs, ci: new Uint8Array(16), sid: randomBytes(32) };
	const guest = startInitiator(input);
	const host = respond(input, guest.share);
	const step = guest.receive(host.share);
	if (step.kind === "failed") throw new Error("CPace failed");
	const check = host.check(step.tag);
	if (check.kind === "wrong" || guest.finish(check.tag).kind === "failed") throw new Error("CPace disagreed");
}

async function secure({ near, far }: Pair): Promise<void> {
	const { signal } = new AbortController();
	const both = await Promise.all([
		tlsChannel({ stream: near.stream, role: "guest", signal }),
		tlsChannel({ stream: far.stream, role: "host", signal }),
	]);
	for (const secured of both) {
		if (secured.kind === "failed") throw new Error(secured.detail);
		secured.channel.stream.destroy();
	}
}

/** Both read the other's certificate, sign, verify; the guest certifies its leaf; the admission is sealed and opened. */
async function identify(guest: Signer, host: Signer): Promise<void> {
	const exporter = randomBytes(32);
	for (const from of [guest, host]) {
		const read = await readCertificate(from.certificate.bytes);
		if (read.kind === "refused") throw new Error(read.detail);
		const signature = await from.sign("bench", exporter);
		if (!(await verifySignature(read.certificate, signature, "bench", exporter))) throw new Error("not verified");
	}
	await guest.sign("bench leaf", exporter);
	const sealed = await encryptSignedTo(guest.certificate, host, randomBytes(admissionBytes));
	const opened = await guest.decrypt(sealed, host.certificate);
	if (opened.kind === "failed") throw new Error(opened.detail);
}

/** Medians in ms. */
export async function joinParts(): Promise<Readonly<Record<string, number>>> {
	const [guest, host] = await Promise.all([createLocalIdentity({ name: "G" }), createLocalIdentity({ name: "H" })]);
	const { connect, close } = await pairs();
	const prs = await stretchPassword("a password", randomBytes(16));
	const links: Pair[] = [];
	const bench = new Bench({ iterations: rounds, time: 0, warmup: false });
	bench.add("dialling", async () => void links.push(await connect()));
	bench.add("Argon2id", () => stretchPassword("a password", randomBytes(16)));
	bench.add("CPace, both sides", () => prove(prs));
	bench.add("TLS 1.3 with X25519MLKEM768, both sides", async () => {
		const link = links.pop();
		if (link) await secure(link);
	});
	bench.add("OpenPGP, both sides", () => identify(guest.signer, host.signer));
	await bench.run();
	await close();
	return Object.fromEntries(
		bench.tasks.map(({ name, result }) => {
			if (result.state !== "completed") throw new Error(`${name} failed`);
			return [name, result.latency.p50];
		}),
	);
}
