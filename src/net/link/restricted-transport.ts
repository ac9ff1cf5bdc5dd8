// A Transport that keeps to one interface or one address of this computer: it listens there only, dials from there only, and gives up a Link rather than let it go another way.
//
// Node cannot bind a socket to an interface, and an address alone does not decide by which interface packets leave. So before every dial,
// for every arriving Link, and then again and again, the system is asked for its route to the other end (which sends nothing). What is left
// to the system: between two looks, what was said; then one empty reset; and to a stranger who knocks by another way, the answer that TCP gives.
import { isIP } from "node:net";
import { canonicalAddress } from "../address/address.ts";
import { type Restriction, sourceTowards } from "../address/interfaces.ts";
import { dropUnsent } from "./drop-unsent.ts";
import type { DialOptions, DialOutcome, Link, Listener, ListenOptions, ListenOutcome, Transport } from "./link.ts";
import { allowedAddresses, type OwnAddress, ownAddresses } from "./own-addresses.ts";
import { every } from "./ticks.ts";

/** The interface and the routes of open Links are looked at this often. Between two looks a changed route goes unnoticed. */
const LOOK_EVERY_MS = 250;
/** A port that is free on one address may be taken on another, so this many are tried. */
const PORT_TRIES = 5;

/** Holds what tests replace. */
export interface RestrictedSurroundings {
	readonly addresses?: () => readonly OwnAddress[];
	readonly sourceTowards?: (address: string) => Promise<string | undefined>;
	readonly lookEveryMs?: number;
}

/**
 * Makes a Transport that keeps to `only`. `base` must honour `DialOptions.localAddress`. It is never given a name: looking one up asks whoever, by whichever
 * interface.
 */
export function restrictedTransport(
	base: Transport,
	only: Restriction,
	surroundings: RestrictedSurroundings = {},
): Transport {
	const restricted = new Restricted(base, only, surroundings);
	return {
		name: base.name,
		only,
		dial: (target, options) => restricted.dial(target, options),
		listen: (options) => restricted.listen(options),
	};
}

type Target = Parameters<Transport["dial"]>[0];

class Restricted {
	readonly #base: Transport;
	readonly #only: Restriction;
	readonly #addresses: () => readonly OwnAddress[];
	readonly #sourceTowards: (address: string) => Promise<string | undefined>;
	readonly #lookEveryMs: number;

	constructor(base: Transport, only: Restriction, surroundings: RestrictedSurroundings) {
		this.#base = base;
		this.#only = only;
		this.#addresses = surroundings.addresses ?? ownAddresses;
		this.#sourceTowards = surroundings.sourceTowards ?? sourceTowards;
		this.#lookEveryMs = surroundings.lookEveryMs ?? LOOK_EVERY_MS;
	}

	async dial(target: Target, options: DialOptions): Promise<DialOutcome> {
		const host = canonicalAddress(target.host);
		if (host === undefined) {
			return failed(
				"nameNotFound",
				"A name cannot be looked up while only one interface or address of this computer may be used. Give the address in numbers.",
			);
		}
		const local = await this.#wayTo(host);
		if (local === undefined) return failed("unreachable", `The way to ${host} does not lead by ${this.#where()}.`);
		const outcome = await this.#base.dial({ host, port: target.port }, { ...options, localAddress: local.address });
		if (outcome.kind === "linked") this.#guard(outcome.link, local.address);
		return outcome;
	}

	async listen(options: ListenOptions): Promise<ListenOutcome> {
		const { bind } = options;
		const wanted = () =>
			this.#allowed().filter(({ address }) => bind === undefined || address === canonicalAddress(bind));
		const onLink = (link: Link) => void this.#admit(link, options.onLink);
		for (let left = PORT_TRIES; ; left -= 1) {
			const listeners = new Listeners(this.#base, wanted, {
				onLink,
				mayCome: options.mayCome,
				...(options.onContact && { onContact: options.onContact }),
			});
			const failure = await listeners.open(options.port);
			if (failure === undefined) return { kind: "listening", listener: listeners.kept(this.#lookEveryMs) };
			await listeners.close();
			const isUnlucky = failure.failure === "portTaken" && options.port === 0 && left > 1;
			if (!isUnlucky) return failure;
		}
	}

	#allowed(): readonly OwnAddress[] {
		return allowedAddresses(this.#addresses(), this.#only);
	}

	/** Returns what to send from towards `host`, which is an address only if the system itself would send by the same interface. */
	async #wayTo(host: string): Promise<OwnAddress | undefined> {
		const source = await this.#sourceTowards(host);
		const allowed = this.#allowed().filter(({ family }) => family === isIP(host));
		const exact = allowed.find(({ address }) => address === source);
		if (exact) return exact;
		const leavesBy = this.#addresses().find(({ address }) => address === source)?.interface;
		return allowed.find((one) => leavesBy !== undefined && one.interface === leavesBy);
	}

	async #admit(link: Link, onLink: (link: Link) => void): Promise<void> {
		if ((await this.#wayTo(link.far.address ?? "")) === undefined) return void link.stream.destroy();
		this.#guard(link, undefined);
		onLink(link);
	}

	/** Destroys the Link as soon as its packets would leave by another way, or (`from`) its own address is gone. */
	#guard({ stream, far }: Link, from: string | undefined): void {
		const look = async () => {
			const isOurs = from === undefined || this.#allowed().some(({ address }) => address === from);
			if (!isOurs || (await this.#wayTo(far.address ?? "")) === undefined) dropUnsent(stream);
		};
		stream.once("close", every(this.#lookEveryMs, look));
	}

	#where(): string {
		return this.#only.interface ?? this.#only.bind ?? "";
	}
}

type ListenFailed = Extract<ListenOutcome, { readonly kind: "failed" }>;

/** Holds one listener for each wanted address, all on one port. */
class Listeners {
	readonly #base: Transport;
	readonly #wanted: () => readonly OwnAddress[];
	readonly #hearing: Pick<ListenOptions, "onLink" | "mayCome" | "onContact">;
	readonly #open = new Map<string, Listener>();
	#port = 0;
	#isClosed = false;

	constructor(
		base: Transport,
		wanted: () => readonly OwnAddress[],
		hearing: Pick<ListenOptions, "onLink" | "mayCome" | "onContact">,
	) {
		this.#base = base;
		this.#wanted = wanted;
		this.#hearing = hearing;
	}

	/** Opens the listeners; returns `undefined` when every address is listened on. */
	async open(port: number): Promise<ListenFailed | undefined> {
		this.#port = port;
		const wanted = this.#wanted();
		if (wanted.length === 0) {
			return { kind: "failed", failure: "interfaceGone", detail: "That interface has no address to listen on." };
		}
		for (const { address } of wanted) {
			const failure = await this.#add(address);
			if (failure) return failure;
		}
		return undefined;
	}

	/** Returns a listener that follows the interface's addresses until it is closed. */
	kept(everyMs: number): Listener {
		let turn = Promise.resolve();
		const stopLooking = every(everyMs, () => {
			turn = turn.then(() => this.#follow());
		});
		return {
			port: this.#port,
			close: async () => {
				stopLooking();
				await turn;
				await this.close();
			},
		};
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		await Promise.all([...this.#open.values()].map((listener) => listener.close()));
	}

	async #add(address: string): Promise<ListenFailed | undefined> {
		const outcome = await this.#base.listen({ port: this.#port, bind: address, ...this.#hearing });
		if (outcome.kind === "failed") return outcome;
		this.#open.set(address, outcome.listener);
		this.#port = outcome.listener.port;
		return undefined;
	}

	async #follow(): Promise<void> {
		if (this.#isClosed) return;
		const wanted = new Set(this.#wanted().map(({ address }) => address));
		for (const [address, listener] of this.#open) {
			if (wanted.has(address)) continue;
			this.#open.delete(address);
			await listener.close();
		}
		// What cannot be listened on now is tried again at the next look.
		for (const address of wanted) if (!this.#open.has(address)) await this.#add(address);
	}
}

function failed(failure: "nameNotFound" | "unreachable", detail: string): DialOutcome {
	return { kind: "failed", failure, detail };
}
