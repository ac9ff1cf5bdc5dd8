// Stands in the place of node:test while changes to the sources are tried (tests-in-process.ts): all tests of a file end when the file is stopped, since the
// runner of Node stops no test that runs within its own process.
import * as real from "node:test";

type Body = (context: real.TestContext) => void | Promise<void>;

let stopping = new AbortController();

/** Begins with the tests of one file; returns what ends them, those that have begun and those that have not. */
export function stoppable(): () => void {
	stopping = new AbortController();
	const { signal } = stopping;
	return () => stopping.signal === signal && stopping.abort();
}

/** Registers a test that can be stopped. */
export const test = (name: string, options: real.TestOptions | Body, body?: Body): Promise<void> =>
	typeof options === "function"
		? real.test(name, { signal: stopping.signal }, options)
		: real.test(name, { ...options, signal: stopping.signal }, body);

/** What else the test files use. */
export const { after, before, describe, suite } = real;
