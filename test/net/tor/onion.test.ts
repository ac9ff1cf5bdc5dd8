// Links through a private Tor network on loopback: the shared suite, then the invites that open an onion, and a Tor that runs already.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import type { Link } from "../../../src/net/link/link.ts";
import { OnionGuest } from "../../../src/net/tor/onion-guest.ts";
import { OnionHost } from "../../../src/net/tor/onion-host.ts";
import { onionKey } from "../../../src/net/tor/onion-key.ts";
import { Tor } from "../../../src/net/tor/tor.ts";
import { hasTor, privateTor } from "../../support/net/private-tor.ts";
import { asTransport } from "../../support/net/room-as-transport.ts";
import { linkConformance, patiently } from "../link/conformance.ts";

const isThere = hasTor();
const folder = mkdtempSync(join(tmpdir(), "rt-onion-"));
const never = new AbortController().signal;
const network = isThere ? await privateTor() : undefined;
const { lines = [] } = network ?? {};

const newTor = (name: string): Tor => new Tor({ kind: "own", folder: join(folder, name), extras: { lines } });
const [hosts, guests] = [newTor("hosts"), newTor("guests")];
// Kept from test to test: starting takes a second or two.
const kept = [hosts, guests].map((tor) => tor.use());
if (isThere) {
	for (const use of kept) assert.equal((await use.ready(never)).kind, "ready");
	linkConformance("tor", subject, { largeMb: 3, slowMb: 2, waitingKiB: 1024 });
}

const open = new Set<{ close(): Promise<void> }>();
after(async () => {
	for (const one of open) await one.close();
	for (const use of kept) await use.release();
	await network?.close();
	rmSync(folder, { recursive: true, force: true });
});

interface Room {
	readonly host: OnionHost;
	readonly publicKey: Uint8Array;
}

function newRoom(secrets: () => readonly Uint8Array[]): Room {
	const key = onionKey(randomBytes(32));
	const host = new OnionHost({ tor: hosts, key, secrets, onLost: () => {} });
	open.add(host);
	return { host, publicKey: key.publicKey };
}

function newGuest({ publicKey }: Room, secret: Uint8Array): OnionGuest {
	const guest = new OnionGuest({ tor: guests, publicKey, secret, reachTimeoutMs: 30_000 });
	open.add(guest);
	return guest;
}

function subject() {
	const secret = randomBytes(16);
	const room = newRoom(() => [secret]);
	const transport = asTransport(room.host, newGuest(room, secret));
	return { transport, host: "tor", hasNoPort: true, hasNoCaller: true, whenGone: ["unreachable", "timedOut"] } as const;
}

const options = { skip: !isThere };

async function published(t: TestContext, room: Room, onLink: (link: Link) => void): Promise<void> {
	const outcome = await room.host.listen(onLink);
	assert.equal(outcome.kind, "listening", JSON.stringify(outcome));
	t.after(() => room.host.close());
}

test(
	"an invite that is taken back opens the onion no more, a new one does, and whoever is in stays",
	options,
	async (t) => {
		const [first, second] = [randomBytes(16), randomBytes(16)];
		let good: readonly Uint8Array[] = [first];
		const room = newRoom(() => good);
		await published(t, room, ({ stream }) => void stream.on("data", (bytes: Buffer) => stream.write(bytes)));
		const inside = await newGuest(room, first).dial(patiently());
		assert.ok(inside.kind === "linked", JSON.stringify(inside));
		good = [second];
		await room.host.secretsChanged();
		const late = await newGuest(room, second).dial(patiently());
		assert.equal(late.kind, "linked", JSON.stringify(late));
		const { stream } = inside.link;
		stream.write("still here");
		assert.equal(`${await new Promise((resolve) => stream.once("data", resolve))}`, "still here");
	},
);

test(
	"our own Tor has no port that anybody else could open, and its files are for its owner alone",
	options,
	async () => {
		const use = guests.use();
		const ready = await use.ready(never);
		assert.ok(ready.kind === "ready" && "path" in ready.tor.socks);
		const control = await ready.tor.control.send("GETINFO net/listeners/socks net/listeners/control");
		assert.ok(control.kind === "done");
		for (const line of control.lines.filter((one) => one.startsWith("net/"))) assert.match(line, /="unix:[^"]*"$/);
		for (const name of ["", "/1", "/1/data"]) assert.equal(statSync(join(folder, `guests${name}`)).mode & 0o77, 0);
		await use.release();
	},
);

test("a Tor that runs already carries the same, with its control port and SOCKS port named", options, async (t) => {
	const own = guests.use();
	const ready = await own.ready(never);
	assert.ok(ready.kind === "ready" && "path" in ready.tor.socks);
	const control = { path: join(folder, "guests", "1", "control") };
	const running = new Tor({ kind: "running", control, socks: ready.tor.socks });
	const secret = randomBytes(16);
	const key = onionKey(randomBytes(32));
	const host = new OnionHost({ tor: running, key, secrets: () => [secret], onLost: () => {} });
	open.add(host);
	await published(t, { host, publicKey: key.publicKey }, ({ stream }) => void stream.end("by the other Tor"));
	const outcome = await newGuest({ host, publicKey: key.publicKey }, secret).dial(patiently());
	assert.ok(outcome.kind === "linked", JSON.stringify(outcome));
	const { stream, far } = outcome.link;
	assert.deepEqual(far, { transport: "tor" });
	assert.equal(`${await new Promise((resolve) => stream.once("data", resolve))}`, "by the other Tor");
	await own.release();
});
