// Rooms on the same network, as views see them. Part of api.ts.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { InterfaceName } from "./opening.ts";
import type { Trust } from "./people.ts";

/**
 * A room that somebody on the same network shows. Nothing of it is proven before it is joined: whoever is there can announce any name and any key,
 * but comes in only with the password, and is the host only with the key that the words belong to.
 */
export interface LanRoom {
	/** Is what `Command.join` takes: it leads to this address, and to nobody but the holder of the key. */
	readonly target: string;
	/** The name of the host, as it was announced. */
	readonly name: string;
	readonly fingerprint: Fingerprint;
	readonly shortFingerprint: string;
	/** Six words stand for the key; the host's own screen shows the same ones. */
	readonly words: readonly string[];
	/** Says how well this key was known under this name until now. */
	readonly trust: Trust;
	/** It is our own room. */
	readonly isOwn?: true;
	readonly address: string;
	readonly port: number;
}

/** Says how the host's room is shown on the same network, while it is meant to be seen there. */
export interface LanVisibility {
	/** The interfaces by which it is announced at the moment; none: by no network. */
	readonly interfaces: readonly InterfaceName[];
	/** Six words stand for our own key, and others see the same ones. They are absent for a moment at first. */
	readonly words?: readonly string[];
}

/** Looks for rooms on the same network while `isOn`, until it is turned off or a room is entered. It sends questions to everyone there. */
export interface LanCommand {
	readonly kind: "browseLan";
	readonly isOn: boolean;
}

/** The list of rooms on the same network has changed. */
export interface LanEvent {
	readonly kind: "lanRooms";
	readonly rooms: readonly LanRoom[];
}
