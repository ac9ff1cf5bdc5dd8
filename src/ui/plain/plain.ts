// Line mode, for screen readers and pipes: what happens is printed a line each, what is typed is said a line each. No cursor movement, no colours.
import type { Readable, Writable } from "node:stream";
import type { Command, Engine } from "../../engine/api/api.ts";
import type { EndCode, ErrorCode, Outcome } from "../../engine/api/codes.ts";
import type { Event } from "../../engine/api/events.ts";
import { prepareIdentity } from "../lines/ask-identity.ts";
import { Dialogue } from "../lines/dialogue.ts";
import { readPassword } from "../lines/passwords-from.ts";
import { soon } from "../lines/with-timeout.ts";
import type { FileSettings } from "../settings/file-settings.ts";
import { doneWords } from "../slash/done-words.ts";
import { endMessage } from "../words/endings.ts";
import { type ExitCode, exitCodeOf, exitInternal, exitOk, exitUsage } from "../words/exit-codes.ts";
import { hostingNews } from "../words/host-sentences.ts";
import type { Intent } from "../words/intent.ts";
import { refusalWords } from "../words/refusals.ts";
import { throughProxy } from "../words/ways/proxy-words.ts";
import { type LineMeaning, meaningOf } from "./commands.ts";
import { programLine } from "./line-shapes.ts";
import { allWaitOnDisk, outcomeLines, unsentFrom } from "./messages.ts";
import { openOwnRoom } from "./own-room.ts";
import { joinChosenRoom, secretCommands } from "./questions.ts";
import { RoomPassword } from "./room-password.ts";
import { lineOf } from "./words.ts";

const lineNotSaid = "That line was not said, because the password is wanted first. Say it again when you are back.";

/** The end waits this long for the host to pass on the last own lines. */
const standardDeliveryTimeoutMs = 10_000;

export interface PlainOptions {
	readonly engine: Engine;
	readonly intent: Intent;
	readonly input: Readable;
	readonly output: Writable;
	/** The path of the file with the password, or "-" for the first line of the input. */
	readonly passwordFile?: string;
	/** Lines of a pipe that begin with a slash are commands, as those typed at a terminal are. */
	readonly takesCommands?: boolean;
	/** Says where files go. */
	readonly files?: Pick<FileSettings, "folder">;
	/** Aborts when the run shall end (see stop-signals.ts). */
	readonly stop: AbortSignal;
	/** Returns the time in ms since the epoch. */
	readonly now: () => number;
	/** Makes the password that is offered, in place of the usual maker, for tests. */
	readonly offerPassword?: () => string;
	readonly deliveryTimeoutMs?: number;
}

/** Runs until the room is over or the person leaves; then it leaves the room and closes the engine. */
export function runPlain(options: PlainOptions): Promise<ExitCode> {
	return new PlainSession(options).run();
}

class PlainSession {
	readonly #options: PlainOptions;
	readonly #engine: Engine;
	readonly #dialogue: Dialogue;
	readonly #ended = Promise.withResolvers<ExitCode>();
	#change = Promise.withResolvers<void>();
	#isOver = false;
	#hasToldClosed = false;
	#wasInRoom = false;
	readonly #hostingNews = hostingNews();
	readonly #password: RoomPassword;
	/** Counts the lines of a pipe that the engine refused. */
	#refusedLines = 0;

	constructor(options: PlainOptions) {
		this.#options = options;
		this.#engine = options.engine;
		this.#dialogue = new Dialogue(options.input, options.output, (reason) =>
			this.#end(reason === "overflow" ? exitInternal : exitOk),
		);
		this.#password = new RoomPassword(this.#engine, this.#dialogue);
	}

	async run(): Promise<ExitCode> {
		const { stop } = this.#options;
		const onStop = () => this.#end(exitOk);
		stop.addEventListener("abort", onStop);
		if (stop.aborted) onStop();
		const stopEvents = this.#engine.onEvent((event) => this.#onEvent(event));
		const stopChanges = this.#engine.subscribe(() => this.#onChange());
		this.#talk().catch((error: unknown) => {
			// Only the kind of a fault: its message could quote what people said.
			this.#dialogue.say(`Error: an internal fault (${error instanceof Error ? error.name : typeof error}).`);
			this.#end(exitInternal);
		});
		const exitCode = await this.#ended.promise;
		await this.#engine.close();
		stopEvents();
		stopChanges();
		stop.removeEventListener("abort", onStop);
		await this.#dialogue.close();
		return exitCode;
	}

	async #talk(): Promise<void> {
		if (!(await this.#takePasswordFile()) || !(await this.#prepareIdentity())) return;
		const { intent } = this.#options;
		if (intent.kind === "join") {
			const { engine, stop } = this.#options;
			if (intent.target === undefined) {
				const joined = await joinChosenRoom({ engine, dialogue: this.#dialogue, stop });
				if (joined === undefined) return void this.#inputEnded("a room");
				this.#accept(joined);
			} else this.#join(intent.target);
		} else if (!(await this.#host())) return;
		while (!this.#isOver) {
			if (this.#password.isWanted) await this.#givePassword();
			else if (this.#engine.snapshot().phase.kind === "inRoom") await this.#takeLine();
			else await this.#change.promise;
		}
	}

	async #takePasswordFile(): Promise<boolean> {
		const { passwordFile } = this.#options;
		if (passwordFile === undefined) return true;
		const found = await readPassword(passwordFile, this.#dialogue.reader);
		if (found.kind === "failed") return this.#fail("bad_password", found.message);
		if (found.warning !== undefined) this.#dialogue.say(`Warning: ${found.warning}`);
		this.#password.know(found.password);
		return true;
	}

	async #prepareIdentity(): Promise<boolean> {
		const ready = await prepareIdentity(this.#engine, this.#dialogue, this.#options.intent.name);
		return ready.kind === "ended" ? this.#inputEnded(ready.missing) : this.#accept(ready);
	}

	async #host(): Promise<boolean> {
		const { intent, offerPassword } = this.#options;
		const asked = { intent, known: this.#password.known, offerPassword };
		const opened = await openOwnRoom(this.#engine, this.#dialogue, asked);
		if (opened.kind === "ended") return this.#inputEnded("a password");
		if (opened.kind !== "otherRoom") return this.#accept(opened);
		this.#join(opened.target);
		return true;
	}

	/** Joins. The caller does not wait for it: the password may be asked for before the join is decided. */
	#join(target: string): void {
		const { proxy } = this.#engine.snapshot();
		if (proxy !== undefined) this.#dialogue.say(throughProxy(proxy));
		this.#engine.perform({ kind: "join", target }).then(
			(outcome) => this.#accept(outcome),
			() => this.#end(exitInternal),
		);
	}

	async #givePassword(): Promise<void> {
		const given = await this.#password.give();
		if (given.kind === "ended") this.#inputEnded("the password");
		else if (given.kind === "wrongFile") this.#fail("wrong_password", "The password that was given is wrong.");
		else if (given.outcome.kind === "refused" && !this.#isOver) this.#dialogue.say(refusalWords(given.outcome));
	}

	async #takeLine(): Promise<void> {
		const answer = await this.#dialogue.nextLine();
		if (this.#isOver) return;
		if (answer.kind === "ended") return this.#leaveWhenDelivered();
		if (this.#password.isWanted && this.#isConversation) {
			// It may be the password, which must not be said in the room.
			if (answer.text.trim() !== "") this.#dialogue.say(lineNotSaid);
			return;
		}
		if (!this.#isConversation) return this.#sayAsItIs(answer.text);
		await this.#carryOut(meaningOf(answer.text, this.#engine, this.#options.now(), this.#options.files?.folder));
	}

	/** Tells whether somebody answers here who can be told to wait; what comes by a pipe is said as it is. */
	get #isConversation(): boolean {
		return this.#dialogue.isTerminal || this.#options.takesCommands === true;
	}

	/** Says a line of a pipe, also one that looks like a command: it may be a path, or somebody else's text. */
	async #sayAsItIs(text: string): Promise<void> {
		if (text.trim() === "") return;
		if (!(await this.#isDone({ kind: "send", text })) && !this.#isOver) this.#refusedLines += 1;
	}

	async #carryOut(meaning: LineMeaning): Promise<void> {
		if (meaning.kind === "later") await this.#carryOut(await meaning.meaning);
		else if (meaning.kind === "tell") this.#dialogue.say(...meaning.lines);
		else if (meaning.kind === "tellWhole") this.#dialogue.sayWhole(...meaning.lines);
		else if (meaning.kind === "perform") await this.#perform(meaning.commands, meaning.lines);
		else if (meaning.kind === "confirm") await this.#confirm(meaning.lines, meaning.commands);
		else if (meaning.kind === "askPassword") await this.#changePassword();
		else if (meaning.kind === "secret") await this.#perform(await secretCommands(this.#dialogue, meaning.of));
		else await this.#leaveWhenDelivered();
	}

	/** Changes the password. It is typed unseen, and shown once it opens the room, as the first one was. */
	async #changePassword(): Promise<void> {
		const answer = await this.#dialogue.askSecret("Please enter the new password of the room.");
		if (answer.kind === "ended") return this.#end(exitOk);
		await this.#perform([{ kind: "setPassword", password: answer.text }], [`The password is: ${answer.text}`]);
	}

	/** Asks at a terminal. A pipe cannot answer, and has said what it wants. */
	async #confirm(lines: readonly string[], commands: readonly Command[]): Promise<void> {
		this.#dialogue.say(...lines);
		if (this.#dialogue.isTerminal) {
			const answer = await this.#dialogue.ask("Type y to send, anything else not to.");
			if (answer.kind === "ended") return this.#end(exitOk);
			if (!/^y(?:es)?$/i.test(answer.text.trim())) return this.#dialogue.say("Not sent.");
		}
		const words = commands.flatMap((command) => doneWords(command) ?? []);
		await this.#perform(commands, words);
	}

	async #perform(commands: readonly Command[], linesWhenDone: readonly string[] = []): Promise<void> {
		for (const command of commands) {
			if (await this.#isDone(command)) continue;
			// A pipe's line that was not said, or done, must not be lost in silence.
			if (!this.#isOver) this.#refusedLines += 1;
			return;
		}
		this.#dialogue.say(...linesWhenDone);
	}

	async #isDone(command: Command): Promise<boolean> {
		for (;;) {
			const change = this.#change.promise;
			const outcome = await this.#engine.perform(command);
			if (this.#isOver) return false;
			const isPatient = outcome.kind === "refused" && outcome.code === "too_many_pending";
			if (!isPatient) this.#dialogue.say(...outcomeLines(outcome));
			if (!isPatient) return outcome.kind === "done";
			// A pipe can be faster than the network: its next line waits until one has got through.
			await change;
		}
	}

	async #leaveWhenDelivered(): Promise<void> {
		const isDelivered = await soon(this.#delivered(), this.#options.deliveryTimeoutMs ?? standardDeliveryTimeoutMs);
		if (!isDelivered && !allWaitOnDisk(this.#engine.snapshot().timeline))
			return void this.#fail("timed_out", "The host did not pass on everything that was said here.");
		const notSaid = this.#refusedLines + this.#dialogue.unusableLines;
		if (this.#dialogue.isTerminal || notSaid === 0) return this.#end(exitOk);
		this.#fail("bad_text", notSaid === 1 ? "One line was not said." : `${notSaid} lines were not said.`);
	}

	async #delivered(): Promise<void> {
		let next = 0;
		while (!this.#isOver) {
			const change = this.#change.promise;
			const { timeline } = this.#engine.snapshot();
			next = unsentFrom(timeline, next);
			if (next === timeline.length) return;
			await change;
		}
	}

	#onEvent(event: Event): void {
		// A background process has other rooms too, of other windows.
		if (event.room !== undefined && event.room !== this.#engine.snapshot().room) return;
		this.#tellHosting();
		if (event.kind === "passwordRequired")
			this.#password.want(event.attemptsLeft, this.#wasInRoom && this.#isConversation);
		const line = lineOf(event, this.#options.now(), this.#engine.snapshot().people);
		if (line !== undefined) this.#dialogue.say(line);
		if (event.kind === "closed") {
			this.#tellClosed(event.code === "left" && !this.#wasInRoom ? "Nothing was joined." : endMessage(event));
			this.#end(exitCodeOf(event.code));
		}
		this.#onChange();
	}

	#onChange(): void {
		if (this.#engine.snapshot().phase.kind === "inRoom") this.#wasInRoom = true;
		this.#tellHosting();
		this.#change.resolve();
		this.#change = Promise.withResolvers();
	}

	#tellHosting(): void {
		const { hosting, buddies, room } = this.#engine.snapshot();
		// Nobody is to be told how to come into a room of two.
		if (hosting !== undefined && buddies?.every((one) => one.room !== room) !== false)
			this.#dialogue.sayWhole(...this.#hostingNews(hosting));
	}

	#tellClosed(message: string): void {
		if (this.#hasToldClosed) return;
		this.#hasToldClosed = true;
		this.#dialogue.say(programLine(this.#options.now(), message));
	}

	#accept(outcome: Outcome): boolean {
		return outcome.kind === "done" || this.#fail(outcome.code, refusalWords(outcome));
	}

	#inputEnded(missing: string): false {
		if (!this.#dialogue.isTerminal && !this.#isOver)
			this.#dialogue.say(`Error: the input ended before ${missing} came.`);
		this.#end(this.#dialogue.isTerminal ? exitOk : exitUsage);
		return false;
	}

	#fail(code: ErrorCode | EndCode, message: string): false {
		if (!this.#isOver) this.#dialogue.say(`Error: ${message}`);
		this.#end(exitCodeOf(code));
		return false;
	}

	#end(exitCode: ExitCode): void {
		this.#isOver = true;
		this.#ended.resolve(exitCode);
		this.#change.resolve();
	}
}
