// A real host for benches: `./rt host --rpc` with a home of its own, on loopback.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cleanEnvironment, root, rtPath } from "../test/support/program/rt.ts";
import { RtRpc } from "../test/support/program/rt-rpc.ts";

export interface BenchHost {
	readonly rpc: RtRpc;
	readonly port: number;
	readonly password: string;
	close(): Promise<void>;
}

/** Opens a room, with `more` arguments. */
export async function openHost(more: readonly string[] = []): Promise<BenchHost> {
	const home = mkdtempSync(join(tmpdir(), "rt-bench-"));
	const args = ["host", "--rpc", "--bind", "127.0.0.1", "--name", "Hana", "--home", home, ...more];
	const child = spawn(rtPath, args, { cwd: root, env: cleanEnvironment(home) });
	process.on("exit", () => {
		child.kill("SIGKILL");
		rmSync(home, { recursive: true, force: true });
	});
	const rpc = new RtRpc(child, home);
	const password = "a password for benches";
	await rpc.waitFor("passwordRequired");
	await rpc.call("password", { password });
	const { port } = await rpc.waitFor("listening");
	return {
		rpc,
		port,
		password,
		async close() {
			await rpc.call("quit");
			await rpc.exit;
		},
	};
}

/** Returns the processor time of a process's main thread, in ms. */
export const mainThreadMs = (pid: number): number =>
	Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;

/** What a process holds in memory, in MB (resident set size). It is read without starting a program: a bench that waits for one meanwhile hears no line. */
export function residentMb(pid: number): number {
	const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
	return Number(kilobytes) / 1024;
}
