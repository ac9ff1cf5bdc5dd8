// The Transport of one room through one relay: the host is found there by the name of its key, and sockets that both dialled out are joined.
import type { OnContact } from "../link/contact.ts";
import { calledOff } from "../link/endings.ts";
import type {
	DialFailure,
	DialOptions,
	DialOutcome,
	Link,
	ListenOutcome,
	RoomListener,
	RoomTransport,
} from "../link/link.ts";
import { isRelayName } from "./exchange.ts";
import { RelayError } from "./failure.ts";
import { guestClaim, hostClaim, type RelayKeyPair, relayGuestSeed, relayKeyPair, relayRoom } from "./keys.ts";
import type { OpenRelaySocket, RelaySocket } from "./socket.ts";
import type { RelayStream } from "./stream.ts";
import { isNonce, isReady, packRegistration, type RelayPath, type Ring, readRing, relayPath } from "./wire.ts";

/** The relay may take this long with each step that depends on nobody else. */
const STEP_TIMEOUT_MS = 10_000;
/** At most this many guests who ring are fetched at a time; the others' tickets lapse, and they ring again. */
const FETCHES_AT_ONCE = 64;

export interface RelayRoomOptions {
	/** "wss://relay.example" or "ws://…", without a path. */
	readonly relay: URL;
	/** The secret of the room's invites, by which guests ring. */
	readonly secret: Uint8Array;
	/** Opens each socket to the relay. */
	readonly open: OpenRelaySocket;
	/** Is told whom is contacted. */
	readonly onContact?: OnContact;
	/** The raw public key of the host at this relay. */
	readonly hostKey: Uint8Array;
	/** Holds what it takes to listen: the host's own key, and what a private relay asks for. */
	readonly host?: {
		readonly key: RelayKeyPair;
		readonly token?: string;
		/** Returns the secrets of all invites that are good: whoever has one may ring. Absent: there is that one. */
		readonly secrets?: () => readonly Uint8Array[];
	};
	/** Is called when the relay is no longer there for a host that listens; guests who have come in stay for as long as their own sockets do. */
	readonly onLost?: (detail: string) => void;
}

/** Makes the Transport; nothing is contacted before the first `dial` or `listen`. */
export function relayTransport(options: RelayRoomOptions): RoomTransport {
	return new RelayRoom(options);
}

class RelayRoom implements RoomTransport {
	readonly name = "relay";
	readonly #options: RelayRoomOptions;
	readonly #room: Uint8Array;
	readonly #streams = new Set<RelayStream>();
	readonly #closed = new AbortController();
	/** The registration that counts; a former one ends without a word. */
	#registration = new AbortController();

	constructor(options: RelayRoomOptions) {
		this.#options = options;
		this.#room = relayRoom(options.hostKey);
	}

	async dial({ signal, timeoutMs }: DialOptions): Promise<DialOutcome> {
		const ending = AbortSignal.any([signal, this.#closed.signal, AbortSignal.timeout(timeoutMs)]);
		try {
			const socket = await this.#open({ kind: "guest", room: this.#room }, ending);
			const key = relayKeyPair(relayGuestSeed(this.#options.secret));
			socket.send(key.sign(guestClaim(await this.#claim(socket))));
			await expectReady(socket);
			return { kind: "linked", link: this.#linkOf(socket) };
		} catch (error) {
			if (signal.aborted || this.#closed.signal.aborted) return calledOff;
			return { kind: "failed", ...(ending.aborted ? silent(timeoutMs) : failureOf(error)) };
		}
	}

	/** Registers the host, or registers it again: then the former registration is replaced, and whoever has come by it stays. */
	async listen(onLink: (link: Link) => void): Promise<ListenOutcome<RoomListener>> {
		const { host } = this.#options;
		if (!host) throw new Error("only who has the host's key can listen at a relay");
		const stop = new AbortController();
		const own = new AbortController();
		this.#registration.abort();
		this.#registration = own;
		const step = AbortSignal.any([this.#closed.signal, AbortSignal.timeout(STEP_TIMEOUT_MS)]);
		try {
			const socket = await this.#open({ kind: "host", room: this.#room }, step, host.token);
			await this.#register(socket, host);
			socket.keep();
			void this.#answerRings(socket, onLink, { stop: stop.signal, replaced: own.signal });
			return { kind: "listening", listener: { close: async () => stop.abort() } };
		} catch (error) {
			const { detail } = step.aborted ? silent(STEP_TIMEOUT_MS) : failureOf(error);
			return { kind: "failed", failure: "other", detail };
		}
	}

	async close(): Promise<void> {
		this.#closed.abort();
		for (const stream of this.#streams) stream.destroy();
	}

	/** Returns where another relay of the same operator is: a name below the one that was named to us, or nothing. A relay must not send us anywhere else. */
	#nodeAt(name: string): URL | undefined {
		const { relay } = this.#options;
		if (!isRelayName(name) || !URL.canParse(`${relay.protocol}//${name}`)) return undefined;
		const node = new URL(`${relay.protocol}//${name}`);
		return node.hostname.endsWith(`.${relay.hostname}`) && node.port === relay.port ? node : undefined;
	}

	#open(path: RelayPath, signal: AbortSignal, token?: string, relay = this.#options.relay): Promise<RelaySocket> {
		const url = new URL(relayPath(path), relay);
		const { open, onContact } = this.#options;
		const contacting = onContact === undefined ? {} : { onContact };
		return open(url, { signal, ...contacting, ...(token === undefined ? {} : { token }) });
	}

	/** Reads the relay's nonce, and returns what our signature must be for. */
	async #claim(socket: RelaySocket): Promise<{ authority: string; room: Uint8Array; nonce: Uint8Array }> {
		const nonce = await socket.next();
		if (!isNonce(nonce)) throw new RelayError("other", "The relay speaks another version.");
		return { authority: this.#options.relay.host, room: this.#room, nonce };
	}

	async #register(socket: RelaySocket, { key, secrets }: NonNullable<RelayRoomOptions["host"]>): Promise<void> {
		const good = secrets?.() ?? [this.#options.secret];
		const guestKeys = Buffer.concat(good.map((secret) => relayKeyPair(relayGuestSeed(secret)).publicKey));
		const signature = key.sign(hostClaim(await this.#claim(socket), guestKeys));
		socket.send(packRegistration({ hostKey: key.publicKey, guestKeys, signature }));
		await expectReady(socket);
	}

	/** Fetches each guest who rings, until the listener is closed, the host is registered again, or the relay has gone. */
	async #answerRings(
		socket: RelaySocket,
		onLink: (link: Link) => void,
		{ stop, replaced }: { readonly stop: AbortSignal; readonly replaced: AbortSignal },
	): Promise<void> {
		const ending = AbortSignal.any([stop, this.#closed.signal]);
		ending.addEventListener("abort", () => socket.close(), { once: true });
		let fetches = 0;
		try {
			for (;;) {
				const ring = readRing(await socket.next());
				if (ring === undefined) throw new RelayError("other", "The relay speaks another version.");
				if (fetches >= FETCHES_AT_ONCE) continue;
				fetches += 1;
				void this.#fetch(ring, onLink, ending).finally(() => {
					fetches -= 1;
				});
			}
		} catch (error) {
			socket.close();
			if (!ending.aborted && !replaced.aborted) this.#options.onLost?.(failureOf(error).detail);
		}
	}

	/** Dials to be joined with the guest who rang. Somebody who has gone meanwhile is no error. */
	async #fetch({ ticket, node }: Ring, onLink: (link: Link) => void, stop: AbortSignal): Promise<void> {
		const relay = node === undefined ? this.#options.relay : this.#nodeAt(node);
		if (relay === undefined) return;
		const signal = AbortSignal.any([stop, AbortSignal.timeout(STEP_TIMEOUT_MS)]);
		try {
			const socket = await this.#open({ kind: "take", room: this.#room, ticket }, signal, undefined, relay);
			await expectReady(socket);
			onLink(this.#linkOf(socket));
		} catch (error) {
			if (!(error instanceof RelayError) && !signal.aborted) throw error;
		}
	}

	#linkOf(socket: RelaySocket): Link {
		const stream = socket.intoStream();
		this.#streams.add(stream);
		stream.once("close", () => this.#streams.delete(stream));
		// Nothing that the relay says of an address is proven: the gate counts the invite (docs/protocol.md, section 6).
		return { stream, far: { transport: "relay", isWebSocket: true } };
	}
}

async function expectReady(socket: RelaySocket): Promise<void> {
	if (!isReady(await socket.next())) throw new RelayError("other", "The relay speaks another version.");
}

interface Failure {
	readonly failure: DialFailure;
	readonly detail: string;
}

/** Returns why a relay could not be used. Throws again what is no failure of a relay but a bug. */
function failureOf(error: unknown): Failure {
	if (!(error instanceof RelayError)) throw error;
	return { failure: error.failure, detail: error.message };
}

const silent = (timeoutMs: number): Failure => ({
	failure: "timedOut",
	detail: `The relay or the host did not answer within ${Math.round(timeoutMs / 1_000) || "less than 1"} s.`,
});
