// The invites of a room: one for everybody and one for each friend, whom each belongs to, and what a host's commands make of them.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { tagKeys } from "../../../src/crypto/opening/knock.ts";
import type { Notice } from "../../../src/engine/api/notices.ts";
import { InviteCommands, type InviteCommandsOptions } from "../../../src/engine/gate/invite-commands.ts";
import { Invites } from "../../../src/engine/gate/invites.ts";

const host = parseFingerprint("A".repeat(40))!;
const ann = parseFingerprint("B".repeat(40))!;
const bob = parseFingerprint("C".repeat(40))!;
const secret = new Uint8Array(randomBytes(16));

test("the room has one invite from the start, and each friend gets one of their own, always the same", () => {
	const invites = new Invites(host, secret);
	let changes = 0;
	invites.watch(() => {
		changes += 1;
	});
	const [shared] = invites.all();
	assert.ok(shared);
	assert.deepEqual([shared.label, shared.secret, invites.all().length, invites.personal()], [undefined, secret, 1, []]);
	const made = invites.for("Ann");
	assert.ok(made);
	assert.equal(made.label, "Ann");
	assert.equal(made.secret.length, 16);
	assert.notDeepEqual(made.secret, invites.for("Bob")?.secret);
	assert.equal(invites.for("Ann"), made);
	assert.deepEqual(
		invites.all().map(({ label }) => label),
		[undefined, "Ann", "Bob"],
	);
	assert.deepEqual(
		invites.personal().map(({ label }) => label),
		["Ann", "Bob"],
	);
	assert.equal(changes, 2);
	// What a knock shows is found by these keys.
	const keys = tagKeys({ kind: "invite", secret: made.secret }, host);
	assert.ok(made.keys.guest.equals(keys.guest) && made.keys.host.equals(keys.host));
	// Whom the gate counts is the same after a restart, another one for each invite, and says nothing of the secret.
	const again = new Invites(host, secret, [{ label: "Ann", secret: made.secret }]);
	assert.equal(again.for("Ann")?.caller.key, made.caller.key);
	assert.equal(new Set(invites.all().map(({ caller }) => caller.key)).size, 3);
	assert.ok(!made.caller.key.includes(Buffer.from(made.secret).toString("hex")));
	assert.ok(made.caller.key.length < 40, made.caller.key);
});

test("a friend's invite belongs to the first key that comes in by it, and the room's to nobody", () => {
	const invites = new Invites(host, secret);
	const [shared] = invites.all();
	const own = invites.for("Ann");
	assert.ok(shared && own);
	let changes = 0;
	invites.watch(() => {
		changes += 1;
	});
	invites.cameIn(shared, ann);
	assert.deepEqual([shared.boundTo, changes], [undefined, 0]);
	invites.cameIn(own, ann);
	invites.cameIn(own, bob);
	assert.deepEqual([own.boundTo, changes], [ann, 1]);
	const kept = new Invites(host, secret, [{ label: "Ann", secret: own.secret, boundTo: ann }]);
	assert.equal(kept.for("Ann")?.boundTo, ann);
	assert.equal("boundTo" in (new Invites(host, secret, [{ label: "Ann", secret }]).for("Ann") ?? {}), false);
});

test("an invite that was taken back is none, its successor has another secret, and there are 63 at most", () => {
	const invites = new Invites(host, secret);
	const first = invites.for("Ann");
	let changes = 0;
	invites.watch(() => {
		changes += 1;
	});
	assert.equal(invites.takeBack("Bob"), undefined);
	assert.equal(changes, 0);
	assert.equal(invites.takeBack("Ann"), first);
	assert.deepEqual([changes, invites.personal()], [1, []]);
	assert.notDeepEqual(invites.for("Ann")?.secret, first?.secret);
	for (let number = 1; number < 63; number += 1) assert.ok(invites.for(`friend ${number}`));
	assert.equal(invites.for("one too many"), undefined);
	assert.ok(invites.for("Ann"), "the one there is");
	assert.equal(invites.personal().length, 63);
});

/** Commands whose effects are written down in their order. */
function commands(inviteFor: InviteCommandsOptions["inviteFor"] = (of) => `rt://${Buffer.from(of).toString("hex")}`) {
	const invites = new Invites(host, secret);
	const done: unknown[] = [];
	const gate = {
		gatekeeper: { unblock: (caller: { readonly key: string }) => done.push(["unblock", caller.key]) },
		changedInvites: (takenBack?: string) => done.push(["changed", takenBack]),
	} as unknown as InviteCommandsOptions["gate"];
	const tell = (notice: Notice): void => {
		done.push(notice);
	};
	const onChange = async (): Promise<void> => {
		await new Promise((resolve) => setImmediate(resolve));
		done.push("the ways in know");
	};
	return { invites, done, commands: new InviteCommands({ invites, gate, tell, inviteFor, onChange }) };
}

test("a friend's invite is told once the ways in know of it, and told again without any change", async () => {
	const { invites, done, commands: host } = commands();
	const outcome = await host.make(" Ann \n");
	const invite = `rt://${Buffer.from(invites.for("Ann")?.secret ?? []).toString("hex")}`;
	assert.deepEqual(outcome, { kind: "done", invite });
	const told = { code: "inviteMade", label: "Ann", invite };
	assert.deepEqual(done.splice(0), [["changed", undefined], "the ways in know", told]);
	assert.deepEqual(await host.make("Ann"), outcome);
	assert.deepEqual(done, [told]);
	assert.deepEqual(
		host.callers(),
		invites.all().map(({ caller }) => caller),
	);
});

test("no name, too many names and no way that leads here are told apart", async () => {
	const { invites, commands: host } = commands();
	const codeOf = async (outcome: ReturnType<InviteCommands["make"]>) => {
		const told = await outcome;
		return told.kind === "refused" ? `${told.code} ${"why" in told ? told.why : ""}` : told.kind;
	};
	assert.equal(await codeOf(host.make("  ")), "bad_name empty");
	for (let number = 0; number < 63; number += 1) invites.for(`${number}`);
	assert.equal(await codeOf(host.make("Ann")), "no_invite tooMany");
	assert.equal(await codeOf(commands(() => undefined).commands.make("Ann")), "no_invite noWay");
	assert.equal(await codeOf(host.takeBack("Ann")), "no_invite unknown");
});

test("taking an invite back lifts its block, so that its successor begins anew, and is told when the ways in know", async () => {
	const { invites, done, commands: host } = commands();
	const caller = invites.for("Ann")?.caller;
	assert.deepEqual(await host.takeBack(" Ann "), { kind: "done" });
	assert.deepEqual(done, [
		["unblock", caller?.key],
		["changed", "Ann"],
		"the ways in know",
		{ code: "inviteTakenBack", label: "Ann" },
	]);
	assert.deepEqual(invites.personal(), []);
});
