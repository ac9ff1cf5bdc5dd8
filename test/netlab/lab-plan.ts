// How the lab is laid out: namespaces, cables, addresses and routes, made with few starts of `ip`. Drawn in README.md beside this file.
import { execFileSync } from "node:child_process";

export type Household = "a" | "b";
export const PLACES = ["hostA", "hostA2", "hostB", "srv", "inet", "gwA", "gwB"] as const;
export type Place = (typeof PLACES)[number];

/** miniupnpd will not work with documentation addresses, so the lab's Internet is one that merely looks public. */
export const WAN4 = "44.128.0";
export const WAN6 = "2a0e:9999";

interface HouseholdPlan {
	readonly gateway: "gwA" | "gwB";
	readonly host: "hostA" | "hostB";
	/** Third number of the IPv4 network at home, which the IPv6 network is named after too. */
	readonly lan: number;
	readonly wan: number;
}

export const HOUSEHOLDS: Readonly<Record<Household, HouseholdPlan>> = {
	a: { gateway: "gwA", host: "hostA", lan: 1, wan: 10 },
	b: { gateway: "gwB", host: "hostB", lan: 2, wan: 20 },
};

/** Makes all namespaces of the lab and what is in them. `nameOf`: what the system is to call each. */
export function layOut(nameOf: (place: Place) => string): void {
	const plan = new Plan(nameOf);
	planInternet(plan);
	for (const household of Object.values(HOUSEHOLDS)) planHousehold(plan, household);
	plan.cable("hostA2", "eth0", "gwA", "p-hostA2", "lan");
	plan.address("hostA2", "eth0", "192.168.1.3/24", `${WAN6}:a::3/64`, ["192.168.1.1", `${WAN6}:a::1`]);
	ipBatch([
		...PLACES.map((place) => `netns add ${nameOf(place)}`),
		// Before there is an interface: each takes over what is the default when it is made.
		...PLACES.map((place) => `netns exec ${nameOf(place)} sh -c '${plan.settingsOf(place)}'`),
		...plan.cables,
	]);
	for (const place of PLACES) ipBatch(plan.linesOf(place), nameOf(place));
}

/** Runs many commands of `ip` as one program, in this order and in a namespace if one is named; throws at the first that fails. */
export function ipBatch(lines: readonly string[], namespace?: string): void {
	const where = namespace === undefined ? [] : ["-n", namespace];
	execFileSync("ip", [...where, "-batch", "-"], { input: lines.join("\n") });
}

/** What is to be done in each namespace, in order. Made as a whole first, because starting `ip` takes longer than all that it does. */
class Plan {
	/** Commands of `ip` outside of all namespaces. */
	readonly cables: string[] = [];
	readonly #nameOf: (place: Place) => string;
	readonly #lines = new Map<Place, string[]>();
	readonly #settings = new Map<Place, string[]>();

	constructor(nameOf: (place: Place) => string) {
		this.#nameOf = nameOf;
		for (const place of PLACES) {
			this.#lines.set(place, ["link set lo up"]);
			// Addresses are usable at once, without asking first whether somebody has them.
			this.#settings.set(place, ["ipv6/conf/all/accept_dad=0", "ipv6/conf/default/accept_dad=0"]);
		}
	}

	linesOf(place: Place): readonly string[] {
		return this.#lines.get(place) ?? [];
	}

	/** Returns a shell's commands; /proc/sys/net is that of the namespace one is in. */
	settingsOf(place: Place): string {
		const settings = (this.#settings.get(place) ?? []).map((one) => one.split("="));
		return settings.map(([name, value]) => `echo ${value} > /proc/sys/net/${name}`).join(" && ");
	}

	ip(place: Place, ...lines: readonly string[]): void {
		this.#lines.get(place)?.push(...lines);
	}

	set(place: Place, ...settings: readonly string[]): void {
		this.#settings.get(place)?.push(...settings);
	}

	cable(place: Place, end: string, other: Place, otherEnd: string, bridge: string): void {
		const peer = `peer name ${otherEnd} netns ${this.#nameOf(other)}`;
		this.cables.push(`link add ${end} netns ${this.#nameOf(place)} type veth ${peer}`);
		this.ip(other, `link set ${otherEnd} master ${bridge} up`);
	}

	address(place: Place, end: string, ipv4: string, ipv6: string, routers: readonly string[]): void {
		this.ip(place, `addr add ${ipv4} dev ${end}`, `addr add ${ipv6} dev ${end} nodad`, `link set ${end} up`);
		for (const router of routers) {
			this.ip(place, `route add ${router.includes(":") ? "::/0" : "0.0.0.0/0"} via ${router}`);
		}
	}
}

function planInternet(plan: Plan): void {
	plan.set("inet", "ipv6/conf/all/forwarding=1");
	plan.ip(
		"inet",
		"link add br0 type bridge",
		`addr add ${WAN4}.1/24 dev br0`,
		`addr add ${WAN6}:0::1/64 dev br0 nodad`,
	);
	plan.ip("inet", "link set br0 up");
	plan.cable("srv", "eth0", "inet", "to-srv", "br0");
	plan.address("srv", "eth0", `${WAN4}.50/24`, `${WAN6}:0::50/64`, [`${WAN6}:0::1`]);
}

function planHousehold(plan: Plan, { gateway, host, lan, wan }: HouseholdPlan): void {
	const network6 = `${WAN6}:${gateway === "gwA" ? "a" : "b"}:`;
	plan.set(gateway, "ipv4/ip_forward=1", "ipv6/conf/all/forwarding=1");
	plan.ip(gateway, "link add lan type bridge");
	plan.cable(gateway, "wan", "inet", `to-${gateway}`, "br0");
	plan.cable(host, "eth0", gateway, `p-${host}`, "lan");
	plan.address(gateway, "wan", `${WAN4}.${wan}/24`, `${WAN6}:0::${wan}/64`, [`${WAN4}.1`, `${WAN6}:0::1`]);
	plan.address(gateway, "lan", `192.168.${lan}.1/24`, `${network6}:1/64`, []);
	// Where the router's daemon listens for multicast.
	plan.ip(gateway, "route add 239.0.0.0/8 dev lan");
	plan.ip("inet", `route add ${network6}:/64 via ${WAN6}:0::${wan}`);
	plan.address(host, "eth0", `192.168.${lan}.2/24`, `${network6}:2/64`, [`192.168.${lan}.1`, `${network6}:1`]);
}
