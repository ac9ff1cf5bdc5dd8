// The lines of a room and what becomes of them. Everything here follows the order of the room, so every member comes to the same.
import { type Fingerprint, parseFingerprint, shortFingerprint } from "../../crypto/identity/fingerprint.ts";
import type { LineEntry, ReplyView } from "../api/content.ts";
import type { Event } from "../api/events.ts";
import type { Person } from "../api/people.ts";
import type { LineKeeper } from "../history/line-keeper.ts";
import { cleanLine, cleanText } from "../text/clean.ts";
import { isOneEmoji } from "../text/emoji.ts";
import { mentions } from "../text/mention.ts";
import type { BodyOf, LineReference } from "../wire/content-kinds.ts";
import { reactionsAfter } from "./reactions.ts";
import { RoomTimeline } from "./timeline.ts";

/** An edit changes at most this many quotes, the newest ones, because a line with ever more answers could be edited a hundred times a second. */
export const maxRequoted = 500;
/** The longest quote that is shown, in UTF-16 units. */
const quoteLength = 120;

export type Said = BodyOf<"text"> | BodyOf<"action"> | BodyOf<"file">;

export interface LinesOptions {
	readonly self: Fingerprint;
	/** Returns our own name, as others see it. */
	readonly ownName: () => string;
	readonly nameOf: (fingerprint: Fingerprint) => string | undefined;
	readonly emit: (event: Event) => void;
}

/** This many lines are shown at once when a room that has a history is opened. */
const firstLines = 100;

/** Reads a fingerprint from the bytes of a `LineReference`. */
function fingerprintOf(bytes: Uint8Array): Fingerprint | undefined {
	return parseFingerprint(Buffer.from(bytes).toString("hex"));
}

/** Returns the id that the author gave the line: 32 hex digits. */
export function contentIdOf(line: LineEntry): string {
	return line.id.slice(-32);
}

/** Keeps the lines of one Room, which owns and changes them. */
export class Lines {
	readonly timeline: RoomTimeline;
	readonly #options: LinesOptions;
	/** Ids of the lines that answer a line, by its id. */
	readonly #answers = new Map<string, string[]>();
	/** Everybody who said something: an id alone is looked for among theirs. */
	readonly #authors = new Set<Fingerprint>();
	/** Lines of the history that may come once more, because the program was killed before it knew that they were shown. */
	readonly #mayComeAgain = new Set<string>();
	#keeper: LineKeeper | undefined;
	/** The newest entry when it was decided that what is said is kept. */
	#keptAfter: { readonly id: string | undefined } | undefined;
	/** The number of the oldest line that was taken from the disk; 0: nothing is to be had there. */
	#oldestRow = 0;
	#hasOlder = false;

	constructor(options: LinesOptions) {
		this.#options = options;
		this.timeline = new RoomTimeline(({ id }) => this.#answers.delete(id));
	}

	/** Returns the Entry.id of a line: an own one is known by the id alone. */
	entryId(by: Fingerprint, id: string): string {
		return by === this.#options.self ? id : `${by} ${id}`;
	}

	/** Tells whether the disk has lines from before those that are here. */
	get hasOlder(): boolean {
		return this.#hasOlder;
	}

	/** Returns the number of the oldest line that was taken from the disk; before it are those that are not here. */
	get oldestRow(): number {
		return this.#oldestRow;
	}

	/** Keeps what is said from here on, as soon as there is where to keep it. */
	willKeep(): void {
		this.#keptAfter = { id: this.timeline.newest() };
	}

	/** Keeps what is said since `willKeep`, and from now on, or with `undefined` no longer. The newest lines that were kept before are shown; returns them. */
	keepIn(keeper: LineKeeper | undefined): readonly LineEntry[] {
		this.#keeper = keeper;
		this.forgotten();
		// Where it was decided just now, or is decided anew later, it begins then.
		if (keeper === undefined || this.#keptAfter === undefined) this.willKeep();
		if (keeper === undefined) return [];
		const since = this.timeline.placedAfter(this.#keptAfter?.id);
		const isNew = keeper.before(undefined, 1).length === 0;
		if (!isNew) this.#oldestRow = Number.MAX_SAFE_INTEGER;
		const shown = isNew ? [] : this.older(firstLines);
		for (const { id } of shown) this.#mayComeAgain.add(id);
		for (const entry of since) if (entry.kind === "line") this.#keep(entry);
		return shown;
	}

	/** Is called when what was kept is forgotten; what is here stays. */
	forgotten(): void {
		this.#hasOlder = false;
		this.#oldestRow = 0;
	}

	/** Takes older lines from the disk, as many as `limit`, and returns them. None: there are no more, or there is no room for them. */
	older(limit: number): readonly LineEntry[] {
		const found = this.#keeper?.before(this.#oldestRow, limit) ?? [];
		const lines = found.flatMap(({ line }) => (this.timeline.indexOf(line.id) === undefined ? [line] : []));
		const isTaken = found.length > 0 && this.timeline.prepend(lines);
		if (isTaken) this.#oldestRow = found[0]?.row ?? 0;
		this.#hasOlder = isTaken && (this.#keeper?.before(this.#oldestRow, 1).length ?? 0) > 0;
		if (!isTaken) return [];
		for (const { id, from, reply } of lines) {
			this.#authors.add(from.fingerprint);
			if (reply?.id !== undefined) this.#remember(reply.id, id);
		}
		return lines;
	}

	/** Returns the line a Command means: by Entry.id, or by the author's id when that is of one line only. */
	find(id: string): LineEntry | undefined {
		const exact = this.#line(id);
		if (exact) return exact;
		const found = [...this.#authors].flatMap((author) => this.timeline.find(`${author} ${id}`) ?? []);
		return found.length === 0 ? this.#keeper?.findNamed(id) : found.length === 1 ? found[0] : undefined;
	}

	/** Makes the line as a new entry, complete but for its delivery. */
	compose(from: Person, id: string, said: Said, at: number): Omit<LineEntry, "delivery"> {
		const text = said.kind === "file" ? cleanLine(said.name) : cleanText(said.text);
		const entryId = this.entryId(from.fingerprint, id);
		const reply = said.kind === "text" && said.reply ? this.#replyView(said.reply, from.isSelf) : undefined;
		if (reply?.id) this.#remember(reply.id, entryId);
		return {
			kind: "line",
			id: entryId,
			at,
			from,
			text,
			...(said.kind === "action" ? { isAction: true } : {}),
			...(said.kind === "file" ? { file: id } : {}),
			...(reply ? { reply } : {}),
			...this.#mention(from, text),
		};
	}

	/** Adds a line of somebody else in its place. It returns `undefined` when the line has been here before. */
	add(from: Person, id: string, said: Said, at: number, isMissed = false): LineEntry | undefined {
		const known = this.timeline.find(this.entryId(from.fingerprint, id));
		if (known) {
			if (!this.#mayComeAgain.delete(known.id) || known.gone) return undefined;
			this.#tell(known, false, isMissed);
			return known;
		}
		const line: LineEntry = { ...this.compose(from, id, said, at), delivery: { kind: "sent" } };
		this.#authors.add(from.fingerprint);
		this.timeline.add(line);
		this.#keep(line);
		// A file is told by events of its own.
		if (line.file === undefined) this.#tell(line, false, isMissed);
		return line;
	}

	/** Gives a line of our own its place. */
	place(id: string): LineEntry | undefined {
		const line = this.timeline.placeWaiting(id);
		if (!line) return undefined;
		this.#keep(line);
		this.#tell(line, true);
		return line;
	}

	/** Lets the line disappear at `disappearsAt`, in milliseconds since the epoch. */
	disappearsAt(id: string, disappearsAt: number): void {
		const line = this.timeline.find(id);
		if (line) this.#replace({ ...line, disappearsAt });
	}

	/** Changes a line of the same author. Anything else is left alone, without a trace. */
	edit(by: Person, id: string, newText: string): void {
		const line = this.#line(this.entryId(by.fingerprint, id));
		if (!line || line.gone || line.file !== undefined) return;
		const text = cleanText(newText);
		const { mentionsMe: _, ...rest } = line;
		this.#replace({ ...rest, text, isEdited: true, ...this.#mention(by, text) });
		this.#requote(line.id, text);
		this.#options.emit({ kind: "messageEdited", id, from: line.from, text });
	}

	delete(by: Person, id: string): void {
		this.#empty(this.entryId(by.fingerprint, id), "deleted");
	}

	/** Is called when the time of this line is over. */
	disappear(entryId: string): void {
		this.#empty(entryId, "disappeared");
	}

	react(by: Person, of: LineReference, emoji: string, isOn: boolean): void {
		const author = fingerprintOf(of.by);
		const line = author && this.#line(this.entryId(author, Buffer.from(of.id).toString("hex")));
		if (!line || line.gone || !isOneEmoji(emoji)) return;
		const after = reactionsAfter(line.reactions ?? [], { by, emoji, isOn }, this.#options.self);
		if (!after) return;
		const { reactions: _, ...rest } = line;
		this.#replace(after.length > 0 ? { ...rest, reactions: after } : rest);
		this.#options.emit({ kind: "reaction", id: contentIdOf(line), from: line.from, by, emoji, isOn });
	}

	/** Is called when it has changed how well this person is known: what they have said under this name is shown so too. */
	changedPerson({ fingerprint, name, trust }: Person): void {
		if (!this.#authors.has(fingerprint)) return;
		for (let index = 0; index < this.timeline.length; index++) {
			const line = this.timeline.at(index);
			if (line?.kind !== "line" || line.from.fingerprint !== fingerprint || line.from.name !== name) continue;
			const { formerKeys: _, ...from } = line.from;
			this.timeline.replace({ ...line, from: { ...from, trust } });
		}
	}

	/** Finds a line that is here, or on the disk. */
	#line(entryId: string): LineEntry | undefined {
		return this.timeline.find(entryId) ?? this.#keeper?.find(entryId);
	}

	#replace(line: LineEntry): void {
		if (this.timeline.indexOf(line.id) !== undefined) this.timeline.replace(line);
		if (isPlaced(line)) this.#keeper?.changed(line);
	}

	#keep(line: LineEntry): void {
		this.#keeper?.keep(line);
	}

	#remember(answered: string, answer: string): void {
		const answers = this.#answers.get(answered);
		if (answers) answers.push(answer);
		else this.#answers.set(answered, [answer]);
	}

	#empty(entryId: string, gone: "deleted" | "disappeared"): void {
		const line = this.#line(entryId);
		if (!line || line.gone) return;
		const { kind, id, at, from, delivery } = line;
		this.#replace({ kind, id, at, from, delivery, text: "", gone });
		this.#requote(id, "");
		this.#options.emit({ kind: "messageDeleted", id: contentIdOf(line), from, reason: gone });
	}

	#replyView(
		{ of, quote }: { readonly of: LineReference; readonly quote: string },
		isOurs: boolean,
	): ReplyView | undefined {
		const author = fingerprintOf(of.by);
		if (!author) return undefined;
		const target = this.#line(this.entryId(author, Buffer.from(of.id).toString("hex")));
		// What was really said counts, not what the answering person says it was.
		if (target) return { id: target.id, name: target.from.name, text: quoteOf(target.text) };
		const name = this.#options.nameOf(author) ?? shortFingerprint(author);
		// What we quoted ourselves was here when we did: it waits since before a restart.
		return { name, text: quoteOf(cleanText(quote)), ...(isOurs ? {} : { isUnchecked: true }) };
	}

	/** Changes what is quoted of a line together with the line: what was taken back must not live on in a quote, in none of them. */
	#requote(id: string, text: string): void {
		const answers = this.#answers.get(id) ?? [];
		for (const answer of text === "" ? answers : answers.slice(-maxRequoted)) {
			const line = this.timeline.find(answer);
			if (line?.reply) this.timeline.replace({ ...line, reply: { ...line.reply, text: quoteOf(text) } });
		}
		if (text === "") this.#answers.delete(id);
		this.#keeper?.requote(id, quoteOf(text), maxRequoted);
	}

	#mention(from: Person, text: string): Pick<LineEntry, "mentionsMe"> {
		return !from.isSelf && mentions(text, this.#options.ownName()) ? { mentionsMe: true } : {};
	}

	#tell(line: LineEntry, own: boolean, isMissed = false): void {
		const { from, at, text, isAction, mentionsMe, reply } = line;
		const target = reply?.id === undefined ? undefined : this.#line(reply.id);
		this.#options.emit({
			kind: "message",
			id: contentIdOf(line),
			from,
			at,
			text,
			own,
			...(isMissed ? { missed: true } : {}),
			...(isAction ? { isAction } : {}),
			...(mentionsMe ? { mentionsMe } : {}),
			...(target ? { replyTo: { id: contentIdOf(target), fingerprint: target.from.fingerprint } } : {}),
		});
	}
}

/** Tells whether a line has its place: what has none yet is not kept. */
const isPlaced = ({ delivery }: LineEntry): boolean => delivery.kind !== "sending" && delivery.kind !== "failed";

/** Returns the beginning of a text, as one line. */
function quoteOf(text: string): string {
	const line = cleanLine(text);
	return line.length <= quoteLength ? line : `${cleanLine(line, quoteLength - 1)}…`;
}
