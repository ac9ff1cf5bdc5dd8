// The gate in line mode: blocks and knocks, a line each, in words. Pure.
import type { BlockPreview, BlockView, InviteTrail, KnockView } from "../../engine/api/gate.ts";
import type { Person } from "../../engine/api/people.ts";
import { localDayOf, stampOf } from "../text/clock.ts";
import { counted } from "../text/counted.ts";
import { blockWarnings, burstWords, outcomeLook, trailWords } from "./gate-words.ts";

/** Returns every block, a line each, with what goes with it. */
export function blockLines(blocks: readonly BlockView[]): readonly string[] {
	if (blocks.length === 0) return ["Nobody is blocked."];
	return blocks.flatMap((block) => {
		const { address, location, since, until, note, warning, goesWith } = block;
		const facts = [
			`blocked since ${localDayOf(since)} (${block.reason === "strikes" ? "wrong passwords" : "by hand"})`,
			...(until === undefined ? [] : [`until ${stampOf(until)}`]),
			...(note === undefined ? [] : [`note: ${note}`]),
		];
		const { knocks, strikes, names, alsoBlocked } = goesWith;
		const belongs = [
			...(knocks === 0 ? [] : [counted(knocks, "attempt")]),
			...(strikes === 0 ? [] : [counted(strikes, "wrong password")]),
			...(names.length === 0 ? [] : [`joined from there before: ${names.map(nameWithKey).join(", ")}`]),
			...(alsoBlocked.length === 0 ? [] : [`also kept out by: ${alsoBlocked.join(", ")}`]),
		];
		return [
			`${address} (${location.label}) ${facts.join(", ")}`,
			...(belongs.length === 0 ? [] : [`  with it: ${belongs.join("; ")}`]),
			...(warning === undefined ? [] : [`  ${blockWarnings[warning]}`]),
		];
	});
}

/** Returns the knocks, the newest last, a line each; then from where personal invites were used. */
export function knockLines(knocks: readonly KnockView[], invites: readonly InviteTrail[] = []): readonly string[] {
	if (knocks.length === 0) return ["Nobody has tried to come in."];
	const lines = knocks.toReversed().map((knock) => {
		const { at, address, location, who, invite = "" } = knock;
		const burst = burstWords(knock);
		const name = who === undefined ? "" : `, ${nameWithKey(who)}`;
		// Somebody who has no address is named by the invite already.
		const by = invite === "" || address.includes(invite) ? "" : `, by the invite for ${invite}`;
		return `${stampOf(at)} ${address} (${location.label}) ${outcomeLook(knock).words}${name}${by}${burst === "" ? "" : ` (${burst})`}`;
	});
	return [...lines, ...invites.map((trail) => `${trailWords(trail)}.`)];
}

/** Returns who is in the room although a block is about them, once it is done. */
export function hitLines(preview: BlockPreview): readonly string[] {
	if (preview.kind === "refused") return [];
	const { hits, block } = preview;
	const stay = hits.map(({ name }: Person) => `"${name}"`).join(", ");
	return [
		...(hits.length === 0 ? [] : [`In the room, and not removed by this: ${stay}. /kick NAME removes somebody.`]),
		...(block.warning === undefined ? [] : [`Warning: ${blockWarnings[block.warning]}`]),
	];
}

function nameWithKey({ name, shortFingerprint }: Pick<Person, "name" | "shortFingerprint">): string {
	return `"${name}" (key ${shortFingerprint})`;
}
