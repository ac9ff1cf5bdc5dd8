// What a JSON-RPC client is told: each engine event as the name and params of one notification. This is a contract; fields may be added, never changed.

import type { Attempt } from "../../engine/api/attempt.ts";
import type { Event } from "../../engine/api/events.ts";
import type { FileView } from "../../engine/api/files/files.ts";
import type { WayIn } from "../../engine/api/hosting.ts";
import type { FormerKey, Person } from "../../engine/api/people.ts";
import type { RoomKey } from "../../engine/api/room-key.ts";
import { endMessage } from "../words/endings.ts";
import { fileFailureWords } from "../words/files/file-words.ts";
import { noticeWords } from "../words/notices.ts";
import { attemptFailure } from "../words/room-words.ts";
import { torProgressWords } from "../words/ways/tor-words.ts";
import { wayAdvice, wayWords } from "../words/ways/way-words.ts";

/** One notification, ready to be put on the wire. */
export interface Notification {
	readonly jsonrpc: "2.0";
	readonly method: string;
	readonly params: object;
}

/** Returns a member as clients see one. `self` and `host` are there only where true; `address` and `network` only on the host's machine. */
export function memberOf(person: Person): object {
	return {
		name: person.name,
		fingerprint: person.fingerprint,
		trust: person.trust,
		...(person.isSelf ? { self: true } : {}),
		...(person.isHost ? { host: true } : {}),
		...(person.isInBrowser ? { inBrowser: true } : {}),
		...(person.leafSince === undefined ? {} : { leafSince: person.leafSince }),
		...(person.leafAtLeastSince === undefined ? {} : { leafAtLeastSince: person.leafAtLeastSince }),
		...(person.knownAs === undefined ? {} : { knownAs: person.knownAs }),
		...(person.hasOwnName === undefined ? {} : { hasOwnName: person.hasOwnName }),
		...(person.formerKeys === undefined ? {} : { formerKeys: person.formerKeys.map(formerKeyOf) }),
		...(person.address === undefined ? {} : { address: person.address }),
		...(person.network === undefined ? {} : { network: person.network }),
		...(person.location === undefined ? {} : { location: person.location }),
	};
}

/** Returns a way in as clients see it: what is known of it is told in sentences. */
export function wayOf(way: WayIn): object {
	const { facts, ...fields } = way;
	const page = facts.kind === "announced" && facts.page;
	const advice = wayAdvice(way);
	return { ...fields, why: wayWords(way), ...(page ? { page } : {}), ...(advice === undefined ? {} : { advice }) };
}

/** Returns an attempt as clients see it: its failure is a sentence. */
export function attemptOf(attempt: Attempt): object {
	const { target, why, ...fields } = attempt;
	// The contract has no routes: what is asked stands in place of the address, with a port that nobody has.
	const { address, port } = target.kind === "address" ? target : { address: target.via, port: 0 };
	return { ...fields, address, port, ...(why === undefined ? {} : { why: attemptFailure(attempt) }) };
}

/** Returns a file as clients see it: `state` is a word, and what goes with it stands beside it. */
export function fileOf({ sizeBytes: size, folder, from, isOwn, isPosted, state, shares, ...file }: FileView): object {
	const { kind, ...more } = state;
	return {
		...file,
		size,
		from: namedOf(from),
		...(isOwn ? { own: true } : {}),
		...(isPosted ? { posted: true } : {}),
		...(folder === undefined ? {} : { files: folder.files }),
		state: kind,
		...more,
		...(shares === undefined ? {} : { shares }),
	};
}

function formerKeyOf({ fingerprint, lastSeenAt, isVerified }: FormerKey): object {
	return { fingerprint, lastSeenAt, isVerified };
}

/** Returns who said something. Only the alarm is told at each line: who is known, and how well, is in `members`. */
export function namedOf({ name, fingerprint, trust }: Pick<Person, "name" | "fingerprint" | "trust">): object {
	return { name, fingerprint, ...(trust === "changed" ? { trust } : {}) };
}

/** Builds a notification from its name and params. */
export function notification(method: string, params: object): Notification {
	return { jsonrpc: "2.0", method, params };
}

/** Returns the notification for an event: with its name and fields, without our `kind`. */
export function notificationOf(event: Event): Notification {
	const { kind, ...fields } = event;
	return notification(kind, paramsOf(event) ?? fields);
}

/** Returns the room of an event, as all its notifications have it. */
export function whereOf({ room }: Event): { readonly room?: RoomKey } {
	return room === undefined ? {} : { room };
}

/** Returns the params of those events whose fields differ from ours; `undefined` where they are the same. */
function paramsOf(event: Event): object | undefined {
	switch (event.kind) {
		case "joined":
			return { ...(event.self ? { self: true } : {}), member: memberOf(event.member), ...whereOf(event) };
		case "left":
			return { member: memberOf(event.member), reason: event.reason, ...whereOf(event) };
		case "message": {
			const { kind: _, from, ...fields } = event;
			return { ...fields, from: namedOf(from) };
		}
		case "messageEdited":
		case "messageDeleted": {
			const { kind: _, from, ...fields } = event;
			return { ...fields, from: namedOf(from) };
		}
		case "reaction": {
			const { kind: _, from, by, ...fields } = event;
			return { ...fields, from: namedOf(from), by: namedOf(by) };
		}
		case "typing":
		case "keyChanged":
		case "verification": {
			const { kind: _, member, ...fields } = event;
			return { ...fields, member: memberOf(member) };
		}
		case "tor": {
			const { percent, summary } = event;
			return { percent, summary, ...(event.hindrance === undefined ? {} : { why: torProgressWords(event) }) };
		}
		case "reachability": {
			const { kind: _, ways, ...fields } = event;
			return { ...fields, ways: ways.map(wayOf) };
		}
		case "attempt": {
			const { kind: _, ...attempt } = event;
			return { ...attemptOf(attempt), ...whereOf(event) };
		}
		case "fileOffered": {
			const { kind: _, from, own, ...fields } = event;
			return { ...fields, from: namedOf(from), ...(own ? { own } : {}) };
		}
		case "fileProgress": {
			const { kind: _, of, ...fields } = event;
			return { ...fields, ...(of === undefined ? {} : { of: namedOf(of) }) };
		}
		case "fileTaken": {
			const { kind: _, by, ...fields } = event;
			return { ...fields, by: namedOf(by) };
		}
		case "fileFailed": {
			const { kind: _, ...fields } = event;
			return { ...fields, message: fileFailureWords(event.code) };
		}
		case "notice":
			return { tone: event.tone, text: noticeWords(event.notice), code: event.notice.code, ...whereOf(event) };
		case "error":
			return { code: event.code, message: endMessage(event), detail: event.detail, ...whereOf(event) };
		default:
			return undefined;
	}
}
