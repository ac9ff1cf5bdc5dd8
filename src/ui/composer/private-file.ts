// A text in a file that only its owner can read, in memory where the system has such a place, overwritten and removed however the program ends.
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

/** The file. `remove` may be called more than once. */
export interface PrivateFile {
	readonly path: string;
	/** It is on a disk, which may keep traces of what was in it. */
	readonly isOnDisk: boolean;
	/** What is in it now; `undefined` when it is gone or longer than `limitBytes`. */
	read(limitBytes: number): string | undefined;
	remove(): void;
}

/** Where the system says that short-lived files of this person belong. */
export interface PlaceEnvironment {
	readonly XDG_RUNTIME_DIR?: string | undefined;
}

interface Place {
	readonly folder: string;
	readonly isOnDisk: boolean;
}

// Both are file systems in memory on Linux; what is in them is gone with the session or with the power.
function placesFor({ XDG_RUNTIME_DIR: runtime }: PlaceEnvironment): readonly Place[] {
	const inMemory = [...(runtime !== undefined && isAbsolute(runtime) ? [runtime] : []), "/dev/shm"];
	return [...inMemory.map((folder) => ({ folder, isOnDisk: false })), { folder: tmpdir(), isOnDisk: true }];
}

function makeFolder(places: readonly Place[]): Place {
	for (const { folder, isOnDisk } of places) {
		try {
			// With mode 0700, as mkdtemp(3) says.
			return { folder: mkdtempSync(join(folder, "rt-message-")), isOnDisk };
		} catch (error) {
			if (isOnDisk) throw error;
		}
	}
	throw new Error("no place for a file");
}

// Overwritten before it goes, with the copies an editor may have left beside it.
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
		// Something in it is no file, or gone already: it is removed all the same.
	}
	rmSync(folder, { recursive: true, force: true });
}

/** Writes the text into a file of its own in a folder of its own. Throws when there is no place for one. */
export function makePrivateFile(text: string, env: PlaceEnvironment): PrivateFile {
	const { folder, isOnDisk } = makeFolder(placesFor(env));
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
		// The person has removed it.
		return undefined;
	}
}
