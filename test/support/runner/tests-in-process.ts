// Runs test files for Stryker within one process, again and again: a test file is loaded anew for every change, the sources only for a change in what
// they do while they are loaded. A process for each file takes ten times as long. Stryker loads this as a plugin (run-mutants.ts).
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join, relative } from "node:path";
import { performance } from "node:perf_hooks";
import { run } from "node:test";
import { clearInterval, setInterval } from "node:timers";
import { pathToFileURL } from "node:url";
import { serveGroupsHere } from "./groups-in-process.ts";
import { stoppable } from "./stoppable-tests.ts";

/** The part of Stryker's settings that is needed here. */
interface Settings {
	/** Sources that are changed, by their paths within the project; some with the numbers of their lines. */
	readonly mutate: readonly string[];
	readonly tests: readonly string[];
}

/** What Stryker says of one change (MutantRunOptions of @stryker-mutator/api). */
interface MutantRun {
	readonly activeMutant: { readonly id: string };
	/** The tests that reach it, as `idOf` names them; all of them if that is not known. */
	readonly testFilter?: readonly string[];
	readonly mutantActivation: "runtime" | "static";
	/** How often the changed code may run before that counts as going on for ever. */
	readonly hitLimit?: number;
}

/** What the changed sources read and count. */
interface Instruments {
	activeMutant?: string | undefined;
	currentTestId?: string | undefined;
	hitCount?: number | undefined;
	hitLimit?: number | undefined;
	mutantCoverage?: { static: object; perTest: Record<string, object> };
}

/** Read by threads that a test starts. */
const ACTIVE_MUTANT = "__STRYKER_ACTIVE_MUTANT__";

/**
 * How long tests may have nothing to do, beyond three times of what they usually have, in milliseconds: then they wait for what a change keeps from coming.
 * Idle time is counted and not the clock, since a busy computer makes everything slow and nothing idle.
 */
const IDLE_MS = 2_000;
/** How often idle time is looked at. */
const LOOK_MS = 250;
/** What test files get in the place of what they import. */
const STAND_INS = new Map([
	["node:test", "stoppable-tests.ts"],
	["fast-check", "fewer-cases.ts"],
]);
/** What is said of tests that were stopped because they wait. */
const WAITS = "The file waits for what does not come";
/** In the copy of the project: the usual idle time of each test, for the processes that come after the first. */
const USUAL_IDLE_FILE = "usual-idle-ms.json";

const idOf = (file: string, name: string): string => `${file}\n${name}`;

class TestsInProcess {
	static readonly inject = ["options"] as const;
	readonly #settings: Settings;
	readonly #instruments: Instruments = {};
	/** How often test files were loaded. */
	#rounds = 0;
	/** How often the sources were loaded anew, and which of those loadings is used now. */
	#loadings = 0;
	#loading = 0;
	/** How long each test has nothing to do without a change, in milliseconds; empty until that was measured. */
	#usualIdleMs: Record<string, number> = {};

	constructor(settings: Settings) {
		this.#settings = settings;
	}

	/** Says that changes can be switched on and off without a new process. */
	capabilities(): { readonly reloadEnvironment: boolean } {
		return { reloadEnvironment: true };
	}

	/** Prepares the process, whose folder is the copy of the project by now. */
	async init(): Promise<void> {
		Object.assign(globalThis, { __stryker__: this.#instruments });
		const root = `${pathToFileURL(process.cwd()).href}/`;
		if (existsSync(USUAL_IDLE_FILE)) this.#usualIdleMs = JSON.parse(readFileSync(USUAL_IDLE_FILE, "utf8"));
		const here = `${pathToFileURL(import.meta.dirname).href}/`;
		registerHooks({
			resolve: (specifier, context, nextResolve) => {
				const standIn = STAND_INS.get(specifier);
				if (standIn !== undefined && context.parentURL?.startsWith(`${root}test/`)) {
					return { url: here + standIn, shortCircuit: true };
				}
				const found = nextResolve(specifier, context);
				if (!found.url.startsWith(root)) return found;
				const isTest = /\.test\.tsx?$/.test(found.url);
				const version = `${this.#loading}${isTest ? `.${this.#rounds}` : ""}`;
				return version === "0" ? found : { ...found, url: `${found.url}?${version}` };
			},
		});
		await import(join(process.cwd(), "test/support/repeated-work.ts"));
		serveGroupsHere();
	}

	/** Runs every test by itself without a change, and counts which of them reaches what. */
	async dryRun(): Promise<unknown> {
		for (const path of this.#settings.mutate) await import(join(process.cwd(), path.replace(/:.*/, "")));
		const tests = [];
		const idleMs: Record<string, number> = {};
		for (const file of this.#settings.tests) {
			for (const name of await this.#testsIn(file)) {
				const id = idOf(file, name);
				this.#instruments.currentTestId = id;
				const begun = Date.now();
				const { idle } = performance.eventLoopUtilization();
				const failure = await this.#failureOf(file, [id]);
				const outcome = failure === undefined ? { status: 0 } : { status: 1, failureMessage: failure };
				idleMs[id] = performance.eventLoopUtilization().idle - idle;
				tests.push({ id, name, fileName: file, timeSpentMs: Date.now() - begun, ...outcome });
			}
		}
		this.#instruments.currentTestId = undefined;
		this.#usualIdleMs = idleMs;
		writeFileSync(USUAL_IDLE_FILE, JSON.stringify(idleMs));
		// The quickest tests that reach a change are then tried first.
		tests.sort((one, other) => one.timeSpentMs - other.timeSpentMs);
		const { static: atLoading, perTest } = this.#instruments.mutantCoverage ?? { static: {}, perTest: {} };
		const sorted = Object.fromEntries(tests.map(({ id }) => [id, perTest[id] ?? {}]));
		return { status: "complete", tests, mutantCoverage: { static: atLoading, perTest: sorted } };
	}

	/** Returns the names of a file's tests, of which none runs. */
	async #testsIn(file: string): Promise<ReadonlySet<string>> {
		const names = new Set<string>();
		const failure = await this.#run(file, (name) => {
			names.add(name);
			return false;
		});
		if (failure !== undefined) throw new Error(`${file}: ${failure}`);
		return names;
	}

	/** Runs the tests that reach a change, with that change, until one fails. */
	async mutantRun({ activeMutant: { id }, testFilter, mutantActivation, hitLimit }: MutantRun): Promise<unknown> {
		const hitCount = hitLimit === undefined ? undefined : 0;
		Object.assign(this.#instruments, { activeMutant: id, hitCount, hitLimit });
		Object.assign(process.env, { [ACTIVE_MUTANT]: id });
		if (mutantActivation === "static") this.#loading = ++this.#loadings;
		let nrOfTests = 0;
		try {
			const wanted = Object.groupBy(testFilter ?? Object.keys(this.#usualIdleMs), (id) => id.split("\n", 1)[0] ?? "");
			for (const [file, ids = []] of Object.entries(wanted)) {
				nrOfTests += ids.length;
				const failureMessage = await this.#failureOf(file, ids);
				if ((this.#instruments.hitCount ?? 0) > (hitLimit ?? Number.POSITIVE_INFINITY)) return { status: "timeout" };
				if (failureMessage === WAITS) return { status: "timeout" };
				if (failureMessage !== undefined) return { status: "killed", failureMessage, killedBy: ids, nrOfTests };
			}
			return { status: "survived", nrOfTests };
		} finally {
			this.#loading = 0;
			Object.assign(this.#instruments, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
			delete process.env[ACTIVE_MUTANT];
		}
	}

	/** Runs these tests of a file until one fails; returns what failed, `undefined` if nothing did. */
	#failureOf(file: string, ids: readonly string[]): Promise<string | undefined> {
		const usualMs = ids.reduce((sum, id) => sum + (this.#usualIdleMs[id] ?? Number.POSITIVE_INFINITY), 0);
		return this.#run(file, (name) => ids.includes(idOf(file, name)), usualMs);
	}

	/** Runs the wanted tests of a file, which usually have nothing to do for so long. */
	async #run(
		file: string,
		isWanted: (name: string) => boolean,
		usualMs = Number.POSITIVE_INFINITY,
	): Promise<string | undefined> {
		this.#rounds += 1;
		let failure: string | undefined;
		const stop = stoppable(isWanted);
		const events = run({ files: [relative(".", file)], isolation: "none" });
		events.on("test:fail", ({ name, details }) => {
			failure ??= `${name}: ${details.error.message}`;
			stop();
		});
		events.on("test:summary", ({ success }) => {
			if (!success) failure ??= "The file could not be run";
		});
		// The runner ends when its process has nothing left to do, and this one waits for Stryker: it is told once the first test begins.
		events.once("test:dequeue", () => process.emit("beforeExit", 0));
		const before = performance.eventLoopUtilization();
		const look = setInterval(() => {
			const { idle } = performance.eventLoopUtilization(before);
			if (idle < IDLE_MS + 3 * usualMs) return;
			failure ??= WAITS;
			stop();
		}, LOOK_MS);
		for await (const _ of events);
		clearInterval(look);
		return failure;
	}
}

/** What Stryker says of a place in a source (NodePath of Babel). */
interface SourcePlace {
	readonly node: { readonly type: string };
	readonly parent?: {
		readonly type: string;
		readonly callee?: { readonly type: string; readonly name?: string };
		readonly arguments?: readonly unknown[];
	};
}

/** Which argument of these says why an opening or a stay is over: a log has it, and nobody decides by it. */
const detailOf = new Map([
	["ended", 1],
	["gone", 0],
]);

/** Leaves the words of errors and ends as they are: people read them in a log or in a report of a bug, and no test should depend on them. */
const wordsForLogs = {
	shouldIgnore: ({ node, parent }: SourcePlace): string | undefined => {
		if (node.type !== "StringLiteral" && node.type !== "TemplateLiteral") return undefined;
		const name = parent?.callee?.name ?? "";
		if (parent?.type === "NewExpression" && name.endsWith("Error")) return "the words of an error";
		const detail = parent?.type === "CallExpression" ? detailOf.get(name) : undefined;
		return detail !== undefined && parent?.arguments?.[detail] === node ? "the detail of an end" : undefined;
	},
};

/** What Stryker looks for in a plugin. */
export const strykerPlugins = [
	{ kind: "TestRunner", name: "tests-in-process", injectableClass: TestsInProcess },
	{ kind: "Ignore", name: "words-for-logs", value: wordsForLogs },
];
