// The guest's side of UDP: asks, says the cookie back, and has a link. One socket for each link.
import { randomBytes } from "node:crypto";
import type { Socket } from "node:dgram";
import { canonicalAddress } from "../address/address.ts";
import { endWithAddress } from "../link/end-with-address.ts";
import type { DialOptions, DialOutcome, HostAndPort } from "../link/link.ts";
import { every } from "../link/ticks.ts";
import { dialFailureOf, type SystemFailure } from "../tcp/failure.ts";
import { type Datagram, encodeDatagram, LINK_ID_BYTES, type LinkId, linkIdOf, readDatagram } from "./datagram.ts";
import { LINK_LOOK_EVERY_MS, UdpLink } from "./link.ts";
import type { UdxRelay } from "./relay.ts";

/** The pause between two datagrams that were not answered doubles from this to the last. */
const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 2_000;
/** After this many tries a cookie that is not taken may be too old, and a new one is asked for. */
const OPEN_TRIES = 4;

/** Holds what a dial needs. */
interface UdpDialParts {
	/** The socket, which is connected to the target. It belongs to the dial, and then to the link. */
	readonly socket: Socket;
	/** The relay, which is to be held meanwhile. */
	readonly relay: UdxRelay;
}

/** Dials a canonical address. The promise never rejects. */
export function dialByUdp(parts: UdpDialParts, target: HostAndPort, options: DialOptions): Promise<DialOutcome> {
	return new Promise((resolve) => new UdpDial(parts, target, options, resolve).start());
}

class UdpDial {
	readonly #socket: Socket;
	readonly #relay: UdxRelay;
	readonly #target: HostAndPort;
	readonly #options: DialOptions;
	readonly #resolve: (outcome: DialOutcome) => void;
	readonly #guest = linkIdOf(randomBytes(LINK_ID_BYTES));
	readonly #deadline: NodeJS.Timeout;
	#cookie: Buffer | undefined;
	#tries = 0;
	#retryMs = FIRST_RETRY_MS;
	#retry: NodeJS.Timeout | undefined;
	#udp: UdpLink | undefined;
	#farName: LinkId | undefined;
	#isOver = false;

	constructor(parts: UdpDialParts, target: HostAndPort, options: DialOptions, resolve: (outcome: DialOutcome) => void) {
		this.#socket = parts.socket;
		this.#relay = parts.relay;
		this.#target = target;
		this.#options = options;
		this.#resolve = resolve;
		const { host, port } = target;
		const within = Math.round(options.timeoutMs / 1000) || "less than 1";
		const detail = `${host} port ${port} did not answer by UDP within ${within} s.`;
		this.#deadline = setTimeout(() => this.#fail({ failure: "timedOut", detail }), options.timeoutMs);
	}

	start(): void {
		const { signal } = this.#options;
		this.#socket.on("error", (error) => this.#failedToSend(error));
		this.#socket.on("message", (bytes) => this.#take(readDatagram(bytes)));
		signal.addEventListener("abort", this.#onAbort, { once: true });
		if (signal.aborted) this.#onAbort();
		else this.#ask();
	}

	readonly #onAbort = (): void => this.#fail({ failure: "aborted", detail: "The attempt to connect was called off." });

	#ask(): void {
		const guest = this.#guest;
		if (this.#tries >= OPEN_TRIES) this.#cookie = undefined;
		this.#tries = this.#cookie ? this.#tries + 1 : 0;
		const cookie = this.#cookie;
		this.#socket.send(encodeDatagram(cookie ? { kind: "open", guest, cookie } : { kind: "hello", guest }));
		clearTimeout(this.#retry);
		this.#retry = setTimeout(() => this.#ask(), this.#retryMs);
		this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
	}

	#take(datagram: Datagram | undefined): void {
		switch (datagram?.kind) {
			case "data":
				if (datagram.to === this.#guest) this.#udp?.receive(datagram.packet);
				return;
			case "cookie":
				if (this.#isOver || this.#cookie || datagram.guest !== this.#guest) return;
				// A copy of its own: the bytes are the socket's.
				this.#cookie = Buffer.from(datagram.cookie);
				this.#retryMs = FIRST_RETRY_MS;
				this.#ask();
				return;
			case "opened":
				if (!this.#isOver && datagram.guest === this.#guest) this.#linked(datagram);
				return;
			case "refused":
				if (datagram.guest === this.#guest) this.#refused();
				return;
			case "unknown":
				if (datagram.to === this.#farName) this.#udp?.reset();
				return;
			default:
				return;
		}
	}

	#linked({ host: far }: Extract<Datagram, { kind: "opened" }>): void {
		this.#settle();
		const { host: address, port } = this.#target;
		const socket = this.#socket;
		let stopLooking = () => {};
		const udp = new UdpLink({
			relay: this.#relay,
			far,
			farEnd: { address, port },
			send: (datagram) => socket.send(datagram),
			onGone: () => {
				stopLooking();
				socket.close();
			},
		});
		stopLooking = every(LINK_LOOK_EVERY_MS, () => udp.look());
		this.#udp = udp;
		this.#farName = far;
		udp.greet();
		endWithAddress(udp.link, canonicalAddress(socket.address().address));
		this.#resolve({ kind: "linked", link: udp.link });
	}

	#refused(): void {
		this.#failedToSend({ code: "ECONNREFUSED" });
	}

	#failedToSend(error: SystemFailure): void {
		if (!this.#udp) this.#fail(dialFailureOf(error, this.#target));
		else if (error.code === "ECONNREFUSED") this.#udp.closedPort();
	}

	#fail(why: Omit<Extract<DialOutcome, { kind: "failed" }>, "kind">): void {
		if (this.#isOver) return;
		this.#settle();
		this.#socket.close();
		this.#resolve({ kind: "failed", ...why });
	}

	#settle(): void {
		this.#isOver = true;
		clearTimeout(this.#deadline);
		clearTimeout(this.#retry);
		this.#options.signal.removeEventListener("abort", this.#onAbort);
	}
}
