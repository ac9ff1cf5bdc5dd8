// The guest's side of an onion service: gives Tor the key that comes from the invite, and asks for the room by SOCKS5.
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { DialOptions, DialOutcome, ProxyCode } from "../link/link.ts";
import { proxyFailed } from "../socks/failure.ts";
import { type ProxyOutcome, socksConnect } from "../socks/socks5.ts";
import { ONION_PORT } from "./onion-host.ts";
import { onionAddress, onionClientKey } from "./onion-key.ts";
import type { RunningTor, TorTrouble } from "./own-tor.ts";
import { TorStream } from "./stream.ts";
import type { Tor, TorUse } from "./tor.ts";

/** A dial to an onion that has gone hangs: Tor tries each of its introduction points. */
const REACH_TIMEOUT_MS = 45_000;
/** What Tor does not reach at once it often reaches by another circuit. */
const TRIES = 3;
const NEXT_TRY_AFTER_MS = 1_000;
/** Names the failures that may pass by themselves. */
const PASSING: ReadonlySet<ProxyCode> = new Set([
	"onionNotFound",
	// The invite may be newer than what Tor's directory has of the room.
	"onionWrongKey",
	"onionNotIntroduced",
	"onionNotMet",
	"onionTimedOut",
	"failed",
	"unreachable",
]);

export interface OnionGuestOptions {
	readonly tor: Tor;
	/** The public key of the onion, from the invite. */
	readonly publicKey: Uint8Array;
	/** The secret of the invite. */
	readonly secret: Uint8Array;
	/** The time that one try may take, in milliseconds; only tests set it. */
	readonly reachTimeoutMs?: number;
}

/** Owns its use of Tor and its Links. */
export class OnionGuest {
	readonly name = "tor";
	readonly #options: OnionGuestOptions;
	readonly #use: TorUse;
	readonly #links = new Set<TorStream>();
	/** Circuits are shared with nobody else: what another room or program does cannot be linked with this one by them. */
	readonly #isolation = randomBytes(16).toString("hex");
	#tries = 0;
	#hasKey: RunningTor | undefined;

	constructor(options: OnionGuestOptions) {
		this.#options = options;
		this.#use = options.tor.use();
	}

	/** Dials the room. `timeoutMs` includes the start of Tor. Never rejects. */
	async dial({ signal, timeoutMs }: DialOptions): Promise<DialOutcome> {
		const patience = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
		const told = { name: "Tor", signal, timeoutMs };
		const ready = await this.#use.ready(patience);
		if (ready.kind === "failed") return failedStart(ready.trouble);
		if (ready.kind === "aborted") return proxyFailed(signal.aborted ? "aborted" : "torNotConnected", told);
		const { tor } = ready;
		const reaching = AbortSignal.any([patience, AbortSignal.timeout(this.#options.reachTimeoutMs ?? REACH_TIMEOUT_MS)]);
		await this.#giveKey(tor);
		let isKeyWrong = false;
		for (let left = TRIES; ; left -= 1) {
			const outcome = await this.#reach(tor, reaching);
			if (outcome instanceof TorStream) return { kind: "linked", link: { stream: outcome, far: { transport: "tor" } } };
			// It comes from what the host has published, and later tries that don't get as far say less.
			isKeyWrong ||= outcome === "onionWrongKey";
			if (left <= 1 || reaching.aborted || !PASSING.has(outcome)) {
				const last = reaching.aborted && !signal.aborted ? "onionTimedOut" : outcome;
				return proxyFailed(isKeyWrong ? "onionWrongKey" : last, told);
			}
			await sleep(NEXT_TRY_AFTER_MS, undefined, { signal: reaching }).catch(() => undefined);
		}
	}

	/** Ends every Link and lets go of Tor. */
	async close(): Promise<void> {
		for (const link of this.#links) link.destroy();
		if (this.#hasKey) await this.#hasKey.control.send(`ONION_CLIENT_AUTH_REMOVE ${this.#address}`);
		await this.#use.release();
	}

	get #address(): string {
		return onionAddress(this.#options.publicKey);
	}

	async #giveKey(tor: RunningTor): Promise<void> {
		if (this.#hasKey === tor) return;
		const { privateText } = onionClientKey(this.#options.secret);
		const given = await tor.control.send(`ONION_CLIENT_AUTH_ADD ${this.#address} x25519:${privateText}`);
		// Where Tor does not take it, the dial says what is missing.
		if (given.kind === "done") this.#hasKey = tor;
	}

	/** Tries once to reach the onion, by a circuit of its own. */
	async #reach(tor: RunningTor, signal: AbortSignal): Promise<TorStream | ProxyCode> {
		this.#tries += 1;
		const socket = connect({ ...tor.socks, allowHalfOpen: true });
		socket.on("error", () => {});
		const login = { user: this.#isolation, password: String(this.#tries) };
		const request = { host: `${this.#address}.onion`, port: ONION_PORT, login };
		const outcome: ProxyOutcome = await socksConnect(socket, request, signal);
		if (outcome.kind === "failed") {
			socket.destroy();
			return outcome.code === "aborted" ? "onionTimedOut" : outcome.code;
		}
		const stream = new TorStream(socket);
		this.#links.add(stream);
		stream.once("close", () => this.#links.delete(stream));
		return stream;
	}
}

function failedStart(trouble: TorTrouble): DialOutcome {
	const detail = "detail" in trouble && trouble.detail !== "" ? trouble.detail : trouble.why;
	return {
		kind: "failed",
		failure: "other",
		detail,
		proxy: trouble.why === "missing" ? "torMissing" : "torNotStarted",
	};
}
