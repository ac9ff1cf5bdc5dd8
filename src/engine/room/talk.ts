// What is said in a room, taken in: each content goes where it belongs. Others' contents and our own come here in the order of the room.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { LineEntry, TalkView } from "../api/content.ts";
import type { Event } from "../api/events.ts";
import type { Notice } from "../api/notices.ts";
import type { Person } from "../api/people.ts";
import type { LineKeeper } from "../history/line-keeper.ts";
import type { Outgoing } from "../member/outbox.ts";
import { type Content, isQuiet } from "../wire/content.ts";
import type { Body, BodyOf } from "../wire/content-kinds.ts";
import { Reach, type Reached } from "./delivery-counts.ts";
import { Disappearing } from "./disappearing.ts";
import { contentIdOf, Lines, type Said } from "./lines.ts";
import { TypingBoard } from "./typing.ts";
import type { UnsentLine } from "./unsent.ts";

export interface TalkOptions {
	readonly self: Fingerprint;
	readonly host: Fingerprint;
	readonly person: (fingerprint: Fingerprint) => Person | undefined;
	readonly people: () => readonly Person[];
	/** Returns milliseconds since the epoch. */
	readonly now: () => number;
	/** Returns milliseconds on a clock that only goes forward. */
	readonly uptime: () => number;
	readonly emit: (event: Event) => void;
	readonly notice: (notice: Notice) => void;
	/** The host says that the room lasts, or for how long. */
	readonly onKeep?: (policy: BodyOf<"keep">) => void;
	/** The host says by which invite it can be reached from now on. */
	readonly onWay?: (invite: string) => void;
	/** Somebody offers a file. Returns whether it is shown; `tooMany`: not, because so many wait for an answer. */
	readonly onFile?: ((from: Person, id: Uint8Array, file: BodyOf<"file">) => boolean | "tooMany") | undefined;
	/** An offer was left out because there are too many; tells it once in a while. */
	readonly onOfferLeftOut?: () => void;
	/** Somebody says what has become of a file. */
	readonly onFileNews?: ((from: Person, news: BodyOf<"quiet-file">) => void) | undefined;
	/** Somebody who had declined a file wants it after all. */
	readonly onFileWanted?: ((from: Person, of: BodyOf<"quiet-file-wanted">["of"]) => void) | undefined;
	/** Is called when what a view shows has changed by itself, with the time. */
	readonly changed: () => void;
}

/** Keeps what is said in one Room, which owns and changes it. */
export class Talk {
	readonly lines: Lines;
	readonly #options: TalkOptions;
	readonly #reach = new Reach();
	readonly #typing: TypingBoard<Fingerprint>;
	readonly #disappearing: Disappearing;
	/** Holds our own lines without a place, by id: what is shown of them is cleaned and cut, and they may have to be said again. */
	readonly #unplaced = new Map<string, UnsentLine>();
	#disappearSeconds = 0;
	#lastLineSeq = 0;
	#waitsFor: string | undefined;

	constructor(options: TalkOptions) {
		this.#options = options;
		const { self, person, uptime, emit, changed } = options;
		this.lines = new Lines({
			self,
			emit,
			ownName: () => person(self)?.name ?? "",
			nameOf: (fingerprint) => person(fingerprint)?.name,
		});
		this.#typing = new TypingBoard((who) => {
			this.#tellTyping(who, false);
			changed();
		});
		this.#disappearing = new Disappearing(uptime, (ids) => {
			for (const id of ids) this.lines.disappear(id);
			changed();
		});
	}

	/** Returns the place of the newest line of somebody else. */
	get lastLineSeq(): number {
		return this.#lastLineSeq;
	}

	/** Returns after how many seconds lines disappear; 0 means that they stay. */
	get disappearSeconds(): number {
		return this.#disappearSeconds;
	}

	view(): Pick<TalkView, "typing" | "disappearAfterSeconds"> {
		const typing = this.#typing.typing().flatMap((who) => this.#options.person(who) ?? []);
		return { typing, ...(this.#disappearSeconds > 0 ? { disappearAfterSeconds: this.#disappearSeconds } : {}) };
	}

	/** Keeps the lines from now on, or no longer. */
	keepIn(keeper: LineKeeper | undefined): void {
		this.#willDisappear(this.lines.keepIn(keeper));
	}

	/** Takes older lines from the disk. Returns whether there were any. */
	older(limit: number): boolean {
		const lines = this.lines.older(limit);
		this.#willDisappear(lines);
		return lines.length > 0;
	}

	/** Shows an own line at once; it gets its place later. */
	say(id: string, said: Said, at: number): void {
		this.#wait({ id, said, at }, "sending");
	}

	/** Shows own lines that were said before our program ended. The history may have one already: the program was killed before it was noted as shown. */
	waits(lines: readonly Outgoing[]): void {
		for (const { id, at, body } of lines) {
			const isShown = this.lines.timeline.find(id) !== undefined;
			if (!isShown && (body.kind === "text" || body.kind === "action")) this.say(id, body, at);
		}
	}

	/** Is told that the host of a kept room is away, with their name, or back again: what we say waits on the disk meanwhile. */
	hostAway(name: string | undefined): void {
		this.#waitsFor = name;
		const { timeline } = this.lines;
		for (const line of timeline.waiting())
			if (line.delivery.kind === "sending") timeline.replace({ ...line, delivery: this.#sending() });
	}

	#sending(): LineEntry["delivery"] {
		return { kind: "sending", ...(this.#waitsFor === undefined ? {} : { waitsFor: this.#waitsFor }) };
	}

	/** Returns our own lines that have no place, oldest first. */
	unplaced(): readonly UnsentLine[] {
		return this.lines.timeline.waiting().flatMap(({ id }) => this.#unplaced.get(id) ?? []);
	}

	/** Shows a line of an earlier stay that was not sent. */
	addUnsent(line: UnsentLine): void {
		this.#wait(line, "failed");
	}

	/** Says whether an own line has no place yet. */
	isSending(id: string): boolean {
		return this.lines.timeline.find(id)?.delivery.kind === "sending";
	}

	/** Takes out a line that has no place yet, and never will. */
	takeBack(id: string): void {
		this.#unplaced.delete(id);
		this.lines.timeline.takeWaiting(id);
	}

	/** Takes out a line that was not sent. */
	takeUnsent(id: string): UnsentLine | undefined {
		if (this.lines.timeline.find(id)?.delivery.kind !== "failed") return undefined;
		const line = this.#unplaced.get(id);
		this.#unplaced.delete(id);
		this.lines.timeline.takeWaiting(id);
		return line;
	}

	/** Takes in somebody else's content, at its place. */
	heard(from: Person, content: Content, seq: number, isMissed = false): void {
		this.#reached(this.#reach.seen(from.fingerprint, Math.min(content.seen.seq, seq - 1)));
		const id = Buffer.from(content.id).toString("hex");
		switch (content.kind) {
			case "text":
			case "action":
				this.#line(from, id, content, seq, isMissed ? content.at : undefined);
				return;
			case "file":
				this.#offer(from, id, content, seq, isMissed);
				return;
			case "quiet-file":
				this.#options.onFileNews?.(from, content);
				return;
			case "quiet-file-wanted":
				this.#options.onFileWanted?.(from, content.of);
				return;
			case "typing":
				if (this.#typing.set(from.fingerprint, content.on)) this.#tellTyping(from.fingerprint, content.on);
				return;
			case "unknown":
				if (isQuiet(content.name)) return;
				this.#options.notice({ code: "unknownContent", name: from.name });
				return;
			default:
				this.#change(from, content);
		}
	}

	#offer(from: Person, id: string, content: Content & BodyOf<"file">, seq: number, isMissed: boolean): void {
		const shown = this.#options.onFile?.(from, content.id, content) ?? false;
		if (shown === "tooMany") this.#options.onOfferLeftOut?.();
		else if (shown) this.#line(from, id, content, seq, isMissed ? content.at : undefined);
	}

	/** Is called when content of our own has its place. */
	placed({ id, body }: Outgoing, seq: number): void {
		const { person, people, self } = this.#options;
		if (body.kind === "text" || body.kind === "action" || body.kind === "file") {
			this.#unplaced.delete(id);
			const line = body.kind === "file" ? this.#placedFile(id, body) : this.lines.place(id);
			const others = people().filter((one) => !one.isSelf);
			if (line)
				this.#reach.placed(
					line.id,
					seq,
					others.map(({ fingerprint }) => fingerprint),
				);
			if (line && others.length === 0) this.lines.timeline.replace({ ...line, delivery: { kind: "unheard" } });
			if (line) this.#timed(line.id);
			return;
		}
		const from = person(self);
		if (from) this.#change(from, body);
	}

	/** Shows the line of our own file once the file is to be had. */
	#placedFile(id: string, body: BodyOf<"file">): LineEntry | undefined {
		const { person, self, now } = this.#options;
		const from = person(self);
		return from && this.lines.add(from, id, body, now());
	}

	/** Is told that somebody has left the room, or has entered anew without what was said before. */
	left(who: Fingerprint): void {
		if (this.#typing.set(who, false)) this.#tellTyping(who, false);
		this.#reached(this.#reach.left(who));
	}

	/** Is called when the room is over: what waits will not be sent. */
	close(): void {
		this.#typing.stop();
		this.#disappearing.stop();
		for (const line of this.lines.timeline.waiting())
			this.lines.timeline.replace({ ...line, delivery: { kind: "failed" } });
	}

	#wait(line: UnsentLine, kind: "sending" | "failed"): void {
		const { person, self } = this.#options;
		const from = person(self);
		if (!from) return;
		this.#unplaced.set(line.id, line);
		const shown = this.lines.compose(from, line.id, line.said, line.at);
		this.lines.timeline.addWaiting({ ...shown, delivery: kind === "sending" ? this.#sending() : { kind } });
	}

	/** Makes the line that is shown. `missedAt` is when its sender says that it was said, where it has waited for us. */
	#line(from: Person, id: string, said: Said, seq: number, missedAt?: number): void {
		this.#typing.set(from.fingerprint, false);
		// The sender's clock is only a claim; what is shown is when the line came.
		const now = this.#options.now();
		const line = this.lines.add(from, id, said, Math.min(missedAt ?? now, now), missedAt !== undefined);
		if (!line) return;
		this.#lastLineSeq = seq;
		this.#timed(line.id);
	}

	/** Changes something that is there already, whether it is our own or another's. */
	#change(by: Person, body: Body): void {
		switch (body.kind) {
			case "edit":
				this.lines.edit(by, Buffer.from(body.of).toString("hex"), body.text);
				return;
			case "delete":
				this.lines.delete(by, Buffer.from(body.of).toString("hex"));
				return;
			case "react":
				this.lines.react(by, body.of, body.emoji, body.on);
				return;
			case "keep":
				if (by.fingerprint === this.#options.host) this.#options.onKeep?.(body);
				return;
			case "quiet-way":
				if (by.fingerprint === this.#options.host) this.#options.onWay?.(body.invite);
				return;
			case "disappear":
				if (by.fingerprint === this.#options.host) this.#setDisappearing(body.seconds);
		}
	}

	#setDisappearing(seconds: number): void {
		if (seconds === this.#disappearSeconds) return;
		this.#disappearSeconds = seconds;
		this.#options.emit({ kind: "disappearing", ...(seconds > 0 ? { seconds } : {}) });
		this.#options.notice({ code: "disappearing", seconds });
	}

	#willDisappear(lines: readonly LineEntry[]): void {
		const now = this.#options.now();
		const due = lines.flatMap(({ id, disappearsAt }) =>
			disappearsAt === undefined ? [] : [{ id, leftMs: Math.max(0, disappearsAt - now) }],
		);
		this.#disappearing.restore(due);
	}

	#timed(id: string): void {
		const line = this.#disappearSeconds > 0 ? this.lines.timeline.find(id) : undefined;
		if (!line || line.disappearsAt !== undefined) return;
		const leftMs = this.#disappearing.add(id, this.#disappearSeconds);
		this.lines.disappearsAt(id, this.#options.now() + leftMs);
	}

	#tellTyping(who: Fingerprint, isTyping: boolean): void {
		const member = this.#options.person(who);
		if (member) this.#options.emit({ kind: "typing", member, isTyping });
	}

	#reached(news: readonly Reached[]): void {
		for (const { id, count, of } of news) {
			const line = this.lines.timeline.find(id);
			if (!line) continue;
			this.lines.timeline.replace({ ...line, delivery: { kind: "reached", count, of } });
			this.#options.emit({ kind: "delivery", id: contentIdOf(line), count, of });
		}
	}
}
