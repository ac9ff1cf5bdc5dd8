// Which events call the host to the screen, in which words, and how often at most.
import type { Event } from "../../engine/api/events.ts";
import type { Person } from "../../engine/api/people.ts";
import { knownWords } from "../look/person-words.ts";
import { blockedWords } from "./gate-words.ts";
import { noticeWords } from "./notices.ts";

/** There is one alert at most in this time; what comes meanwhile is counted and told once. */
const quietMs = 5_000;

function joinWords(member: Person): string {
	const place = member.location === undefined ? "" : `, from ${member.location.label}`;
	return `"${member.name}" joined (${knownWords(member)})${place}`;
}

/** Returns what to say of an event; `undefined` when nobody needs to be called for it. */
export function alertWords(event: Event): string | undefined {
	switch (event.kind) {
		case "joined":
			return event.self ? undefined : joinWords(event.member);
		case "strike": {
			if (event.folded === true) return undefined;
			const count = event.attempts === 1 ? "1 wrong password" : `${event.attempts} wrong passwords`;
			return `${count} from ${event.address}, ${event.location.label}`;
		}
		case "blocked":
			return event.folded === true ? undefined : `${blockedWords(event)} is blocked now`;
		case "notice":
			return event.tone === "info" ? undefined : noticeWords(event.notice);
		default:
			return undefined;
	}
}

/** Tells alerts, never faster than one in five seconds, however many there are. */
export interface Alerter {
	alert(words: string): void;
	stop(): void;
}

/** Makes an alerter. `tell` is called for each alert that is let through; `after` runs something later and returns what cancels it. */
export function createAlerter(
	tell: (words: string) => void,
	after: (delayMs: number, run: () => void) => () => void,
): Alerter {
	let cancel: (() => void) | undefined;
	let missed = 0;
	const pass = (words: string) => {
		tell(words);
		cancel = after(quietMs, () => {
			cancel = undefined;
			const count = missed;
			missed = 0;
			if (count > 0) pass(count === 1 ? "1 more alert from the room" : `${count} more alerts from the room`);
		});
	};
	return {
		alert(words) {
			if (cancel === undefined) pass(words);
			else missed++;
		},
		stop: () => cancel?.(),
	};
}
