// `rt forge`: shows that a conversation off the record proves nothing, by making one alone.

import type { Readable } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import type { ForgedLine, ForgeTool } from "../../../engine/api/forge/forge.ts";
import { readBoundedFile } from "../../lines/bounded-file.ts";
import { commandName } from "../../text/command-name.ts";
import { type ExitCode, exitInternal, exitOk, exitUsage } from "../../words/exit-codes.ts";
import { checkLines, forgeTroubleWords, sampleLines } from "../../words/tools/forge-words.ts";
import type { ForgeWork } from "../arguments/forge-arguments.ts";

/** A certificate has 32 KiB at most, and its armor a third more. */
const maxCertificateBytes = 64 * 1024;
/** A thousand lines of 64 KiB would not be for anybody to see. */
const maxConversationBytes = 32 * 1024 * 1024;
const maxLines = 1000;

export interface ForgeCommandOptions {
	readonly tool: ForgeTool;
	readonly work: ForgeWork;
	readonly input: Readable & { readonly isTTY?: boolean };
	readonly say: (line: string) => void;
	readonly complain: (line: string) => void;
}

/** Runs the command. What is made goes to `say`, everything about it to `complain`, so that it can be sent into a file. */
export async function runForgeCommand(options: ForgeCommandOptions): Promise<ExitCode> {
	const { work, complain } = options;
	const isForging = work.what === "forge";
	const [path, what, limit] = isForging
		? ([work.certificateFile, "The file with the public key", maxCertificateBytes] as const)
		: ([work.file, "The conversation", maxConversationBytes] as const);
	const file = await readBoundedFile(path, what, limit);
	if (file.kind === "failed") {
		complain(file.message);
		return exitUsage;
	}
	return isForging ? forge(options, file.bytes) : check(options, file.bytes.toString("utf8"));
}

async function forge({ tool, input, say, complain }: ForgeCommandOptions, certificate: Uint8Array): Promise<ExitCode> {
	const lines = input.isTTY ? sampleLines : linesIn(await readAll(input));
	if (lines.length === 0 || lines.length > maxLines) {
		complain(
			`Please say what shall be in it, at most ${maxLines} lines: “me: …” for you, “them: …” for the other one.`,
		);
		return exitUsage;
	}
	const made = await tool.forge(certificate, lines);
	if (made.kind === "trouble") {
		complain(forgeTroubleWords[made.why]);
		return made.why === "failed" ? exitInternal : exitUsage;
	}
	say(made.file.trimEnd());
	complain(
		`You have made this alone; "${made.name}" knows nothing of it. ${commandName} forge --check FILE shows what the program's checks say.`,
	);
	return exitOk;
}

/** Reads "me: …" and "them: …", a line each; other lines are left out. */
function linesIn(text: string): readonly ForgedLine[] {
	return text.split("\n").flatMap((line) => {
		const [, from, said = ""] = /^(me|them):\s*(\S.*)$/.exec(line) ?? [];
		return from === "me" || from === "them" ? [{ from, text: said }] : [];
	});
}

async function check({ tool, say, complain }: ForgeCommandOptions, text: string): Promise<ExitCode> {
	const checked = await tool.check(text);
	if (checked.kind === "trouble") {
		complain(forgeTroubleWords[checked.why]);
		return exitUsage;
	}
	for (const line of checkLines(checked)) say(line);
	return checked.checks.some(({ result }) => result === "refused") ? exitInternal : exitOk;
}
