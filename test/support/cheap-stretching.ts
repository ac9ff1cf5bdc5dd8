// Argon2id at its lowest cost in this process, for rooms whose passwords nobody guesses by force: imported by the helpers that open rooms in the test's own
// process. Programs that a test starts pay the whole cost, and so do tests about the cost itself, which open no rooms.
import type * as NodeCrypto from "node:crypto";
import { createRequire, syncBuiltinESMExports } from "node:module";

const crypto: { argon2: typeof NodeCrypto.argon2 } = createRequire(import.meta.url)("node:crypto");
const { argon2: stretch } = crypto;

/** RFC 9106 §3.1: at least 8 KiB for each lane. */
crypto.argon2 = (algorithm, parameters, callback) =>
	stretch(algorithm, { ...parameters, passes: 1, memory: 8 * parameters.parallelism }, callback);

syncBuiltinESMExports();
