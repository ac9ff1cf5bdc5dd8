// Runs a room for another program: JSON-RPC 2.0, one message a line, requests on the input, answers and notifications on the output. See `rt help rpc`.
import type { Readable, Writable } from "node:stream";
import type { Engine } from "../../engine/api/api.ts";
import type { ErrorCode, Outcome } from "../../engine/api/codes.ts";
import type { Event } from "../../engine/api/events.ts";
import type { RoomKey } from "../../engine/api/room-key.ts";
import { decodeLine, LineReader } from "../lines/line-reader.ts";
import { LineWriter, standardLimits, type WriterLimits } from "../lines/line-writer.ts";
import { readPassword } from "../lines/passwords-from.ts";
import { soon } from "../lines/with-timeout.ts";
import { endMessage } from "../words/endings.ts";
import { type ExitCode, exitCodeOf, exitInternal, exitOk } from "../words/exit-codes.ts";
import { type Intent, termsOf } from "../words/intent.ts";
import { refusalWords } from "../words/refusals.ts";
import { addMethods } from "./methods.ts";
import { type Notification, notification, notificationOf, whereOf } from "./notifications.ts";
import { lineTooLong, RpcServer } from "./server.ts";

/** One request may have at most this many bytes with its line end. */
const lineLimitBytes = 1024 * 1024;
/** At most this many lines are answered at once; further ones wait unread. */
const inFlightLimit = 100;
/** A client that does not read may hold up the end of the run for this long. */
const standardFlushTimeoutMs = 3000;
/** A new identity has this name when the command line gives none: the login name is nobody else's business. */
const nameless = "someone";

export interface RpcOptions {
	readonly engine: Engine;
	readonly intent: Exclude<Intent, { kind: "home" }>;
	readonly input: Readable;
	readonly output: Writable;
	/** What is not for the client goes here, to stderr. */
	readonly errors: Writable;
	/** The path of the file with the password, or "-" for the first line of the input. */
	readonly passwordFile?: string;
	/** Aborts when the run shall end (see stop-signals.ts). */
	readonly stop: AbortSignal;
	/** Other limits than the usual ones, for tests. */
	readonly outputLimits?: WriterLimits;
	readonly flushTimeoutMs?: number;
}

/** Runs until the room is over, the client quits or its input ends; then leaves the room and closes the engine. Exactly one `closed` is told. */
export function runRpc(options: RpcOptions): Promise<ExitCode> {
	return new RpcSession(options).run();
}

class RpcSession {
	readonly #options: RpcOptions;
	readonly #engine: Engine;
	readonly #reader: LineReader;
	readonly #writer: LineWriter;
	readonly #server: RpcServer;
	readonly #ended = Promise.withResolvers<ExitCode>();
	readonly #inFlight = new Set<Promise<void>>();
	#password: string | undefined;
	#isChoosingPassword = false;
	#hasToldClosed = false;
	#isQuitting = false;

	constructor(options: RpcOptions) {
		this.#options = options;
		this.#engine = options.engine;
		this.#reader = new LineReader(options.input);
		this.#writer = new LineWriter(options.output, options.outputLimits ?? standardLimits, (reason) => {
			if (reason === "overflow") this.#complain("The client does not read its notifications; the room is left.");
			this.#ended.resolve(reason === "overflow" ? exitInternal : exitOk);
		});
		this.#server = new RpcServer((error) => this.#complain(`Internal error: ${nameOf(error)}`));
		addMethods(this.#server, this.#engine, {
			password: (password, room) => this.#takePassword(password, room),
			unlock: (passphrase) => this.#unlock(passphrase),
			quit: () => this.#quit(),
		});
	}

	async run(): Promise<ExitCode> {
		const { stop } = this.#options;
		const onStop = () => this.#ended.resolve(exitOk);
		stop.addEventListener("abort", onStop);
		if (stop.aborted) onStop();
		const stopEvents = this.#engine.onEvent((event) => this.#onEvent(event));
		this.#guard(this.#readPasswordThenServe());
		const exitCode = await this.#ended.promise;
		await this.#engine.close();
		const flushTimeoutMs = this.#options.flushTimeoutMs ?? standardFlushTimeoutMs;
		await soon(Promise.allSettled(this.#inFlight), flushTimeoutMs);
		this.#tellClosed({ code: "left", message: endMessage({ code: "left" }) });
		stopEvents();
		stop.removeEventListener("abort", onStop);
		await soon(this.#writer.flushed(), flushTimeoutMs);
		this.#reader.close();
		return exitCode;
	}

	async #readPasswordThenServe(): Promise<void> {
		const { passwordFile } = this.#options;
		if (passwordFile !== undefined) {
			const found = await readPassword(passwordFile, this.#reader);
			if (found.kind === "failed") return this.#failWith("bad_password", found.message);
			if (found.warning !== undefined) this.#complain(found.warning);
			this.#password = found.password;
		}
		this.#guard(this.#begin());
		await this.#serve();
	}

	/** Goes as far as it can without the client; it is called again after `unlock` and `password`. */
	async #begin(): Promise<void> {
		const { intent } = this.#options;
		const prepared = await this.#prepareIdentity();
		if (prepared === "waiting") return;
		if (prepared.kind === "refused") return this.#fail(prepared);
		if (intent.kind === "host" && this.#password === undefined) {
			this.#isChoosingPassword = true;
			// The host chooses: there is no wrong one, the count is that of the contract.
			this.#tell(notification("passwordRequired", { attemptsLeft: 3, choosing: true }));
			return;
		}
		// Without a target the client looks around first, and calls join.
		if (intent.kind === "join" && intent.target === undefined) return;
		const outcome =
			intent.kind === "host" ? await this.#host(this.#password ?? "") : await this.#join(intent.target ?? "");
		if (outcome.kind === "refused") this.#fail(outcome);
	}

	async #prepareIdentity(): Promise<Outcome | "waiting"> {
		const { name } = this.#options.intent;
		const { identity } = this.#engine.snapshot();
		if (identity.kind === "none") return this.#engine.perform({ kind: "createIdentity", name: name ?? nameless });
		if (identity.kind === "locked") {
			const message = "The identity is locked by a passphrase: call unlock.";
			this.#tell(notification("error", { code: "identity_locked", message }));
			return "waiting";
		}
		if (name === undefined || name === identity.name) return { kind: "done" };
		return this.#engine.perform({ kind: "rename", name });
	}

	#host(password: string): Promise<Outcome> {
		const { intent } = this.#options;
		const wish = intent.kind === "host" ? intent.wish : {};
		for (const terms of termsOf(wish, this.#engine.snapshot())) this.#complain(terms);
		return this.#engine.perform({ kind: "host", password, wish });
	}

	#join(target: string): Promise<Outcome> {
		return this.#engine.perform({ kind: "join", target });
	}

	async #takePassword(password: string, room?: RoomKey): Promise<Outcome> {
		const where = room === undefined ? {} : { room };
		if (!this.#isChoosingPassword) return this.#engine.perform({ kind: "password", password, ...where });
		this.#isChoosingPassword = false;
		const outcome = await this.#host(password);
		// Another password may help; a taken port will not.
		if (outcome.kind === "refused" && outcome.code === "bad_password") this.#isChoosingPassword = true;
		else if (outcome.kind === "refused") this.#fail(outcome);
		return outcome;
	}

	async #unlock(passphrase: string): Promise<Outcome> {
		const outcome = await this.#engine.perform({ kind: "unlockIdentity", passphrase });
		if (outcome.kind === "done") this.#guard(this.#begin());
		return outcome;
	}

	/** Begins the end when the answer to this is on its way: a client may stop reading at `closed`. */
	#quit(): void {
		this.#isQuitting = true;
	}

	async #serve(): Promise<void> {
		for (;;) {
			await this.#writer.drained();
			if (this.#inFlight.size >= inFlightLimit) await Promise.race(this.#inFlight);
			const read = await this.#reader.next(lineLimitBytes);
			if (read.kind === "line") this.#answer(decodeLine(read.bytes));
			else if (read.kind === "tooLong") this.#writer.write(lineTooLong(lineLimitBytes));
			else break;
		}
		await Promise.allSettled(this.#inFlight);
		this.#ended.resolve(exitOk);
	}

	#answer(text: string | undefined): void {
		const answering = this.#server
			.answer(text)
			.then((line) => {
				if (line !== undefined) this.#writer.write(line);
			})
			.finally(() => {
				this.#inFlight.delete(answering);
				if (this.#isQuitting) this.#ended.resolve(exitOk);
			});
		this.#inFlight.add(answering);
		this.#guard(answering);
	}

	#onEvent(event: Event): void {
		if (event.kind === "closed") {
			const params = { code: event.code, message: endMessage(event), ...whereOf(event) };
			if (this.#isElsewhere()) this.#tell(notification("closed", params));
			else this.#tellClosed(params);
			if (!this.#isElsewhere()) this.#ended.resolve(exitCodeOf(event.code));
			return;
		}
		if (event.kind === "passwordRequired" && this.#password !== undefined && this.#options.intent.kind === "join") {
			// The file answers the first time, so nothing is required of the client; a wrong one is not tried again.
			const password = this.#password;
			this.#password = undefined;
			this.#guard(this.#engine.perform({ kind: "password", password, ...whereOf(event) }));
			return;
		}
		this.#tell(notificationOf(event));
	}

	#fail(refused: Extract<Outcome, { kind: "refused" }>): void {
		this.#failWith(refused.code, refusalWords(refused));
	}

	#failWith(code: ErrorCode, message: string): void {
		// After the end there is nothing left to fail: what was under way was broken off.
		if (this.#hasToldClosed) return;
		this.#tell(notification("error", { code, message }));
		this.#complain(message);
		this.#tellClosed({ code, message });
		this.#ended.resolve(exitCodeOf(code));
	}

	/** Tells whether there is another room that is not over. */
	#isElsewhere(): boolean {
		return this.#engine.snapshot().rooms.some(({ state }) => state !== "ended" && state !== "idle");
	}

	/** Tells the end of the run: that of its last room. */
	#tellClosed(params: { readonly code: string; readonly message: string }): void {
		if (this.#hasToldClosed) return;
		this.#hasToldClosed = true;
		this.#tell(notification("closed", params));
	}

	#tell(message: Notification): void {
		this.#writer.write(JSON.stringify(message));
	}

	#complain(message: string): void {
		this.#options.errors.write(`rt: ${message}\n`);
	}

	/** Watches work that must not reject: a rejection is a bug, and ends the run with the code for that instead of hanging it. */
	#guard(work: Promise<unknown>): void {
		work.catch((error: unknown) => {
			this.#complain(`Internal error: ${nameOf(error)}`);
			this.#ended.resolve(exitInternal);
		});
	}
}

/** Returns only the kind of a fault: its message could quote what people said. */
function nameOf(error: unknown): string {
	return error instanceof Error ? error.name : typeof error;
}
