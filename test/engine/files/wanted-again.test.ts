// Somebody says in the room that they want a file which they had declined: whoever can give it does, once, and nobody else does anything.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { DeskFile, type DeskSpool } from "../../../src/engine/files/desk/desk-file.ts";
import type { SpooledFile } from "../../../src/store/files/spooled-file.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { until } from "../../support/until.ts";
import { ann, bob, cleo, filesOfAnn, offer, wish } from "./files-of-ann.ts";
import { bytesOf, sealedFile } from "./ports.ts";

test("a host keeps a file anew for whoever wants it after all, and only the one that was offered, under its sender's name", (t) => {
	const { files, kept } = filesOfAnn(t, true);
	const id = randomBytes(16);
	files.heard(bob, id, offer());
	files.wanted(cleo, wish(cleo, id));
	files.wanted(cleo, wish(bob, randomBytes(16)));
	assert.deepEqual(kept, []);
	files.wanted(cleo, wish(bob, id));
	assert.deepEqual(kept, [`${bob.fingerprint} ${id.toString("hex")}`]);
});

test("a guest keeps nothing for others who want a file after all", (t) => {
	const { files, kept } = filesOfAnn(t, false);
	const id = randomBytes(16);
	files.heard(bob, id, offer());
	files.wanted(cleo, wish(bob, id));
	assert.deepEqual(kept, []);
});

test("an own file is given anew to whoever wants it after all, unless it still is, or was taken back; and its host keeps no other copy", async (t) => {
	for (const isHost of [false, true]) {
		const { files, kept, given, notes, said } = filesOfAnn(t, isHost);
		const path = join(temporaryHome(t), "song.ogg");
		writeFileSync(path, randomBytes(10));
		await files.perform({ kind: "sendFile", path });
		await until(() => said.length > 0, "it is offered");
		const { body, id } = said[0] ?? assert.fail();
		assert.ok(body.kind === "file");
		files.happened({ kind: "placed", item: { id, body } } as Parameters<typeof files.happened>[0]);
		assert.deepEqual(given, [id]);
		files.wanted(cleo, wish(ann, Buffer.from(id, "hex")));
		files.wanted(cleo, wish(bob, Buffer.from(id, "hex")));
		assert.deepEqual(given, [id], "it is still given");
		notes[0]?.onKept(1, true);
		files.wanted(cleo, wish(bob, Buffer.from(id, "hex")));
		assert.deepEqual(given, [id], "that was another's file of this id");
		files.wanted(cleo, wish(ann, Buffer.from(id, "hex")));
		assert.deepEqual(given, [id, id]);
		await files.perform({ kind: "cancelFile", id });
		files.wanted(cleo, wish(ann, Buffer.from(id, "hex")));
		assert.deepEqual(given, [id, id], "it was taken back");
		assert.deepEqual(kept, []);
	}
});

test("only who had declined a file says that they want it after all, once it is taken", async (t) => {
	const { files, said } = filesOfAnn(t, false);
	const [first, second] = [randomBytes(16), randomBytes(16)];
	for (const id of [first, second]) files.heard(bob, id, offer());
	const accept = (id: Buffer, to: string) => files.perform({ kind: "acceptFile", id: id.toString("hex"), to });
	const wished = () => said.flatMap(({ body }) => (body.kind === "quiet-file-wanted" ? [body.of] : []));
	assert.equal((await accept(first, temporaryHome(t))).kind, "done");
	await files.perform({ kind: "declineFile", id: second.toString("hex") });
	assert.equal((await accept(second, "/proc/nothing")).kind, "refused");
	assert.deepEqual(wished(), []);
	assert.equal((await accept(second, temporaryHome(t))).kind, "done");
	assert.deepEqual(wished(), [wish(bob, second)]);
});

test("a file that is wanted again while what was kept of it is being removed is kept anew when that is over, and one that is kept is not opened again", async (t) => {
	const done: string[] = [];
	const removed = Promise.withResolvers<void>();
	const spooled = { slots: 2, filled: 1, has: () => false, firstMissing: () => 1 } as unknown as SpooledFile;
	const spool: DeskSpool = {
		keep: async () => {
			done.push("keep");
			return spooled;
		},
		forget: () => {
			done.push("forget");
			return removed.promise.then(() => void done.push("forgotten"));
		},
		stands: async () => {},
		over: async () => {},
	};
	const { wanted } = sealedFile(bytesOf(2));
	const file = new DeskFile({ wanted, own: undefined, spool, spoolId: wanted.id, onShare: () => {} });
	t.after(() => file.close(false));
	void file.hashes();
	await until(() => file.count === 1, "it is kept");
	file.wantedAgain();
	void file.hashes();
	const answered = file.answered();
	await until(() => done.includes("forget"), "it is removed");
	file.wantedAgain();
	void file.hashes();
	removed.resolve();
	await answered;
	await until(() => file.count === 1, "it is kept again");
	assert.deepEqual(done, ["keep", "forget", "forgotten", "keep"]);
});
