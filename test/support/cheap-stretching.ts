// Argon2id at its lowest cost in this process, for rooms whose passwords nobody guesses by force: imported by the helpers that open rooms in the test's own
// process, and read first by the programs that tests start (program/rt.ts). Tests about the cost itself pay the whole, and so do programs that meet a page.
import type * as NodeCrypto from "node:crypto";
import { createRequire, syncBuiltinESMExports } from "node:module";

const crypto: { argon2: typeof NodeCrypto.argon2 } = createRequire(import.meta.url)("node:crypto");
const { argon2: stretch } = crypto;

/** RFC 9106 §3.1: at least 8 KiB for each lane. */
crypto.argon2 = (algorithm, parameters, callback) =>
	stretch(algorithm, { ...parameters, passes: 1, memory: 8 * parameters.parallelism }, callback);

syncBuiltinESMExports();
