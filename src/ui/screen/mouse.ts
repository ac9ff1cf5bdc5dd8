// What on the screen can be clicked, and what a click there means. Everything a click does, a key does too. Pure.
import type { Person } from "../../engine/api/people.ts";
import type { BarItem } from "../settings/keys.ts";
import { keyPress, type Press } from "../terminal/key-press.ts";

/**
 * Says what a click does. `press`: the same as that key · `newest`: it goes to the newest line · `person`: it is about that person · `entry`: it chooses the
 * entry · `goTo`: it jumps to the entry.
 */
export type ClickTarget =
	| { readonly kind: "press"; readonly press: Press }
	| { readonly kind: "newest" }
	| { readonly kind: "person"; readonly fingerprint: Person["fingerprint"] }
	| { readonly kind: "entry" | "goTo"; readonly id: string };

/** Columns `fromX` up to before `toX` of row `y`, from 0. */
export interface Area {
	readonly y: number;
	readonly fromX: number;
	readonly toX: number;
	readonly target: ClickTarget;
}

/** Returns what a click at a place means; the first area that has the place counts. */
export const targetAt = (areas: readonly Area[], x: number, y: number): ClickTarget | undefined =>
	areas.find((area) => area.y === y && area.fromX <= x && x < area.toX)?.target;

const signs: Readonly<Record<string, string>> = {
	esc: "escape",
	"↑": "up",
	"↓": "down",
	"←": "left",
	"→": "right",
	pgup: "pageUp",
	pgdn: "pageDown",
	del: "delete",
};

/** Returns the press that the words of a bar ("Ctrl-K", "Esc", "q", "PgUp PgDn") stand for; of several keys it is the first. */
export function pressOf({ keys }: BarItem): Press | undefined {
	const [first = ""] = keys.split(" ");
	if (/^[a-z0-9]$/.test(first)) return { kind: "text", text: first };
	const parts = first.split("-");
	const last = (parts.pop() ?? "").toLowerCase();
	if (last === "" || parts.some((part) => !/^(?:Ctrl|Alt|Shift)$/.test(part))) return undefined;
	return keyPress([...parts.map((part) => part.toLowerCase()), signs[last] ?? last].join("+"));
}
