// One multicast socket in each network this computer is in, as they come and go. Reads only what comes from that network itself, and not more than a little.
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import type { Restriction } from "../address/interfaces.ts";
import type { OnContact } from "../link/contact.ts";
import { every } from "../link/ticks.ts";
import { ADDRESSES_EVERY_MS } from "../link/watch-addresses.ts";
import { isNeighbour, type LanNetwork, lanNetworks } from "./networks.ts";
import { LanRates } from "./rates.ts";

/** The multicast address of mDNS (RFC 6762 §3). */
const GROUP = "224.0.0.251";
const PORT = 5353;
/** Packets leave with this number of hops, by which receivers know that they come from the same network (RFC 6762 §11). */
const HOPS = 255;

/** A socket in one network. */
export interface LanSocket {
	readonly network: LanNetwork;
	/** Sends a message to everyone in the network. It resolves when it has left, or could not. */
	send(message: Buffer): Promise<void>;
}

export interface LanSocketsOptions {
	readonly only: Restriction;
	/** Is called for each message. `from` is a literal address in that network. */
	readonly onMessage: (message: Buffer, from: string, socket: LanSocket) => void;
	/** Is called when a network has come, and messages can be sent there. */
	readonly onOpen: (socket: LanSocket) => void;
	/** Is called when `sockets` or `hasNetwork` answers something else. */
	readonly onChange: () => void;
	readonly onContact?: OnContact;
	/** Holds what tests replace. */
	readonly networks?: (only: Restriction) => readonly LanNetwork[];
}

/** Owns its sockets. Where one cannot be opened (another program keeps the port to itself), that is tried again at the next look. */
export class LanSockets {
	readonly #options: LanSocketsOptions;
	readonly #open = new Map<string, { readonly lan: LanSocket; readonly socket: Socket }>();
	readonly #stopLooking: () => void;
	#isClosed = false;
	/** Tells whether there was a network at the last look; absent before the first. */
	#hasNetwork: boolean | undefined;

	constructor(options: LanSocketsOptions) {
		this.#options = options;
		this.#stopLooking = every(ADDRESSES_EVERY_MS, () => this.#follow());
		// Whoever makes it can ask it when it is told something.
		queueMicrotask(() => this.#follow());
	}

	/** Returns the sockets by which messages can be sent at the moment. */
	sockets(): readonly LanSocket[] {
		return [...this.#open.values()].map(({ lan }) => lan);
	}

	/** Tells whether there is any network at the moment, open or about to be. */
	hasNetwork(): boolean {
		return this.#hasNetwork ?? true;
	}

	close(): void {
		this.#isClosed = true;
		this.#stopLooking();
		for (const { socket } of this.#open.values()) socket.close();
		this.#open.clear();
	}

	#follow(): void {
		if (this.#isClosed) return;
		const { only, networks = lanNetworks } = this.#options;
		const wanted = new Map(networks(only).map((network) => [keyOf(network), network]));
		const gone = [...this.#open].filter(([key]) => !wanted.has(key));
		for (const [key, { socket }] of gone) {
			this.#open.delete(key);
			socket.close();
		}
		const hadNetwork = this.#hasNetwork;
		this.#hasNetwork = wanted.size > 0;
		if (gone.length > 0 || hadNetwork !== this.#hasNetwork) this.#options.onChange();
		for (const [key, network] of wanted) if (!this.#open.has(key)) this.#add(key, network);
	}

	#add(key: string, network: LanNetwork): void {
		// Others on this computer use the port too: the system's own resolver, other programs that find each other so.
		const socket = createSocket({ type: "udp4", reuseAddr: true });
		const lan: LanSocket = {
			network,
			send: (message) => {
				this.#options.onContact?.({ kind: "address", address: GROUP, port: PORT });
				return sendBy(socket, message);
			},
		};
		const rates = new LanRates(() => performance.now());
		socket.on("error", () => {
			if (this.#open.get(key)?.socket === socket) this.#open.delete(key);
			closeQuietly(socket);
		});
		// Bound to every address, so also what was sent to another of our networks arrives: it is not from a neighbour in this one.
		socket.on("message", (message: Buffer, { address }: RemoteInfo) => {
			if (isNeighbour(address, network) && rates.admits(address)) this.#options.onMessage(message, address, lan);
		});
		socket.bind({ port: PORT, address: "0.0.0.0" }, () => {
			if (this.#isClosed || !aim(socket, network)) return closeQuietly(socket);
			this.#open.set(key, { lan, socket });
			this.#options.onOpen(lan);
			this.#options.onChange();
		});
	}
}

function keyOf({ interface: name, address, range }: LanNetwork): string {
	return `${name} ${address} ${range.text}`;
}

/** Makes multicast come and leave by this network only. Returns `false` when the system will not. */
function aim(socket: Socket, { address }: LanNetwork): boolean {
	try {
		socket.addMembership(GROUP, address);
		socket.setMulticastInterface(address);
		socket.setMulticastTTL(HOPS);
		// Another program on this computer may look for this room too.
		socket.setMulticastLoopback(true);
		return true;
	} catch {
		return false;
	}
}

function closeQuietly(socket: Socket): void {
	try {
		socket.close();
	} catch {
		// It is closed already.
	}
}

function sendBy(socket: Socket, message: Buffer): Promise<void> {
	return new Promise((resolve) => {
		try {
			// A network that is just going away makes a send fail; the next look finds that out.
			socket.send(message, PORT, GROUP, () => resolve());
		} catch {
			resolve();
		}
	});
}
