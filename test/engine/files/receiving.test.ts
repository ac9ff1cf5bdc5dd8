// A file that is received: it has its name only when all of it is there, whoever says that it is.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { ownDisk } from "../../../src/engine/files/own-disk.ts";
import { Receiving } from "../../../src/engine/files/receiving.ts";
import { readFileName } from "../../../src/store/files/file-names.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { bytesOf, sealedFile } from "./ports.ts";

test("a file of which pieces are missing is not finished, and can still be gone on with", async (t) => {
	const into = temporaryHome(t);
	const { wanted, secret, sealed } = sealedFile(bytesOf(2));
	const name = readFileName("film.mkv");
	assert.ok(name.kind === "name");
	const onFailure = assert.fail;
	const receiving = new Receiving({
		...{ secret, root: wanted.root, layout: wanted.layout, name: name.name },
		...{ disk: ownDisk, into: { folder: into, makesFolder: false }, onFailure, onReady: () => {} },
	});
	assert.equal((await receiving.finish()).kind, "failed", "not before it is opened");
	assert.equal(await receiving.open(), undefined);
	for (const [piece, bytes] of sealed.entries()) {
		assert.equal((await receiving.finish()).kind, "failed");
		assert.ok(await receiving.write(piece, bytes));
	}
	assert.equal((await receiving.finish()).kind, "done");
	assert.deepEqual(readdirSync(into), ["film.mkv"]);
});
