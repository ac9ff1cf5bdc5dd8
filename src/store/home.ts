// The one directory all state lives in: made private before anything is written to it.
import { chmodSync, mkdirSync, statSync } from "node:fs";

const OWNER_ONLY = 0o700;
const OTHERS = 0o077;
const STICKY = 0o1000;

/**
 * Says what came of preparing the home. `sharedHome`: everybody may write there, as in /tmp · `othersHome`: it belongs to somebody else · `unusableHome`: the
 * system does not let it be used. `detail` is what the system says.
 */
export type HomeOutcome =
	| { readonly kind: "ready" }
	| { readonly kind: "refused"; readonly why: "sharedHome" | "othersHome" | "unusableHome"; readonly detail: string };

/** Makes `home` with its parents if it is missing, and closes it to everyone but its owner (mode 0700), who must be us. `user` is the id of who runs the program. */
export function prepareHome(home: string, user = process.geteuid?.()): HomeOutcome {
	try {
		mkdirSync(home, { recursive: true, mode: OWNER_ONLY });
		const found = statSync(home);
		if (process.platform === "win32") return { kind: "ready" };
		// Closing a shared directory such as /tmp to everyone else would break the machine for them.
		if ((found.mode & STICKY) !== 0) return { kind: "refused", why: "sharedHome", detail: "" };
		// Its owner could read and exchange whatever is put there.
		if (found.uid !== user) return { kind: "refused", why: "othersHome", detail: "" };
		if ((found.mode & OTHERS) === 0) return { kind: "ready" };
		chmodSync(home, OWNER_ONLY);
		return { kind: "ready" };
	} catch (error) {
		return { kind: "refused", why: "unusableHome", detail: error instanceof Error ? error.message : String(error) };
	}
}
