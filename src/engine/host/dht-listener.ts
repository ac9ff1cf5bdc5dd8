// The host's way in through the DHT: announced while the room is open, tried again when nobody answers, shown as one of the ways in.
import { type DhtOptions, type DhtTransport, dhtTransport } from "../../net/dht/dht.ts";
import { newDhtSecret } from "../../net/dht/keys.ts";
import { dhtNodesText } from "../../net/dht/nodes.ts";
import type { Link } from "../../net/link/link.ts";
import type { WayIn } from "../api/hosting.ts";
import { type DhtPolicy, hostNodes } from "../stay/dht-policy.ts";
import type { InviteDht } from "../wire/invite.ts";

const retryAfterMs = 60_000;

export interface DhtDoorOptions {
	readonly policy: DhtPolicy;
	/** A canonical address of this computer; absent = all. */
	readonly bind?: string;
	readonly onLink: (link: Link) => void;
	readonly onChange: () => void;
	/** What tests replace. */
	readonly newTransport?: (options: DhtOptions) => DhtTransport;
	readonly retryAfterMs?: number;
}

/** Owns the room's node of the DHT. Nothing is contacted before `start`. */
export class DhtDoor {
	readonly #options: DhtDoorOptions;
	readonly #invite: InviteDht;
	readonly #transport: DhtTransport;
	#standing: Pick<WayIn, "state" | "why" | "advice">;
	#retry: NodeJS.Timeout | undefined;
	#isClosed = false;

	constructor(options: DhtDoorOptions) {
		this.#options = options;
		const { policy, bind, newTransport = dhtTransport } = options;
		const { relay, nodes } = policy;
		this.#invite = { secret: newDhtSecret(), nodes: nodes ?? [], ...(relay ? { relay } : {}) };
		this.#transport = newTransport({
			secret: this.#invite.secret,
			bootstrap: hostNodes(policy),
			...(relay ? { relay } : {}),
			...(bind === undefined ? {} : { bind }),
		});
		this.#standing = { state: "checking", why: `Announcing the room to the DHT (${dhtNodesText(hostNodes(policy))}).` };
	}

	/** Resolves when it is known how it went the first time. */
	async start(): Promise<void> {
		const listening = await this.#transport.listen({ port: 0, onLink: this.#options.onLink });
		if (this.#isClosed) return;
		if (listening.kind === "listening") {
			const why = "The invite finds you through the DHT, also where no port is open.";
			this.#standing = { state: "open", why: `${why} Between some pairs of routers it cannot open a way.` };
		} else {
			this.#standing = { state: "blocked", why: listening.detail, advice: "It is tried again every minute." };
			this.#retry = setTimeout(() => void this.start(), this.#options.retryAfterMs ?? retryAfterMs).unref();
		}
		this.#options.onChange();
	}

	view(): WayIn {
		return { way: "dht", ...this.#standing };
	}

	/** The same from the start to the end of the room. */
	invite(): InviteDht {
		return this.#invite;
	}

	/** Takes the announcement back; ends every link that came by it. */
	async close(): Promise<void> {
		this.#isClosed = true;
		clearTimeout(this.#retry);
		await this.#transport.close();
	}
}
