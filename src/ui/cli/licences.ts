// `rt licences`: shows the licences of what others have written. The build puts them into a file beside the program.
import { readFile } from "node:fs/promises";

/**
 * Writes that file to `output` and resolves, when all of it is out, to whether it was there: it is not when the sources run as they are.
 * Whoever closes the other end before, as `less` and `head` do, has seen enough, which is no error.
 */
export async function showLicences(output: NodeJS.WritableStream): Promise<boolean> {
	const file = new URL("./THIRD-PARTY-LICENCES", import.meta.url);
	const text = await readFile(file, "utf8").catch(() => undefined);
	if (text === undefined) return false;
	await new Promise<void>((resolve) => {
		output.once("error", () => resolve());
		output.write(text, () => resolve());
	});
	return true;
}
