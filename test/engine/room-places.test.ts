// Where the host says that people come from: shown with them, cleaned, bounded, and believed of nobody but the host.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { GroupMember } from "../../src/crypto/group/messages.ts";
import { type Fingerprint, fingerprintBytes } from "../../src/crypto/identity/fingerprint.ts";
import type { Event } from "../../src/engine/api/events.ts";
import { Room } from "../../src/engine/room/room.ts";
import { person } from "../support/views/scripted-engine.ts";

const [self, host, other] = ["A", "B", "C"].map((digit) => person(digit, digit).fingerprint) as [
	Fingerprint,
	Fingerprint,
	Fingerprint,
];
const member = (fingerprint: Fingerprint, name: string): GroupMember => ({ fingerprint, name, leafIndex: 0 });
const seen = { seq: 0, head: new Uint8Array(32) };
let lastId = 0;

function room(us = self) {
	const events: Event[] = [];
	const made = new Room({
		self: us,
		host,
		meet: () => ({ trust: "new" }),
		addressOf: () => undefined,
		now: () => 0,
		uptime: () => 0,
		emit: (event) => events.push(event),
		changed: () => {},
		onVerify: () => {},
		onSealed: () => {},
	});
	made.entered([member(us, "Us"), member(host, "Hana")]);
	const tell = (from: Fingerprint, of: Fingerprint, label: string): void => {
		lastId += 1;
		const id = Buffer.alloc(16);
		id.writeUInt32BE(lastId);
		const content = { kind: "place", id, at: 0, seen, of: fingerprintBytes(of), label } as const;
		made.apply({ kind: "line", from: member(from, "?"), content, seq: lastId });
	};
	const joins = (fingerprint: Fingerprint): void =>
		made.apply({ kind: "membership", joined: [member(fingerprint, "Cem")], left: [], reason: "left" });
	return { made, events, tell, joins, placeOf: (of: Fingerprint) => made.person(of)?.location?.label };
}

test("a place that is told first is there when the person joins, is no line, and goes when they go", () => {
	const { made, events, tell, joins, placeOf } = room();
	tell(host, other, "Lyon, France");
	const before = made.timeline.length;
	joins(other);
	const joined = events.at(-1);
	assert.ok(joined?.kind === "joined");
	assert.deepEqual(joined.member.location, { label: "Lyon, France", isSameNetwork: false });
	assert.equal(made.timeline.length, before + 1);
	made.apply({ kind: "membership", joined: [], left: [member(other, "Cem")], reason: "left" });
	joins(other);
	assert.equal(placeOf(other), undefined);
});

test("a place that is told later is shown from then on", () => {
	const { tell, joins, placeOf } = room();
	joins(other);
	assert.equal(placeOf(other), undefined);
	tell(host, other, "Lyon");
	assert.equal(placeOf(other), "Lyon");
	tell(host, other, "Bonn");
	assert.equal(placeOf(other), "Bonn");
});

test("attack: a member that is not the host tells no places, and is found out", () => {
	const { events, tell, joins, placeOf } = room();
	joins(other);
	tell(other, other, "the host's own network");
	assert.equal(placeOf(other), undefined);
	const notice = events.at(-1);
	assert.ok(notice?.kind === "notice" && notice.tone === "warning");
	// Nor does anybody tell the host.
	const hosts = room(host);
	hosts.joins(other);
	hosts.tell(host, other, "Lyon");
	assert.equal(hosts.placeOf(other), undefined);
});

test("attack: a host that tells places of thousands, or orders to the terminal, fills no memory and reaches no screen", () => {
	const { tell, joins, placeOf } = room();
	tell(host, other, `Lyon\u001b[2J\u202e\n${"x".repeat(10_000)}`);
	for (let i = 0; i < 300; i++) {
		const digits = i.toString(16).toUpperCase().padStart(40, "0");
		tell(host, digits as Fingerprint, "nowhere");
	}
	joins(other);
	assert.equal(placeOf(other), undefined);
	tell(host, other, `Lyon\u001b[2J\u202e\n${"x".repeat(10_000)}`);
	assert.match(placeOf(other) ?? "", /^Lyon[^\p{C}]{0,116}$/u);
});
