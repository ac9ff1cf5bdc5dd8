// Reads the room's password from where `--password-file` says: a file, or the first line of the input.
import { type FileHandle, open } from "node:fs/promises";
import { decodeLine, type LineReader } from "./line-reader.ts";

/** No password is longer; a larger file is surely not a password file. */
export const PASSWORD_LIMIT_BYTES = 1024;

const READABLE_BY_OTHERS = 0o044;

/** `warning`: worth telling the person, but no reason to stop. */
export type PasswordFound =
	| { readonly kind: "found"; readonly password: string; readonly warning?: string }
	| { readonly kind: "failed"; readonly message: string };

/** `source` "-" takes exactly one line from `reader` and leaves the rest of it alone; anything else is a path. */
export function readPassword(source: string, reader: LineReader): Promise<PasswordFound> {
	return source === "-" ? readPasswordLine(reader) : readPasswordFile(source);
}

/** The password in the file at `path` (a pipe such as /dev/fd/3 works too). One line end at its end does not count. */
export async function readPasswordFile(path: string): Promise<PasswordFound> {
	let file: FileHandle;
	try {
		file = await open(path, "r");
	} catch (error) {
		return failed(`The password file cannot be opened: ${reasonOf(error)}.`);
	}
	try {
		const status = await file.stat();
		if (status.isDirectory()) return failed("The password file is a folder.");
		const found = checked(await readAtMost(file, PASSWORD_LIMIT_BYTES + 2));
		const isExposed = process.platform !== "win32" && status.isFile() && (status.mode & READABLE_BY_OTHERS) !== 0;
		if (found.kind !== "found" || !isExposed) return found;
		return {
			...found,
			warning: "Other people on this computer can read the password file. To stop that: chmod 600 FILE",
		};
	} catch (error) {
		return failed(`The password file cannot be read: ${reasonOf(error)}.`);
	} finally {
		await file.close();
	}
}

async function readPasswordLine(reader: LineReader): Promise<PasswordFound> {
	const read = await reader.nextSecret(PASSWORD_LIMIT_BYTES);
	if (read.kind === "line") return checked(read.bytes);
	return failed(read.kind === "tooLong" ? tooLong : "The input ended before a password came.");
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

const tooLong = `The password is longer than ${PASSWORD_LIMIT_BYTES} bytes.`;

/** Wipes `bytes` once the text is taken. */
function checked(bytes: Buffer): PasswordFound {
	const text = decodeLine(bytes)?.replace(/\r?\n$/, "");
	bytes.fill(0);
	if (text === undefined) return failed("The password is not UTF-8 text.");
	if (Buffer.byteLength(text) > PASSWORD_LIMIT_BYTES) return failed(tooLong);
	if (text.includes("\n")) return failed("The password file has more than one line.");
	return text === "" ? failed("The password is empty.") : { kind: "found", password: text };
}

function failed(message: string): PasswordFound {
	return { kind: "failed", message };
}

/** The system's name for what went wrong, e.g. "ENOENT"; never the path, which the person typed and may have mistaken for a password. */
function reasonOf(error: unknown): string {
	const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
	return code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "access is denied" : code;
}
