// Finds who or what is meant by what was typed behind a command. Where two things fit it asks: a name or a key is what its owner made it.
import { isIP } from "node:net";
import type { Command, Snapshot } from "../../engine/api/api.ts";
import type { Person } from "../../engine/api/people.ts";

/** The person who is meant, or in `message` why that is not clear. */
export type PersonFound =
	| { readonly kind: "person"; readonly person: Person }
	| { readonly kind: "wrong"; readonly message: string };

/** Fewer digits of a fingerprint name nobody. */
const fewestDigits = 4;
const fingerprintDigits = [40, 64];

/** A Named is what somebody is found by. */
export type Named = Pick<Person, "name" | "fingerprint" | "shortFingerprint">;

function isByKey({ fingerprint, shortFingerprint }: Named, typed: string): boolean {
	const digits = typed.replaceAll(" ", "").toUpperCase();
	if (digits.length < fewestDigits) return false;
	return fingerprint === digits || shortFingerprint.replaceAll(" ", "").endsWith(digits);
}

/** Names the people with their whole keys, which no name can be mistaken for: names are shorter. */
function tooMany(found: readonly Named[], typed: string): Extract<PersonFound, { kind: "wrong" }> {
	const list = found.map(({ name, fingerprint }) => `"${name}" ${fingerprint}`).join(", ");
	return { kind: "wrong", message: `"${typed}" can mean more than one: ${list}. Please type the key instead.` };
}

/** Finds who is meant by a whole name or key, by the end of a short fingerprint, or, when nobody fits that, by the start of a name. */
export function findPerson(people: readonly Person[], who: string): PersonFound {
	const others = people.filter((person) => !person.isSelf);
	const found = findNamed(others, who, `Nobody here is called ${who}. /who lists everyone.`);
	return found.kind === "wrong" ? found : { kind: "person", person: found.one };
}

/** Finds the one who is meant among these, as `findPerson` does; `nobody` is said where nobody fits. One who stands there twice is one. */
export function findNamed<Somebody extends Named>(
	known: readonly Somebody[],
	who: string,
	nobody: string,
): { readonly kind: "one"; readonly one: Somebody } | Extract<PersonFound, { kind: "wrong" }> {
	const found = [...new Map(fitting(known, who).map((one) => [one.fingerprint, one])).values()];
	const [only] = found;
	if (only === undefined) return { kind: "wrong", message: nobody };
	return found.length === 1 ? { kind: "one", one: only } : tooMany(found, who);
}

function fitting<Somebody extends Named>(people: readonly Somebody[], who: string): readonly Somebody[] {
	const wanted = who.toLowerCase();
	const whole = people.filter((person) => person.name.toLowerCase() === wanted || isByKey(person, who));
	return whole.length > 0 ? whole : people.filter(({ name }) => name.toLowerCase().startsWith(wanted));
}

/** Reads what is asked for with a buddy. Without a name the one who has asked first is meant. */
export function buddyCommandOf(
	line: { readonly kind: "buddy" | "unbuddy" | "later"; readonly who: string; readonly offRecord?: true },
	{ people, buddies = [] }: Pick<Snapshot, "people" | "buddies">,
): CommandMeant {
	const { kind, who } = line;
	const asked = buddies.filter(({ state }) => state === "asked" || state === "later");
	const others = people.filter(
		(one) => !one.isSelf && asked.every(({ fingerprint }) => fingerprint !== one.fingerprint),
	);
	const known: readonly Named[] = kind === "buddy" ? [...asked, ...others] : kind === "later" ? asked : buddies;
	const found = who === "" ? asked.slice(0, 1) : fitting(known, who);
	const [only] = found;
	if (only === undefined) {
		const nobody = who === "" ? `Please say who: /${kind} NAME` : nobodyWords[kind](who);
		return { kind: "wrong", message: nobody };
	}
	if (found.length > 1) return tooMany(found, who);
	const { fingerprint } = only;
	const isAsked = asked.some((one) => one.fingerprint === fingerprint);
	// Somebody who says which kind it shall be accepts no other one.
	if (kind === "buddy" && isAsked && !line.offRecord)
		return { kind: "command", command: { kind: "answerBuddy", fingerprint, answer: "accept" } };
	if (kind === "later") return { kind: "command", command: { kind: "answerBuddy", fingerprint, answer: "later" } };
	return { kind: "command", command: { kind, fingerprint, ...(line.offRecord ? { offRecord: true } : {}) } };
}

const nobodyWords = {
	buddy: (who: string) => `Nobody here is called ${who}. /who lists everyone.`,
	unbuddy: (who: string) => `You have no buddy called ${who}. /rooms lists them.`,
	later: (who: string) => `Nobody called ${who} waits for your answer.`,
} as const;

/** Says whether a subject of a block is an address, a range, a network owner or a whole fingerprint by its form, whoever calls themselves so. */
function isLiteral(typed: string): boolean {
	const [address = ""] = typed.split("/", 1);
	const digits = typed.replaceAll(/[ :]/g, "");
	return (
		isIP(address) !== 0 ||
		/^ASN?\s*\d+$/i.test(typed) ||
		(/^[\dA-F]+$/i.test(digits) && fingerprintDigits.includes(digits.length))
	);
}

/** The command that is meant, or in `message` why that is not clear. */
export type CommandMeant =
	| { readonly kind: "command"; readonly command: Command }
	| { readonly kind: "wrong"; readonly message: string };

/** Reads "/block Bob" as the Bob who is here: out, and his key stays out. Leaves every other command as it is, also one that blocks an address that somebody calls themselves. */
export function withBlockedKey(command: Command, people: readonly Person[]): CommandMeant {
	if (command.kind !== "block" || isLiteral(command.address.trim())) return { kind: "command", command };
	const wanted = command.address.toLowerCase();
	const named = people.filter(({ name, isSelf }) => !isSelf && name.toLowerCase() === wanted);
	const [only] = named;
	if (named.length > 1) return tooMany(named, command.address);
	return {
		kind: "command",
		command: only === undefined ? command : { ...command, address: only.fingerprint, isRemoving: true },
	};
}
