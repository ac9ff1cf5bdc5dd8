// Makes a whole path of a typed one. The engine may run elsewhere than the window: in the background process, with another folder to begin from.
import { homedir } from "node:os";
import { resolve } from "node:path";

/** Returns the whole path; "~" is the person's own folder, and everything else begins where the program was started. */
export const absolutePath = (typed: string): string =>
	typed === "~" || typed.startsWith("~/") ? resolve(homedir(), typed.slice(2)) : resolve(typed);
