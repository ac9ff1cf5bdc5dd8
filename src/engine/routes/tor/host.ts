// The host's side of Tor: an onion service of the room's own, published while the room is open, and published anew after Tor died.
import { randomBytes } from "node:crypto";
import { OnionHost } from "../../../net/tor/onion-host.ts";
import { ONION_KEY_BYTES, onionAddress, onionClientKey, onionKey } from "../../../net/tor/onion-key.ts";
import type { TorTrouble } from "../../../net/tor/own-tor.ts";
import type { Tor } from "../../../net/tor/tor.ts";
import type { OnionPage, WayIn } from "../../api/hosting.ts";
import type { RouteHost, RouteHostOptions } from "../route.ts";
import { torPartKey } from "./part.ts";
import { progressOf, torTrouble } from "./tor-news.ts";

/** A Tor that ended is started again after this many milliseconds: if it died at once it would die again at once. */
const retryAfterMs = 10_000;

/** Owns the service of one room. Nothing is contacted before `start`. */
export class TorHost implements RouteHost {
	readonly inviteKey = torPartKey;
	readonly key: Uint8Array;
	readonly #options: RouteHostOptions;
	readonly #hasPage: boolean;
	readonly #tor: Tor;
	readonly #onion: OnionHost;
	readonly #publicKey: Uint8Array;
	readonly #stopWatching: () => void;
	#standing: Pick<WayIn, "state" | "facts">;
	#trouble: TorTrouble = { why: "ended", detail: "" };
	#retry: NodeJS.Timeout | undefined;
	#isClosed = false;

	/** `page` is what browsers get at the onion, as HTML; without it they get nothing. */
	constructor(tor: Tor, options: RouteHostOptions, page: string | undefined) {
		this.#options = options;
		this.#hasPage = page !== undefined;
		this.#tor = tor;
		this.key = Uint8Array.from(options.key ?? randomBytes(ONION_KEY_BYTES));
		const key = onionKey(this.key);
		this.#publicKey = key.publicKey;
		this.#onion = new OnionHost({
			tor,
			key,
			secrets: options.secrets,
			page,
			onLost: (trouble) => this.#lost(trouble),
		});
		this.#standing = this.#starting();
		this.#stopWatching = tor.watch(() => {
			if (this.#standing.state !== "checking") return;
			this.#standing = this.#starting();
			this.#options.onProgress(progressOf(tor.progress));
			this.#options.onChange();
		});
	}

	async start(): Promise<void> {
		this.#standing = this.#starting();
		this.#options.onContact?.({ kind: "network", name: "Tor" });
		const listening = await this.#onion.listen(this.#options.onLink);
		if (this.#isClosed) return;
		if (listening.kind === "failed") return this.#lost(this.#trouble);
		this.#standing = { state: "open", facts: this.#announced() };
		this.#options.onChange();
	}

	view(): WayIn {
		return { way: "tor", ...this.#standing };
	}

	invitePart(): Uint8Array {
		return this.#publicKey;
	}

	async secretsChanged(): Promise<void> {
		await this.#onion.secretsChanged();
		if (this.#standing.state !== "open") return;
		this.#standing = { state: "open", facts: this.#announced() };
		this.#options.onChange();
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		clearTimeout(this.#retry);
		this.#stopWatching();
		await this.#onion.close();
		this.key.fill(0);
	}

	#announced(): WayIn["facts"] {
		const announced = { kind: "announced", route: "tor", ...this.#page() } as const;
		return this.#onion.hasProofOfWork ? announced : { ...announced, isWithoutProofOfWork: true };
	}

	/** Says where browsers find the page: Tor Browser asks for the key of an invite that is good. */
	#page(): { readonly page?: OnionPage } {
		const [secret] = this.#options.secrets();
		if (!this.#hasPage || secret === undefined) return {};
		return { page: { url: `http://${onionAddress(this.#publicKey)}.onion/`, key: onionClientKey(secret).typedText } };
	}

	#starting(): Pick<WayIn, "state" | "facts"> {
		return { state: "checking", facts: { kind: "torStarting", progress: progressOf(this.#tor.progress) } };
	}

	#lost(trouble: TorTrouble): void {
		this.#trouble = trouble;
		if (this.#isClosed) return;
		this.#standing = { state: "blocked", facts: { kind: "torFailed", trouble: torTrouble(trouble) } };
		clearTimeout(this.#retry);
		this.#retry = setTimeout(() => void this.start(), retryAfterMs).unref();
		this.#options.onChange();
	}
}
