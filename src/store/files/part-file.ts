// Where the bytes of something that is received go until all are there: one `.part` file, or a `.part` folder in which each file is made when its first bytes come.
import type { FileHandle } from "node:fs/promises";
import type { FileName } from "./file-names.ts";
import type { FolderFile, FolderList } from "./folder-list.ts";
import { hasCode, type OpenFolder } from "./open-folder.ts";

/** The bytes of what is received, counted from its beginning to its end whatever files it consists of. */
export interface PartFile {
	write(bytes: Uint8Array, at: number): Promise<void>;
	/** Fills `into` from `at` on and returns how many bytes there were. */
	read(into: Uint8Array, at: number): Promise<number>;
	/** Brings to the disk what has been written. */
	sync(): Promise<void>;
	/** Brings to the disk what has been written, once all of it is there; of very many small files it leaves that to the system, as every copying does. */
	syncAtEnd(): Promise<void>;
	/** Makes what no bytes have made: the full length of what ends in a hole, empty files. */
	complete(): Promise<void>;
	close(): Promise<void>;
}

/** This many files are brought to the disk at once, because file systems then write one journal entry for them all. */
const SYNCED_AT_ONCE = 32;

/** Ten thousand files that are brought to the disk one by one take longer than their bytes over any line. */
const MOST_SYNCED_AT_END = 1_000;
/** At most this many of the folders inside are kept open, so that lists that go back and forth between them are walked once. */
const MOST_OPEN_FOLDERS = 64;

/** Writes the part of a single file. */
export class SinglePart implements PartFile {
	readonly #handle: FileHandle;
	readonly #size: number;

	constructor(handle: FileHandle, size: number) {
		this.#handle = handle;
		this.#size = size;
	}

	async write(bytes: Uint8Array, at: number): Promise<void> {
		await writeAll(this.#handle, bytes, at);
	}

	read(into: Uint8Array, at: number): Promise<number> {
		return readAll(this.#handle, into, at);
	}

	sync(): Promise<void> {
		return this.#handle.datasync();
	}

	syncAtEnd(): Promise<void> {
		return this.sync();
	}

	async complete(): Promise<void> {
		if ((await this.#handle.stat()).size !== this.#size) await this.#handle.truncate(this.#size);
	}

	close(): Promise<void> {
		return this.#handle.close();
	}
}

/** Writes the parts of a folder's files, one after another as its list has them. One file at a time is open. */
export class FolderPart implements PartFile {
	readonly #root: OpenFolder;
	readonly #files: readonly FolderFile[];
	#open: { readonly file: FolderFile; readonly handle: FileHandle } | undefined;
	/** Holds them by their paths, the one used last at the end. */
	readonly #inner = new Map<string, OpenFolder>();
	/** Holds the files that have been written to since the last `sync`. */
	#unsynced = new Set<FolderFile>();

	constructor(root: OpenFolder, list: FolderList) {
		this.#root = root;
		this.#files = list.files;
	}

	async write(bytes: Uint8Array, at: number): Promise<void> {
		await this.#across(bytes, at, async (handle, part, offset) => {
			await writeAll(handle, part, offset);
			if (this.#open !== undefined) this.#unsynced.add(this.#open.file);
			return part.length;
		});
	}

	read(into: Uint8Array, at: number): Promise<number> {
		return this.#across(into, at, readAll);
	}

	async sync(): Promise<void> {
		const files = [...this.#unsynced];
		this.#unsynced = new Set();
		for (let from = 0; from < files.length; from += SYNCED_AT_ONCE) {
			const handles: FileHandle[] = [];
			try {
				for (const file of files.slice(from, from + SYNCED_AT_ONCE)) {
					handles.push(await (await this.#folderOf(file.folders)).reopen(file.name));
				}
				await Promise.all(handles.map((handle) => handle.datasync()));
			} finally {
				await Promise.all(handles.map((handle) => handle.close()));
			}
		}
	}

	async syncAtEnd(): Promise<void> {
		if (this.#unsynced.size <= MOST_SYNCED_AT_END) await this.sync();
	}

	async complete(): Promise<void> {
		for (const file of this.#files) if (file.size === 0) await this.#handleOf(file);
	}

	async close(): Promise<void> {
		await this.#closeFile();
		for (const folder of this.#inner.values()) await folder.close();
		this.#inner.clear();
		await this.#root.close();
	}

	async #across(
		bytes: Uint8Array,
		at: number,
		each: (handle: FileHandle, part: Uint8Array, offset: number) => Promise<number>,
	): Promise<number> {
		let done = 0;
		for (let index = this.#fileAt(at); done < bytes.length; index += 1) {
			const file = this.#files[index];
			if (file === undefined) break;
			const offset = at + done - file.offset;
			const part = bytes.subarray(done, done + Math.min(bytes.length - done, file.size - offset));
			if (part.length === 0) continue;
			const moved = await each(await this.#handleOf(file), part, offset);
			done += moved;
			if (moved < part.length) break;
		}
		return done;
	}

	/** Finds by halving the first file that ends behind `at`. */
	#fileAt(at: number): number {
		let low = 0;
		let high = this.#files.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			const file = this.#files[middle];
			if (file !== undefined && file.offset + file.size <= at) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	async #handleOf(file: FolderFile): Promise<FileHandle> {
		if (this.#open?.file === file) return this.#open.handle;
		await this.#closeFile();
		const folder = await this.#folderOf(file.folders);
		// One that is there was made by us: the whole folder was new when this began, and its list has each path once.
		const handle = await folder.create(file.name).catch((error: unknown) => {
			if (hasCode(error, "EEXIST")) return folder.reopen(file.name);
			throw error;
		});
		this.#open = { file, handle };
		return handle;
	}

	async #folderOf(names: readonly FileName[]): Promise<OpenFolder> {
		const name = names.at(-1);
		if (name === undefined) return this.#root;
		const path = names.join("/");
		const known = this.#inner.get(path);
		if (known !== undefined) {
			this.#inner.delete(path);
			this.#inner.set(path, known);
			return known;
		}
		const folder = await entered(await this.#folderOf(names.slice(0, -1)), name);
		this.#inner.set(path, folder);
		for (const [oldest, unused] of this.#inner) {
			if (this.#inner.size <= MOST_OPEN_FOLDERS) break;
			this.#inner.delete(oldest);
			await unused.close();
		}
		return folder;
	}

	async #closeFile(): Promise<void> {
		const open = this.#open;
		this.#open = undefined;
		await open?.handle.close();
	}
}

/** Opens a folder of ours in another one, and makes it when it is missing. */
async function entered(folder: OpenFolder, name: FileName): Promise<OpenFolder> {
	try {
		return await folder.folder(name);
	} catch (error) {
		if (!hasCode(error, "ENOENT")) throw error;
		await folder.createFolder(name);
		return folder.folder(name);
	}
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
	for (let done = 0; done < bytes.length; ) {
		const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done);
		done += bytesWritten;
	}
}

async function readAll(handle: FileHandle, into: Uint8Array, at: number): Promise<number> {
	let done = 0;
	while (done < into.length) {
		const { bytesRead } = await handle.read(into, done, into.length - done, at + done);
		if (bytesRead === 0) break;
		done += bytesRead;
	}
	return done;
}
