// The host's side of relays: registered at each while the room is open, again by itself where that was lost, shown as one of the ways in.
import { randomBytes } from "node:crypto";
import type { RoomTransport } from "../../../net/link/link.ts";
import { RELAY_KEY_BYTES, type RelayKeyPair, relayKeyPair } from "../../../net/relay/keys.ts";
import { relayTransport } from "../../../net/relay/relay-transport.ts";
import { relayUrlsText } from "../../../net/relay/relay-url.ts";
import type { WayIn } from "../../api/hosting.ts";
import { cleanLine } from "../../text/clean.ts";
import type { RouteHost, RouteHostOptions } from "../route.ts";
import { packRelayPart, relayPartKey } from "./part.ts";
import type { RelayPolicy } from "./policy.ts";

/** A relay that was started again takes us back at once; one that is down is not asked more often than once a minute. */
const firstRetryMs = 250;
const longestRetryMs = 60_000;

interface Post {
	readonly transport: RoomTransport;
	/** The trouble of the last try; absent while nothing is known. */
	trouble?: string | undefined;
	isOpen: boolean;
	retryMs: number;
	retry?: NodeJS.Timeout;
}

/** Owns the room's key at the relays, and its connections to them. Nothing is contacted before `start`. */
export class RelayHost implements RouteHost {
	readonly inviteKey = relayPartKey;
	readonly key: Uint8Array;
	readonly #options: RouteHostOptions & { readonly policy: RelayPolicy };
	/** The key of this room at the relays. It is not derived from the invite, so that whoever has that cannot stand in the host's place. */
	readonly #key: RelayKeyPair;
	readonly #posts: readonly Post[];
	#isClosed = false;

	constructor(options: RouteHostOptions & { readonly policy: RelayPolicy }) {
		this.#options = options;
		this.key = Uint8Array.from(options.key ?? randomBytes(RELAY_KEY_BYTES));
		this.#key = relayKeyPair(this.key);
		this.#posts = options.policy.relays.map((relay) => this.#post(relay));
	}

	#post(relay: URL): Post {
		const { policy, secret, secrets, onContact } = this.#options;
		const { open, token } = policy;
		const post: Post = {
			isOpen: false,
			retryMs: firstRetryMs,
			transport: relayTransport({
				relay,
				secret,
				open,
				onContact,
				hostKey: this.#key.publicKey,
				host: { key: this.#key, secrets, ...(token === undefined ? {} : { token }) },
				onLost: (detail) => this.#failed(post, detail),
			}),
		};
		return post;
	}

	async start(): Promise<void> {
		await Promise.all(this.#posts.map((post) => this.#register(post)));
	}

	async #register(post: Post): Promise<void> {
		const listening = await post.transport.listen(this.#options.onLink);
		if (this.#isClosed) return;
		if (listening.kind === "failed") {
			this.#failed(post, listening.detail);
			return;
		}
		post.isOpen = true;
		post.trouble = undefined;
		post.retryMs = firstRetryMs;
		this.#options.onChange();
	}

	#failed(post: Post, detail: string): void {
		if (this.#isClosed) return;
		post.isOpen = false;
		post.trouble = cleanLine(detail);
		post.retry = setTimeout(() => void this.#register(post), post.retryMs).unref();
		post.retryMs = Math.min(longestRetryMs, post.retryMs * 2);
		this.#options.onChange();
	}

	view(): WayIn {
		if (this.#posts.some(({ isOpen }) => isOpen)) {
			return { way: "relay", state: "open", facts: { kind: "announced", route: "relay" } };
		}
		const troubles = this.#posts.map(({ trouble }) => trouble).filter((one) => one !== undefined);
		if (troubles.length === this.#posts.length) {
			return { way: "relay", state: "blocked", facts: { kind: "notAnnounced", detail: troubles.join(" ") } };
		}
		const nodes = relayUrlsText(this.#options.policy.relays);
		return { way: "relay", state: "checking", facts: { kind: "announcing", route: "relay", nodes } };
	}

	invitePart(): readonly unknown[] {
		return packRelayPart({ relays: this.#options.policy.relays, hostKey: this.#key.publicKey });
	}

	/** Registers again where the room is registered: whoever has one of the new invites may ring, and nobody by one that was taken back. */
	async secretsChanged(): Promise<void> {
		await Promise.all(this.#posts.filter(({ isOpen }) => isOpen).map((post) => this.#register(post)));
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		for (const { retry } of this.#posts) clearTimeout(retry);
		await Promise.all(this.#posts.map(({ transport }) => transport.close()));
		this.key.fill(0);
	}
}
