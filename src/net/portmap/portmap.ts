// Opens ports on the home's router and keeps them open: by PCP, NAT-PMP or UPnP for IPv4, by PCP or UPnP pinholes for IPv6.
import { randomBytes } from "node:crypto";
import type { Standpoint } from "../address/interfaces.ts";
import { type Clock, realClock } from "../link/clock.ts";
import type { OnContact } from "../link/contact.ts";
import type { PortFacts } from "./facts.ts";
import { FamilyMapper } from "./family.ts";
import { igdMethod } from "./igd.ts";
import { igdPinholeMethod } from "./igd-pinhole.ts";
import type { MappingMethod, OwnMapping, OwnMappingChange, Protocol } from "./method.ts";
import { natPmpMethod } from "./natpmp.ts";
import { pcpMethod } from "./pcp.ts";

export interface PortMapperOptions {
	/** The ports this computer listens on. */
	readonly ports: readonly { readonly protocol: Protocol; readonly port: number }[];
	/** The places of this computer (interfaces.ts) from which routers are asked: IPv4, IPv6, or both. Nothing is sent from anywhere else. */
	readonly standpoints: readonly Standpoint[];
	/** Mappings of processes that are no more. They are removed where their router is met; those of a running process never are. */
	readonly stale: readonly OwnMapping[];
	/** Is called after each change with where every port stands. */
	readonly onChange: (facts: readonly PortFacts[]) => void;
	readonly onOwnMapping: (change: OwnMappingChange) => void;
	readonly onContact?: OnContact;
	/** The clock; tests replace it. */
	readonly clock?: Clock;
	/** Returns milliseconds since the epoch. */
	readonly today?: () => number;
	readonly methods?: (standpoint: Standpoint) => readonly MappingMethod[];
}

export interface PortMapper {
	facts(): readonly PortFacts[];
	/** Removes what was opened (waiting at most two seconds for the router) and stops. It may be called twice. */
	close(): Promise<void>;
}

/** Returns the methods for one family, in order of preference: the quick and exact ones first. */
export function methodsFor(own: Standpoint, clock: Clock, onContact?: OnContact): readonly MappingMethod[] {
	const surroundings = { now: () => clock.now(), ...(onContact && { onContact }) };
	if (own.family === 6) return [pcpMethod(own, surroundings), igdPinholeMethod(own, onContact)];
	return [pcpMethod(own, surroundings), natPmpMethod(own, surroundings), igdMethod(own, onContact)];
}

/** Starts to open the ports. What becomes of them is told through `onChange`. It never throws for what routers do. */
export function startPortMapper(options: PortMapperOptions): PortMapper {
	const { clock = realClock, today = Date.now, onContact } = options;
	const { methods = (own) => methodsFor(own, clock, onContact) } = options;
	const tell = () => options.onChange(facts());
	const families = options.standpoints.map(
		(own) =>
			new FamilyMapper({
				own,
				ports: options.ports,
				methods: methods(own),
				stale: options.stale,
				clock,
				today,
				newNonce: () => randomBytes(12).toString("hex"),
				onChange: tell,
				onOwnMapping: options.onOwnMapping,
			}),
	);
	const facts = () => families.flatMap((family) => family.facts());
	let closing: Promise<void> | undefined;
	for (const family of families) family.start();
	return {
		facts,
		close() {
			closing ??= Promise.all(families.map((family) => family.close())).then(() => {});
			return closing;
		},
	};
}
