// Reads an OpenPGP key from a file or from the input; what is in it is for others to judge.
import { readBoundedFile } from "../lines/bounded-file.ts";
import type { LineReader } from "../lines/line-reader.ts";

/** Larger than any real key with its signatures. */
const keyLimitBytes = 1024 * 1024;

export type KeyFileRead =
	| { readonly kind: "read"; readonly bytes: Uint8Array }
	| { readonly kind: "failed"; readonly message: string };

/** `file` "-" takes everything the input has. */
export async function readKeyFile(file: string, reader: LineReader): Promise<KeyFileRead> {
	if (file !== "-") return readBoundedFile(file, "The key file", keyLimitBytes);
	const bytes = await reader.all(keyLimitBytes);
	return bytes === undefined
		? { kind: "failed", message: `The key has more than ${keyLimitBytes} bytes.` }
		: { kind: "read", bytes };
}
