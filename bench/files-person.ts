// One person of the bench of files, seen from the bench: what is asked of their program, and the figures that it answers with.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { FilesWish } from "./files-program.ts";

/** One engine in a process of its own. */
export class Person {
	readonly #child: ChildProcess;
	readonly #answers = new Map<number, (answer: { readonly value?: unknown; readonly error?: string }) => void>();
	#number = 0;

	/** Takes a process that runs `files-program.ts`, with a channel to it. */
	constructor(child: ChildProcess) {
		this.#child = child;
		child.on("message", (answer: { readonly number: number; readonly value?: unknown; readonly error?: string }) =>
			this.#answers.get(answer.number)?.(answer),
		);
	}

	/** Starts the program, as it was bundled, as `./rt` starts it: how much memory it takes depends on that. */
	static begin(program: string, home: string): Promise<Person> {
		const env = { ...process.env, NODE_ENV: "production", MALLOC_ARENA_MAX: "2" };
		const execArgv = ["--max-semi-space-size=2", "--disable-sigusr1"];
		return new Person(fork(program, [home], { execArgv, env })).ready();
	}

	/** Resolves when the program listens to what is asked. */
	async ready(): Promise<this> {
		await once(this.#child, "message");
		return this;
	}

	ask<Value>(wish: FilesWish): Promise<Value> {
		const number = ++this.#number;
		const { promise, resolve, reject } = Promise.withResolvers<Value>();
		this.#answers.set(number, ({ value, error }) =>
			error === undefined ? resolve(value as Value) : reject(new Error(error)),
		);
		this.#child.send({ number, wish });
		return promise;
	}

	/** Says lines for as long as `work` takes; returns how long each was on its way, in ms. */
	async chatDuring(everyMs: number, work: () => Promise<unknown>): Promise<readonly number[]> {
		const said = this.ask<number[]>({ kind: "chat", everyMs, until: "stopped" });
		await work();
		await this.ask({ kind: "stopChat" });
		return said;
	}

	async close(): Promise<void> {
		const gone = once(this.#child, "exit");
		void this.ask({ kind: "close" }).catch(() => undefined);
		await gone;
	}
}
