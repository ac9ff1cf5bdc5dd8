// Reads the room's password from where `--password-file` says: a file, or the first line of the input.
import { readBoundedFile } from "./bounded-file.ts";
import { decodeLine, type LineReader } from "./line-reader.ts";

/** A password has at most this many bytes; a larger file is surely not a password file. */
const passwordLimitBytes = 1024;
const lineEndBytes = 2;

/** Says what came of it. `warning` is worth telling the person, but no reason to stop. */
export type PasswordFound =
	| { readonly kind: "found"; readonly password: string; readonly warning?: string }
	| { readonly kind: "failed"; readonly message: string };

/** Reads the password. `source` "-" takes exactly one line from `reader` and leaves the rest of it alone; anything else is a path. */
export function readPassword(source: string, reader: LineReader): Promise<PasswordFound> {
	return source === "-" ? readPasswordLine(reader) : readPasswordFile(source);
}

/** Reads the password in the file at `path` (a pipe such as /dev/fd/3 works too). One line end at its end does not count. */
export async function readPasswordFile(path: string): Promise<PasswordFound> {
	const file = await readBoundedFile(path, "The password file", passwordLimitBytes + lineEndBytes);
	if (file.kind === "failed") return file;
	const found = checked(file.bytes);
	if (found.kind === "failed" || !file.isExposed) return found;
	return {
		...found,
		warning: "Other people on this computer can read the password file. To stop that: chmod 600 FILE",
	};
}

async function readPasswordLine(reader: LineReader): Promise<PasswordFound> {
	const read = await reader.nextSecret(passwordLimitBytes);
	if (read.kind === "line") return checked(read.bytes);
	return failed(read.kind === "tooLong" ? tooLong : "The input ended before a password came.");
}

const tooLong = `The password is longer than ${passwordLimitBytes} bytes.`;

/** Checks the password and wipes `bytes` once the text is taken. */
function checked(bytes: Buffer): PasswordFound {
	const text = decodeLine(bytes)?.replace(/\r?\n$/, "");
	bytes.fill(0);
	if (text === undefined) return failed("The password is not UTF-8 text.");
	if (Buffer.byteLength(text) > passwordLimitBytes) return failed(tooLong);
	if (/[\r\n]/.test(text)) return failed("The password file has more than one line.");
	return text === "" ? failed("The password is empty.") : { kind: "found", password: text };
}

function failed(message: string): PasswordFound {
	return { kind: "failed", message };
}
