// Fifty offers of one person wait for an answer; what is offered beyond them is left out, and both sides are told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { makeFile, send, twoPeople } from "./people.ts";

test("the fifty-first file of a person who gets no answer is not shown, and both are told so", async (t) => {
	const [host, guest] = await twoPeople(t);
	const { path } = await makeFile(t, "tiny", 1);
	for (let count = 1; count <= 51; count += 1) {
		const id = await send(host, path);
		await host.told("fileOffered", (event) => event.id === id);
	}
	await guest.told("notice", ({ notice }) => notice.code === "offersLeftOut");
	await host.told("notice", ({ notice }) => notice.code === "offersUnseen");
	assert.deepEqual(
		host.engine
			.snapshot()
			.files?.at(-1)
			?.shares?.map(({ name, isLeftOut }) => [name, isLeftOut]),
		[["Bob", true]],
	);
	const files = guest.engine.snapshot().files ?? [];
	assert.equal(files.length, 50);
	await guest.does({ kind: "declineFile", id: files[0]?.id ?? "" });
	const id = await send(host, path);
	await guest.told("fileOffered", (event) => event.id === id);
});
