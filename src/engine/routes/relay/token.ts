// The token of a private relay, which its operator and the hosts who may use it keep in a file.
import { open } from "node:fs/promises";
import { codeOf } from "../../../store/failure.ts";
import type { RelayTokenTrouble } from "../../api/own-servers.ts";
import { cleanLine } from "../../text/clean.ts";

const tokenPattern = /^[\x21-\x7e]{16,256}$/;
const longestFileBytes = 1024;
/** The mode bits by which the group and everybody else may read or write. */
const othersMode = 0o077;

export type TokenOutcome =
	| { readonly kind: "token"; readonly text: string }
	| { readonly kind: "refused"; readonly trouble: RelayTokenTrouble };

/** Reads the first line of a file. What others may read keeps no secret, and is refused. It never throws. */
export async function readRelayToken(path: string): Promise<TokenOutcome> {
	const file = cleanLine(path);
	try {
		const handle = await open(path);
		try {
			const { mode } = await handle.stat();
			if ((mode & othersMode) !== 0) return { kind: "refused", trouble: { why: "tokenOpenToOthers", file } };
			const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestFileBytes));
			const [text = ""] = buffer.toString("latin1", 0, bytesRead).split(/\r?\n/);
			if (!tokenPattern.test(text)) return { kind: "refused", trouble: { why: "tokenMakesNoSense", file } };
			return { kind: "token", text };
		} finally {
			await handle.close();
		}
	} catch (error) {
		return { kind: "refused", trouble: { why: "tokenUnreadable", file, code: codeOf(error) || "unknown reason" } };
	}
}
