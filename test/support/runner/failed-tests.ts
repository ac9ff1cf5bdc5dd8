// Collects what failed in a run of tests, and tells it briefly: file, line and name of each test, where it threw and what.
import type { EventData } from "node:test";
import { stripVTControlCharacters } from "node:util";

/** How much is told of one failure: enough for the reason, and short enough for many of them in a log that is cut. */
const mostCharacters = 1_200;
const mostLines = 15;
/** So many failures are told in full; more of them have one reason most of the time. */
const mostInFull = 20;

interface Failure {
	readonly file: string;
	/** Absent when the file itself failed, by how its process ended. */
	readonly test?: { readonly line: number; readonly name: string };
	readonly why: string;
}

export class FailedTests {
	readonly #nameOf: (path: string) => string;
	readonly #failures: Failure[] = [];
	readonly #running = new Set<string>();
	readonly #written = new Map<string, string>();
	#whileRunning: readonly string[] = [];

	/** `nameOf`: how a file is called, by its whole path. */
	constructor(nameOf: (path: string) => string) {
		this.#nameOf = nameOf;
	}

	/** To be called for each test and each file that begins. */
	readonly begun = ({ name, file }: EventData.TestDequeue): void => {
		if (name === file) this.#running.add(file);
	};

	/** To be called for each test and each file that is over. */
	readonly completed = ({ name, file = "", line = 0, details }: EventData.TestComplete): void => {
		if (name === file) this.#running.delete(file);
		if (details.passed || details.error === undefined || this.#whileRunning.length > 0) return;
		// Those that failed inside it are told of by themselves.
		if ("failureType" in details.error && details.error.failureType === "subtestsFailed") return;
		this.#failures.push({ file, ...(name === file ? {} : { test: { line, name } }), why: reasonOf(details.error) });
	};

	/** To be called with what files write to standard error. */
	readonly wrote = ({ file, message }: EventData.TestStderr): void => {
		this.#written.set(file, `${this.#written.get(file) ?? ""}${message}`.slice(-mostCharacters));
	};

	/** To be called with what the runner remarks: an error that nobody waited for belongs to no test, and fails the file. */
	readonly remarked = ({ file, message }: EventData.TestDiagnostic): void => {
		if (file !== undefined) this.wrote({ file, message: `${message}\n` });
	};

	/** To be called when the run is stopped from outside: what ends from then on has not failed by itself. */
	readonly stopped = (): void => {
		this.#whileRunning = [...this.#running];
	};

	/** Returns what is to be told; nothing when nothing failed. */
	told(): string {
		const [inFull, byName] = [this.#failures.slice(0, mostInFull), this.#failures.slice(mostInFull)];
		return [
			...(this.#whileRunning.length > 0 ? ["The run was stopped while these files ran:"] : []),
			...this.#whileRunning.map((file) => `  ${this.#nameOf(file)}`),
			...(this.#failures.length > 0 ? [`Failed: ${this.#failures.length}`] : []),
			...byName.map((failure) => this.#titleOf(failure)),
			...inFull.map((failure) => `${this.#titleOf(failure)}\n${this.#detailsOf(failure)}`),
		].join("\n");
	}

	#titleOf({ file, test }: Failure): string {
		return `✖ ${this.#nameOf(file)}${test === undefined ? "" : `:${test.line} ${test.name}`}`;
	}

	#detailsOf({ file, test, why }: Failure): string {
		const written = test === undefined ? (this.#written.get(file) ?? "") : "";
		const lines = stripVTControlCharacters(`${why.slice(0, mostCharacters)}\n${written}`).split("\n");
		const kept = lines.filter((line) => line.trim() !== "").slice(0, mostLines);
		return kept.map((line) => `    ${line.trimEnd()}`).join("\n");
	}
}

/** The place in the tests that threw, and the message of what was thrown. */
function reasonOf(error: Error): string {
	const thrown: unknown = error.cause ?? error;
	if (!(thrown instanceof Error)) return String(thrown);
	const place = thrown.stack?.split("\n").find((line) => /^\s+at .*\/test\//.test(line)) ?? "";
	return `${place.trim()}\n${thrown.message}`;
}
