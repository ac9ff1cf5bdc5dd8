// What a stay in a room needs from the engine, and what the engine can do with either kind of stay.
import type { Fingerprint } from "../crypto/fingerprint.ts";
import type { Transport } from "../net/link.ts";
import type { Account } from "./account.ts";
import type { EndCode, Event, Hosting, Outcome, Phase } from "./api.ts";
import { maxTextBytes } from "./content.ts";
import type { FrontDesk } from "./front-desk.ts";
import type { Member } from "./member.ts";
import { refuse } from "./outcome.ts";
import type { Room } from "./room.ts";

export interface StayContext {
	readonly account: Account;
	readonly transport: Transport;
	readonly desk: FrontDesk;
	readonly now: () => number;
	readonly emit: (event: Event) => void;
	readonly setPhase: (phase: Phase) => void;
	/** Something a snapshot shows has changed. */
	readonly changed: () => void;
}

/** Why a stay is over. `detail` is for logs. */
export interface StayEnd {
	readonly code: EndCode;
	readonly detail: string;
}

/** From the wish to be in a room until the room is over for us. Owns everything it opened. */
export interface Stay {
	/** Resolves once, when all is closed. */
	readonly ended: Promise<StayEnd>;
	/** Absent until we are in. */
	readonly room: Room | undefined;
	readonly hosting?: Hosting;
	password(password: string): Outcome;
	send(text: string): Outcome;
	kick(fingerprint: Fingerprint): Promise<Outcome>;
	setPassword(password: string): Promise<Outcome>;
	/** More may be known of where people are. */
	refreshPlaces(): void;
	/** Says goodbye; `ended` resolves soon after. */
	leave(): void;
}

export const maxPasswordBytes = 1024;

/** What is wrong with a password a host chose; `undefined`: nothing. */
export function refusalOfPassword(password: string): Outcome | undefined {
	if (password === "") return refuse("bad_password", "The password is empty. Please enter one.");
	if (Buffer.byteLength(password) <= maxPasswordBytes) return undefined;
	return refuse("bad_password", `The password is too long (${maxPasswordBytes} bytes at most).`);
}

/** Sends a line through `member` and shows it at once in `room`. */
export function sendLine(member: Member | undefined, room: Room | undefined, text: string, at: number): Outcome {
	if (!member || !room) return refuse("not_in_room", "You are not in a room.");
	if (text.trim() === "") return refuse("bad_text", "There is nothing to send.");
	if (Buffer.byteLength(text) > maxTextBytes) {
		return refuse("text_too_long", "That is longer than one message can be (64 KiB).");
	}
	const id = member.say(text, at);
	if (!id) return refuse("too_many_pending", "Too many lines wait to be sent already. Wait a moment.");
	room.said(id, text, at);
	return { kind: "done", id };
}
