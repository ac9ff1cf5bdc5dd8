// The DHT Transport of one room: whoever has the invite's secret finds the host through hyperdht, and the routers between are opened by hole punching.
//
// A node joins the DHT when something is dialled or listened
// for, and leaves it when the last link is gone. Only the bootstrap nodes that were given are contacted, and the nodes they name.
import type HyperDHT from "hyperdht";
import type { DhtSocket } from "hyperdht";
import { uptime } from "../link/clock.ts";
import type { OnContact } from "../link/contact.ts";
import { calledOff } from "../link/endings.ts";
import type { DialOptions, DialOutcome, Link, ListenOutcome, RoomListener, RoomTransport } from "../link/link.ts";
import { listenFailureOf } from "../tcp/failure.ts";
import { bindFailure, hasHeardNodes, newNode } from "./client.ts";
import { dialThroughDht } from "./dial.ts";
import { silentNodesText } from "./failure.ts";
import { type DhtLibrary, type DhtLibraryOutcome, loadDht } from "./library.ts";
import { announceRoom } from "./listen.ts";
import type { DhtNodeAddress } from "./nodes.ts";

/** Announcing may take this long. Joining the DHT and announcing takes a second where it works, and six where nobody answers. */
const ANNOUNCE_TIMEOUT_MS = 30_000;
/** The DHT and the far ends may take this long to hear that we are gone; announcements and links lapse by themselves. */
const GOODBYE_TIMEOUT_MS = 2_000;

export interface DhtOptions {
	/** The invite's secret. */
	readonly secret: Uint8Array;
	/** Returns the secrets of all invites that are good, for a host: whoever has one finds it. Absent: there is that one. */
	readonly secrets?: () => readonly Uint8Array[];
	readonly bootstrap: readonly DhtNodeAddress[];
	/** The one IPv4 address of this computer that is used; when absent all of them. */
	readonly bind?: string;
	/** The public key of a blind relay. When it is absent nothing is ever relayed. */
	readonly relay?: Uint8Array;
	readonly onContact?: OnContact;
	/** Loads the library; tests replace it. */
	readonly load?: () => Promise<DhtLibraryOutcome>;
	readonly now?: () => number;
}

/** A DhtTransport is the DHT for one room. */
export interface DhtTransport extends RoomTransport {
	/** Announces the room under the keys of the invites that are good now, and under no others; resolves when that is done. */
	announceAgain?(): Promise<void>;
}

/** Makes the Transport; nothing is loaded and nothing sent before the first `dial` or `listen`. `close` leaves the DHT. */
export function dhtTransport(options: DhtOptions): DhtTransport {
	return new DhtRoom(options);
}

interface Announcement {
	close(): Promise<void>;
}

/** A node, and how many need it. It listens by its announcements, each under the secret of an invite, in hexadecimal. */
interface UsedNode {
	readonly node: HyperDHT;
	uses: number;
	readonly announcements: Map<string, Announcement>;
}

async function withdraw({ announcements }: UsedNode): Promise<void> {
	const all = [...announcements.values()];
	announcements.clear();
	await Promise.all(all.map(takeBack));
}

async function takeBack(announcement: Announcement): Promise<void> {
	await within(announcement.close(), GOODBYE_TIMEOUT_MS).catch(() => undefined);
}

class DhtRoom implements DhtTransport {
	readonly name = "dht";
	readonly #options: DhtOptions;
	readonly #nodes = new Set<UsedNode>();
	/** The node that dials. */
	#dialling: UsedNode | undefined;
	/** Brings the announcements of the node that listens up to the invites that are good. */
	#announce: (() => Promise<void>) | undefined;

	constructor(options: DhtOptions) {
		this.#options = options;
	}

	async dial({ signal, timeoutMs }: DialOptions): Promise<DialOutcome> {
		const library = await this.#library();
		// Nobody is contacted for somebody who has gone.
		if (signal.aborted) return calledOff;
		if (library.kind === "failed") return { kind: "failed", failure: "other", detail: library.detail };
		const { secret, bootstrap, relay } = this.#options;
		this.#dialling ??= this.#newNode(library);
		const used = this.#dialling;
		used.uses += 1;
		const onLinked = (socket: DhtSocket): void => this.#keepWhile(used, socket);
		const how = { library, node: used.node, secret, bootstrap, signal, timeoutMs, onLinked };
		const direct = await dialThroughDht(how);
		const isWorthRelaying = direct.kind === "failed" && ["unreachable", "timedOut"].includes(direct.failure);
		const outcome =
			relay && isWorthRelaying && hasHeardNodes(used.node)
				? withBoth(direct, await dialThroughDht({ ...how, relay }))
				: direct;
		void this.#release(used);
		return outcome;
	}

	async listen(onLink: (link: Link) => void): Promise<ListenOutcome<RoomListener>> {
		const { bind } = this.#options;
		const library = await this.#library();
		if (library.kind === "failed") return { kind: "failed", failure: "other", detail: library.detail };
		if (bind?.includes(":")) {
			return { kind: "failed", failure: "addressNotHere", detail: "The DHT needs an IPv4 address; it knows no IPv6." };
		}
		const problem = await bindFailure(0, bind);
		if (problem) return { kind: "failed", ...listenFailureOf(problem, bind ?? "0.0.0.0", 0) };
		const used = this.#newNode(library);
		used.uses += 1;
		const { relay, bootstrap, now = uptime } = this.#options;
		const onLinked = (socket: DhtSocket): void => this.#keepWhile(used, socket);
		const hearing = { onLink, onLinked, now };
		const { node } = used;
		const opening = node.fullyBootstrapped().then(async () => {
			// Announcing to nobody is no error to the library.
			if (!hasHeardNodes(node)) return;
			const how = { library, node, ...(relay ? { relay } : {}), ...hearing };
			this.#announce = () => this.#announceUnder(used, (secret) => announceRoom({ ...how, secret }));
			await this.#announce();
		});
		await within(opening, ANNOUNCE_TIMEOUT_MS).catch(() => undefined);
		if (used.announcements.size === 0) {
			void this.#release(used);
			return { kind: "failed", failure: "other", detail: silentNodesText(bootstrap) };
		}
		return { kind: "listening", listener: this.#listener(used) };
	}

	async announceAgain(): Promise<void> {
		if (this.#announce) await within(this.#announce(), ANNOUNCE_TIMEOUT_MS).catch(() => undefined);
	}

	/** Announces under each secret that is good, and takes back what is announced under one that is not. */
	async #announceUnder(used: UsedNode, announce: (secret: Uint8Array) => Promise<Announcement>): Promise<void> {
		const { secret: own, secrets = () => [own] } = this.#options;
		const good = new Map(secrets().map((secret) => [Buffer.from(secret).toString("hex"), secret]));
		const { announcements } = used;
		const gone = [...announcements].filter(([key]) => !good.has(key));
		for (const [key] of gone) announcements.delete(key);
		const fresh = [...good].filter(([key]) => !announcements.has(key));
		await Promise.all([
			...gone.map(([, announcement]) => takeBack(announcement)),
			...fresh.map(async ([key, secret]) => void announcements.set(key, await announce(secret))),
		]);
	}

	async close(): Promise<void> {
		this.#announce = undefined;
		this.#dialling = undefined;
		await Promise.all([...this.#nodes].map((used) => this.#destroy(used)));
	}

	#library(): Promise<DhtLibraryOutcome> {
		return (this.#options.load ?? loadDht)();
	}

	#newNode(library: DhtLibrary): UsedNode {
		const { bootstrap, bind, onContact } = this.#options;
		const how = { bootstrap, ...(bind === undefined ? {} : { bind }), ...(onContact && { onContact }) };
		const node = newNode(library, how);
		// Binding fails again where it is waited for.
		node.fullyBootstrapped().catch(() => {});
		const used: UsedNode = { node, uses: 0, announcements: new Map() };
		this.#nodes.add(used);
		return used;
	}

	#listener(used: UsedNode): RoomListener {
		let closing: Promise<void> | undefined;
		const close = async (): Promise<void> => {
			await withdraw(used);
			await this.#release(used);
		};
		return {
			close() {
				closing ??= close();
				return closing;
			},
		};
	}

	/** Keeps a node for as long as a Link needs it, which is longer than its owner does: last words may still be on their way. */
	#keepWhile(used: UsedNode, socket: DhtSocket): void {
		used.uses += 1;
		if (socket.destroyed) void this.#release(used);
		else socket.once("close", () => void this.#release(used));
	}

	async #release(used: UsedNode): Promise<void> {
		used.uses -= 1;
		if (used.uses > 0) return;
		if (this.#dialling === used) this.#dialling = undefined;
		await this.#destroy(used);
	}

	async #destroy(used: UsedNode): Promise<void> {
		this.#nodes.delete(used);
		// A server that is not closed goes on by itself for minutes.
		await withdraw(used);
		// It waits for its streams, for up to twelve seconds where packets are lost; what is left ends by itself.
		await within(used.node.destroy({ force: true }), GOODBYE_TIMEOUT_MS).catch(() => undefined);
	}
}

function withBoth(direct: DialOutcome, relayed: DialOutcome): DialOutcome {
	if (direct.kind === "linked" || relayed.kind === "linked") return relayed;
	return { ...relayed, detail: `${direct.detail} Through the relay: ${relayed.detail}` };
}

/** Waits for `work`. Rejects when time is up. */
function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
	const { promise, resolve, reject } = Promise.withResolvers<T>();
	const timer = setTimeout(() => reject(new Error("time is up")), timeoutMs);
	work.then(resolve, reject).finally(() => clearTimeout(timer));
	return promise;
}
