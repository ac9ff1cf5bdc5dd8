// A rehearsal of an entry, in a worker in which none was done yet: with its code loaded and compiled an entry takes a third of the time it takes cold.
import type { Fingerprint } from "../identity/fingerprint.ts";
import type { ToWorker } from "./messages.ts";
import { GroupSession } from "./session.ts";
import { systemHpke } from "./suite/hpke.ts";

/** The certificate of a made-up person (made by OpenPGP.js, as for a new key), whose private key nobody has. */
const madeUpPerson = Buffer.from(
	"xjMEaVW5ABYJKwYBBAHaRw8BAQdA5u8GHQ1CmHH9xlParuJoDmqnZcEwey889R1v2bdKFMbNAS3CwBMEExYKAIUFgmlVuQADCwkHCRCR0MomZQ8CJ0UUAAAAAAAcACBzYWx0QG5vdGF0aW9ucy5vcGVucGdwanMub3JnmHWnoDHrYILMWc5lM8/s1fcilbTuVmeuyAuHIPPwgAsFFQoIDgwEFgACAQIZAQKbAwIeARYhBJYfjE687xekAHBRo5HQyiZlDwInAADlTQEAqujKty/WW7YBkczmfFDFmlPad833hEpUns125CffcagBAPeVlkEkbVbmmPp0uIqDlKsI++mVsxI+He7GlxXSSNALzjgEaVW5ABIKKwYBBAGXVQEFAQEHQGaagThfY+a3EVUWzO7oYHGYiN2IODli4cQOogz6OiJzAwEIB8K+BBgWCgBwBYJpVbkACRCR0MomZQ8CJ0UUAAAAAAAcACBzYWx0QG5vdGF0aW9ucy5vcGVucGdwanMub3Jn5Hq2QhJRjsNRPfrkxuk4FIw7786Df7WHf3rpDxgWycYCmwwWIQSWH4xOvO8XpABwUaOR0MomZQ8CJwAAGMcA+wVn2RSdJqDmjwSujSIBCESzg8E/aGbpvoNIbI3fltDbAP9/YUiCdS4XEfju0uGftJoKYSEi2uT2iex6eb+1Fuy9DQ==",
	"base64",
);
const madeUpFingerprint = "961F8C4EBCEF17A4007051A391D0CA26650F0227" as Fingerprint;
const madeUpRoom = new Uint8Array(32);

/** A host's worker of which nothing was asked for this long, in ms, has the time. */
const QUIET_MS = 2_000;

/** Lets messages come in: what MLS does is hardly ever a wait for anything. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * Has a made-up group of two in which one enters: as the person of this certificate, which says nothing that others may not know, or with `isHost` as their guest,
 * whom they let in. Then its keys are overwritten. It gives up between two steps when `isWanted` says that the worker is wanted for something real. Returns
 * whether it came to its end, which nobody needs to know but tests.
 */
export async function rehearse(certificate: Uint8Array, isWanted: () => boolean, isHost = false): Promise<boolean> {
	// Off the record nobody signs, so no key of the person's is needed.
	const [host, guest] = [
		GroupSession.make(systemHpke, madeUpRoom, true),
		GroupSession.make(systemHpke, madeUpRoom, true),
	];
	const ours = { certificate, name: "rehearsal" };
	const theirs = { certificate: new Uint8Array(madeUpPerson), name: "rehearsal" };
	const [founding, entering] = isHost ? [ours, theirs] : [theirs, ours];
	try {
		await host.handle({ kind: "newLeaf" });
		await turn();
		if (isWanted()) return false;
		const created = await host.handle({ kind: "create", ...founding });
		await turn();
		const founder = created.kind === "created" && created.members[0];
		if (!founder || isWanted()) return false;
		const { fingerprint: hostFingerprint } = founder;
		// Only a host judges a made-up entry, so in all others its ticket may be for anybody.
		const admission = await host.handle({ kind: "admission", guest: madeUpFingerprint });
		const leaf = await guest.handle({ kind: "newLeaf" });
		await turn();
		if (admission.kind !== "admission" || leaf.kind !== "leaf" || isWanted()) return false;
		const { groupInfo, ticket, hostLeaf } = admission;
		const invited = { groupInfo, ticket, hostLeaf, hostFingerprint, certificates: [founding.certificate] };
		const entered = await guest.handle({ kind: "enter", ...invited, ...entering });
		if (entered.kind !== "entered" || !isHost) return entered.kind === "entered";
		await turn();
		if (isWanted()) return false;
		const who = { certificates: [entering.certificate], joiner: madeUpFingerprint, joinerLeaf: leaf.publicKey };
		const judged = await host.handle({ kind: "receive", message: entered.commit, ...who });
		return judged.kind === "membership";
	} finally {
		host.close();
		guest.close();
	}
}

/** Has the worker of a host rehearse the entry of a guest when its room is open and quiet, so that the first guest comes in as fast as the later ones. */
export class HostRehearsal {
	readonly #rehearse: typeof rehearse;
	#timer: NodeJS.Timeout | undefined;
	/** Whoever has founded a group, where no guest was let in yet. */
	#founder: { readonly group: number; readonly certificate: Uint8Array } | undefined;
	#heard = 0;

	/** Takes another rehearsal for tests. */
	constructor(rehearsal = rehearse) {
		this.#rehearse = rehearsal;
	}

	/** Is told of all that the worker is. */
	hears(message: ToWorker): void {
		this.#heard += 1;
		clearTimeout(this.#timer);
		const asked = message.kind === "ask" ? message.request : message;
		const { group } = message;
		if (asked.kind === "create") this.#founder = { group, certificate: new Uint8Array(asked.certificate) };
		// A host that goes on with a new group closes the former one.
		const isClosed = asked.kind === "close" && group === this.#founder?.group;
		if (asked.kind === "admission" || isClosed) this.#founder = undefined;
		if (this.#founder) this.#timer = setTimeout(() => this.#onQuiet(), QUIET_MS).unref();
	}

	#onQuiet(): void {
		const [founder, heard] = [this.#founder, this.#heard];
		this.#founder = undefined;
		if (founder) void this.#rehearse(founder.certificate, () => this.#heard !== heard, true).catch(() => undefined);
	}
}
