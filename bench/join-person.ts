// What somebody waits for who starts the program to join a room and is asked for the password: from Enter until they are in, with their own program and the host's as they are run.
import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { cleanEnvironment, root, rtPath } from "../test/support/program/rt.ts";
import { RtRpc } from "../test/support/program/rt-rpc.ts";
import { median } from "./report.ts";
import type { BenchHost } from "./room-host.ts";

const joins = 7;

/** How long somebody needs to type a password, in ms; 0 for a program that has it at hand. */
const typingMs = { atOnce: 0, typed: 1_000 } as const;

/** A room that has been open for so long, in ms, is quiet: its host is ready for the first guest. */
const quietMs = 3_000;

type Person = keyof typeof typingMs;

async function joinOnce(host: BenchHost, home: string, person: Person): Promise<number> {
	const args = ["127.0.0.1", String(host.port), "--rpc", "--name", "Gabi", "--home", home];
	const rpc = new RtRpc(spawn(rtPath, args, { cwd: root, env: cleanEnvironment(home) }), home);
	await rpc.waitFor("passwordRequired");
	await sleep(typingMs[person]);
	const begun = performance.now();
	await rpc.call("password", { password: host.password });
	await rpc.waitFor("joined", ({ self }) => self === true);
	const tookMs = performance.now() - begun;
	await rpc.call("quit");
	await rpc.exit;
	return tookMs;
}

/** Medians in ms, by turns, each join by a program that was just started. The first one makes the identity, and is the first that the host ever admits: `first`. */
export async function joinsOfPeople(
	host: BenchHost,
	home: string,
): Promise<Readonly<Record<Person | "first", number>>> {
	await sleep(quietMs);
	const first = await joinOnce(host, home, "typed");
	const samples = { atOnce: [] as number[], typed: [] as number[] };
	for (let count = 0; count < joins; count += 1) {
		for (const person of ["atOnce", "typed"] as const) samples[person].push(await joinOnce(host, home, person));
	}
	return { first, atOnce: median(samples.atOnce), typed: median(samples.typed) };
}
