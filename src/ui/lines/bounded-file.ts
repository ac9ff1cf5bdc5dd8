// Reads small files whole, and says in words why one cannot be read. A pipe such as /dev/fd/3 works too.
import { type FileHandle, open } from "node:fs/promises";
import { fileTroubleWords } from "../text/file-trouble.ts";

/** Says what came of the reading. `isExposed` tells that other people on this computer can read the file. */
export type FileRead =
	| { readonly kind: "read"; readonly bytes: Buffer; readonly isExposed: boolean }
	| { readonly kind: "failed"; readonly message: string };

const readableByOthers = 0o044;

/**
 * Reads a file of at most so many bytes. `what` names it in messages, e.g. "The key file": the path itself is never repeated, it may be a secret typed in the
 * wrong place.
 */
export async function readBoundedFile(path: string, what: string, limitBytes: number): Promise<FileRead> {
	let file: FileHandle;
	try {
		file = await open(path, "r");
	} catch (error) {
		return failed(`${what} cannot be opened: ${reasonOf(error)}.`);
	}
	try {
		const status = await file.stat();
		if (status.isDirectory()) return failed(`${what} is a folder.`);
		const bytes = await readAtMost(file, limitBytes + 1);
		if (bytes.length > limitBytes) return failed(`${what} has more than ${limitBytes} bytes.`);
		const isExposed = process.platform !== "win32" && status.isFile() && (status.mode & readableByOthers) !== 0;
		return { kind: "read", bytes, isExposed };
	} catch (error) {
		return failed(`${what} cannot be read: ${reasonOf(error)}.`);
	} finally {
		await file.close();
	}
}

async function readAtMost(file: FileHandle, limitBytes: number): Promise<Buffer> {
	const buffer = Buffer.alloc(limitBytes);
	let sizeBytes = 0;
	while (sizeBytes < limitBytes) {
		const { bytesRead } = await file.read(buffer, sizeBytes, limitBytes - sizeBytes, null);
		if (bytesRead === 0) break;
		sizeBytes += bytesRead;
	}
	return buffer.subarray(0, sizeBytes);
}

function failed(message: string): FileRead {
	return { kind: "failed", message };
}

function reasonOf(error: unknown): string {
	return fileTroubleWords(error instanceof Error && "code" in error ? String(error.code) : "unknown reason");
}
