// The computer's clock is set back or forward while people are in a room: by a person, by NTP, by a hypervisor.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { type TestContext, test } from "node:test";
import type { LineEntry } from "../../src/engine/api/content.ts";
import { type TestEngine, threePeople } from "../support/rooms/real-engine.ts";

const hourMs = 3_600_000;

/** Makes the wall clock of this process one that can be set. */
function settableClock(t: TestContext): (byMs: number) => void {
	const real = Date.now.bind(Date);
	let offMs = 0;
	t.mock.method(Date, "now", () => real() + offMs);
	return (byMs) => {
		offMs += byMs;
	};
}

function lineOf({ engine }: TestEngine, text: string): LineEntry | undefined {
	const { timeline } = engine.snapshot();
	for (let index = 0; index < timeline.length; index += 1) {
		const entry = timeline.at(index);
		if (entry?.kind === "line" && entry.text === text) return entry;
	}
	return undefined;
}

test("attack: however the clock is set, lines pass, nobody's stay ends, and messages go when their time is over and not before", async (t) => {
	const setClock = settableClock(t);
	const [host, ann, bob] = await threePeople(t);
	const all = [host, ann, bob];
	const everybodyHears = async (speaker: TestEngine, text: string): Promise<void> => {
		await speaker.does({ kind: "send", text });
		// By the event as well: on a busy computer a line that stays for a second may be gone when it is looked for.
		const wasTold = ({ events }: TestEngine) => events.some((event) => event.kind === "message" && event.text === text);
		for (const one of all) await one.until(() => lineOf(one, text) !== undefined || wasTold(one), text);
	};
	const everybodyKnows = async (seconds: number): Promise<void> => {
		await host.does({ kind: "setDisappearing", seconds });
		for (const one of all) {
			await one.until(() => one.engine.snapshot().talk?.disappearAfterSeconds === seconds, `lines of ${seconds} s`);
		}
	};
	await everybodyHears(ann, "before");
	for (const byMs of [-hourMs, -24 * 365 * hourMs, 24 * 730 * hourMs, -24 * 365 * hourMs]) {
		setClock(byMs);
		await everybodyHears(ann, `a guest, ${byMs}`);
		await everybodyHears(host, `the host, ${byMs}`);
	}
	await everybodyKnows(3600);
	await everybodyHears(bob, "stays an hour");
	setClock(2 * hourMs);
	await everybodyKnows(1);
	await everybodyHears(bob, "stays a second");
	setClock(-4 * hourMs);
	for (const one of all) {
		await one.until(
			() => lineOf(one, "stays a second") === undefined || lineOf(one, "stays a second")?.gone !== undefined,
		);
		assert.equal(lineOf(one, "stays an hour")?.gone, undefined, "an hour has not passed because the clock says so");
		assert.equal(one.engine.snapshot().people.length, 3);
		assert.deepEqual(
			one.events.filter(({ kind }) => kind === "error" || kind === "closed" || kind === "left"),
			[],
		);
	}
});

/** Where the wall clock is asked, and for what: never for how long something takes. */
const wallClock: Readonly<Record<string, string>> = {
	"src/background.ts": "the times that people are shown",
	"src/crypto/identity/openpgp-policy.ts": "whether a key has expired",
	"src/crypto/vault/file.ts": "the age of a file that a killed process left behind",
	"src/engine/gate/guesses/gatekeeper.ts": "since when and until when somebody is blocked",
	"src/engine/guest/opening/meeting-host.ts": "whether the host's proof key has expired",
	"src/engine/open-engine.ts": "the times that people are shown and that are kept",
	"src/engine/open-home.ts": "the times that people are shown and that are kept",
	"src/engine/tools/geoip.ts": "the age of data",
	"src/main.ts": "the times that people are shown",
	"src/net/geoip-update/make-worker.ts": "the date of data",
	"src/net/portmap/portmap.ts": "until when a router keeps what a killed process asked for",
	"src/store/files/quarantine.ts": "when a file came, for the system's own mark",
	"src/tools.ts": "the times that people are shown",
	"src/ui/admin/admin.tsx": "the times that people are shown",
	"src/ui/chat/people.tsx": "the times that people are shown",
	"src/ui/chat/told.tsx": "the times that people are shown",
	"src/ui/rooms/everywhere.tsx": "the times that people are shown",
	"src/ui/cli/arguments/history-arguments.ts": "the date that somebody types",
	"src/ui/slash/slash.ts": "the date that somebody types",
	"src/ui/verify/changed-key.tsx": "the times that people are shown",
	"src/web/session/page-feed.ts": "whether a proof key has expired, and posts that are newer than now",
	"src/web/session/page-session.ts": "the times that people are shown",
};

test("no file asks the wall clock but those that need the date", () => {
	const files = readdirSync("src", { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	const asking = files
		.map((entry) => posix.join(entry.parentPath, entry.name))
		.filter((path) => /\.tsx?$/.test(path) && /\bDate\.now\b|new Date\(\)/.test(readFileSync(path, "utf8")));
	assert.deepEqual(asking.toSorted(), Object.keys(wallClock).toSorted());
});
