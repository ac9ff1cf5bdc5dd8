// A conversation off the record that one person has made alone (`rt forge`), and what the program's own checks say of it. Part of api.ts.

/** A ForgedLine is a line of the conversation; "them" is the one whose private key nobody had. */
export interface ForgedLine {
	readonly from: "me" | "them";
	readonly text: string;
}

/** Names the checks that the program makes on the way into a room off the record, and in it, in their order. */
export type ForgeCheckName =
	| "certificates"
	| "hostProof"
	| "secretToMe"
	| "keys"
	| "guestTag"
	| "hostTag"
	| "admission"
	| "hostLeafTag"
	| "guestLeafTag"
	| "ticket"
	| "lines";

/** Says what came of a check. "notHere": it takes the private key of the person whom the file calls "me". */
export interface ForgeCheck {
	readonly name: ForgeCheckName;
	readonly result: "accepted" | "refused" | "notHere";
}

/** Holds what was found in a file, and what the checks say. */
export interface CheckedForgery {
	readonly me: string;
	readonly them: string;
	readonly themFingerprint: string;
	readonly checks: readonly ForgeCheck[];
	/** The lines that the other one "has said", as the group decrypts them and their leaf key has signed them. */
	readonly said: readonly string[];
}

/** Says why a conversation can't be made or read. `locked`: the own key is. */
export type ForgeTrouble = "noCertificate" | "ownKey" | "locked" | "noIdentity" | "damaged" | "failed";

/** Makes conversations off the record, and checks them, with the person's own key. */
export interface ForgeTool {
	/** Makes a conversation with the owner of this certificate, armored or binary. `file` is what `check` reads. */
	forge(
		certificate: Uint8Array,
		lines: readonly ForgedLine[],
	): Promise<
		| { readonly kind: "forged"; readonly file: string; readonly name: string }
		| { readonly kind: "trouble"; readonly why: ForgeTrouble }
	>;
	check(
		file: string,
	): Promise<
		({ readonly kind: "checked" } & CheckedForgery) | { readonly kind: "trouble"; readonly why: ForgeTrouble }
	>;
}
