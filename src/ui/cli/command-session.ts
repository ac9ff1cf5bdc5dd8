// What every command of the shell that asks and answers has: questions on one stream, answers on another, and an end when either breaks.
import type { Readable, Writable } from "node:stream";
import { Dialogue } from "../lines/dialogue.ts";
import { LineWriter } from "../lines/line-writer.ts";
import { type ExitCode, exitInternal } from "../words/exit-codes.ts";

/** The streams of a command. */
export interface CommandStreams {
	readonly input: Readable;
	/** The answers go here. */
	readonly output: Writable;
	/** Questions, progress, warnings and refusals go here. */
	readonly errors: Writable & { readonly isTTY?: boolean };
}

/** The means by which a command talks while it runs. */
export interface CommandSession {
	readonly questions: Dialogue;
	/** Prints on the output. */
	readonly answer: (...lines: readonly string[]) => void;
}

/** At most this much may wait to be printed: an exported key is the longest answer there is. */
const answerLimits = { lines: 1000, bytes: 4 * 1024 * 1024 };

/** Runs `work` to its end and returns its exit code, after all answers are written; exitInternal when a stream breaks meanwhile. */
export async function runInSession(
	{ input, output, errors }: CommandStreams,
	work: (session: CommandSession) => Promise<ExitCode>,
): Promise<ExitCode> {
	const { promise: broken, resolve } = Promise.withResolvers<ExitCode>();
	const questions = new Dialogue(input, errors, () => resolve(exitInternal));
	const answers = new LineWriter(output, answerLimits, () => resolve(exitInternal));
	const answer = (...lines: readonly string[]) => {
		for (const line of lines) answers.write(line);
	};
	const exitCode = await Promise.race([work({ questions, answer }), broken]);
	await Promise.race([answers.flushed(), broken]);
	await questions.close();
	return exitCode;
}
