// The invites of one room: the shared one that every room has, and a personal one for each friend the host has made one for.
import { createHash, randomBytes } from "node:crypto";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { INVITE_SECRET_BYTES, type TagKeys, tagKeys } from "../../crypto/opening/knock.ts";
import { Caller } from "../../net/address/caller.ts";

/** A room has at most this many personal invites at once: Tor takes 64 keys for a room without trouble, and so does everybody's knock. */
const maxInvites = 63;
/** As many hexadecimal digits of a hash say which invite it is, also after the program was started again. */
const idDigits = 16;

/** A RoomInvite is one invite. Whoever has no address is counted as `caller`. */
export interface RoomInvite {
	readonly secret: Uint8Array;
	readonly keys: TagKeys;
	readonly caller: Caller;
	/** Names the friend whom it is for; the shared invite has none. */
	readonly label?: string;
	/** The first key that came in by a personal invite; no other key comes in by it. */
	boundTo?: Fingerprint;
}

/** A personal invite as a room keeps it. */
export interface PersonalInvite {
	readonly label: string;
	readonly secret: Uint8Array;
	readonly boundTo?: Fingerprint | undefined;
}

/** Holds them for as long as the room is open. */
export class Invites {
	readonly #host: Fingerprint;
	readonly #shared: RoomInvite;
	readonly #personal = new Map<string, RoomInvite>();
	#onChange: () => void = () => {};

	/** `secret` is that of the shared invite; `personal` are those that a room has which was kept. */
	constructor(host: Fingerprint, secret: Uint8Array, personal: readonly PersonalInvite[] = []) {
		this.#host = host;
		this.#shared = this.#make(secret);
		for (const { label, secret: own, boundTo } of personal) {
			this.#personal.set(label, { ...this.#make(Uint8Array.from(own), label), ...(boundTo ? { boundTo } : {}) });
		}
	}

	/** Calls `hear` whenever a personal invite was made, taken back or bound to a key. */
	watch(hear: () => void): void {
		this.#onChange = hear;
	}

	/** Lists the personal ones. */
	personal(): readonly RoomInvite[] {
		return [...this.#personal.values()];
	}

	/** Notes that somebody has come in by this invite. A personal one belongs to the first key that does. */
	cameIn(invite: RoomInvite, fingerprint: Fingerprint): void {
		if (invite.label === undefined || invite.boundTo !== undefined) return;
		invite.boundTo = fingerprint;
		this.#onChange();
	}

	/** Lists all that are good, the shared one first. */
	all(): readonly RoomInvite[] {
		return [this.#shared, ...this.#personal.values()];
	}

	/** Returns the invite for a friend: the one there is, or a new one; nothing when there are too many. */
	for(label: string): RoomInvite | undefined {
		const known = this.#personal.get(label);
		if (known || this.#personal.size >= maxInvites) return known;
		const made = this.#make(randomBytes(INVITE_SECRET_BYTES), label);
		this.#personal.set(label, made);
		this.#onChange();
		return made;
	}

	/** Takes a friend's invite back. Returns it, or nothing when there is none. */
	takeBack(label: string): RoomInvite | undefined {
		const known = this.#personal.get(label);
		if (this.#personal.delete(label)) this.#onChange();
		return known;
	}

	#make(secret: Uint8Array, label?: string): RoomInvite {
		const keys = tagKeys({ kind: "invite", secret }, this.#host);
		const id = createHash("sha256").update("real-talk invite id").update(secret).digest("hex").slice(0, idDigits);
		const caller = Caller.byInvite(id, label);
		return { secret, keys, caller, ...(label === undefined ? {} : { label }) };
	}
}
