// A file or folder that is received: verified pieces are opened and written; the list of a folder comes first, and nothing is made on the disk before all of it is right.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { pieceThread } from "../../crypto/file/piece-thread.ts";
import { type FileSecret, PIECE_BYTES } from "../../crypto/file/pieces.ts";
import type { Incoming } from "../../store/files/beside-target.ts";
import type { FileName } from "../../store/files/file-names.ts";
import { type FolderList, readFolderList } from "../../store/files/folder-list.ts";
import type { IncomingTrouble } from "../../store/files/incoming-file.ts";
import type { FileFailure } from "../api/files/files.ts";
import { decodeBody } from "../wire/codec.ts";
import { maxFolderFiles } from "../wire/content-kinds.ts";
import type { FileDisk, IncomingPlace, IntoFolder } from "./disk.ts";
import { allPieces, contentPieces, type Layout, partOf } from "./pieces/layout.ts";
import type { PieceSink } from "./pieces/taker.ts";

/** Says what was offered and where it goes. */
export interface ReceivingOptions {
	readonly secret: FileSecret;
	readonly root: Uint8Array;
	readonly layout: Layout;
	readonly name: FileName;
	/** It is there for a folder: the number of files in it. */
	readonly files?: number | undefined;
	readonly disk: FileDisk;
	readonly into: IntoFolder;
	readonly onFailure: (code: FileFailure) => void;
	/** Is called when there may be more to ask for. */
	readonly onReady: () => void;
	/** Is called when all of it is here, before it gets its name. */
	readonly onNaming?: (naming: Naming) => void;
}

/** Says by what something that came whole is known again, whatever it is called by then. */
export interface Naming {
	/** Is what the system knows it by. */
	readonly identity: string;
	/** Is that of the content. */
	readonly sha256: Uint8Array;
}

/** Says what came of finishing. */
export type Finished =
	| { readonly kind: "done"; readonly path: string; readonly sha256: string }
	| { readonly kind: "failed" };

const listSchema = v.pipe(v.array(v.strictObject({ path: v.string(), size: v.number() })), v.maxLength(maxFolderFiles));

/** Owns what is open on the disk. */
export class Receiving implements PieceSink {
	readonly #options: ReceivingOptions;
	readonly #list: (Uint8Array | undefined)[];
	#file: IncomingPlace | undefined;
	/** The next piece whose bytes go into the hash; `undefined`: something was there before, or came in another order. */
	#hashed: number | undefined = 0;
	readonly #content = pieceThread.newContent();
	/** The place is being opened: what was made there is closed before anything is done to it. */
	#opening: Promise<unknown> | undefined;
	#isClosed = false;

	constructor(options: ReceivingOptions) {
		this.#options = options;
		this.#list = Array.from({ length: allPieces(options.layout) - contentPieces(options.layout) });
	}

	/** Opens the place of a file; that of a folder is opened when its list is here. Returns why that can't be, if so. */
	async open(): Promise<FileFailure | undefined> {
		return this.#list.length > 0 ? undefined : this.#opened(undefined);
	}

	get isWhole(): boolean {
		return this.#file !== undefined && this.#file.firstMissing() === undefined;
	}

	/** Counts the bytes of the content that are on the disk. */
	get doneBytes(): number {
		return this.#file?.done ?? 0;
	}

	get count(): number {
		const listed = this.#list.filter((one) => one !== undefined).length;
		const { contentBytes } = this.#options.layout;
		const whole = contentPieces(this.#options.layout);
		return listed + (this.doneBytes === contentBytes ? whole : Math.floor(this.doneBytes / PIECE_BYTES));
	}

	next(busy: ReadonlySet<number>): number | undefined {
		if (this.#file === undefined) {
			const before = contentPieces(this.#options.layout);
			const missing = this.#list.findIndex((one, index) => one === undefined && !busy.has(before + index));
			return missing === -1 ? undefined : before + missing;
		}
		let piece = this.#file.firstMissing();
		while (piece !== undefined && busy.has(piece)) piece = this.#file.firstMissing(piece + 1);
		return piece;
	}

	async write(piece: number, sealed: Uint8Array): Promise<boolean> {
		const { secret, layout } = this.#options;
		const { isList, bytes } = partOf(layout, piece);
		const isNext = !isList && this.#hashed === piece;
		if (isNext) this.#hashed = piece + 1;
		else if (!isList) this.#hashed = undefined;
		const content = isNext ? { number: this.#content, bytes, isFirst: piece === 0 } : undefined;
		const opened = await pieceThread.open(secret, piece, sealed, content);
		// What got lost on the way is asked for again.
		if (opened === undefined) return !this.#isClosed;
		// The root was right, so it is its sender who has sealed something else.
		if (opened.plain === undefined) return this.#failed("wrong_bytes");
		const isTaken = await this.#took(piece, opened.plain.subarray(0, bytes), isList);
		pieceThread.giveBack(opened.plain);
		return isTaken;
	}

	/** Gives it its name. It fails where pieces are missing: whoever says that all is here may be wrong. */
	async finish(): Promise<Finished> {
		if (!this.isWhole) return { kind: "failed" };
		const sha256 = await this.#sha256();
		const identity = await this.#file?.identity();
		if (this.#isClosed) return { kind: "failed" };
		if (identity !== undefined && sha256 !== undefined)
			this.#options.onNaming?.({ identity, sha256: Buffer.from(sha256, "hex") });
		const finished = await this.#file?.finish();
		if (finished?.kind !== "done" || sha256 === undefined) {
			if (finished?.kind === "failed") this.#failed(failureOf(finished.trouble));
			return { kind: "failed" };
		}
		this.#isClosed = true;
		return { kind: "done", path: finished.path, sha256 };
	}

	/** Stops; what is there stays. */
	async close(): Promise<void> {
		this.#isClosed = true;
		pieceThread.forget(this.#content);
		await this.#opening;
		await this.#file?.close();
	}

	#took(piece: number, content: Uint8Array, isList: boolean): Promise<boolean> {
		return isList ? this.#listed(piece, content) : this.#written(piece, content);
	}

	async #written(piece: number, content: Uint8Array): Promise<boolean> {
		const outcome = await this.#file?.write(piece, content);
		if (this.#isClosed || outcome === undefined) return false;
		return outcome.kind === "done" || this.#failed(failureOf(outcome.trouble));
	}

	async #listed(piece: number, content: Uint8Array): Promise<boolean> {
		this.#list[piece - contentPieces(this.#options.layout)] = Uint8Array.from(content);
		const parts = this.#list.filter((one) => one !== undefined);
		if (parts.length < this.#list.length) return true;
		const list = this.#readList(Buffer.concat(parts));
		if (list === undefined) return this.#failed("bad_list");
		const failure = await this.#opened(list);
		if (failure !== undefined) return this.#failed(failure);
		this.#options.onReady();
		return true;
	}

	#readList(bytes: Uint8Array): FolderList | undefined {
		const { layout, files } = this.#options;
		const decoded = decodeBody(listSchema, bytes);
		const read = decoded.kind === "value" ? readFolderList(decoded.value) : undefined;
		if (read?.kind !== "list") return undefined;
		const { list } = read;
		return list.size === layout.contentBytes && list.files.length === files ? list : undefined;
	}

	#opened(list: FolderList | undefined): Promise<FileFailure | undefined> {
		const opening = this.#openPlace(list);
		this.#opening = opening;
		return opening;
	}

	async #openPlace(list: FolderList | undefined): Promise<FileFailure | undefined> {
		const { secret, root, layout, name, disk, into } = this.#options;
		const incoming: Incoming = {
			id: secret.id,
			root,
			name,
			size: layout.contentBytes,
			pieceBytes: PIECE_BYTES,
			into: into.folder,
			makesFolder: into.makesFolder,
			...(list === undefined ? {} : { list }),
		};
		const opened = await disk.receive(incoming);
		if (opened.kind === "refused") return failureOf(opened.trouble);
		if (this.#isClosed) {
			await opened.file.close();
			return "gone";
		}
		this.#file = opened.file;
		// What was there before is hashed at the end, in one go.
		if (opened.file.done > 0) this.#hashed = undefined;
		return undefined;
	}

	/** Returns the hash of the content, which was made on the way where everything came in order; else it is read once more. `undefined`: it can't be read. */
	async #sha256(): Promise<string | undefined> {
		const { layout } = this.#options;
		const onTheWay = await pieceThread.digest(this.#content);
		if (onTheWay && this.#hashed === contentPieces(layout)) return Buffer.from(onTheWay).toString("hex");
		const hash = createHash("sha256");
		const into = Buffer.allocUnsafe(PIECE_BYTES);
		for (let at = 0; at < layout.contentBytes; at += PIECE_BYTES) {
			const part = into.subarray(0, Math.min(PIECE_BYTES, layout.contentBytes - at));
			const read = await this.#file?.read(part, at);
			if (read?.kind !== "done" || read.count !== part.length) {
				this.#failed(read?.kind === "failed" ? failureOf(read.trouble) : "cannot_write");
				return undefined;
			}
			hash.update(part);
		}
		return hash.digest("hex");
	}

	#failed(code: FileFailure): false {
		if (!this.#isClosed) this.#options.onFailure(code);
		return false;
	}
}

function failureOf({ why }: IncomingTrouble): FileFailure {
	if (why === "diskFull" || why === "noSpace") return "disk_full";
	return why === "twins" ? "bad_list" : "cannot_write";
}
