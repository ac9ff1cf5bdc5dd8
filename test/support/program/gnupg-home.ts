// A GnuPG home of its own for one test: real gpg and gpg-agent, stopped and removed afterwards.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

export interface GnupgResult {
	readonly code: number | null;
	readonly output: Uint8Array;
	readonly log: string;
}

export interface GnupgHome {
	readonly path: string;
	/** `passphrase` goes through the first line of standard input, as in real use. */
	run(args: readonly string[], input?: string | Uint8Array, passphrase?: string): GnupgResult;
	/** gpg-agent forgets every passphrase. */
	forget(): void;
}

export function gnupgHome(t: TestContext): GnupgHome {
	const path = mkdtempSync(join(tmpdir(), "rt-gpg-"));
	// Without it every new agent measures the processor, and each passphrase costs seconds on a busy one.
	writeFileSync(join(path, "gpg-agent.conf"), "s2k-count 65536\n");
	const forget = () => void spawnSync("gpgconf", ["--homedir", path, "--kill", "all"]);
	t.after(() => {
		forget();
		rmSync(path, { recursive: true, force: true });
	});
	return {
		path,
		forget,
		run(args, input = "", passphrase) {
			const secret = passphrase === undefined ? [] : ["--pinentry-mode", "loopback", "--passphrase-fd", "0"];
			const first = passphrase === undefined ? "" : `${passphrase}\n`;
			const options = [
				"--homedir",
				path,
				"--batch",
				"--yes",
				"--no-tty",
				"--trust-model",
				"always",
				"--status-fd",
				"2",
			];
			const stdin = Buffer.concat([Buffer.from(first), Buffer.from(input)]);
			const { status, stdout, stderr } = spawnSync("gpg", [...options, ...secret, ...args], { input: stdin });
			return { code: status, output: new Uint8Array(stdout), log: stderr.toString() };
		},
	};
}

/** Makes a key in `home` and gives the primary key's fingerprint. `algorithm` as of `gpg --quick-generate-key`. */
export function makeKey(home: GnupgHome, name: string, algorithm: string, passphrase: string): string {
	const made = home.run(["--quick-generate-key", name, algorithm, "default", "1y"], "", passphrase);
	const fingerprint = /KEY_CREATED \S+ ([0-9A-F]+)/.exec(made.log)?.[1];
	if (fingerprint === undefined) throw new Error(made.log);
	if (algorithm !== "future-default" && algorithm !== "default") {
		home.run(["--quick-add-key", fingerprint, algorithm, "encr", "1y"], "", passphrase);
	}
	return fingerprint;
}
