// A file or folder that is being received: pieces are written to its part (beside-target.ts) as they come, and when all are there it gets its name.
import { mkdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { begin, besides, type Incoming, type Opened, removeAll, resume } from "./beside-target.ts";
import { type FileName, numbered } from "./file-names.ts";
import { hasTwinsByCase } from "./folder-list.ts";
import { type DiskTrouble, diskTroubleOf, hasCode, OpenFolder } from "./open-folder.ts";
import type { PartFile } from "./part-file.ts";
import type { PieceMarks } from "./piece-marks.ts";
import { quarantine } from "./quarantine.ts";

/** After this many bytes the file is brought to the disk; a power cut takes back no more than that. */
const SETTLE_AFTER_BYTES = 64 * 1024 * 1024;
/** When a folder has this many files of one name, something else is wrong. */
const MOST_NUMBERED = 10_000;

/**
 * Says why something cannot be received there. `noSpace`: the disk has only `free` bytes left · `twins`: names in the folder differ only in capitals, which that disk
 * cannot tell apart · `tooManyOfThatName`: ten thousand of them are there · `closed`: it was closed meanwhile.
 */
export type IncomingTrouble =
	| DiskTrouble
	| { readonly why: "noSpace"; readonly free: number; readonly detail: string }
	| { readonly why: "twins" | "tooManyOfThatName" | "closed"; readonly detail: string };

export type OpenIncomingOutcome =
	| { readonly kind: "open"; readonly file: IncomingFile }
	| { readonly kind: "refused"; readonly trouble: IncomingTrouble };

/** Says what came of writing. After `failed` the file may be closed and opened again later: what is marked is there. */
export type DiskOutcome<Done = unknown> =
	| ({ readonly kind: "done" } & Done)
	| { readonly kind: "failed"; readonly trouble: IncomingTrouble };

/** Opens the folder and what is there of the file, or begins it. */
export async function openIncoming(incoming: Incoming): Promise<OpenIncomingOutcome> {
	let folder: OpenFolder | undefined;
	try {
		if (incoming.makesFolder === true) await mkdir(incoming.into, { recursive: true });
		folder = await OpenFolder.at(incoming.into);
		const opened = (await resume(folder, incoming)) ?? (await begin(folder, incoming));
		const trouble = await whatStandsAgainst(folder, incoming, opened.marks);
		if (trouble === undefined) return { kind: "open", file: new IncomingFile(folder, incoming, opened) };
		await opened.part.close();
		await opened.marks.close();
		if (opened.marks.present === 0) await removeAll(folder, incoming);
		await folder.close();
		return { kind: "refused", trouble };
	} catch (error) {
		await folder?.close();
		return { kind: "refused", trouble: diskTroubleOf(error) };
	}
}

async function whatStandsAgainst(
	folder: OpenFolder,
	incoming: Incoming,
	marks: PieceMarks,
): Promise<IncomingTrouble | undefined> {
	const { bavail, bsize } = await statfs(folder.path);
	const free = bavail * bsize;
	const needed = incoming.size - marks.present * incoming.pieceBytes;
	if (needed > free) return { why: "noSpace", free, detail: "" };
	if (incoming.list === undefined || !hasTwinsByCase(incoming.list)) return undefined;
	// On a disk that does not tell capitals apart the marks are found by their name in capitals too.
	const { pieces } = besides(incoming);
	const capitals = pieces.toUpperCase() as FileName;
	const isBlind = (await folder.identityOf(capitals)) === (await folder.identityOf(pieces));
	return isBlind ? { why: "twins", detail: "" } : undefined;
}

/** An IncomingFile is a file or folder that is being received. It is closed by `close` or `finish`, one of which whoever has opened it calls. */
export class IncomingFile {
	readonly #folder: OpenFolder;
	readonly #incoming: Incoming;
	readonly #part: PartFile;
	readonly #marks: PieceMarks;
	/** Calls run one after another, so that nothing is written to what is being closed. */
	#turn: Promise<unknown> = Promise.resolve();
	#sinceSettled = 0;
	#isClosed = false;

	/** `openIncoming` makes them. */
	constructor(folder: OpenFolder, incoming: Incoming, { part, marks }: Opened) {
		this.#folder = folder;
		this.#incoming = incoming;
		this.#part = part;
		this.#marks = marks;
	}

	/** Counts the pieces that there are in all. */
	get pieces(): number {
		return this.#marks.count;
	}

	/** Counts the bytes that are there, verified. */
	get done(): number {
		const { size, pieceBytes } = this.#incoming;
		const last = this.#marks.count - 1;
		const short = last >= 0 && this.#marks.has(last) ? pieceBytes - (size - last * pieceBytes) : 0;
		return this.#marks.present * pieceBytes - short;
	}

	/** Tells whether a piece is there, verified. */
	has(index: number): boolean {
		return this.#marks.has(index);
	}

	/** Returns the first piece from `from` on that is missing, or `undefined` where none is. */
	firstMissing(from = 0): number | undefined {
		return this.#marks.firstMissing(from);
	}

	/** Returns how many bytes a piece has: `pieceBytes`, the last one perhaps fewer. */
	lengthOf(index: number): number {
		const { size, pieceBytes } = this.#incoming;
		return Math.min(pieceBytes, size - index * pieceBytes);
	}

	/** Writes a piece that has been verified, and marks it. Throws a RangeError for a piece there is not, or of another length. */
	write(index: number, bytes: Uint8Array): Promise<DiskOutcome> {
		if (!Number.isSafeInteger(index) || index < 0 || index >= this.pieces) throw new RangeError(`no piece ${index}`);
		if (bytes.length !== this.lengthOf(index)) throw new RangeError(`piece ${index} has ${bytes.length} bytes`);
		return this.#inTurn(async () => {
			this.#mustBeOpen();
			await this.#part.write(bytes, index * this.#incoming.pieceBytes);
			await this.#marks.add(index);
			this.#sinceSettled += bytes.length;
			if (this.#sinceSettled >= SETTLE_AFTER_BYTES) await this.#settle();
			return {};
		});
	}

	/** Fills `into` with what is there from `at` on; `count` is how many bytes that were. */
	read(into: Uint8Array, at: number): Promise<DiskOutcome<{ readonly count: number }>> {
		return this.#inTurn(async () => {
			this.#mustBeOpen();
			return { count: await this.#part.read(into, at) };
		});
	}

	/** Says what the system knows it by, before and after it has its name; `undefined` where it is not there any more. */
	async identity(): Promise<string | undefined> {
		return this.#folder.identityOf(besides(this.#incoming).part).catch(() => undefined);
	}

	/**
	 * Gives it its name, " (2)" behind it where that is taken, and returns the whole path. All pieces must be there; throws otherwise. What has failed can be tried again.
	 */
	finish(): Promise<DiskOutcome<{ readonly path: string }>> {
		if (!this.#marks.areAll) throw new Error("pieces are missing");
		return this.#inTurn(async () => {
			this.#mustBeOpen();
			await this.#part.complete();
			await this.#part.syncAtEnd();
			const { name, list } = this.#incoming;
			const given = await (list === undefined ? this.#nameFile(name) : this.#nameFolder(name));
			await this.#closeAll();
			const path = join(this.#folder.path, given);
			await quarantine(path);
			return { path };
		});
	}

	/** Closes it for now: what is there stays, and `openIncoming` goes on with it. It may be called twice. */
	close(): Promise<DiskOutcome> {
		return this.#inTurn(async () => {
			await this.#closeAll();
			return {};
		});
	}

	#mustBeOpen(): void {
		if (this.#isClosed) throw new Closed();
	}

	async #settle(): Promise<void> {
		this.#sinceSettled = 0;
		await this.#marks.settle(() => this.#part.sync());
	}

	async #closeAll(): Promise<void> {
		if (this.#isClosed) return;
		this.#isClosed = true;
		await this.#part.close();
		await this.#marks.close();
		await this.#folder.close();
	}

	/**
	 * Gives a file its name by a second one (link), which the system refuses in one step where the name is taken; then the first one goes. Where files have no second names (FAT) the name is
	 * taken by an empty file of ours, in one step too, which the rename replaces.
	 */
	async #nameFile(name: FileName): Promise<FileName> {
		const { part, pieces } = besides(this.#incoming);
		const own = await this.#folder.identityOf(part);
		for (let count = 1; count <= MOST_NUMBERED; count += 1) {
			const wanted = numbered(name, count);
			try {
				await this.#folder.link(part, wanted);
			} catch (error) {
				if (hasCode(error, "EEXIST")) {
					// The program was killed between the two steps: the name is ours already.
					if ((await this.#folder.identityOf(wanted)) !== own) continue;
				} else if (!hasCode(error, "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK")) throw error;
				else if (await this.#claimed(wanted)) await this.#folder.rename(part, wanted);
				else continue;
			}
			await this.#folder.remove(part);
			await this.#folder.remove(pieces);
			return wanted;
		}
		throw new TooMany();
	}

	async #claimed(name: FileName): Promise<boolean> {
		try {
			await (await this.#folder.create(name)).close();
			return true;
		} catch (error) {
			if (hasCode(error, "EEXIST")) return false;
			throw error;
		}
	}

	/** Gives a folder its name. Renaming a folder replaces nothing but an empty folder, and that only if it came between the look and the step. */
	async #nameFolder(name: FileName): Promise<FileName> {
		const { part, pieces } = besides(this.#incoming);
		for (let count = 1; count <= MOST_NUMBERED; count += 1) {
			const wanted = numbered(name, count);
			if ((await this.#folder.identityOf(wanted)) !== undefined) continue;
			try {
				await this.#folder.rename(part, wanted);
			} catch (error) {
				if (hasCode(error, "EEXIST", "ENOTEMPTY", "ENOTDIR")) continue;
				throw error;
			}
			await this.#folder.remove(pieces);
			return wanted;
		}
		throw new TooMany();
	}

	#inTurn<Done>(work: () => Promise<Done>): Promise<DiskOutcome<Done>> {
		const turn = this.#turn.then(async (): Promise<DiskOutcome<Done>> => {
			try {
				return { kind: "done", ...(await work()) };
			} catch (error) {
				if (error instanceof Closed) return { kind: "failed", trouble: { why: "closed", detail: "" } };
				if (error instanceof TooMany) return { kind: "failed", trouble: { why: "tooManyOfThatName", detail: "" } };
				return { kind: "failed", trouble: diskTroubleOf(error) };
			}
		});
		this.#turn = turn.catch(() => undefined);
		return turn;
	}
}

class TooMany extends Error {}

class Closed extends Error {}
