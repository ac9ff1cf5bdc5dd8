// What the room on this computer tells, and what its host's person sees of it; at which port a room is opened again.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { GroupMember } from "../../../src/crypto/group/messages.ts";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { hearingOf, openAtLastPort } from "../../../src/engine/host/hearing.ts";
import type { HostOptions, HostOutcome } from "../../../src/engine/host/hosting.ts";
import type { MemberEvent } from "../../../src/engine/member/events.ts";
import type { Said } from "../../../src/engine/member/own-lines.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { settingsIn } from "../../../src/store/settings.ts";
import { callerAt } from "../../support/net/caller-at.ts";

const [gus, ann] = [parseFingerprint("A".repeat(40)), parseFingerprint("B".repeat(40))];
assert.ok(gus && ann);
const arriving = { caller: callerAt("192.0.2.7"), isInBrowser: false };

/** What a room tells, and in which order it is heard; `here` are in the room. */
function hears(here: readonly Fingerprint[], browsers: readonly Fingerprint[] = []) {
	const told: unknown[] = [];
	const people = here.map((fingerprint) => ({ fingerprint }));
	const room = {
		people: () => people,
		person: (one: Fingerprint) => people.find(({ fingerprint }) => fingerprint === one),
		apply: (event: MemberEvent) => told.push(["shown", event.kind]),
		setAway: (one: Fingerprint, isAway: boolean) => told.push(["away", one, isAway]),
		refreshPlace: (one: Fingerprint) => told.push(["place again", one]),
	};
	const places = {
		placed: (id: string) => told.push(["placed", id]),
		forget: (one: Fingerprint) => told.push(["forgotten", one]),
		hasBrowser: (one: Fingerprint) => browsers.includes(one),
		learn: async (one: Fingerprint, _arriving: unknown, tell: unknown) =>
			told.push(["learns", one, tell === undefined ? "for the host" : "for all"]),
	};
	const context = {
		gate: { arriving: (one: Fingerprint, name: string) => told.push(["gate", one, name]) },
		changed: () => told.push("changed"),
	};
	const stay = {
		heard: (event: MemberEvent) => told.push(["heard", event.kind]),
		tell: (said: Said) => {
			told.push(said);
			return "id";
		},
	};
	return { ...hearingOf(context as never, room as never, places as never, stay), told };
}

const membership = (joined: readonly Fingerprint[], left: readonly Fingerprint[]): MemberEvent => {
	const member = (fingerprint: Fingerprint) => ({ fingerprint }) as GroupMember;
	return { kind: "membership", joined: joined.map(member), left: left.map(member), reason: "left" };
};

test("a newcomer and those who were there hear which of them use a browser, and nothing where nobody does", () => {
	const { emit, told } = hears([gus, ann], [ann]);
	emit(membership([gus], []));
	const note = { kind: "quiet-browsers", of: [fingerprintBytes(ann)] };
	assert.deepEqual(told, [["shown", "membership"], ["heard", "membership"], note, "changed"]);
	const left = hears([gus, ann], [ann]);
	left.emit(membership([], []));
	assert.deepEqual(left.told, [["shown", "membership"], ["heard", "membership"], "changed"]);
	const none = hears([gus, ann]);
	none.emit(membership([gus], []));
	assert.deepEqual(none.told, [["shown", "membership"], ["heard", "membership"], "changed"]);
});

test("the place of somebody who has left is forgotten, and not that of somebody who has come back meanwhile", () => {
	const { emit, told } = hears([gus]);
	emit(membership([], [gus, ann]));
	assert.deepEqual(told, [["shown", "membership"], ["heard", "membership"], ["forgotten", ann], "changed"]);
});

test("an own note that has its place in the order lets the guest in who waits for it", () => {
	const { emit, told } = hears([gus]);
	emit({ kind: "placed", item: { id: "note 1" }, seq: 4 } as MemberEvent);
	emit({ kind: "problem", problem: "unreadableLine" });
	assert.deepEqual(told, [
		...[["placed", "note 1"], ["shown", "placed"], ["heard", "placed"], "changed"],
		...[["shown", "problem"], ["heard", "problem"], "changed"],
	]);
});

test("from where somebody comes is told to the others, if there are any and they do not know it from before", async () => {
	const learns = async (here: readonly Fingerprint[]) => {
		const { onCaller, told } = hears(here);
		await onCaller(gus, arriving, "Gus");
		return told;
	};
	assert.deepEqual(await learns([ann, ann]), [
		["gate", gus, "Gus"],
		["learns", gus, "for all"],
	]);
	assert.deepEqual((await learns([ann])).at(-1), ["learns", gus, "for the host"], "nobody but the host is there");
	assert.deepEqual((await learns([ann, gus])).at(-1), ["learns", gus, "for the host"], "they come back");
});

test("somebody who is away is shown so, and somebody who is back is shown with the place from where they come now", () => {
	const { onAway, told } = hears([gus]);
	onAway(gus, true);
	onAway(gus, false);
	assert.deepEqual(told, [
		...[["away", gus, true], "changed"],
		...[["away", gus, false], ["place again", gus], "changed"],
	]);
});

test("a room is opened where it was, or where the last one was, unless its person says where or it is reached by routes alone; else at any free port", async () => {
	const store = openMemoryStore();
	const settings = settingsIn(store);
	/** At which ports a room is tried; all in `taken` are somebody else's. */
	const triedPorts = async (wish: HostOptions["wish"], former?: number, taken: readonly number[] = []) => {
		const tried: unknown[] = [];
		const opened = await openAtLastPort({ wish } as HostOptions, settings, former, async ({ wish: { port, bind } }) => {
			tried.push(bind === undefined ? port : `${bind} ${port}`);
			const isTaken = port !== undefined && taken.includes(port);
			return (isTaken ? { kind: "failed", why: "portTaken" } : { kind: "open", port: port ?? 50_000 }) as HostOutcome;
		});
		return [...tried, opened.kind];
	};
	assert.deepEqual(await triedPorts({}), [undefined, "open"]);
	assert.equal(settings.get("lastPort"), 50_000);
	assert.deepEqual(await triedPorts({ bind: "192.0.2.1" }), ["192.0.2.1 50000", "open"]);
	assert.deepEqual(await triedPorts({}, 41_000), [41_000, "open"]);
	assert.equal(settings.get("lastPort"), 41_000);
	assert.deepEqual(await triedPorts({}, 42_000, [42_000]), [42_000, undefined, "open"]);
	assert.equal(settings.get("lastPort"), 50_000);
	assert.deepEqual(await triedPorts({ port: 43_000 }, 41_000), [43_000, "open"]);
	assert.deepEqual(await triedPorts({ port: 43_000 }, 41_000, [43_000]), [43_000, "failed"]);
	assert.deepEqual(await triedPorts({ isOnlyByRoutes: true }, 41_000), [undefined, "open"]);
	settings.set("lastPort", 44_000);
	assert.deepEqual(await triedPorts({ port: 0 }), [0, "open"]);
	assert.equal(settings.get("lastPort"), 44_000, "no port is no place to come back to");
	store.close();
});
