// A folder that was opened once, in which everything is made relative to it and no link is ever followed.
//
// Node has no openat(2). Where the system has /proc/self/fd (Linux), "/proc/self/fd/N/NAME" is the same thing: the kernel goes from the folder that is open, whatever has
// become of its path, and O_NOFOLLOW guards the one component behind it. Elsewhere the path is used, and after each opening it is checked that the folder by that path is
// still the one that was opened (device and inode): a swap is noticed before a byte is written, though not before an empty file may have been made.
import { constants } from "node:fs";
import {
	type FileHandle,
	link,
	lstat,
	mkdir,
	open,
	readdir,
	realpath,
	rename,
	rmdir,
	stat,
	unlink,
} from "node:fs/promises";
import { join } from "node:path";
import { codeOf } from "../failure.ts";
import type { FileName } from "./file-names.ts";

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const { O_CREAT, O_DIRECTORY = 0, O_EXCL, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY, O_RDWR } = constants;

/** Says why the disk would not. `detail` is what the system says. */
export interface DiskTrouble {
	readonly why: "diskFull" | "notPermitted" | "noFolder" | "notOurs" | "other";
	readonly detail: string;
}

/** NotOurs is thrown where a folder is no more what it was, or holds something that is not ours under a name of ours. */
class NotOurs extends Error {
	readonly code = "NOT_OURS";
}

/** Returns what a failure of the file system means. Throws what is no such failure, for it is a bug. */
export function diskTroubleOf(error: unknown): DiskTrouble {
	if (!(error instanceof Error) || !("code" in error)) throw error;
	const code = String(error.code);
	const detail = error.message;
	if (/^(?:ENOSPC|EDQUOT|EFBIG)$/.test(code)) return { why: "diskFull", detail };
	if (/^(?:EACCES|EPERM|EROFS)$/.test(code)) return { why: "notPermitted", detail };
	if (/^(?:ENOENT|ENOTDIR)$/.test(code)) return { why: "noFolder", detail };
	if (/^(?:NOT_OURS|ELOOP)$/.test(code)) return { why: "notOurs", detail };
	return { why: "other", detail };
}

/** Tells whether an error of the file system has this code. */
export const hasCode = (error: unknown, ...codes: readonly string[]): boolean => codes.includes(codeOf(error));

let hasDescriptors: Promise<boolean> | undefined;

/** Tells whether this system lets us go on from an open folder by "/proc/self/fd". */
function goesByDescriptor(): Promise<boolean> {
	hasDescriptors ??= (async () => {
		if (process.platform !== "linux") return false;
		const root = await open("/", O_RDONLY | O_DIRECTORY);
		try {
			return (await stat(`/proc/self/fd/${root.fd}/.`)).ino === (await root.stat()).ino;
		} catch {
			return false;
		} finally {
			await root.close();
		}
	})();
	return hasDescriptors;
}

/** An OpenFolder is an open folder. Whoever has opened it closes it. All names are single components. */
export class OpenFolder {
	readonly #handle: FileHandle | undefined;
	/** The text that goes before "/NAME". */
	readonly #base: string;
	readonly #identity: string;
	/** The path at which it was opened, for people to read. */
	readonly path: string;

	private constructor(handle: FileHandle | undefined, base: string, identity: string, path: string) {
		this.#handle = handle;
		this.#base = base;
		this.#identity = identity;
		this.path = path;
	}

	/** Opens the folder that a person has named; links on the way there are theirs and are followed. Throws what the system says. */
	static async at(path: string, { byDescriptor }: { readonly byDescriptor?: boolean } = {}): Promise<OpenFolder> {
		return OpenFolder.#open(
			await realpath(path),
			O_RDONLY | O_DIRECTORY,
			undefined,
			byDescriptor ?? (await goesByDescriptor()),
		);
	}

	static async #open(
		path: string,
		flags: number,
		shown: string | undefined,
		byDescriptor: boolean,
	): Promise<OpenFolder> {
		if (!byDescriptor) {
			const found = await lstat(path, { bigint: true });
			if (!found.isDirectory()) throw new NotOurs(`not a folder: ${shown ?? path}`);
			return new OpenFolder(undefined, path, `${found.dev}:${found.ino}`, shown ?? path);
		}
		const handle = await open(path, flags | O_NONBLOCK);
		const found = await handle.stat({ bigint: true });
		return new OpenFolder(handle, `/proc/self/fd/${handle.fd}`, `${found.dev}:${found.ino}`, shown ?? path);
	}

	/** Makes a file that was not there, for reading and writing, for its owner alone. Throws EEXIST where there is anything by that name, a link too. */
	async create(name: FileName): Promise<FileHandle> {
		await this.#stillThere();
		return this.#checked(await open(this.#to(name), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, OWNER_ONLY));
	}

	/**
	 * Opens a file of our own for reading and writing: a plain one that belongs to us and has no more than `mostNames` names, else writing to it would write to another
	 * file of ours somewhere else. Throws `NotOurs`, ELOOP or ENOENT where it is none.
	 */
	async reopen(name: FileName, mostNames = 1): Promise<FileHandle> {
		await this.#stillThere();
		const path = this.#to(name);
		// No link is opened, nor anything on which opening would wait, also where O_NOFOLLOW is unknown (Windows).
		if (!(await lstat(path)).isFile()) throw new NotOurs(`not a plain file: ${name}`);
		const handle = await this.#checked(await open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK));
		const found = await handle.stat();
		if (found.isFile() && found.nlink <= mostNames && isOurs(found.uid)) return handle;
		await handle.close();
		throw new NotOurs(`not a file of ours: ${name}`);
	}

	/** Makes a folder in this one that was not there, for its owner alone. Throws EEXIST where there is anything by that name. */
	async createFolder(name: FileName): Promise<void> {
		await this.#stillThere();
		await mkdir(this.#to(name), OWNER_ONLY_FOLDER);
	}

	/** Opens a folder in this one that is our own. Throws where it is a link, somebody else's or none. */
	async folder(name: FileName): Promise<OpenFolder> {
		await this.#stillThere();
		const shown = join(this.path, name);
		const byDescriptor = this.#handle !== undefined;
		const inner = await OpenFolder.#open(this.#to(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW, shown, byDescriptor);
		if (isOurs((await inner.#stat()).uid)) return inner;
		await inner.close();
		throw new NotOurs(`not a folder of ours: ${shown}`);
	}

	/** Says what is there by a name, without following it: a number that stands for the file itself, or `undefined` where there is nothing. */
	async identityOf(name: FileName): Promise<string | undefined> {
		try {
			const found = await lstat(this.#to(name), { bigint: true });
			return `${found.dev}:${found.ino}`;
		} catch (error) {
			if (hasCode(error, "ENOENT")) return undefined;
			throw error;
		}
	}

	/** Gives a file a second name that was free, where the file system can. Throws EEXIST where it was not free. */
	async link(from: FileName, to: FileName): Promise<void> {
		await this.#stillThere();
		await link(this.#to(from), this.#to(to));
	}

	/** Renames; what has the new name goes, except that a folder replaces nothing but an empty folder. */
	async rename(from: FileName, to: FileName): Promise<void> {
		await this.#stillThere();
		await rename(this.#to(from), this.#to(to));
	}

	/** Removes a file or a link; nothing happens where there is none. */
	async remove(name: FileName): Promise<void> {
		await unlink(this.#to(name)).catch((error: unknown) => {
			if (!hasCode(error, "ENOENT")) throw error;
		});
	}

	/** Removes a folder in this one with all that is in it; links in it are removed and not followed. */
	async removeFolder(name: FileName): Promise<void> {
		const inner = await this.folder(name).catch((error: unknown) => {
			if (hasCode(error, "ENOENT")) return undefined;
			throw error;
		});
		if (inner === undefined) return;
		try {
			for (const entry of await readdir(inner.#base, { withFileTypes: true })) {
				if (entry.isDirectory()) await inner.removeFolder(entry.name as FileName);
				else await inner.remove(entry.name as FileName);
			}
		} finally {
			await inner.close();
		}
		await rmdir(this.#to(name));
	}

	/** Closes it. It may be called twice. */
	async close(): Promise<void> {
		await this.#handle?.close();
	}

	#to(name: FileName): string {
		return `${this.#base}/${name}`;
	}

	#stat(): Promise<{ readonly uid: number }> {
		return this.#handle?.stat() ?? lstat(this.#base);
	}

	async #stillThere(): Promise<void> {
		if (this.#handle !== undefined) return;
		const found = await lstat(this.#base, { bigint: true });
		if (`${found.dev}:${found.ino}` !== this.#identity) throw new NotOurs(`another folder is there now: ${this.path}`);
	}

	async #checked(handle: FileHandle): Promise<FileHandle> {
		try {
			await this.#stillThere();
			return handle;
		} catch (error) {
			await handle.close();
			throw error;
		}
	}
}

const isOurs = (uid: number): boolean => process.geteuid === undefined || uid === process.geteuid();
