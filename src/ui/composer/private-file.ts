// Keeps a text in a file that only its owner can read: in memory where the system allows it, and overwritten and removed however the program ends.
import {
	closeSync,
	constants,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";

/** A file with secrets in it. `remove` may be called more than once. */
export interface PrivateFile {
	readonly path: string;
	/** Says whether the file is on a disk, which may keep traces of what was in it. */
	readonly isOnDisk: boolean;
	/** Reads what is in it now. Returns `undefined` when it is gone or longer than `limitBytes`. */
	read(limitBytes: number): string | undefined;
	remove(): void;
}

/** The environment variable that says where short-lived files of this person belong (XDG Base Directory Specification). */
export interface FolderEnvironment {
	readonly XDG_RUNTIME_DIR?: string | undefined;
}

interface Folder {
	readonly folder: string;
	readonly isOnDisk: boolean;
}

// Lists the folders to try in their order. On Linux the first ones are in memory: what is in them is gone with the session or with the power.
function foldersFor({ XDG_RUNTIME_DIR: runtime }: FolderEnvironment): readonly Folder[] {
	const inMemory = [...(runtime !== undefined && isAbsolute(runtime) ? [runtime] : []), "/dev/shm"];
	return [...inMemory.map((folder) => ({ folder, isOnDisk: false })), { folder: tmpdir(), isOnDisk: true }];
}

function makeFolder(folders: readonly Folder[]): Folder {
	for (const { folder, isOnDisk } of folders) {
		try {
			// mkdtemp(3) makes the folder with mode 0700.
			return { folder: mkdtempSync(join(folder, "rt-message-")), isOnDisk };
		} catch (error) {
			if (isOnDisk) throw error;
		}
	}
	throw new Error("no folder for a file");
}

// Overwrites the file, and the copies that an editor may have left beside it.
function wipe(folder: string): void {
	for (const name of readdirSync(folder)) {
		const path = join(folder, name);
		const { size } = statSync(path);
		const handle = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
		const zeros = Buffer.alloc(Math.min(size, 1 << 20));
		for (let at = 0; at < size; at += zeros.length) writeSync(handle, zeros, 0, Math.min(zeros.length, size - at), at);
		closeSync(handle);
	}
}

function removeFolder(folder: string): void {
	try {
		wipe(folder);
	} catch {
		// What is no file, or is gone already, can't be overwritten. It is removed all the same.
	}
	rmSync(folder, { recursive: true, force: true });
}

/** Writes the text into a file of its own in a folder of its own. It throws the error of the system when no folder can be written. */
export function makePrivateFile(text: string, env: FolderEnvironment): PrivateFile {
	const { folder, isOnDisk } = makeFolder(foldersFor(env));
	const path = join(folder, "message.txt");
	let isThere = true;
	const remove = () => {
		if (!isThere) return;
		isThere = false;
		process.off("exit", remove);
		removeFolder(folder);
	};
	process.on("exit", remove);
	try {
		const handle = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
		writeSync(handle, text);
		closeSync(handle);
	} catch (error) {
		remove();
		throw error;
	}
	return { path, isOnDisk, read: (limitBytes) => readBounded(path, limitBytes), remove };
}

function readBounded(path: string, limitBytes: number): string | undefined {
	try {
		return statSync(path).size > limitBytes ? undefined : readFileSync(path, "utf8");
	} catch {
		// The person has removed the file.
		return undefined;
	}
}
