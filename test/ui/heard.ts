// Transcripts of what a screen reader gets to read: line mode, line by line, as somebody hears it. What was typed begins with a ›.
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { PassThrough } from "node:stream";
import { type PlainOptions, runPlain } from "../../src/ui/plain/plain.ts";
import { Collected } from "../support/terminal/streams.ts";
import { until } from "../support/until.ts";
import { noon } from "../support/views/fake-engine.ts";
import type { ScriptedEngine } from "../support/views/scripted-engine.ts";

const folder = join(import.meta.dirname, "./heard");

/** Compares with the file kept; UPDATE_GOLDEN=1 writes it, to be read as by a listener before it is committed. */
export function assertHeard(name: string, title: string, lines: readonly string[]): void {
	const path = join(folder, `${name}.txt`);
	const now = [title, "", ...lines, ""].join("\n");
	const { UPDATE_GOLDEN } = process.env;
	if (UPDATE_GOLDEN === "1") writeFileSync(path, now);
	assert.ok(existsSync(path), `${relative(process.cwd(), path)} is missing; UPDATE_GOLDEN=1 writes it`);
	assert.equal(now, readFileSync(path, "utf8"), "as in the file; UPDATE_GOLDEN=1 writes it anew");
}

/** A person in line mode, and everything that they hear and type, in order. */
export class Listener {
	readonly #input = new PassThrough();
	readonly #output = new Collected();
	readonly #exit: Promise<number>;
	readonly #lines: string[] = [];
	#taken = 0;

	constructor(engine: ScriptedEngine, intent: PlainOptions["intent"]) {
		this.#exit = runPlain({
			engine,
			intent,
			input: this.#input,
			output: this.#output,
			takesCommands: true,
			stop: new AbortController().signal,
			now: () => noon,
			offerPassword: () => "four-easy-spoken-words",
		});
	}

	/** Waits until `last` is heard, which ends a line. */
	async hears(last: string): Promise<void> {
		await this.#output.until(`${last}\n`, this.#output.lines.slice(0, this.#taken).join("\n").length);
		this.#take();
	}

	/** Types a line and waits until what comes of it has been heard, which ends with `last`. */
	async types(line: string, last: string): Promise<void> {
		this.#take();
		this.#lines.push(`› ${line}`);
		this.#input.write(`${line}\n`);
		await this.hears(last);
	}

	/** Types a line, and what it asks for, and takes all that is heard of it, however much that is. */
	async says(line: string, ...answers: readonly string[]): Promise<void> {
		this.#take();
		this.#lines.push(...[line, ...answers].map((one) => `› ${one}`));
		for (const one of [line, ...answers]) this.#input.write(`${one}\n`);
		// Lines are taken in their order, so whatever comes before the answer to this one belongs to those above.
		this.#input.write("/end-of-it\n");
		const isAfter = (): boolean => this.#output.lines.slice(this.#taken).some((one) => one.includes("/end-of-it"));
		await until(isAfter, `what is heard of ${line}`, () => this.#output.text);
		this.#take();
		this.#lines.pop();
	}

	/** Ends the input and returns all that was heard and typed. */
	async leaves(): Promise<readonly string[]> {
		this.#input.end();
		await this.#exit;
		this.#take();
		return this.#lines;
	}

	#take(): void {
		const { lines } = this.#output;
		this.#lines.push(...lines.slice(this.#taken));
		this.#taken = lines.length;
	}
}
