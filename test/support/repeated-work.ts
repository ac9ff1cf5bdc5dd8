// Spares test files work whose outcome is known, with the same outcome: Argon2id of what was stretched before, and compiling a worker thread from its
// sources when dist/ has it bundled. Imported by run-tests.ts; scripts/test.sh has
// built dist/ before.
import type * as NodeCrypto from "node:crypto";
import { existsSync } from "node:fs";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { basename, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as NodeThreads from "node:worker_threads";

type Argon2 = typeof NodeCrypto.argon2;
type Parameters = NodeCrypto.Argon2Parameters;

const root = resolve(import.meta.dirname, "../..");
// What others import of these modules is set anew from the objects that require() gives.
const require = createRequire(import.meta.url);
const crypto: { argon2: Argon2 } = require("node:crypto");
const threads: { Worker: typeof NodeThreads.Worker } = require("node:worker_threads");

const { argon2: stretch } = crypto;
const stretched = new Map<string, Promise<Buffer>>();

/** One room has one salt: its host and each guest who knows the password stretch the same. */
crypto.argon2 = (algorithm, parameters, callback) => {
	const key = JSON.stringify([algorithm, ...Object.entries(parameters).map(([name, value]) => [name, textOf(value)])]);
	let outcome = stretched.get(key);
	if (outcome === undefined) {
		outcome = stretchedOnce(algorithm, parameters);
		stretched.set(key, outcome);
	}
	outcome.then(
		(derived) => callback(null, Buffer.from(derived)),
		(error: Error) => callback(error, Buffer.alloc(0)),
	);
};

function stretchedOnce(algorithm: NodeCrypto.Argon2Algorithm, parameters: Parameters): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		stretch(algorithm, parameters, (error, derived) => (error ? reject(error) : resolve(derived)));
	});
}

const textOf = (value: unknown): unknown =>
	ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex") : value;

/** A worker of src/ is started from dist/, where one file holds all that it imports. */
threads.Worker = class extends threads.Worker {
	constructor(file: string | URL, options?: NodeThreads.WorkerOptions) {
		super(bundled(file) ?? file, options);
	}
};

function bundled(file: string | URL): URL | undefined {
	if (!(file instanceof URL) || file.protocol !== "file:" || !fileURLToPath(file).startsWith(`${root}/src/`)) {
		return undefined;
	}
	const path = `${root}/dist/${basename(file.pathname, ".ts")}.js`;
	return existsSync(path) ? pathToFileURL(path) : undefined;
}

syncBuiltinESMExports();
