// The program stopped and continued by a shell with job control, in a real terminal: the shell has its own screen meanwhile, and nothing typed is lost.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { modesGivenBack } from "../../support/terminal/terminal-state.ts";
import { openUi, type UiPty } from "./ui-pty.ts";

/** A shell in which the program is a job. When it stops, the shell sets the terminal to its own mode as people's shells do, and a line brings it back. */
const shell = "set -m; $PROGRAM; stty sane; echo the shell has it; read line; fg >/dev/null; echo ended with $?";

async function openJob(t: TestContext): Promise<UiPty & { readonly signal: (name: NodeJS.Signals) => void }> {
	const job = openUi(t, "room", shell);
	await job.waitFor("Say something");
	job.type("half a thought");
	await job.waitFor("half a thought");
	const pid = Number(readFileSync(job.pidFile, "utf8"));
	return { ...job, signal: (name) => void process.kill(pid, name) };
}

async function assertBack(job: UiPty): Promise<void> {
	await job.waitFor((rows) => rows.at(-2)?.endsWith("› half a thought") === true, "the picture with its draft");
	const { isCursorShown, isSchemeWatched, ...modes } = job.modes();
	assert.ok(isCursorShown && isSchemeWatched);
	assert.ok(
		Object.values(modes).every((isOn) => isOn),
		JSON.stringify(modes),
	);
	// The keyboard is ours: a key counts without Enter.
	job.type("\u0003");
	await job.waitFor("Cleared.");
	job.type("\u0003");
	await job.waitFor("Press Ctrl-C again");
	job.type("\u0003");
	await job.waitFor("ended with 0");
	assert.deepEqual(job.modes(), modesGivenBack);
}

for (const [how, stop] of [
	["Ctrl-Z", (job: UiPty) => job.type("\u001A")],
	["SIGTSTP from outside", (job: Awaited<ReturnType<typeof openJob>>) => job.signal("SIGTSTP")],
] as const) {
	test(`${how} gives the terminal to the shell, and fg brings everything back.`, async (t) => {
		const job = await openJob(t);
		stop(job);
		await job.waitFor("the shell has it");
		assert.match(
			job.text(),
			/Real Talk is paused, and so is your connection. Type fg to come back. .*the shell has it/,
		);
		assert.deepEqual(job.modes(), modesGivenBack);
		job.type("\r");
		await assertBack(job);
	});
}

test("After SIGSTOP, which nothing can see coming, fg brings everything back too.", async (t) => {
	const job = await openJob(t);
	job.signal("SIGSTOP");
	await job.waitFor("the shell has it");
	job.type("\r");
	await assertBack(job);
});

test("A program that is stopped twice, by different signals, comes back twice.", async (t) => {
	const job = openUi(
		t,
		"room",
		"set -m; $PROGRAM; stty sane; echo first stop; read line; fg >/dev/null; echo second stop; read line; fg >/dev/null; echo ended with $?",
	);
	await job.waitFor("Say something");
	job.type("half a thought");
	await job.waitFor("half a thought");
	process.kill(Number(readFileSync(job.pidFile, "utf8")), "SIGSTOP");
	await job.waitFor("first stop");
	job.type("\r");
	await job.waitFor((rows) => rows.at(-2)?.endsWith("› half a thought") === true, "the picture with its draft");
	job.type("\u001A");
	await job.waitFor("second stop");
	job.type("\r");
	await assertBack(job);
});

test("Where nothing can stop the program, Ctrl-Z goes on at once, with its draft and the mouse.", async (t) => {
	const program = openUi(t, "room");
	await program.waitFor("Say something");
	program.type("half a thought");
	await program.waitFor("half a thought");
	const before = program.raw().length;
	program.type("\u001A");
	await program.waitFor(() => program.raw().slice(before).includes("\u001B[?1000h"), "the mouse again");
	const paused = program.raw().slice(before);
	assert.ok(paused.indexOf("\u001B[?1049l") < paused.indexOf("Real Talk is paused"));
	assert.ok(paused.indexOf("Real Talk is paused") < paused.indexOf("\u001B[?1049h"));
	await program.waitFor("half a thought");
});

test("A host who pauses reads that the room is paused for everyone.", async (t) => {
	const program = openUi(t, "ownRoom");
	await program.waitFor("Say something");
	program.type("\u001A");
	await program.waitFor(() => program.raw().includes("your room is paused for everyone"));
});
