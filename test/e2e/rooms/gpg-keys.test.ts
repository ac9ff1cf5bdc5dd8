// Two people whose keys stay in gpg-agent, each with a GnuPG of their own: what they post is signed and read, and a room off the record works, for which nothing is signed.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import * as v from "valibot";
import { needs } from "../../support/needs.ts";
import { type GnupgHome, gnupgHome, makeKey } from "../../support/program/gnupg-home.ts";
import { homeWithKey } from "../../support/program/home-with-key.ts";
import { runRt } from "../../support/program/rt.ts";
import { hostRoom, joinRoom } from "../../support/program/rt-rpc.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const passphrase = "correct horse battery";

/** Makes a key in a GnuPG home of its own, whose agent knows the passphrase, and a home of Real Talk that goes by it. */
async function personWithGpg(t: TestContext, name: string) {
	const gnupg: GnupgHome = gnupgHome(t);
	const fingerprint = makeKey(gnupg, name, "future-default", passphrase);
	gnupg.run(["--local-user", fingerprint, "--detach-sign"], "x", passphrase);
	const sealed = gnupg.run(["--recipient", fingerprint, "--encrypt"], "x");
	gnupg.run(["--decrypt"], sealed.output, passphrase);
	const home = temporaryHome(t);
	const env = { GNUPGHOME: gnupg.path };
	const adopted = await runRt(t, ["key", "use-gpg", fingerprint], { home, env });
	assert.equal(adopted.code, 0, adopted.errors);
	return { name, fingerprint, home, env };
}

const membersSchema = v.array(v.object({ name: v.string(), fingerprint: v.string() }));
const textsSchema = v.object({ posts: v.array(v.object({ text: v.string() })) });

test("The posts of somebody whose key is in gpg-agent are signed there, and the key to another's posts is opened there", async (t) => {
	if (!needs(t, "gpg")) return;
	const gerda = await personWithGpg(t, "Gerda");
	const room = await hostRoom(t, { name: "Hana" });
	const { host } = room;
	const guest = await joinRoom(t, room, "Gerda", gerda);
	const { member } = await host.waitFor("joined", ({ self }) => self !== true);
	const members = v.parse(membersSchema, await guest.call("members"));
	const hana = members.find(({ name }) => name === "Hana") ?? assert.fail("Hana is there");
	await guest.call("post", { text: "signed by gpg", understood: true });
	await guest.call("setPostReader", { fingerprint: hana.fingerprint, may: "yes" });
	await host.waitFor("posts");
	const read = v.parse(textsSchema, await host.call("posts", { fingerprint: gerda.fingerprint }));
	assert.deepEqual(read.posts, [{ text: "signed by gpg" }]);
	await host.call("post", { text: "sealed to gpg", understood: true });
	await host.call("setPostReader", { fingerprint: member.fingerprint, may: "yes" });
	await guest.waitFor("posts");
	const back = v.parse(textsSchema, await guest.call("posts", { fingerprint: hana.fingerprint }));
	assert.deepEqual(
		back.posts.map(({ text }) => text),
		["sealed to gpg"],
	);
});

test("Two whose keys are in gpg-agent become buddies off the record and talk there", async (t) => {
	if (!needs(t, "gpg")) return;
	const [gerda, hugo] = [await personWithGpg(t, "Gerda"), await personWithGpg(t, "Hugo")];
	const room = await hostRoom(t, { name: "Hugo", home: hugo.home, env: hugo.env });
	const { host } = room;
	const guest = await joinRoom(t, room, "Gerda", gerda);
	await host.waitFor("joined", ({ self }) => self !== true);
	await host.call("buddy", { fingerprint: gerda.fingerprint, offRecord: true });
	const { buddy } = await guest.waitFor("buddyProposed");
	assert.equal(buddy.fingerprint, hugo.fingerprint);
	await guest.call("answerBuddy", { fingerprint: hugo.fingerprint, answer: "accept" });
	await host.waitFor("buddyAnswered", ({ answer }) => answer === "accepted");
	const { room: pair } = buddy;
	await guest.waitFor("joined", ({ room: where, self }) => where === pair && self === true);
	await guest.call("send", { room: pair, text: "nobody can prove this" });
	await host.waitFor("message", ({ text, own }) => !own && text === "nobody can prove this");
	await host.call("send", { text: "nor this", room: await pairOf(host) });
	await guest.waitFor("message", ({ text, own }) => !own && text === "nor this");
});

const roomsSchema = v.object({ rooms: v.array(v.object({ room: v.string(), kind: v.string() })) });

async function pairOf(rpc: { call(method: string): Promise<unknown> }): Promise<string> {
	const { rooms } = v.parse(roomsSchema, await rpc.call("rooms"));
	return rooms.find(({ kind }) => kind === "offRecord")?.room ?? assert.fail("the room off the record is open");
}

test("rt forge makes a conversation with the key in gpg-agent, and its checks accept it there", async (t) => {
	if (!needs(t, "gpg")) return;
	const gerda = await personWithGpg(t, "Gerda");
	const certificate = await runRt(t, ["key", "export"], { home: await homeWithKey(t, "Hana") });
	const file = join(temporaryHome(t), "hana.asc");
	writeFileSync(file, certificate.output);
	const options = { home: gerda.home, env: gerda.env };
	const input = "me: Did you do it?\nthem: I did.\n";
	const made = await runRt(t, ["forge", file], { ...options, input });
	assert.equal(made.code, 0, made.errors);
	const forged = join(temporaryHome(t), "forged");
	writeFileSync(forged, made.output);
	const checked = await runRt(t, ["forge", "--check", forged], options);
	assert.equal(checked.code, 0, checked.errors);
	// A dash would stand where a check could not be made: this home has the guest's key, in its agent.
	assert.equal(checked.output.match(/^ {2}✔ /gm)?.length, 11, checked.output);
	assert.match(checked.output, /"Hana": I did\./);
});
