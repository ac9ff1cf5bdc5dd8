// A disk that cannot lock files, as some network and shared folders cannot: said at once, and not taken for another program that has the file.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { needs } from "../support/needs.ts";
import { temporaryHome } from "../support/temporary-home.ts";

/** What fcntl(2) says there. ENOLCK is what NFS says without its lock service, EINVAL what file systems say that know no locks. */
const withoutLocks = `
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <dlfcn.h>
static int answer(const char *name, int file, int command, void *argument) {
	if (command == F_SETLK || command == F_SETLKW || command == F_OFD_SETLK) { errno = WHY; return -1; }
	int (*real)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, name);
	return real(file, command, argument);
}
int fcntl(int file, int command, ...) { va_list rest; va_start(rest, command); void *one = va_arg(rest, void *); va_end(rest); return answer("fcntl", file, command, one); }
int fcntl64(int file, int command, ...) { va_list rest; va_start(rest, command); void *one = va_arg(rest, void *); va_end(rest); return answer("fcntl64", file, command, one); }
`;

const opening = `
import { openStore } from ${JSON.stringify(join(import.meta.dirname, "../../src/store/db.ts"))};
const outcome = openStore(process.argv[1]);
console.log(outcome.kind === "open" ? "open" : outcome.trouble.why);
`;

for (const why of ["ENOLCK", "EINVAL"]) {
	test(`a home on a disk that cannot lock (${why}) is refused as one, and nothing of the try stays there`, {
		skip: process.platform !== "linux",
	}, (t) => {
		if (!needs(t, "gcc")) return;
		const home = temporaryHome(t);
		const library = join(temporaryHome(t), "without-locks.so");
		const flags = ["-shared", "-fPIC", "-D_GNU_SOURCE", `-DWHY=${why}`, "-x", "c", "-o", library, "-"];
		execFileSync("gcc", flags, { input: withoutLocks });
		const run = ["--input-type=module", "-e", opening, home];
		const said = execFileSync(process.execPath, run, {
			env: { ...process.env, LD_PRELOAD: library },
			encoding: "utf8",
		});
		assert.equal(said.trim(), "cannotLock");
		assert.deepEqual(readdirSync(home), ["rt.db"]);
	});
}
