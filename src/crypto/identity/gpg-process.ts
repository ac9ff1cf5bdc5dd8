// One call of GnuPG: no shell, bounded output, a time limit, and its failures told apart by GnuPG's own status codes.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { KeyFailure } from "./identity.ts";

const STATUS_PREFIX = "[GNUPG:] ";
/** At most this many bytes of GnuPG's messages about itself are kept. */
const MAX_LOG_BYTES = 64 * 1024;
const MAX_DETAIL_LENGTH = 300;

/** The meaning of error codes of libgpg-error (err-codes.h.in), the low 16 bits of what status lines carry. */
const FAILURES: Readonly<Record<number, KeyFailure>> = {
	11: "wrongPassphrase", // GPG_ERR_BAD_PASSPHRASE
	17: "noSecretKey", // GPG_ERR_NO_SECKEY
	62: "timedOut", // GPG_ERR_TIMEOUT
	85: "passphraseNeeded", // GPG_ERR_NO_PIN_ENTRY
	99: "cancelled", // GPG_ERR_CANCELED
	177: "passphraseNeeded", // GPG_ERR_NO_PASSPHRASE
	198: "cancelled", // GPG_ERR_FULLY_CANCELED
};
/** The upper byte of an error from pinentry (GPG_ERR_SOURCE_PINENTRY): whatever else goes wrong there, the person could not be asked. */
const SOURCE_PINENTRY = 5;

export interface GpgCall {
	/** The arguments after the options that every call gets. They are never a secret: arguments are visible to every user of the computer. */
	readonly args: readonly string[];
	readonly input?: Uint8Array;
	/** The passphrase, given to GnuPG through a pipe; when absent gpg-agent asks the person by itself. */
	readonly passphrase?: string;
	readonly gnupgHome?: string;
	/** The program to call; without it that is `gpg`. */
	readonly program?: string;
	readonly maxOutputBytes: number;
	readonly timeoutMs: number;
}

export interface GpgFailure {
	readonly kind: "failed";
	readonly failure: KeyFailure;
	/** Holds GnuPG's last words, for logs. */
	readonly detail: string;
}

export type GpgOutcome = { readonly kind: "done"; readonly output: Uint8Array<ArrayBuffer> } | GpgFailure;

function argumentsOf({ args, gnupgHome, passphrase }: GpgCall): string[] {
	const home = gnupgHome === undefined ? [] : ["--homedir", gnupgHome];
	const secret = passphrase === undefined ? [] : ["--pinentry-mode", "loopback", "--passphrase-fd", "0"];
	// Status lines go with stderr: only the three standard pipes exist on every system.
	return [...home, "--batch", "--no-tty", "--quiet", "--status-fd", "2", ...secret, ...args];
}

function failureOf(line: string): KeyFailure | undefined {
	const [keyword, , code] = line.slice(STATUS_PREFIX.length).split(" ");
	if (keyword !== "ERROR" && keyword !== "FAILURE") return undefined;
	const value = Number(code);
	return FAILURES[value & 0xffff] ?? ((value >>> 24) % 128 === SOURCE_PINENTRY ? "passphraseNeeded" : undefined);
}

function explain(log: string): GpgFailure {
	const lines = log.split("\n").filter((line) => line !== "");
	const status = lines.filter((line) => line.startsWith(STATUS_PREFIX));
	const said = lines.filter((line) => !line.startsWith(STATUS_PREFIX)).at(-1) ?? "gpg failed";
	const failure = status.map(failureOf).find((found) => found !== undefined) ?? "other";
	return { kind: "failed", failure, detail: said.slice(0, MAX_DETAIL_LENGTH) };
}

/** Gives GnuPG the passphrase, on a line of its own, then the data: it reads one after the other from the same pipe. */
function feed(child: ChildProcessWithoutNullStreams, { input, passphrase }: GpgCall): void {
	// GnuPG may end before it has read everything; its exit status says what happened.
	child.stdin.on("error", () => {});
	if (passphrase !== undefined) child.stdin.write(`${passphrase}\n`);
	child.stdin.end(input ?? new Uint8Array(0));
}

/** Runs GnuPG once. It never throws for what GnuPG does. */
export function runGpg(call: GpgCall): Promise<GpgOutcome> {
	if (call.passphrase?.includes("\n")) {
		return Promise.resolve({ kind: "failed", failure: "wrongPassphrase", detail: "a passphrase is one line" });
	}
	return new Promise((resolve) => {
		const env = { ...process.env, LC_ALL: "C" };
		const child = spawn(call.program ?? "gpg", argumentsOf(call), { env, stdio: "pipe", windowsHide: true });
		const output: Buffer[] = [];
		let outputBytes = 0;
		let log = "";
		const settle = (outcome: GpgOutcome) => {
			clearTimeout(timer);
			resolve(outcome);
		};
		const giveUp = (failure: KeyFailure, detail: string) => {
			settle({ kind: "failed", failure, detail });
			child.kill("SIGKILL");
			// What it started itself may still hold the pipes open.
			for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe.destroy();
		};
		const timer = setTimeout(() => giveUp("timedOut", "gpg took too long"), call.timeoutMs);
		child.stdout.on("data", (chunk: Buffer) => {
			outputBytes += chunk.length;
			if (outputBytes > call.maxOutputBytes) giveUp("tooLarge", "gpg gave too much output");
			else output.push(chunk);
		});
		child.stderr.setEncoding("utf8");
		child.stderr.on("data", (text: string) => {
			log = (log + text).slice(-MAX_LOG_BYTES);
		});
		child.on("error", (error) => settle({ kind: "failed", failure: "gpgMissing", detail: error.message }));
		child.on("close", (code) => {
			settle(code === 0 ? { kind: "done", output: new Uint8Array(Buffer.concat(output)) } : explain(log));
		});
		feed(child, call);
	});
}
