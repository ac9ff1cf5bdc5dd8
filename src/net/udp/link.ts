// One Link over UDP: udx's stream, the guard before it, and the names the two ends have for it. The socket belongs to somebody else.
import type { FarEnd, Link } from "../link/link.ts";
import type { LinkId } from "./datagram.ts";
import { LatestAck } from "./latest-ack.ts";
import { PacketGuard } from "./packet.ts";
import type { UdxRelay } from "./relay.ts";
import { UdpStream } from "./stream.ts";

/** After this much silence the far end is asked for a sign of life; routers forget a UDP flow after 30 s and more (RFC 4787 §4.3). */
const KEEP_ALIVE_MS = 10_000;
/** After this many looks without a packet the far end counts as gone. Looks at a link are a second apart; time in which the program was stopped is not held against it. */
const DEAD_AFTER_LOOKS = 45;
/** A port that is said to be closed has this many looks to prove the contrary: anybody can claim that it is (RFC 5927). */
const CLOSED_AFTER_LOOKS = 3;
/** `look` is to be called this often. */
export const LINK_LOOK_EVERY_MS = 1_000;

export interface UdpLinkOptions {
	readonly relay: UdxRelay;
	/** The name that the far end has for the link. */
	readonly far: LinkId;
	readonly farEnd: Omit<FarEnd, "transport">;
	readonly send: (datagram: Buffer) => void;
	/** Is called when nothing more will be sent or taken. `lastWord` is what to answer to whoever has not heard of an orderly end. */
	readonly onGone: (lastWord: Buffer | undefined) => void;
}

/** One link. It is owned by whoever has the socket, who tells it of packets and looks (`LINK_LOOK_EVERY_MS`). */
export class UdpLink {
	readonly link: Link;
	readonly #options: UdpLinkOptions;
	readonly #guard: PacketGuard;
	readonly #stream: UdpStream;
	readonly #deliver: (packet: Buffer) => void;
	#looksInSilence = 0;
	#looksSinceClosed: number | undefined;
	#hasHeard = false;
	/** Says that the link does not need the socket any more. */
	#isGone = false;

	constructor(options: UdpLinkOptions) {
		const { relay, far, farEnd, onGone } = options;
		this.#options = options;
		const latestAck = new LatestAck((packet) => this.#sendPacket(packet));
		const onRetired = (): void => {
			latestAck.flush();
			this.#isGone = true;
			onGone(stream.hasEndedWell ? this.#guard.lastWord(far) : undefined);
		};
		const attached = relay.attach((packet) => latestAck.take(packet), onRetired);
		const { udx, id } = attached;
		this.#deliver = attached.deliver;
		this.#guard = new PacketGuard(id);
		const stream = new UdpStream(udx, () => {
			this.#guard.hasRead(stream.readBytes);
			const datagram = this.#guard.reopened(far, stream.unreadBytes);
			if (datagram) this.#send(datagram);
		});
		this.#stream = stream;
		this.link = { stream, far: { transport: "udp", ...farEnd } };
		udx.setKeepalive(KEEP_ALIVE_MS);
	}

	/** Tells whether a packet of the stream has come: then the far end knows our name for it. */
	get hasHeard(): boolean {
		return this.#hasHeard;
	}

	/** Takes a `data` datagram that came from the right address with our name for the link. */
	receive(datagram: Buffer): void {
		this.#hasHeard = true;
		this.#looksInSilence = 0;
		this.#looksSinceClosed = undefined;
		const packet = this.#guard.inward(datagram, this.#stream.unreadBytes);
		if (packet) this.#deliver(packet);
	}

	/** Sends a greeting, so that the far end knows at once that its answer came. */
	greet(): void {
		this.#send(this.#guard.greeting(this.#options.far));
	}

	/** Looks whether the far end is still there. It is to be called every `LINK_LOOK_EVERY_MS`. */
	look(): void {
		this.#looksInSilence += 1;
		if (this.#looksSinceClosed !== undefined) this.#looksSinceClosed += 1;
		if ((this.#looksSinceClosed ?? 0) >= CLOSED_AFTER_LOOKS) this.reset();
		else if (this.#looksInSilence > DEAD_AFTER_LOOKS) this.#stream.farIsGone("ETIMEDOUT");
	}

	/** Learns that a router or the far end's system says that nobody has that port. */
	closedPort(): void {
		this.#looksSinceClosed ??= 0;
	}

	/** Learns that the far end does not know this link. */
	reset(): void {
		this.#stream.farIsGone("ECONNRESET");
	}

	#sendPacket(packet: Buffer): void {
		this.#send(this.#guard.outward(packet, this.#options.far, this.#stream.unreadBytes));
	}

	#send(datagram: Buffer): void {
		if (!this.#isGone) this.#options.send(datagram);
	}
}
