// Remembers what a person says after comparing a key, and shows it in every room where the owner of that key is.
import { parseFingerprint } from "../crypto/identity/fingerprint.ts";
import type { Account } from "./account/account.ts";
import type { Outcome } from "./api/codes.ts";
import type { GateCommand } from "./api/gate.ts";
import { done, refuse } from "./api/outcome.ts";
import type { Posts } from "./posts/posts.ts";
import type { RoomSlot } from "./room-slot.ts";

/** Remembers that a key was compared, or that it was not after all. */
export function verifyKey(
	account: Account,
	slots: readonly RoomSlot[],
	posts: Pick<Posts, "trustChanged">,
	{ fingerprint: text, isVerified = true }: Extract<GateCommand, { kind: "verify" }>,
): Outcome {
	const fingerprint = parseFingerprint(text);
	if (!fingerprint) return refuse({ code: "no_such_member", why: "notAFingerprint" });
	if (fingerprint === account.ownFingerprint() || !account.setVerified(fingerprint, isVerified)) {
		return refuse({ code: "no_such_member", why: "neverMet" });
	}
	for (const { stay } of slots) {
		const person = stay?.room?.person(fingerprint);
		if (person) stay?.room?.setTrust(fingerprint, account.trustOf(fingerprint, person.name));
	}
	posts.trustChanged();
	return done;
}
