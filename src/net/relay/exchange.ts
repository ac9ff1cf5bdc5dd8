// What relays of one operator tell each other when a guest comes to one of them and the host is at another: that a guest rings, and nothing of what is said.
import { RELAY_NONCE_BYTES, RELAY_SIGNATURE_BYTES } from "./keys.ts";
import { CALLER_BYTES, MAX_NAME_BYTES, TICKET_BYTES } from "./wire.ts";

/** A guest's ring as one relay hands it to another: what the guest signed, and where the host can fetch it. */
export interface ForwardedRing {
	/** The name that the guest has dialled, which its signature is for. */
	readonly authority: string;
	readonly nonce: Uint8Array;
	readonly signature: Uint8Array;
	readonly ticket: Uint8Array;
	readonly caller: Uint8Array;
	/** The name at which the relay where the guest waits is dialled. */
	readonly node: string;
}

/** Joins the relays of one operator. Names of rooms are in hexadecimal. */
export interface Exchange {
	/** The name at which this relay alone is dialled, with its port where that is not the usual one. */
	readonly ownName: string;
	/** Tells the other relays that the host of a room is here. `ring` is called for guests at other relays, and tells whether the host was rung. The function that is returned ends that. */
	serve(room: string, ring: (message: Uint8Array) => boolean): () => void;
	/** Has the host rung wherever it is; resolves with whether it was. It never rejects. */
	ring(room: string, message: Uint8Array): Promise<boolean>;
	close(): Promise<void>;
}

const FIXED_BYTES = RELAY_NONCE_BYTES + RELAY_SIGNATURE_BYTES + TICKET_BYTES + CALLER_BYTES;

/** Packs a ring. Throws for a name that is too long (a bug of the caller). */
export function packForwardedRing(ring: ForwardedRing): Uint8Array {
	const names = [ring.authority, ring.node].map((name) => {
		const bytes = Buffer.from(name, "latin1");
		if (bytes.length > MAX_NAME_BYTES) throw new Error("the name of a relay is too long");
		return Buffer.concat([Uint8Array.of(bytes.length), bytes]);
	});
	return Buffer.concat([ring.nonce, ring.signature, ring.ticket, ring.caller, ...names]);
}

/** Reads a ring; `undefined` for what is none. */
export function readForwardedRing(message: Uint8Array): ForwardedRing | undefined {
	let at = 0;
	const take = (count: number): Uint8Array => {
		at += count;
		return message.slice(at - count, at);
	};
	if (message.length < FIXED_BYTES + 2) return undefined;
	const [nonce, signature] = [take(RELAY_NONCE_BYTES), take(RELAY_SIGNATURE_BYTES)];
	const [ticket, caller] = [take(TICKET_BYTES), take(CALLER_BYTES)];
	const name = (): string => Buffer.from(take(take(1)[0] ?? 0)).toString("latin1");
	const [authority, node] = [name(), name()];
	const isWhole = at === message.length && isRelayName(authority) && isRelayName(node);
	return isWhole ? { authority, nonce, signature, ticket, caller, node } : undefined;
}

/** Tells whether a text can be the name of a relay, as the header Host has it. */
export function isRelayName(text: string): boolean {
	return (
		text.length <= MAX_NAME_BYTES && /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(text)
	);
}
