// The host's side of the DHT: announced while the room is open, tried again when nobody answers, shown as one of the ways in.
import { type DhtOptions, type DhtTransport, dhtTransport } from "../../../net/dht/dht.ts";
import { dhtNodesText } from "../../../net/dht/nodes.ts";
import type { WayIn } from "../../api/hosting.ts";
import { cleanLine } from "../../text/clean.ts";
import type { RouteHost, RouteHostOptions } from "../route.ts";
import { type DhtPart, dhtPartKey, packDhtPart } from "./part.ts";
import { type DhtPolicy, hostNodes } from "./policy.ts";

const retryAfterMs = 60_000;

export interface DhtHostOptions extends Omit<RouteHostOptions, "secrets" | "onProgress"> {
	/** Returns the secrets of all invites that are good; absent: there is that one. */
	readonly secrets?: RouteHostOptions["secrets"];
	readonly policy: DhtPolicy;
	/** Makes the transport; tests replace it. */
	readonly newTransport?: (options: DhtOptions) => DhtTransport;
	readonly retryAfterMs?: number;
}

/** Owns the room's node of the DHT. Nothing is contacted before `start`. */
export class DhtHost implements RouteHost {
	readonly inviteKey = dhtPartKey;
	readonly #options: DhtHostOptions;
	readonly #part: DhtPart;
	readonly #transport: DhtTransport;
	#standing: Pick<WayIn, "state" | "facts">;
	#retry: NodeJS.Timeout | undefined;
	#isClosed = false;

	constructor(options: DhtHostOptions) {
		this.#options = options;
		const { policy, secret, secrets, bind, onContact, newTransport = dhtTransport } = options;
		const { relay, nodes } = policy;
		this.#part = { nodes: nodes ?? [], ...(relay ? { relay } : {}) };
		this.#transport = newTransport({
			secret,
			bootstrap: hostNodes(policy),
			onContact,
			...(secrets ? { secrets } : {}),
			...(relay ? { relay } : {}),
			...(bind === undefined ? {} : { bind }),
		});
		this.#standing = {
			state: "checking",
			facts: { kind: "announcing", route: "dht", nodes: dhtNodesText(hostNodes(policy)) },
		};
	}

	async start(): Promise<void> {
		const listening = await this.#transport.listen(this.#options.onLink);
		if (this.#isClosed) return;
		if (listening.kind === "listening") {
			this.#standing = { state: "open", facts: { kind: "announced", route: "dht" } };
		} else {
			this.#standing = { state: "blocked", facts: { kind: "notAnnounced", detail: cleanLine(listening.detail) } };
			this.#retry = setTimeout(() => void this.start(), this.#options.retryAfterMs ?? retryAfterMs).unref();
		}
		this.#options.onChange();
	}

	view(): WayIn {
		return { way: "dht", ...this.#standing };
	}

	invitePart(): readonly unknown[] {
		return packDhtPart(this.#part);
	}

	async secretsChanged(): Promise<void> {
		await this.#transport.announceAgain?.();
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		clearTimeout(this.#retry);
		await this.#transport.close();
	}
}
