// The host's side of UDP, over one or several sockets: answers strangers from what they say alone, and keeps something only for who has proven its address.
import { randomBytes } from "node:crypto";
import type { RemoteInfo, Socket } from "node:dgram";
import { Caller } from "../address/caller.ts";
import type { Link, ListenOptions } from "../link/link.ts";
import { every } from "../link/ticks.ts";
import { type Asker, COOKIE_SECRET_BYTES, CookieJar } from "./cookie.ts";
import { type Datagram, encodeDatagram, LINK_ID_BYTES, type LinkId, linkIdOf, readDatagram } from "./datagram.ts";
import { LINK_LOOK_EVERY_MS, UdpLink } from "./link.ts";
import type { UdxRelay } from "./relay.ts";

/** The most links at once: a full room, and as many people on their way in. A link of which little was read holds at most a mebibyte (`WINDOW_BYTES`). */
export const MAX_LINKS = 400;
/** The most links of one caller: whole schools come from one address. */
export const MAX_LINKS_OF_CALLER = 128;
/** The most links whose address is proven, but of which no packet of the stream has come yet. */
export const MAX_OPENING = 128;
const OPENING_LOOKS = 15;
/** A far end that has not heard that its link ended well is told for this many looks, and at most this many such ends are remembered. */
const LAST_WORD_LOOKS = 30;
const MAX_LAST_WORDS = 256;

interface Guest {
	readonly asker: Asker;
	readonly caller: Caller;
	/** Says where datagrams go, as the system writes it, and by which socket: they must come from the address to which the guest sent. */
	readonly to: RemoteInfo;
	readonly socket: Socket;
	readonly host: LinkId;
	readonly udp: UdpLink;
	looks: number;
}

interface LastWord {
	readonly to: RemoteInfo;
	readonly bytes: Buffer;
	looksLeft: number;
}

export interface UdpHostOptions extends Pick<ListenOptions, "onContact" | "mayCome"> {
	readonly relay: UdxRelay;
	readonly onLink: (link: Link) => void;
	readonly now: () => number;
}

/** Owns its sockets and the links that came in by them. */
export class UdpHost {
	readonly #options: UdpHostOptions;
	readonly #jar: CookieJar;
	readonly #guests = new Map<LinkId, Guest>();
	readonly #byAsker = new Map<string, Guest>();
	readonly #lastWords = new Map<LinkId, LastWord>();
	readonly #sockets = new Map<Socket, Promise<void>>();
	/** Stops the looks at links. Without a link, or somebody to be told of its end, there is nothing to look at. */
	#stopLooking: (() => void) | undefined;
	#isOpen = true;
	#isUnused = false;

	constructor(options: UdpHostOptions) {
		this.#options = options;
		this.#jar = new CookieJar(randomBytes(COOKIE_SECRET_BYTES), options.now);
		options.relay.hold();
	}

	/** Takes in a socket by which guests come too. It must be bound, and belongs to this host from now on. */
	add(socket: Socket): void {
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#sockets.set(socket, promise);
		// A datagram that could not be sent is a lost one.
		socket.on("error", () => {});
		socket.on("message", (bytes, from) => this.#take(bytes, from, socket));
		socket.on("close", resolve);
	}

	/** Lets go of a socket whose address is gone, and ends the links of those who came by it. */
	remove(socket: Socket): void {
		if (!this.#sockets.delete(socket)) return;
		for (const guest of this.#guests.values()) if (guest.socket === socket) guest.udp.reset();
		socket.close();
	}

	/** Says how much is kept, for tests. */
	get sizes(): { readonly guests: number; readonly lastWords: number } {
		return { guests: this.#guests.size, lastWords: this.#lastWords.size };
	}

	/** Lets nobody in any more. The sockets stay while somebody who is in needs one. */
	async close(): Promise<void> {
		this.#isOpen = false;
		this.#closeIfUnused();
		if (this.#isUnused) await Promise.all(this.#sockets.values());
	}

	#take(bytes: Buffer, from: RemoteInfo, socket: Socket): void {
		const datagram = readDatagram(bytes);
		if (datagram === undefined || from.port === 0) return;
		// Most datagrams are these, and the address is compared as it stands: who it is was read when the link was opened.
		if (datagram.kind === "data") return void this.#pass(datagram, from, socket);
		const caller = Caller.at(from.address);
		if (caller === undefined) return;
		const asker = (guest: LinkId): Asker => ({ address: caller.address, port: from.port, guest });
		switch (datagram.kind) {
			case "hello":
				this.#answerHello(asker(datagram.guest), from, socket);
				break;
			case "open":
				this.#open(datagram.cookie, asker(datagram.guest), caller, from, socket);
				break;
			case "unknown":
				this.#byAsker.get(keyOf(asker(datagram.to)))?.udp.reset();
				break;
			default: // What a guest takes, not a host.
		}
	}

	#answerHello(asker: Asker, from: RemoteInfo, socket: Socket): void {
		const { guest } = asker;
		if (this.#isOpen) this.#send({ kind: "cookie", guest, cookie: this.#jar.bake(asker) }, from, socket);
		else this.#send({ kind: "refused", guest }, from, socket);
	}

	#open(cookie: Buffer, asker: Asker, caller: Caller, from: RemoteInfo, socket: Socket): void {
		if (!this.#jar.isOurs(cookie, asker)) return;
		const { guest } = asker;
		// Asked again: our answer was lost.
		const known = this.#byAsker.get(keyOf(asker));
		if (known) {
			this.#send({ kind: "opened", guest, host: known.host }, from, socket);
		} else if (this.#hasRoom(caller) && (this.#options.mayCome?.(caller) ?? true)) {
			const { host, udp } = this.#welcome(asker, caller, from, socket);
			this.#send({ kind: "opened", guest, host }, from, socket);
			this.#options.onLink(udp.link);
		} else {
			this.#send({ kind: "refused", guest }, from, socket);
		}
	}

	#hasRoom(caller: Caller): boolean {
		const guests = [...this.#guests.values()];
		return (
			this.#isOpen &&
			guests.length < MAX_LINKS &&
			guests.filter((guest) => guest.caller.key === caller.key).length < MAX_LINKS_OF_CALLER &&
			guests.filter(({ udp }) => !udp.hasHeard).length < MAX_OPENING
		);
	}

	#welcome(asker: Asker, caller: Caller, to: RemoteInfo, socket: Socket): Guest {
		const host = linkIdOf(randomBytes(LINK_ID_BYTES));
		const { address, port, guest: far } = asker;
		const udp = new UdpLink({
			relay: this.#options.relay,
			far,
			farEnd: { caller, address, port },
			send: (datagram) => this.#transmit(datagram, to, socket),
			onGone: (lastWord) => this.#gone(host, lastWord),
		});
		const guest = { asker, caller, to, socket, host, udp, looks: 0 };
		this.#guests.set(host, guest);
		this.#stopLooking ??= every(LINK_LOOK_EVERY_MS, () => this.#look());
		this.#byAsker.set(keyOf(asker), guest);
		return guest;
	}

	#pass({ to, packet }: Extract<Datagram, { kind: "data" }>, from: RemoteInfo, socket: Socket): void {
		const guest = this.#guests.get(to);
		const isFromThere = (one: RemoteInfo): boolean => one.address === from.address && one.port === from.port;
		if (guest) {
			if (isFromThere(guest.to)) guest.udp.receive(packet);
			return;
		}
		const last = this.#lastWords.get(to);
		if (last && isFromThere(last.to)) this.#transmit(last.bytes, from, socket);
		else this.#send({ kind: "unknown", to }, from, socket);
	}

	#gone(host: LinkId, lastWord: Buffer | undefined): void {
		const guest = this.#guests.get(host);
		if (!guest) return;
		this.#guests.delete(host);
		this.#byAsker.delete(keyOf(guest.asker));
		if (lastWord) {
			const [oldest] = this.#lastWords.keys();
			if (this.#lastWords.size >= MAX_LAST_WORDS && oldest) this.#lastWords.delete(oldest);
			this.#lastWords.set(host, { to: guest.to, bytes: lastWord, looksLeft: LAST_WORD_LOOKS });
		}
		this.#closeIfUnused();
	}

	#look(): void {
		for (const guest of this.#guests.values()) {
			guest.looks += 1;
			if (guest.looks > OPENING_LOOKS && !guest.udp.hasHeard) guest.udp.reset();
			else guest.udp.look();
		}
		for (const [host, last] of this.#lastWords) {
			last.looksLeft -= 1;
			if (last.looksLeft <= 0) this.#lastWords.delete(host);
		}
		if (this.#guests.size === 0 && this.#lastWords.size === 0) this.#rest();
	}

	#rest(): void {
		this.#stopLooking?.();
		this.#stopLooking = undefined;
	}

	#send(datagram: Exclude<Datagram, { kind: "data" }>, to: RemoteInfo, socket: Socket): void {
		const { address, port } = to;
		this.#options.onContact?.({ kind: "address", address, port });
		this.#transmit(encodeDatagram(datagram), to, socket);
	}

	#transmit(bytes: Buffer, { port, address }: RemoteInfo, socket: Socket): void {
		if (this.#sockets.has(socket) && !this.#isUnused) socket.send(bytes, port, address);
	}

	#closeIfUnused(): void {
		if (this.#isOpen || this.#isUnused || this.#guests.size > 0) return;
		this.#isUnused = true;
		this.#rest();
		for (const socket of this.#sockets.keys()) socket.close();
		this.#options.relay.release();
	}
}

function keyOf({ address, port, guest }: Asker): string {
	return `${address} ${port} ${guest}`;
}
