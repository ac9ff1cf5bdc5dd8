// The shared-secret check: right and wrong secrets, somebody in between, a third who repeats what was said, giving up, and too many tries.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Outcome } from "../../../src/engine/api/codes.ts";
import { pauseMs, Verification } from "../../../src/engine/room/verification.ts";
import { type BodyOf, maxQuestionBytes } from "../../../src/engine/wire/content-kinds.ts";
import { personNamed } from "../../support/views/fake-engine.ts";

const packetOf = (name: string) => new Uint8Array(createHash("sha512").update(name).digest());
const roomId = new Uint8Array(32).fill(7);

type Sent = { readonly from: string; readonly step: BodyOf<"verify"> };

/** People in one room, who hear all that is said, as the group carries it. */
class Room {
	readonly log: Sent[] = [];
	readonly members = new Map<string, Member>();
	now = 0;

	join(
		name: string,
		more: { readonly roomId?: Uint8Array; readonly keys?: Readonly<Record<string, string>> } = {},
	): Member {
		const member = new Member(this, name, more);
		this.members.set(name, member);
		return member;
	}

	say(from: string, step: BodyOf<"verify">): boolean {
		this.log.push({ from, step });
		return true;
	}

	/** Passes on what has been said, until nobody says anything more. */
	deliver(change: (sent: Sent) => Sent = (sent) => sent): void {
		for (let sent = this.log.shift(); sent; sent = this.log.shift()) {
			const { from, step } = change(sent);
			for (const [name, member] of this.members) if (name !== from) member.machine.heard(personNamed(from), step);
		}
	}
}

class Member {
	readonly name: string;
	readonly machine: Verification;
	readonly matched: string[] = [];

	/** `keys`: whose key this member believes a name to have, where it is another's. */
	constructor(
		room: Room,
		name: string,
		{
			roomId: id = roomId,
			keys = {},
		}: { readonly roomId?: Uint8Array; readonly keys?: Readonly<Record<string, string>> },
	) {
		this.name = name;
		const named = (fingerprint: string) =>
			[...room.members.keys()].find((one) => personNamed(one).fingerprint === fingerprint);
		this.machine = new Verification({
			self: personNamed(name).fingerprint,
			roomId: id,
			packetOf: async (fingerprint) => {
				const who = named(fingerprint);
				return who === undefined ? undefined : packetOf(keys[who] ?? who);
			},
			person: (fingerprint) => {
				const who = named(fingerprint);
				return who === undefined ? undefined : personNamed(who);
			},
			say: (step) => room.say(name, step),
			onMatched: (who) => this.matched.push(named(who) ?? "?"),
			onChange: () => {},
			uptime: () => room.now,
		});
	}

	ask(whom: string, secret: string, question = "which tree?"): Promise<Outcome> {
		return this.machine.ask(personNamed(whom).fingerprint, secret, question);
	}

	get state(): string | undefined {
		return this.machine.view?.state;
	}
}

function three(): { readonly room: Room; readonly ann: Member; readonly bob: Member; readonly eve: Member } {
	const room = new Room();
	return { room, ann: room.join("Ann"), bob: room.join("Bob"), eve: room.join("Eve") };
}

const refusedWith = (outcome: Outcome) => (outcome.kind === "refused" ? outcome.code : undefined);

test("the same secret verifies both, however it is spaced and cased; nobody else takes part", async () => {
	const { room, ann, bob, eve } = three();
	assert.equal((await ann.ask("Bob", " The  OLD oak")).kind, "done");
	room.deliver();
	assert.deepEqual([ann.state, bob.state, eve.state], ["asking", "asked", undefined]);
	assert.equal(bob.machine.view?.question, "which tree?");
	assert.equal((await bob.machine.answer("the old OAK\t")).kind, "done");
	room.deliver();
	assert.deepEqual([ann.state, bob.state, eve.state], ["matched", "matched", undefined]);
	assert.deepEqual([ann.matched, bob.matched, eve.matched], [["Bob"], ["Ann"], []]);
});

test("another secret verifies nobody, and the next guess must wait", async () => {
	const { room, ann, bob } = three();
	await ann.ask("Bob", "oak");
	room.deliver();
	await bob.machine.answer("elm");
	room.deliver();
	assert.deepEqual([ann.state, bob.state], ["mismatched", "mismatched"]);
	assert.deepEqual([ann.matched, bob.matched], [[], []]);
	assert.equal(refusedWith(await ann.ask("Bob", "elm")), "verification_busy");
	room.now = pauseMs;
	assert.equal((await ann.ask("Bob", "elm")).kind, "done");
});

test("attack: somebody with keys of their own between two people gets no match by passing everything on", async () => {
	// Ann takes Mallory's key for Bob's, Bob takes Mallory's key for Ann's; every step is passed on unchanged.
	const room = new Room();
	const ann = room.join("Ann", { keys: { Bob: "Mallory" } });
	const bob = room.join("Bob", { keys: { Ann: "Mallory" } });
	await ann.ask("Bob", "oak");
	room.deliver();
	await bob.machine.answer("oak");
	room.deliver();
	assert.deepEqual([ann.state, bob.state], ["mismatched", "mismatched"]);
	assert.deepEqual([ann.matched, bob.matched], [[], []]);
});

test("attack: one of two rooms with the same people is not the other", async () => {
	const room = new Room();
	const ann = room.join("Ann");
	const bob = room.join("Bob", { roomId: new Uint8Array(32).fill(8) });
	await ann.ask("Bob", "oak");
	room.deliver();
	await bob.machine.answer("oak");
	room.deliver();
	assert.deepEqual([ann.matched, bob.matched, ann.state], [[], [], "mismatched"]);
});

test("attack: a third member who repeats the steps of others under their own name gets nothing", async () => {
	const { room, ann, bob, eve } = three();
	const heard: Sent[] = [];
	await ann.ask("Bob", "oak");
	room.deliver((sent) => {
		heard.push(sent);
		return sent;
	});
	await bob.machine.answer("oak");
	room.deliver((sent) => {
		// Eve says what Bob said, before Ann has it from Bob: the run is not hers.
		ann.machine.heard(personNamed("Eve"), sent.step);
		bob.machine.heard(personNamed("Eve"), sent.step);
		heard.push(sent);
		return sent;
	});
	assert.deepEqual([ann.matched, bob.matched], [["Bob"], ["Ann"]]);
	// And later once more, to both.
	room.now = pauseMs * 2;
	for (const { step } of heard) {
		for (const one of [ann, bob]) one.machine.heard(personNamed("Eve"), step);
		for (const from of ["Ann", "Bob"]) eve.machine.heard(personNamed(from), step);
	}
	room.deliver();
	assert.deepEqual([ann.matched, bob.matched, eve.matched], [["Bob"], ["Ann"], []]);
	// Her copy of the question is a question of hers: answered with the secret, it still matches nothing, for she does not know it.
	assert.equal(bob.machine.view?.person.name, "Eve");
	await bob.machine.answer("oak");
	room.deliver((sent) => {
		for (const { step } of heard) bob.machine.heard(personNamed("Eve"), step);
		return sent;
	});
	assert.deepEqual(bob.matched, ["Ann"]);
});

test("attack: a third member who names the run of two others neither ends it nor answers in it", async () => {
	const { room, ann, bob } = three();
	await ann.ask("Bob", "oak");
	const run = room.log[0]?.step.run;
	assert.ok(run);
	room.deliver();
	const to = Buffer.from(personNamed("Ann").fingerprint, "hex");
	for (const what of [
		{ step: "end", reason: "mismatched" },
		{ step: "answer", share: new Uint8Array(32) },
	] as const) {
		ann.machine.heard(personNamed("Eve"), { kind: "verify", to, run, what });
		assert.equal(ann.state, "asking");
	}
	await bob.machine.answer("oak");
	room.deliver();
	assert.deepEqual([ann.matched, bob.matched], [["Bob"], ["Ann"]]);
});

test("steps out of turn, altered or of another run change nothing or end without a match", async () => {
	const { room, ann, bob } = three();
	const to = Buffer.from(personNamed("Ann").fingerprint, "hex");
	const run = new Uint8Array(16);
	const tag = new Uint8Array(64);
	for (const what of [
		{ step: "finish", tag },
		{ step: "confirm", tag },
		{ step: "answer", share: new Uint8Array(32) },
		{ step: "end", reason: "mismatched" },
	] as const)
		ann.machine.heard(personNamed("Bob"), { kind: "verify", to, run, what });
	assert.equal(ann.state, undefined);
	await ann.ask("Bob", "oak");
	room.deliver();
	await bob.machine.answer("oak");
	room.deliver(({ from, step }) =>
		step.what.step === "confirm"
			? { from, step: { ...step, what: { step: "confirm", tag: new Uint8Array(64) } } }
			: { from, step },
	);
	assert.deepEqual([ann.matched, bob.matched, ann.state], [[], [], "mismatched"]);
});

test("either side can give up, and whoever leaves ends it; nothing is found out", async () => {
	const { room, ann, bob } = three();
	assert.equal(refusedWith(bob.machine.abort()), "not_asked");
	await ann.ask("Bob", "oak");
	room.deliver();
	bob.machine.abort();
	room.deliver();
	assert.deepEqual([ann.state, bob.state], ["declined", "declined"]);
	assert.equal(refusedWith(await bob.machine.answer("oak")), "not_asked");
	room.now += pauseMs;
	await ann.ask("Bob", "oak");
	room.deliver();
	bob.machine.left(personNamed("Ann").fingerprint);
	ann.machine.abort();
	assert.deepEqual([ann.state, bob.state], ["declined", "left"]);
});

test("one run at a time: who asks meanwhile is told so, and who asks again and again is not heard", async () => {
	const { room, ann, bob, eve } = three();
	await ann.ask("Bob", "oak");
	room.deliver();
	await eve.ask("Bob", "elm");
	room.deliver();
	assert.deepEqual([eve.state, bob.machine.view?.person.name], ["declined", "Ann"]);
	assert.equal(refusedWith(await ann.ask("Eve", "elm")), "verification_busy");
	bob.machine.abort();
	room.deliver();
	const step: BodyOf<"verify"> = {
		kind: "verify",
		to: Buffer.from(personNamed("Bob").fingerprint, "hex"),
		run: new Uint8Array(16),
		what: { step: "ask", share: new Uint8Array(32), question: "again" },
	};
	bob.machine.heard(personNamed("Ann"), step);
	assert.equal(bob.state, "declined");
	assert.equal(room.log.length, 0, "no answer that could be asked for without end");
});

test("no secret, a question that is too long, oneself and strangers are refused", async () => {
	const { ann } = three();
	assert.equal(refusedWith(await ann.ask("Bob", " \t ")), "bad_text");
	assert.equal(refusedWith(await ann.ask("Bob", "x".repeat(300))), "bad_text");
	// The secret typed into the field of the question, which they see.
	assert.equal(refusedWith(await ann.ask("Bob", "Swordfish", "was it swordfish?")), "bad_text");
	assert.equal(refusedWith(await ann.ask("Bob", "x", "x")), "bad_text");
	assert.equal(
		refusedWith(await ann.machine.ask(personNamed("Bob").fingerprint, "oak", "?".repeat(maxQuestionBytes + 1))),
		"text_too_long",
	);
	assert.equal(refusedWith(await ann.ask("Ann", "oak")), "no_such_member");
	assert.equal(refusedWith(await ann.ask("Nobody", "oak")), "no_such_member");
});
