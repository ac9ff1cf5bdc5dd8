// Proof of work of onion services (proposal 327): who calls too often has to compute for it. Which Tors take it from a control port is found out by asking.
import { randomBytes } from "node:crypto";
import type { TorControl } from "./control.ts";
import { ONION_KEY_BYTES, onionClientKey, onionKey } from "./onion-key.ts";

/** Introductions a second that Tor passes on before callers have to work for it, and how many at once. */
export const POW: readonly string[] = ["PoWDefensesEnabled=1", "PoWQueueRate=10", "PoWQueueBurst=20"];

/**
 * Tells whether Tor takes proof of work from us; `undefined` when it does not say. It is asked for a service that nobody can find (its one client is random) and
 * that is gone again before Tor could have published it.
 */
export async function takesProofOfWork(control: TorControl): Promise<boolean | undefined> {
	const { expanded } = onionKey(randomBytes(ONION_KEY_BYTES));
	const client = `ClientAuthV3=${onionClientKey(randomBytes(ONION_KEY_BYTES)).publicText}`;
	const ask = async (pow: readonly string[]): Promise<boolean> => {
		const parts = ["ADD_ONION", expanded, "Flags=DiscardPK,V3Auth", ...pow, "Port=1,127.0.0.1:1", client];
		const added = await control.send(parts.join(" "));
		if (added.kind === "failed") return false;
		const id = /^ServiceID=([a-z2-7]{56})$/.exec(added.lines[0] ?? "")?.[1];
		if (id !== undefined) await control.send(`DEL_ONION ${id}`);
		return true;
	};
	if (await ask(POW)) return true;
	return (await ask([])) ? false : undefined;
}
