// The disk of a program, for the files of its rooms. Relative paths go out from where the program runs.
import { homedir } from "node:os";
import { join } from "node:path";
import { discardIncoming } from "../../store/files/beside-target.ts";
import { openIncoming } from "../../store/files/incoming-file.ts";
import { findNamed } from "../../store/files/named-file.ts";
import { OutgoingFile } from "../../store/files/outgoing-file.ts";
import { planOutgoing, wholePath } from "../../store/files/outgoing-plan.ts";
import type { FileDisk } from "./disk.ts";

const here = () => ({ folder: process.cwd(), home: homedir() });

/** Reads and writes files on the disk of this computer. */
export const ownDisk: FileDisk = {
	plan: (typed) => planOutgoing([typed], here()),
	reader: (source) => new OutgoingFile(source),
	receive: openIncoming,
	named: findNamed,
	discard: discardIncoming,
	into: (typed) =>
		typed === undefined
			? { folder: join(homedir(), "Downloads"), makesFolder: true }
			: { folder: wholePath(typed, here()), makesFolder: false },
};
