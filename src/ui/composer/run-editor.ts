// Lets a person write a message in their own editor: it puts the text into a private file, runs the editor in the terminal, and reads the file.
import { type ChildProcess, spawn } from "node:child_process";
import { type EditorEnvironment, editorsOf } from "./editor-command.ts";
import { type FolderEnvironment, makePrivateFile, type PrivateFile } from "./private-file.ts";

type RunEnvironment = EditorEnvironment & FolderEnvironment;

/** Says how it ended. `note` is something that the person should know. */
export type EditorOutcome =
	| { readonly kind: "written"; readonly text: string; readonly note?: string }
	| { readonly kind: "failed"; readonly message: string };

/** A file that is longer is not read. A message has 16,000 characters; a longer text is cut and the person told, but nobody should wait for a gigabyte. */
const limitBytes = 1_000_000;

const onDiskNote =
	"Your editor's file was on the disk for that time: this system has no place in memory for it. It is overwritten and removed.";

const failed = (message: string): EditorOutcome => ({ kind: "failed", message });

// Runs an editor. Resolves to 0 when it ended well, to words about what went wrong, or to `undefined` when there is no such program.
function run(command: readonly string[], path: string): Promise<string | 0 | undefined> {
	const [program = "", ...words] = command;
	return new Promise((resolve) => {
		// No shell reads the words of the environment.
		const child: ChildProcess = spawn(program, [...words, path], { stdio: "inherit", shell: false });
		const end = () => void child.kill("SIGHUP");
		process.on("exit", end);
		child.on("error", (error: NodeJS.ErrnoException) => {
			process.off("exit", end);
			resolve(error.code === "ENOENT" ? undefined : `It could not be started (${error.code ?? "unknown"}).`);
		});
		child.on("close", (code, signal) => {
			process.off("exit", end);
			if (code === 0) resolve(0);
			else resolve(signal === null ? `It ended with ${code}.` : `It was ended by ${signal}.`);
		});
	});
}

async function runFirst(commands: readonly (readonly string[])[], path: string): Promise<EditorOutcome | undefined> {
	for (const command of commands) {
		const ended = await run(command, path);
		if (ended === 0) return undefined;
		if (ended !== undefined) return failed(`The text stays as it was: ${command[0]} did not end well. ${ended}`);
	}
	const names = commands.map(([program]) => program).join(" or ");
	return failed(`There is no ${names} here. Set $VISUAL or $EDITOR to your editor, and try again.`);
}

function makeFile(text: string, env: RunEnvironment): PrivateFile | undefined {
	try {
		return makePrivateFile(text === "" ? "" : `${text}\n`, env);
	} catch {
		// There is no space, or nowhere to write.
		return undefined;
	}
}

/** Opens the editor on a text. The terminal must have been given up before. The text that comes back is neither cleaned nor cut. */
export async function runEditor(
	text: string,
	env: RunEnvironment = process.env,
	platform: NodeJS.Platform = process.platform,
): Promise<EditorOutcome> {
	const editors = editorsOf(env, platform);
	if (editors.kind === "wrong") return failed(editors.message);
	const file = makeFile(text, env);
	if (file === undefined) return failed("There is no place to put the text for your editor.");
	try {
		const problem = await runFirst(editors.commands, file.path);
		if (problem !== undefined) return problem;
		const written = file.read(limitBytes);
		if (written === undefined) return failed("The text stays as it was: the file is gone, or far too long.");
		return { kind: "written", text: written, ...(file.isOnDisk ? { note: onDiskNote } : {}) };
	} finally {
		file.remove();
	}
}
