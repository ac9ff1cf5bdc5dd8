// `rt send PATH…`: opens a passing room for some files, prints how a friend comes in, offers them to whoever does, and ends when they have arrived.
import type { Engine } from "../../engine/api/api.ts";
import type { Event } from "../../engine/api/events.ts";
import type { HostWish } from "../../engine/api/hosting.ts";
import { stopOnSignals } from "../lines/stop-signals.ts";
import { type ExitCode, exitCodeOf, exitOk } from "../words/exit-codes.ts";
import { fileFailureWords } from "../words/files/file-words.ts";
import { previewLines } from "../words/files/preview-words.ts";
import { messageForFriend, passwordWords } from "../words/host-sentences.ts";
import { offerPassword } from "../words/password-words.ts";
import { refusalWords } from "../words/refusals.ts";
import type { ParsedSend } from "./arguments/tool-arguments.ts";

interface SendCommandOptions {
	readonly engine: Engine;
	readonly paths: readonly string[];
	readonly wish: HostWish;
	/** The name that the friend sees, where there is none yet or another one is wanted. */
	readonly name?: string | undefined;
	/** Says a line to the person. */
	readonly say: (line: string) => void;
	readonly complain: (line: string) => void;
	/** Fires when the person wants to end it. */
	readonly stop: AbortSignal;
}

/** This is the name of a person who has not chosen one. */
const nameless = "someone";

/** Runs the command as the command line has it, until it is over or a signal comes. */
export async function sendUntilStopped(
	{ intent, paths }: Pick<ParsedSend, "intent" | "paths">,
	engine: Engine,
	voice: Pick<SendCommandOptions, "say" | "complain">,
): Promise<ExitCode> {
	const { signal: stop, dispose } = stopOnSignals(process);
	const wish = intent.kind === "host" ? intent.wish : {};
	const code = await runSendCommand({ engine, paths, wish, name: intent.name, ...voice, stop });
	dispose();
	return code;
}

/** Runs the command until everything has arrived, or the person ends it. The engine stays open. */
async function runSendCommand(options: SendCommandOptions): Promise<ExitCode> {
	const { engine, paths, complain } = options;
	const preview = await engine.previewFiles(paths);
	if (preview.kind === "refused") return refused(complain, preview);
	const opened = await openRoom(options);
	if (typeof opened === "number") return opened;
	const files = preview.files.map(({ path }) => path);
	for (const line of previewLines(preview.files, 1))
		options.say(line.replace(/^Send (.*) to the one other person here\?/, "Sending $1."));
	return new Sending(options, files).run();
}

function refused(complain: SendCommandOptions["complain"], refusal: Parameters<typeof refusalWords>[0]): ExitCode {
	complain(refusalWords(refusal));
	return exitCodeOf(refusal.code);
}

async function openRoom({ engine, wish, name, say, complain }: SendCommandOptions): Promise<ExitCode | undefined> {
	const { identity } = engine.snapshot();
	if (identity.kind === "none") {
		const made = await engine.perform({ kind: "createIdentity", name: name ?? nameless });
		if (made.kind === "refused") return refused(complain, made);
	} else if (name !== undefined) await engine.perform({ kind: "rename", name });
	const password = offerPassword();
	const outcome = await engine.perform({ kind: "host", password, wish });
	if (outcome.kind === "refused") return refused(complain, outcome);
	const { hosting } = engine.snapshot();
	const message = hosting && messageForFriend(hosting);
	if (message !== undefined) say(`${message}\n`);
	say(passwordWords(password));
	say("Your friend accepts by /accept, or by the key a on the line. This waits until they have it; Ctrl-C ends it.");
	return undefined;
}

/** Offers the files to each who comes in, and counts who has them. */
class Sending {
	readonly #options: SendCommandOptions;
	readonly #files: readonly string[];
	/** Holds, by the id of an offer, of what it is, and who was there for it and has it not. */
	readonly #open = new Map<string, { readonly path: string; readonly waiting: Set<string> }>();
	/** Remembers since when each has the keys they have. Whoever has other keys has come in anew, and knows nothing of what was offered before. */
	readonly #leafSince = new Map<string, number | undefined>();
	/** Resolves when everybody has been offered everything so far. */
	#turn: Promise<void> = Promise.resolve();
	#hasArrived = false;

	constructor(options: SendCommandOptions, files: readonly string[]) {
		this.#options = options;
		this.#files = files;
	}

	async run(): Promise<ExitCode> {
		const { engine, stop } = this.#options;
		const { promise, resolve } = Promise.withResolvers<ExitCode>();
		const end = engine.onEvent((event) => {
			const code = this.#heard(event);
			if (code !== undefined) resolve(code);
		});
		const endLooking = engine.subscribe(() => this.#look());
		stop.addEventListener("abort", () => resolve(this.#hasArrived ? exitOk : exitCodeOf("left")), { once: true });
		const code = await promise;
		end();
		endLooking();
		await engine.perform({ kind: "leave" });
		return code;
	}

	/** Returns how it ended, if it did by this. */
	#heard(event: Event): ExitCode | undefined {
		const { say, complain } = this.#options;
		switch (event.kind) {
			case "joined":
				if (!event.self) this.#turn = this.#turn.then(() => this.#offer(event.member.name, this.#files));
				return undefined;
			case "fileTaken":
				say(`"${event.by.name}" has all of ${this.#nameOf(event.id)}.`);
				this.#open.get(event.id)?.waiting.delete(event.by.fingerprint);
				this.#hasArrived = true;
				return this.#isOver() ? exitOk : undefined;
			case "left":
				for (const { waiting } of this.#open.values()) waiting.delete(event.member.fingerprint);
				return this.#hasArrived && this.#isOver() ? exitOk : undefined;
			case "fileFailed":
				complain(`${this.#nameOf(event.id)} was not sent: ${fileFailureWords(event.code)}.`);
				return exitCodeOf("bad_file");
			case "closed":
				return exitCodeOf(event.code);
			default:
				return undefined;
		}
	}

	/** Offers again what somebody lacks who came in anew because their program was started again. */
	#look(): void {
		for (const { fingerprint, name, isSelf, leafSince } of this.#options.engine.snapshot().people) {
			const isAnew = this.#leafSince.has(fingerprint) && this.#leafSince.get(fingerprint) !== leafSince;
			this.#leafSince.set(fingerprint, leafSince);
			if (isAnew && !isSelf) this.#turn = this.#turn.then(() => this.#offerAnew(fingerprint, name));
		}
	}

	/** Offers a person again what they had not taken, which they have lost; what they had taken goes on by itself. */
	async #offerAnew(fingerprint: string, name: string): Promise<void> {
		const lacking = [...this.#open.values()].filter(({ waiting }) => waiting.delete(fingerprint));
		if (lacking.length > 0) await this.#offer(name, new Set(lacking.map(({ path }) => path)));
	}

	#isOver(): boolean {
		return [...this.#open.values()].every(({ waiting }) => waiting.size === 0);
	}

	/** Offers files to a person who is here. Whoever came before has them already or is getting them: for them it is another offer of the same. */
	async #offer(name: string, paths: Iterable<string>): Promise<void> {
		const { engine, say, complain } = this.#options;
		say(`"${name}" is here.`);
		for (const path of paths) {
			const sent = await engine.perform({ kind: "sendFile", path });
			if (sent.kind === "refused") {
				complain(refusalWords(sent));
				continue;
			}
			const here = engine.snapshot().people.filter(({ isSelf, name: theirs }) => !isSelf && theirs === name);
			const waiting = new Set(here.map(({ fingerprint }) => fingerprint));
			if (sent.id !== undefined) this.#open.set(sent.id, { path, waiting });
		}
	}

	#nameOf(id: string): string {
		const name = this.#options.engine.snapshot().files?.find((file) => file.id === id)?.name;
		return name === undefined ? "the file" : `"${name}"`;
	}
}
