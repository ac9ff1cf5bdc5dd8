// Knocks as they are kept in the database and as they are shown: the one into the other, and what a filter lets through.
import * as v from "valibot";
import { type Fingerprint, parseFingerprint, shortFingerprint } from "../../crypto/identity/fingerprint.ts";
import { scopeOf } from "../../net/address/address.ts";
import type { KnockRow } from "../../store/knocks.ts";
import { readJson, type Sealer } from "../../store/sealer.ts";
import type { KnockFilter, KnockOutcome, KnockView, KnownName } from "../api/gate.ts";
import type { Location, Trust } from "../api/people.ts";
import { locate } from "../places/locations.ts";
import { cleanLine, cleanName } from "../text/clean.ts";

const outcomes = {
	joined: ["joined"],
	wrong: ["wrong", "disconnected", "blocked"],
	blocked: ["blocked", "turnedAway"],
} as const satisfies Readonly<Record<Exclude<KnockFilter, "all">, readonly KnockOutcome[]>>;

/** Tells whether a filter lets this outcome through. */
export function isOfFilter(outcome: KnockOutcome, filter: KnockFilter): boolean {
	const wanted: readonly KnockOutcome[] | undefined = filter === "all" ? undefined : outcomes[filter];
	return wanted === undefined || wanted.includes(outcome);
}

const cleaned = v.pipe(
	v.string(),
	v.transform((text) => cleanLine(text, 200)),
);
const placeSchema = v.object({
	label: cleaned,
	isSameNetwork: v.boolean(),
	city: v.optional(cleaned),
	region: v.optional(cleaned),
	country: v.optional(cleaned),
	networkOwner: v.optional(cleaned),
	asn: v.optional(v.number()),
});
const whoSchema = v.object({
	name: v.string(),
	fingerprint: v.string(),
	trust: v.optional(v.picklist(["new", "known", "verified", "changed"])),
});

/** Returns a name with its key, fit to show. */
export function knownName(fingerprint: Fingerprint, name: string, trust?: Trust): KnownName {
	const short = shortFingerprint(fingerprint);
	const shown = cleanName(name) ?? `(no name) ${short}`;
	return { name: shown, fingerprint, shortFingerprint: short, ...(trust ? { trust } : {}) };
}

/** Makes the row of a knock. `who` stays out of it when there is nothing to seal it with. */
export function rowOf(view: KnockView, callerKey: string, sealer: Sealer | undefined): KnockRow {
	// Whom an invite was made for is nobody's business who finds the disk.
	const { id, location, who, invite: _, ...rest } = view;
	const bytes = who && new TextEncoder().encode(JSON.stringify({ ...who, shortFingerprint: undefined }));
	return {
		...rest,
		...(callerKey.startsWith("invite ") ? { address: callerKey } : {}),
		id,
		knocker: callerKey,
		place: JSON.stringify(location),
		who: bytes && sealer?.seal("knocks", "who", id, bytes),
	};
}

/** Returns the knock of a row. `who` is there only where it can be opened. */
export function viewOf({ knocker: _, place, who: sealed, ...row }: KnockRow, sealer: Sealer | undefined): KnockView {
	const who = sealed && whoFrom(sealer?.open("knocks", "who", row.id, sealed));
	return {
		...row,
		// The database checks that it is one of these.
		outcome: row.outcome as KnockOutcome,
		location: locationFrom(place) ?? locate(scopeOf(row.address)),
		...(who ? { who } : {}),
	};
}

function locationFrom(json: string | undefined): Location | undefined {
	const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), placeSchema), json);
	if (!parsed.success) return undefined;
	const { label, isSameNetwork, ...known } = parsed.output;
	const given = Object.entries(known).filter(([, value]) => value !== undefined);
	return { label, isSameNetwork, ...Object.fromEntries(given) };
}

function whoFrom(bytes: Uint8Array | undefined): KnownName | undefined {
	const who = readJson(whoSchema, bytes);
	const fingerprint = who && parseFingerprint(who.fingerprint);
	return fingerprint && knownName(fingerprint, who.name, who.trust);
}
