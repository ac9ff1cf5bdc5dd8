// The first picture, which is drawn before the screens are loaded: it is what they draw first, in every detail.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Snapshot } from "../../../src/engine/api/api.ts";
import { themeFor } from "../../../src/ui/look/theme.ts";
import { sizeForScreens } from "../../../src/ui/screen/small-window.ts";
import { layFirstPicture } from "../../../src/ui/start/first-picture.ts";
import type { Intent } from "../../../src/ui/words/intent.ts";
import { openApp, sizes } from "../../support/views/app-screen.tsx";
import { FakeEngine, noon, personNamed } from "../../support/views/fake-engine.ts";

const offered = "abuse-help-fold-dial";
const env = { TERM: "xterm-256color" };
const { fingerprint, shortFingerprint, name } = personNamed("Grace");

const dht = { nodes: "dht.example:49737", hasRelay: false };
const buddy = { room: "aaaaaaaa", kind: "buddy", fingerprint, shortFingerprint, name, trust: "known" } as const;
const starts: Readonly<Record<string, readonly [start: Partial<Snapshot>, intent: Intent]>> = {
	"nothing yet": [{}, { kind: "home", wish: {} }],
	"with rooms, buddies, posts and ways to be found": [
		{
			recentRooms: [{ target: "192.0.2.7:47003", lastJoinedAt: noon, fingerprint }],
			keptRooms: [
				{ room: "bbbbbbbb", name: "Friends", kind: "standing", role: "host" },
				{ room: "aaaaaaaa", name, kind: "buddy", role: "host", fingerprint },
			],
			buddies: [
				{ ...buddy, state: "accepted", role: "host" },
				{ ...buddy, room: "cccccccc", state: "asked", role: "guest" },
			],
			...{ unreadableRooms: 2, unreadPosts: 3, routeTerms: { dht, tor: { nodes: "", hasRelay: false } } },
		},
		{ kind: "home", wish: {} },
	],
	"a room that was asked for, in the DHT": [{ routeTerms: { dht } }, { kind: "host", wish: { routes: ["dht"] } }],
};

for (const [what, [start, intent]] of Object.entries(starts)) {
	for (const size of sizes) {
		test(`the first picture is the first frame of the screens: ${what}, ${size.columns}×${size.rows}`, async () => {
			const engine = new FakeEngine(start);
			const screen = openApp(engine, { size, env, intent, offered });
			await screen.shows("Start a room");
			const look = { theme: themeFor(env), size: sizeForScreens(size) };
			const picture = layFirstPicture({ first: engine.snapshot(), intent, version: "1.2.3", offered }, look);
			assert.deepEqual(picture, screen.frame());
			screen.close();
		});
	}
}

test("there is no first picture where the screens draw something else than home, or change it at once", () => {
	const look = { theme: themeFor(env), size: { columns: 80, rows: 24 } };
	const lay = (start: Partial<Snapshot>, intent: Intent) =>
		layFirstPicture({ first: new FakeEngine(start).snapshot(), intent, version: "1.2.3", offered }, look);
	const home: Intent = { kind: "home", wish: {} };
	const room = { room: "aaaaaaaa", name: "Friends", kind: "standing", role: "guest", state: "inRoom" } as const;
	assert.ok(lay({}, home));
	assert.equal(lay({ identity: { kind: "none" } }, home), undefined);
	assert.equal(lay({ identity: { kind: "locked", name: "ada", shortFingerprint: "0000" } }, home), undefined);
	assert.equal(lay({ phase: { kind: "inRoom", role: "guest" } }, home), undefined);
	assert.equal(lay({ rooms: [{ ...room, people: 2, unread: 0, mentions: 0 }] }, home), undefined);
	assert.equal(lay({}, { kind: "join" }), undefined);
	assert.equal(lay({}, { ...home, name: "another name" }), undefined);
	assert.ok(lay({}, { ...home, name: "ada" }));
});
