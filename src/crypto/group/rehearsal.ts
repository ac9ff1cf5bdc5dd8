// A rehearsal of an entry, in a worker in which nothing was done yet: with its code loaded and compiled an entry takes a third of the time it takes cold.

import { GroupSession } from "./session.ts";
import { systemHpke } from "./suite/hpke.ts";

/** The certificate of a made-up host (made by OpenPGP.js, as for a new key), whose private key nobody has. */
const madeUpHost = Buffer.from(
	"xjMEaVW5ABYJKwYBBAHaRw8BAQdA5u8GHQ1CmHH9xlParuJoDmqnZcEwey889R1v2bdKFMbNAS3CwBMEExYKAIUFgmlVuQADCwkHCRCR0MomZQ8CJ0UUAAAAAAAcACBzYWx0QG5vdGF0aW9ucy5vcGVucGdwanMub3JnmHWnoDHrYILMWc5lM8/s1fcilbTuVmeuyAuHIPPwgAsFFQoIDgwEFgACAQIZAQKbAwIeARYhBJYfjE687xekAHBRo5HQyiZlDwInAADlTQEAqujKty/WW7YBkczmfFDFmlPad833hEpUns125CffcagBAPeVlkEkbVbmmPp0uIqDlKsI++mVsxI+He7GlxXSSNALzjgEaVW5ABIKKwYBBAGXVQEFAQEHQGaagThfY+a3EVUWzO7oYHGYiN2IODli4cQOogz6OiJzAwEIB8K+BBgWCgBwBYJpVbkACRCR0MomZQ8CJ0UUAAAAAAAcACBzYWx0QG5vdGF0aW9ucy5vcGVucGdwanMub3Jn5Hq2QhJRjsNRPfrkxuk4FIw7786Df7WHf3rpDxgWycYCmwwWIQSWH4xOvO8XpABwUaOR0MomZQ8CJwAAGMcA+wVn2RSdJqDmjwSujSIBCESzg8E/aGbpvoNIbI3fltDbAP9/YUiCdS4XEfju0uGftJoKYSEi2uT2iex6eb+1Fuy9DQ==",
	"base64",
);
const madeUpRoom = new Uint8Array(32);

/** Lets messages come in: what MLS does is hardly ever a wait for anything. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * Founds a made-up group and enters it, as the person of this certificate, which says nothing that others may not know; then its keys are overwritten. It gives
 * up between two steps when `isWanted` says that the worker is wanted for something real. Returns whether it came to its end, which nobody needs to know but tests.
 */
export async function rehearse(certificate: Uint8Array, isWanted: () => boolean): Promise<boolean> {
	// Off the record nobody signs, so no key of the person's is needed.
	const [host, guest] = [
		GroupSession.make(systemHpke, madeUpRoom, true),
		GroupSession.make(systemHpke, madeUpRoom, true),
	];
	const own = { certificate, name: "rehearsal" };
	const theirs = { certificate: new Uint8Array(madeUpHost), name: "rehearsal" };
	try {
		await host.handle({ kind: "newLeaf" });
		await turn();
		if (isWanted()) return false;
		const created = await host.handle({ kind: "create", ...theirs });
		await turn();
		const founder = created.kind === "created" && created.members[0];
		if (!founder || isWanted()) return false;
		const { fingerprint: hostFingerprint } = founder;
		// Nobody judges a made-up entry, so its ticket may be for anybody.
		const admission = await host.handle({ kind: "admission", guest: hostFingerprint });
		await guest.handle({ kind: "newLeaf" });
		await turn();
		if (admission.kind !== "admission" || isWanted()) return false;
		const { groupInfo, ticket, hostLeaf } = admission;
		const invited = { groupInfo, ticket, hostLeaf, hostFingerprint, certificates: [theirs.certificate] };
		const entered = await guest.handle({ kind: "enter", ...invited, ...own });
		return entered.kind === "entered";
	} finally {
		host.close();
		guest.close();
	}
}
