// A room through a private Tor network on loopback, beside a bare stream through the same network: what the invite, the way in and a line take.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { openEngine } from "../src/engine/open-engine.ts";
import type { Link } from "../src/net/link/link.ts";
import { OnionGuest } from "../src/net/tor/onion-guest.ts";
import { OnionHost } from "../src/net/tor/onion-host.ts";
import { onionKey } from "../src/net/tor/onion-key.ts";
import { Tor } from "../src/net/tor/tor.ts";
import { privateTor } from "../test/support/net/private-tor.ts";
import { type TestEngine, watched } from "../test/support/rooms/real-engine.ts";
import { type ChatFigures, hasOnionShare, measureOnionShare } from "./onionshare.ts";
import { type Figure, median, percentile, report } from "./report.ts";

const password = "four calm green words";
const rounds = 5;
const lines = 200;
const lineBytes = 300;

const network = await privateTor();
const folder = mkdtempSync(join(tmpdir(), "rt-tor-bench-"));
const torrc = join(folder, "torrc");
writeFileSync(torrc, `${network.lines.join("\n")}\n`);

async function person(name: string): Promise<TestEngine> {
	const home = join(folder, name);
	const opened = await openEngine({ home, tor: { torrc } });
	if (opened.kind === "refused") throw new Error(JSON.stringify(opened.trouble));
	const one = watched(opened.engine, home);
	await one.does({ kind: "createIdentity", name });
	return one;
}

/** Returns the moment when this program's Tor is in its network, after `from` events. */
function whenReady({ engine }: TestEngine): Promise<number> {
	return new Promise((resolve) => {
		const stop = engine.onEvent((event) => {
			if (event.kind !== "tor" || event.percent !== 100) return;
			stop();
			resolve(performance.now());
		});
	});
}

const isOpen = ({ engine }: TestEngine): boolean =>
	engine.snapshot().hosting?.ways.some(({ way, state }) => way === "tor" && state === "open") === true;

/** Opens a room; returns its invite, and how long after the start of Tor it could be used. */
async function open(host: TestEngine): Promise<{ readonly invite: string; readonly ms: number }> {
	const ready = whenReady(host);
	await host.does({ kind: "host", password, wish: { routes: ["tor"], isOnlyByRoutes: true } });
	await host.until(() => isOpen(host));
	const ms = performance.now() - (await ready);
	return { invite: host.engine.snapshot().hosting?.invite ?? "", ms };
}

/** Joins; returns how long after the start of Tor the guest was in. */
async function enter(guest: TestEngine, invite: string): Promise<number> {
	const ready = whenReady(guest);
	await guest.does({ kind: "join", target: invite });
	await guest.until(() => guest.engine.snapshot().phase.kind === "passwordNeeded");
	await guest.does({ kind: "password", password });
	await guest.until(() => guest.engine.snapshot().phase.kind === "inRoom");
	return performance.now() - (await ready);
}

const [host, guest] = [await person("Hanna"), await person("Gero")];
const usable: number[] = [];
const joins: number[] = [];
for (let round = 0; round < rounds; round += 1) {
	const { invite, ms } = await open(host);
	usable.push(ms);
	joins.push(await enter(guest, invite));
	if (round === rounds - 1) break;
	await guest.does({ kind: "leave" });
	await host.does({ kind: "leave" });
}

const times: number[] = [];
for (let line = 0; line < lines; line += 1) {
	const begun = performance.now();
	const text = `${line} `.padEnd(lineBytes, "x");
	const heard = new Promise<void>((resolve) => {
		const stop = guest.engine.onEvent((event) => {
			if (event.kind !== "message" || event.text !== text) return;
			stop();
			resolve();
		});
	});
	await host.does({ kind: "send", text });
	await heard;
	times.push(performance.now() - begun);
}

/** Times a bare stream through the same network, one way: half of there and back. */
async function bareTrips(): Promise<readonly number[]> {
	const tor = new Tor({ kind: "own", folder: join(folder, "bare"), extras: { lines: network.lines } });
	const [key, secret] = [onionKey(randomBytes(32)), randomBytes(16)];
	const service = new OnionHost({ tor, key, secrets: () => [secret], onLost: () => {} });
	const listening = await service.listen(({ stream }: Link) => void stream.pipe(stream));
	if (listening.kind === "failed") throw new Error(listening.detail);
	const caller = new OnionGuest({ tor, publicKey: key.publicKey, secret });
	const dialled = await caller.dial({ signal: new AbortController().signal, timeoutMs: 60_000 });
	if (dialled.kind === "failed") throw new Error(dialled.detail);
	const { stream } = dialled.link;
	const found: number[] = [];
	for (let trip = 0; trip < lines; trip += 1) {
		const begun = performance.now();
		stream.write(Buffer.alloc(lineBytes));
		await once(stream, "data");
		found.push((performance.now() - begun) / 2);
	}
	await caller.close();
	await service.close();
	return found;
}

/** OnionShare's chat in the same network, with a tor at either end as our room has. */
async function onionShare(): Promise<ChatFigures | undefined> {
	if (!hasOnionShare()) return undefined;
	const tors = ["chat host", "chat guest"].map((name) => join(folder, name));
	const uses = tors.map((own) => new Tor({ kind: "own", folder: own, extras: { lines: network.lines } }).use());
	const ready = await Promise.all(uses.map((use) => use.ready(new AbortController().signal)));
	const [one, other] = ready.map((outcome) => (outcome.kind === "ready" ? outcome.tor : undefined));
	if (!one || !other) throw new Error("a Tor did not start");
	const figures = await measureOnionShare(one, other, folder, lines, (line) => `${line} `.padEnd(lineBytes, "x"));
	await Promise.all(uses.map((use) => use.release()));
	return figures;
}

const chat = await onionShare();
const bare = await bareTrips();
const limit = (name: string, value: number, peerValue: number) =>
	({ name, value, unit: "ms", peer: "limit", peerValue }) as const;
const besideChat = (peer: ChatFigures): readonly Figure[] =>
	[
		{ name: "the guest is in, after Tor's start, median", value: median(joins), peerValue: peer.joinMs },
		{ name: "a line is heard, median", value: median(times), peerValue: median(peer.lines) },
		{ name: "a line is heard, p95", value: percentile(times, 0.95), peerValue: percentile(peer.lines, 0.95) },
	].map((figure) => ({ ...figure, unit: "ms", peer: "OnionShare's chat" }) as const);
report(`Through a private Tor network on loopback, ${rounds} rooms, ${lines} lines`, [
	limit("the invite can be used, after Tor's start, median", median(usable), 6_000),
	limit("the guest is in, after Tor's start, median", median(joins), 4_000),
	limit("a line is heard, p95", percentile(times, 0.95), 150),
	{ name: "a line is heard, median", value: median(times), unit: "ms", peer: "a bare stream", peerValue: median(bare) },
	...(chat === undefined ? [] : besideChat(chat)),
]);
await guest.engine.close();
await host.engine.close();
await network.close();
rmSync(folder, { recursive: true });
process.exit(0);
