// What becomes of proposals where only the desk itself can show it: in a room that hides addresses, from too many people, with a damaged row, too old.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { type Fingerprint, parseFingerprint, shortFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { roomName } from "../../../src/crypto/opening/binding.ts";
import { Vault } from "../../../src/crypto/vault/vault.ts";
import type { Event } from "../../../src/engine/api/events.ts";
import type { Notice } from "../../../src/engine/api/notices.ts";
import type { Person } from "../../../src/engine/api/people.ts";
import { Buddies } from "../../../src/engine/buddies.ts";
import { keptRoomsOf } from "../../../src/engine/kept/kept-names.ts";
import type { RoomSlot } from "../../../src/engine/room-slot.ts";
import type { Stays } from "../../../src/engine/stays.ts";
import { encodeInvite } from "../../../src/engine/wire/invite.ts";
import type { LetterOf } from "../../../src/engine/wire/letter.ts";
import { openMemoryStore } from "../../../src/store/db.ts";
import { keptRoomsIn } from "../../../src/store/kept-rooms.ts";
import { until } from "../../support/until.ts";

const fingerprintOf = (digit: string): Fingerprint => {
	const fingerprint = parseFingerprint(digit.padStart(40, "0"));
	assert.ok(fingerprint);
	return fingerprint;
};

function person(digit: string): Person {
	const fingerprint = fingerprintOf(digit);
	const short = shortFingerprint(fingerprint);
	return { fingerprint, shortFingerprint: short, name: `P${digit}`, trust: "new", isSelf: false, isHost: false };
}

const clock = { ms: 1_800_000_000_000 };

/** A desk on a database of its own, and a room in which letters come. */
function desk(isHidden = false) {
	const store = openMemoryStore();
	const vault = new Vault(randomBytes(32));
	const rooms = keptRoomsIn(store, vault);
	const events: Event[] = [];
	const notices: Notice[] = [];
	const now = () => clock.ms;
	const stays = {
		kept: () => keptRoomsOf(rooms, now),
		slots: { shown: () => undefined, roomWith: () => undefined, all: () => [] },
	};
	const buddies = new Buddies({
		stays: () => stays as unknown as Stays,
		context: {
			account: { trustOf: () => "new", ownFingerprint: () => fingerprintOf("f") } as never,
			keptRooms: () => rooms,
			routes: [],
			now,
			changed: () => {},
			emit: (event) => events.push(event),
		},
	});
	const room = { notice: (_: unknown, notice: Notice) => notices.push(notice) };
	const slot = { room, stay: { isHidden } } as unknown as RoomSlot;
	return { buddies, events, notices, slot, store, rooms };
}

function proposal(from: Person, untilSeconds = clock.ms / 1000 + 1000): LetterOf<"propose"> {
	const pair = Uint8Array.from(randomBytes(32));
	const { fingerprint } = from;
	const endpoints = [{ address: "192.0.2.1", port: 4000 }];
	const invite = encodeInvite({ fingerprint, endpoints, secret: randomBytes(16), room: roomName(pair) });
	return { what: "propose", kind: "buddy", pair, seat: Uint8Array.from(randomBytes(32)), invite, until: untilSeconds };
}

const count = (events: readonly Event[]) => events.filter(({ kind }) => kind === "buddyProposed").length;

test("attack: in a room that does not show where its people are, a proposal that would show it is turned down and told", async () => {
	const { buddies, events, notices, slot } = desk(true);
	buddies.heard(slot, person("1"), proposal(person("1")));
	await until(() => notices.length === 1, "it is told");
	assert.equal(notices[0]?.code, "proposalShowsAddress");
	assert.deepEqual([count(events), buddies.view()], [0, []]);
});

test("attack: proposals of ever new people are kept up to sixteen, and one's own answer makes room again", async () => {
	const { buddies, events, slot } = desk();
	for (let number = 1; number <= 40; number += 1) {
		const one = person(`${number}`);
		buddies.heard(slot, one, proposal(one));
	}
	await until(() => count(events) === 16, "sixteen are asked about");
	const [first] = buddies.view();
	assert.ok(first);
	// What is said here comes after all that was heard before.
	await buddies.perform({ kind: "answerBuddy", fingerprint: first.fingerprint, answer: "decline" }, undefined);
	assert.equal(count(events), 16);
	buddies.heard(slot, person("a"), proposal(person("a")));
	await until(() => count(events) === 17, "there is room for one more");
});

test("a proposal that is too old is not accepted any more, and is gone", async () => {
	const { buddies, events, slot } = desk();
	buddies.heard(slot, person("1"), proposal(person("1")));
	await until(() => count(events) === 1, "it is asked about");
	clock.ms += 2_000_000;
	const { fingerprint } = person("1");
	const outcome = await buddies.perform({ kind: "answerBuddy", fingerprint, answer: "accept" }, undefined);
	assert.ok(outcome.kind === "refused" && outcome.code === "buddy_refused" && outcome.why === "tooLate");
	assert.deepEqual(buddies.view(), []);
});

test("attack: a row of a proposal that was altered is nobody's, and the others stay", async () => {
	const { buddies, events, slot, store } = desk();
	for (const digit of ["1", "2"]) buddies.heard(slot, person(digit), proposal(person(digit)));
	await until(() => count(events) === 2, "both are asked about");
	const victim = buddies.view().find(({ name }) => name === "P1");
	store.database.prepare("UPDATE kept_rooms SET record = zeroblob(200) WHERE room = ?").run(victim?.room);
	assert.deepEqual(
		buddies.view().map(({ name }) => name),
		["P2"],
	);
});
