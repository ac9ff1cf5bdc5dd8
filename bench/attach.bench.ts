// From attaching to the background process to the first picture, with a long history in the room, and what a command costs by the socket.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openFeed } from "../src/engine/remote/feed.ts";
import { attach } from "../src/engine/remote/remote-engine.ts";
import { RoomTimeline } from "../src/engine/room/timeline.ts";
import { connectLocal, listenLocal } from "../src/net/local/local-socket.ts";
import { Session } from "../src/ui/daemon/session.ts";
import { until } from "../test/support/until.ts";
import { FakeEngine, lineFrom, personNamed } from "../test/support/views/fake-engine.ts";
import { percentile, report, timed } from "./report.ts";

const lines = 100_000;
const calls = 2_000;
const room = "aaaaaaaa";
/** A person who starts a program waits no longer without noticing. */
const firstPictureMs = 250;
/** A key that is answered within this many ms is answered at once. */
const frameMs = 1000 / 60;
const allLinesMs = 5_000;

class LongRoom extends FakeEngine {
	readonly #timeline: RoomTimeline;

	constructor(timeline: RoomTimeline) {
		const summary = { room, name: "Bob", kind: "passing", role: "guest", state: "inRoom" } as const;
		super({
			room,
			timeline,
			rooms: [{ ...summary, people: 2, unread: 0, mentions: 0 }],
			phase: { kind: "inRoom", role: "guest" },
		});
		this.#timeline = timeline;
	}

	override async lines(_room: string, { before, limit }: { readonly before?: string; readonly limit: number }) {
		const end = before === undefined ? this.#timeline.length : (this.#timeline.indexOf(before) ?? 0);
		const from = Math.max(0, end - limit);
		return Array.from({ length: end - from }, (_, index) => this.#timeline.at(from + index)).filter(
			(entry) => entry !== undefined,
		);
	}
}

const timeline = new RoomTimeline();
const bob = personNamed("Bob");
for (let number = 0; number < lines; number += 1) timeline.add(lineFrom(bob, `line ${number} of ordinary length`));
const engine = new LongRoom(timeline);
const home = mkdtempSync(join(tmpdir(), "rt-bench-"));
const path = join(home, "rt.sock");
const facts = { pid: process.pid, build: "bench", since: Date.now(), allows: [] };
const more = { openFeed, clients: () => 1, onStop: () => {}, log: () => {} };
const listening = await listenLocal(path, (stream) => new Session({ engine, stream, facts, ...more }));
if (listening.kind === "failed") throw new Error(listening.detail);

let window: Awaited<ReturnType<typeof attach>> | undefined;
const firstPicture = await timed(async () => {
	const connected = await connectLocal(path);
	if (connected.kind !== "connected") throw new Error(connected.kind);
	window = await attach(connected.socket, "bench");
});
if (window?.kind !== "attached") throw new Error("no place");
const attached = window.engine;
const rest = await timed(() => until(() => attached.snapshot(room).timeline.length === lines));
const samples: number[] = [];
for (let call = 0; call < calls; call += 1) {
	samples.push(await timed(() => attached.perform({ kind: "send", text: "hello", room })));
}
report(`A window on the background process, ${lines} lines in the room`, [
	{
		name: "attach to the first picture",
		value: firstPicture,
		unit: "ms",
		peer: "the limit",
		peerValue: firstPictureMs,
	},
	{ name: "all older lines are here", value: rest, unit: "ms", peer: "the limit", peerValue: allLinesMs },
	{ name: "a command, p50", value: percentile(samples, 0.5), unit: "ms", peer: "a frame", peerValue: frameMs },
	{ name: "a command, p99", value: percentile(samples, 0.99), unit: "ms", peer: "a frame", peerValue: frameMs },
]);
await attached.close();
await listening.close();
rmSync(home, { recursive: true, force: true });
