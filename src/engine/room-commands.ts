// Carries out the commands that are about one room, or about the gate with or without one.
import { parseFingerprint } from "../crypto/identity/fingerprint.ts";
import type { Command } from "./api/api.ts";
import type { Outcome } from "./api/codes.ts";
import { done, refuse } from "./api/outcome.ts";
import type { PostCommand } from "./api/posts/posts.ts";
import type { Refusal } from "./api/refusals.ts";
import type { BuddyCommand } from "./api/room-key.ts";
import { isFileCommand } from "./files/room-files.ts";
import type { Gates } from "./gates.ts";
import type { KeptRoomsView } from "./kept-rooms-view.ts";
import { lanRefusal } from "./lan-rooms-view.ts";
import type { HostPowers, Stay } from "./stay/stay.ts";
import type { Stays } from "./stays.ts";

/** A RoomCommand is every command that is about a room. */
export type RoomCommand = Exclude<
	Command,
	{
		kind:
			| "createIdentity"
			| "unlockIdentity"
			| "rename"
			| "host"
			| "join"
			| "verify"
			| "browseLan"
			| "purgeHistory"
			| BuddyCommand["kind"]
			| PostCommand["kind"];
	}
>;

/** Holds the desks that such commands need. */
export interface RoomDesks {
	readonly stays: Stays;
	readonly gates: Gates;
	readonly kept: KeptRoomsView;
	readonly isLanAllowed: boolean;
}

const notInRoom = refuse({ code: "not_in_room" });

/** Carries out a command about the room that it names, or about the one there is. */
export function performInRoom(
	command: RoomCommand,
	{ stays, gates, kept, isLanAllowed }: RoomDesks,
): Outcome | Promise<Outcome> {
	if (command.kind === "forget" && kept.forgetsClosed(command.room)) return done;
	const meant = stays.slots.meant(command.room);
	// Blocks are those of the home, whichever room is meant.
	if (meant.kind === "refused" && command.kind !== "block" && command.kind !== "unblock") return meant.outcome;
	const slot = meant.kind === "slot" ? meant.slot : undefined;
	const stay = slot?.stay;
	if (isForHost(command)) return performAsHost(stay, command);
	switch (command.kind) {
		case "password":
			return stay?.password?.(command.password) ?? refuse({ code: "not_asked", what: "password" });
		case "renew":
			return stay?.renew() ?? notInRoom;
		case "settings":
			if (command.visibleOnLan && !isLanAllowed) return lanRefusal;
			return gates.of(slot?.key).perform(command);
		case "block":
		case "unblock":
			return gates.of(slot?.key).perform(command);
		case "read":
			slot?.read();
			return done;
		case "setHistory":
		case "setOwnHistory":
		case "older":
			return stay?.history.perform(command) ?? notInRoom;
		case "forget":
			return slot?.stay ? stays.forget(slot) : notInRoom;
		case "leave":
			return slot ? stays.leave(slot) : done;
		default:
			if (isFileCommand(command)) return stay?.files.perform(command) ?? notInRoom;
			return stay?.talk.perform(command) ?? notInRoom;
	}
}

/** Says of each command that only a host may give what a guest is told that it is about. */
const hostsOnly = {
	kick: "kick",
	setPassword: "password",
	setRoute: "ways",
	invite: "ways",
	takeBackInvite: "ways",
	keep: "keep",
} as const satisfies Readonly<Partial<Record<RoomCommand["kind"], Extract<Refusal, { code: "not_host" }>["what"]>>>;

type HostsCommand = Extract<RoomCommand, { kind: keyof typeof hostsOnly }>;

const isForHost = (command: RoomCommand): command is HostsCommand => Object.hasOwn(hostsOnly, command.kind);

function performAsHost(stay: Stay | undefined, command: HostsCommand): Outcome | Promise<Outcome> {
	if (!stay) return notInRoom;
	return stay.host ? asHost(stay.host, command) : refuse({ code: "not_host", what: hostsOnly[command.kind] });
}

function asHost(host: HostPowers, command: HostsCommand): Promise<Outcome> | Outcome {
	switch (command.kind) {
		case "kick": {
			const fingerprint = parseFingerprint(command.fingerprint);
			return fingerprint ? host.kick(fingerprint) : refuse({ code: "no_such_member", why: "notAFingerprint" });
		}
		case "setPassword":
			return host.setPassword(command.password);
		case "setRoute":
			return host.setRoute(command.route, command.isOn);
		case "invite":
			return host.invite(command.label);
		case "takeBackInvite":
			return host.takeBackInvite(command.label);
		case "keep":
			return host.keep(command);
	}
}
