// Keeps who was sent something, and why: each part of the engine that contacts somebody says so here, at the moment it happens.
import { canonicalAddress, scopeOf } from "../../net/address/address.ts";
import type { OnContact } from "../../net/link/contact.ts";
import type { OwnMappingChange } from "../../net/portmap/method.ts";
import type { AskedPort, Disclosure, DisclosureKind, Told } from "../api/told.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import { cleanLine } from "../text/clean.ts";

/** At most this many of one kind are listed: a node of the DHT talks to some hundreds in a day, and strangers may knock from anywhere. */
const maxOfKind = 500;
/** At most this many ports are listed. A room asks for two at a time, and again each time the network changes. */
const maxPorts = 100;
const longestName = 260;

export interface DisclosuresOptions {
	/** Returns ms since the epoch. */
	readonly now: () => number;
	/** Tells whether a canonical address is one of this computer. */
	readonly isOwn: (address: string) => boolean;
	/** Is called when `view` answers something else. */
	readonly changed: () => void;
}

type View = Pick<Told, "since" | "disclosures" | "unlisted" | "ports">;

/** Remembers what was disclosed. The engine owns and changes it, and it lives as long as the program does. */
export class Disclosures {
	readonly #options: DisclosuresOptions;
	readonly #since: number;
	readonly #byKind = new Map<DisclosureKind, Map<string, Disclosure>>();
	readonly #unlisted = new Map<DisclosureKind, number>();
	/** Finds an entry by its nonce. */
	readonly #ports = new BoundedMap<string, AskedPort>(maxPorts);

	constructor(options: DisclosuresOptions) {
		this.#options = options;
		this.#since = options.now();
	}

	/** Returns what takes in the contacts that are made for this reason. Nobody outside hears of what stays on this computer. */
	contacts(kind: DisclosureKind): OnContact {
		return (contact) => {
			if (contact.kind === "network") return this.#add(kind, contact.name);
			if (contact.kind === "name") return this.#add("nameServer", cleanLine(contact.name, longestName));
			const address = canonicalAddress(contact.address);
			if (address === undefined || scopeOf(address) === "loopback") return;
			this.#add(kind === "router" && isMulticast(address) ? "routerSearch" : kind, address);
		};
	}

	/** Takes in that a router is asked to open a port, or that this is over. */
	mapping(change: OwnMappingChange): void {
		const { now, changed } = this.#options;
		if (change.kind === "made") {
			const { nonce, router, method, protocol, externalPort, internalPort } = change.mapping;
			const at = this.#ports.get(nonce)?.at ?? now();
			this.#ports.set(nonce, { router, method, protocol, externalPort, internalPort, at });
		} else {
			const known = this.#ports.get(change.nonce);
			if (known === undefined) return;
			this.#ports.set(change.nonce, { ...known, endedAt: now() });
		}
		changed();
	}

	view(): View {
		const all = [...this.#byKind.values()].flatMap((known) => [...known.values()]);
		return {
			since: this.#since,
			disclosures: all.toSorted((one, other) => one.at - other.at),
			unlisted: Object.fromEntries(this.#unlisted),
			ports: [...this.#ports.values()].toSorted((one, other) => one.at - other.at),
		};
	}

	#add(kind: DisclosureKind, to: string): void {
		const known = this.#byKind.get(kind) ?? new Map<string, Disclosure>();
		this.#byKind.set(kind, known);
		if (known.has(to) || this.#options.isOwn(to)) return;
		known.set(to, { kind, to, at: this.#options.now() });
		const [oldest] = known.keys();
		if (known.size > maxOfKind && oldest !== undefined) {
			known.delete(oldest);
			this.#unlisted.set(kind, (this.#unlisted.get(kind) ?? 0) + 1);
		}
		this.#options.changed();
	}
}

/** Tells whether a canonical address is that of a group (RFC 5771, RFC 4291 §2.7). */
function isMulticast(address: string): boolean {
	return /^(?:22[4-9]|23\d)\./.test(address) || address.startsWith("ff");
}
