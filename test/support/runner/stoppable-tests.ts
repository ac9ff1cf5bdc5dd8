// Stands in the place of node:test while changes to the sources are tried (tests-in-process.ts): of a file only those tests run that are wanted, and all end
// when the file is stopped, since the runner of Node chooses none by its whole name and stops none that runs within its own process.
import * as real from "node:test";

type Body = (context: real.TestContext) => void | Promise<void>;

let stopping = new AbortController();
let isWanted: (name: string) => boolean = () => true;

/** Begins with the wanted tests of one file; returns what ends them, those that have begun and those that have not. */
export function stoppable(areWanted: (name: string) => boolean): () => void {
	isWanted = areWanted;
	stopping = new AbortController();
	const { signal } = stopping;
	return () => stopping.signal === signal && stopping.abort();
}

/** Registers a test that can be stopped. */
export function test(name: string, options: real.TestOptions | Body, body?: Body): Promise<void> {
	if (!isWanted(name)) return real.test(name, { skip: true });
	return typeof options === "function"
		? real.test(name, { signal: stopping.signal }, options)
		: real.test(name, { ...options, signal: stopping.signal }, body);
}

/** What else the test files use. */
export const { after, before, describe, suite } = real;
