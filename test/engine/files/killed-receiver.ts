// Takes one file or folder with the files of a room and kills itself before a chosen write to the disk, for killed-at-each-write.test.ts: `killed-receiver.ts HOME INTO OFFER AT`.
import promises, { open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { taken } from "./taking-an-offer.ts";

const [home = "", into = "", offer = "", at = ""] = process.argv.slice(2);

let writes = 0;
function written(): void {
	writes += 1;
	if (writes === Number(at)) process.kill(process.pid, "SIGKILL");
}

/** Counts a call before it is carried out. */
function counted<Holder extends object>(holder: Holder, name: keyof Holder): void {
	const call = holder[name];
	if (typeof call !== "function") throw new Error(`no function ${String(name)}`);
	Object.assign(holder, {
		[name](this: unknown, ...args: unknown[]) {
			written();
			return call.apply(this, args);
		},
	});
}

const handle = await open(process.argv[1] ?? "");
const ofHandles: typeof handle = Object.getPrototypeOf(handle);
await handle.close();
for (const name of ["write", "truncate", "datasync"] as const) counted(ofHandles, name);
for (const name of ["link", "rename", "unlink", "mkdir", "rmdir"] as const) counted(promises, name);
syncBuiltinESMExports();

await taken({ home, into, offer }, false, (records) => {
	counted(records, "set");
	counted(records, "forget");
});
process.exit();
