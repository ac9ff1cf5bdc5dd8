// Builds dist/. Written beside and swapped in, so a broken build never replaces a good one.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { bundle } from "./bundle.ts";

const fresh = `dist.${process.pid}`;
const old = `${fresh}.old`;
mkdirSync(fresh);
// What is changed from here on is not in this build: scripts/ready.sh compares times with this file's.
writeFileSync(`${fresh}/.begun`, "");
await bundle(fresh);
if (existsSync("dist")) renameSync("dist", old);
renameSync(fresh, "dist");
rmSync(old, { recursive: true, force: true });
