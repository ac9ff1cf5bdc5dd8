// A two-household "Internet in a box" made of network namespaces, for tests that need real routers. Drawn in README.md beside this file.
//
// Nothing in it has an uplink: no namespace owns a real interface or is bridged to one, so no packet leaves, whatever address it carries.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { needs, needsNamespaces } from "../support/needs.ts";
import { until } from "../support/until.ts";
import { type NatKind, natRules } from "./nat-rules.ts";
import { RouterDaemon, type RouterMode } from "./router-daemon.ts";

export type Household = "a" | "b";
const PLACES = ["hostA", "hostA2", "hostB", "srv", "inet", "gwA", "gwB"] as const;
export type Place = (typeof PLACES)[number];

/** miniupnpd will not work with documentation addresses, so the lab's Internet is one that merely looks public. */
const WAN4 = "44.128.0";
const WAN6 = "2a0e:9999";

/** The fixed addresses of the lab. */
export const addresses = {
	hostA: "192.168.1.2",
	hostA2: "192.168.1.3",
	hostB: "192.168.2.2",
	gwA: "192.168.1.1",
	gwAOutside: `${WAN4}.10`,
	gwBOutside: `${WAN4}.20`,
	srv: `${WAN4}.50`,
	hostA6: `${WAN6}:a::2`,
	hostB6: `${WAN6}:b::2`,
	gwA6: `${WAN6}:a::1`,
} as const;

interface HouseholdPlan {
	readonly gateway: "gwA" | "gwB";
	readonly host: "hostA" | "hostB";
	/** Third number of the IPv4 network at home, which the IPv6 network is named after too. */
	readonly lan: number;
	readonly wan: number;
}

const HOUSEHOLDS: Readonly<Record<Household, HouseholdPlan>> = {
	a: { gateway: "gwA", host: "hostA", lan: 1, wan: 10 },
	b: { gateway: "gwB", host: "hostB", lan: 2, wan: 20 },
};

/** What `ip -j address` tells of an interface, as far as it is read. */
interface Interface {
	readonly ifname: string;
	readonly operstate: string;
	readonly addr_info: readonly { readonly scope: string; readonly tentative?: true }[];
}

function isUp({ ifname, operstate, addr_info: addresses }: Interface): boolean {
	const isUsable = addresses.some(({ scope }) => scope === "link") && !addresses.some(({ tentative }) => tentative);
	return ifname === "lo" || (operstate === "UP" && isUsable);
}

const PREFIX = "rtlab";
let labsOpened = 0;

/**
 * Builds the lab and removes it after the test (or suite) `t`. `undefined` when this computer cannot: then the test is skipped, and
 * fails where CI=true.
 */
export async function openLab(t: TestContext): Promise<Lab | undefined> {
	if (!needsNamespaces(t)) return undefined;
	if (!["ip", "nft", "conntrack", "miniupnpd"].every((program) => needs(t, program))) return undefined;
	removeLeftovers();
	labsOpened += 1;
	const lab = new Lab(`${PREFIX}-${process.pid}-${labsOpened}`);
	t.after(() => lab.close());
	await lab.build();
	return lab;
}

/** Enough to see that nothing comes: an answer in the lab takes a millisecond. */
export const A_MOMENT_MS = 400;

/** Labs of test processes that were killed. Their names carry the process id. */
function removeLeftovers(): void {
	for (const name of namespaces()) {
		const owner = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1];
		if (owner === undefined || existsSync(`/proc/${owner}`)) continue;
		try {
			endProcessesIn(name);
			execFileSync("ip", ["netns", "del", name], { stdio: "ignore" });
		} catch {
			// Another test process was quicker.
		}
	}
}

function namespaces(): readonly string[] {
	return execFileSync("ip", ["netns", "list"], { encoding: "utf8" })
		.split("\n")
		.flatMap((line) => line.split(" ")[0] || []);
}

/** Only what runs inside a namespace of the lab, which is ours alone. */
function endProcessesIn(namespace: string): void {
	const pids = execFileSync("ip", ["netns", "pids", namespace], { encoding: "utf8" }).split(/\s+/).filter(Boolean);
	for (const pid of pids) {
		try {
			process.kill(Number(pid), "SIGKILL");
		} catch {
			// It has just ended by itself.
		}
	}
}

export class Lab {
	readonly #prefix: string;
	readonly #folder = mkdtempSync(join(tmpdir(), "rtlab-"));
	readonly #daemons = new Map<Household, RouterDaemon>();

	constructor(prefix: string) {
		this.#prefix = prefix;
	}

	/** Puts up both households and the Internet between them; both routers are plain NATs that open nothing. */
	async build(): Promise<void> {
		this.#addNamespace("inet");
		this.#ip("inet", "link add br0 type bridge");
		this.#ip("inet", `addr add ${WAN4}.1/24 dev br0`);
		this.#ip("inet", `addr add ${WAN6}:0::1/64 dev br0 nodad`);
		this.#ip("inet", "link set br0 up");
		this.#set("inet", "ipv6/conf/all/forwarding", 1);
		this.#addNamespace("srv");
		this.#cable("srv", "eth0", "inet", "to-srv", "br0");
		this.#address("srv", "eth0", `${WAN4}.50/24`, `${WAN6}:0::50/64`, [`${WAN6}:0::1`]);
		for (const household of Object.values(HOUSEHOLDS)) this.#buildHousehold(household);
		this.#addNamespace("hostA2");
		this.#cable("hostA2", "eth0", "gwA", "p-hostA2", "lan");
		this.#address("hostA2", "eth0", "192.168.1.3/24", `${WAN6}:a::3/64`, ["192.168.1.1", `${WAN6}:a::1`]);
		this.nat("a", "cone");
		this.nat("b", "cone");
		await this.#isUp(...PLACES);
	}

	/** Waits until every interface there carries packets and has its own address on the cable: the system takes up to a second for both. */
	async #isUp(...places: readonly Place[]): Promise<void> {
		for (const place of places) {
			const text = () => this.#ip(place, "-j address show");
			await until(() => JSON.parse(text()).every(isUp), `every interface of ${place} is up`, text);
		}
	}

	#buildHousehold({ gateway, host, lan, wan }: HouseholdPlan): void {
		const network6 = `${WAN6}:${gateway === "gwA" ? "a" : "b"}:`;
		this.#addNamespace(gateway);
		this.#addNamespace(host);
		this.#cable(gateway, "wan", "inet", `to-${gateway}`, "br0");
		this.#ip(gateway, "link add lan type bridge");
		this.#cable(host, "eth0", gateway, `p-${host}`, "lan");
		this.#address(gateway, "wan", `${WAN4}.${wan}/24`, `${WAN6}:0::${wan}/64`, [`${WAN4}.1`, `${WAN6}:0::1`]);
		this.#address(gateway, "lan", `192.168.${lan}.1/24`, `${network6}:1/64`, []);
		this.#set(gateway, "ipv4/ip_forward", 1);
		this.#set(gateway, "ipv6/conf/all/forwarding", 1);
		// Where the router's daemon listens for multicast.
		this.#ip(gateway, "route add 239.0.0.0/8 dev lan");
		this.#ip("inet", `-6 route add ${network6}:/64 via ${WAN6}:0::${wan}`);
		this.#address(host, "eth0", `192.168.${lan}.2/24`, `${network6}:2/64`, [`192.168.${lan}.1`, `${network6}:1`]);
	}

	#addNamespace(place: Place): void {
		execFileSync("ip", ["netns", "add", this.nameOf(place)]);
		this.#ip(place, "link set lo up");
		this.#set(place, "ipv6/conf/all/accept_dad", 0);
		this.#set(place, "ipv6/conf/default/accept_dad", 0);
	}

	#cable(place: Place, end: string, other: Place, otherEnd: string, bridge: string): void {
		const ends = ["add", end, "netns", this.nameOf(place), "type", "veth"];
		execFileSync("ip", ["link", ...ends, "peer", "name", otherEnd, "netns", this.nameOf(other)]);
		this.#ip(other, `link set ${otherEnd} master ${bridge} up`);
	}

	#address(place: Place, end: string, ipv4: string, ipv6: string, routers: readonly string[]): void {
		this.#ip(place, `addr add ${ipv4} dev ${end}`);
		this.#ip(place, `addr add ${ipv6} dev ${end} nodad`);
		this.#ip(place, `link set ${end} up`);
		for (const router of routers)
			this.#ip(place, `${router.includes(":") ? "-6 " : ""}route add default via ${router}`);
	}

	/** What the system calls the namespace. */
	nameOf(place: Place): string {
		return `${this.#prefix}-${place}`;
	}

	#ip(place: Place, words: string): string {
		return execFileSync("ip", ["-n", this.nameOf(place), ...words.split(" ")], { encoding: "utf8" });
	}

	/** /proc/sys/net is that of the namespace one is in. */
	#set(place: Place, setting: string, value: number): void {
		this.exec(place, "sh", "-c", `echo ${value} > /proc/sys/net/${setting}`);
	}

	/** Runs a program to its end and returns what it wrote. Throws when it fails. */
	exec(place: Place, ...words: readonly string[]): string {
		return execFileSync("ip", ["netns", "exec", this.nameOf(place), ...words], { encoding: "utf8" });
	}

	/** Starts a program; it is killed with the lab at the latest. */
	start(place: Place, words: readonly string[]): ChildProcess {
		return spawn("ip", ["netns", "exec", this.nameOf(place), ...words], { stdio: ["pipe", "pipe", "inherit"] });
	}

	/** The same, for a program whose own errors the caller reads. */
	startQuietly(place: Place, words: readonly string[]): ChildProcess {
		return spawn("ip", ["netns", "exec", this.nameOf(place), ...words], { stdio: ["ignore", "ignore", "pipe"] });
	}

	/**
	 * What comes of sending a line to an echo server and waiting for it: "echoed", an error code, or "silence". Where silence is expected,
	 * waiting a little is enough.
	 */
	async dial(place: Place, protocol: "tcp" | "udp", host: string, port: number, waitMs = 8_000): Promise<string> {
		const program = fileURLToPath(import.meta.resolve("./dial-program.ts"));
		const dialler = this.start(place, [process.execPath, program, protocol, host, String(port), String(waitMs)]);
		return dialler.stdout ? text(dialler.stdout) : "";
	}

	/** Gives a household's router another kind of NAT. Whatever was opened on it is closed by that. */
	nat(household: Household, kind: NatKind): void {
		const { gateway, host } = HOUSEHOLDS[household];
		this.#nft(gateway, natRules(kind, addresses[host]));
		this.exec(gateway, "sh", "-c", "conntrack -F 2>/dev/null");
	}

	#nft(place: Place, rules: string): void {
		execFileSync("ip", ["netns", "exec", this.nameOf(place), "nft", "-f", "-"], { input: rules });
	}

	/** Starts, replaces or ("off") ends the router's port mapping daemon, with nothing opened. */
	async router(household: Household, mode: RouterMode): Promise<void> {
		await this.#daemons.get(household)?.stop();
		this.#daemons.delete(household);
		const { gateway, lan } = HOUSEHOLDS[household];
		for (const chain of ["miniupnpd", "prerouting_miniupnpd", "postrouting_miniupnpd"]) {
			this.exec(gateway, "nft", "flush", "chain", "inet", "filter", chain);
		}
		if (mode === "off") return;
		const daemon = new RouterDaemon(this, gateway, `192.168.${lan}`, mode, this.#folder);
		this.#daemons.set(household, daemon);
		await daemon.isReady();
	}

	/** What the router has opened: one line for each IPv4 mapping and each IPv6 pinhole, in nftables' words. */
	opened(household: Household): readonly string[] {
		const { gateway } = HOUSEHOLDS[household];
		const chains = ["prerouting_miniupnpd", "miniupnpd"].map((chain) =>
			this.exec(gateway, "nft", "-n", "list", "chain", "inet", "filter", chain),
		);
		return chains.flatMap((text) => text.split("\n").filter((line) => /dnat|@nh,192,128.*accept/.test(line)));
	}

	/** Waits until the router has just so much opened; fails with what there is when that takes too long. */
	async settlesAt(count: number, household: Household = "a"): Promise<void> {
		const opened = () => this.opened(household);
		await until(
			() => opened().length === count,
			`the router has ${count} ports opened`,
			() => opened().join("\n"),
		);
	}

	/** Gives the router of `a` another outside address (with its prefix length), as a provider would. */
	outside(address: string): void {
		this.#ip("gwA", "-4 addr flush dev wan");
		this.#ip("gwA", `addr add ${address} dev wan`);
	}

	/** Takes away, or gives back, the default route of a computer at home. */
	hasRouter(place: "hostA", has: boolean): void {
		this.#ip(place, has ? "route add default via 192.168.1.1" : "route del default");
	}

	/** Pulls the network cable of a computer at home, or puts it back: it keeps its addresses and routes, as with real cables. */
	plug(place: "hostA" | "hostA2" | "hostB", isIn: boolean): void {
		this.#ip(place === "hostB" ? "gwB" : "gwA", `link set p-${place} ${isIn ? "up" : "down"}`);
	}

	/** The link-local IPv6 address of an interface. */
	addressOnCable(place: Place, device: string): string {
		const text = this.exec(place, "ip", "-6", "-o", "addr", "show", "dev", device, "scope", "link");
		return /inet6 ([0-9a-f:]+)\//.exec(text)?.[1] ?? "";
	}

	/** Gives a computer at home another IPv4 address (with its prefix length), as after a change of networks. */
	readdress(place: "hostA2" | "hostB", address: string): void {
		this.#ip(place, "-4 addr flush dev eth0");
		this.#ip(place, `addr add ${address} dev eth0`);
		this.#ip(place, `route add default via ${address.replace(/\d+\/.*$/, "1")}`);
	}

	/** Lays a second cable ("wwan0" at both ends) between the two computers of household `a`, with an IPv4 network of its own. */
	async secondCable({ host, guest }: { readonly host: string; readonly guest: string }): Promise<void> {
		const ends = ["add", "wwan0", "netns", this.nameOf("hostA"), "type", "veth", "peer", "name", "wwan0"];
		execFileSync("ip", ["link", ...ends, "netns", this.nameOf("hostA2")]);
		this.#ip("hostA", `addr add ${host}/24 dev wwan0`);
		this.#ip("hostA2", `addr add ${guest}/24 dev wwan0`);
		for (const place of ["hostA", "hostA2"] as const) this.#ip(place, "link set wwan0 up");
		await this.#isUp("hostA", "hostA2");
	}

	/** Ends everything that runs in the lab and removes it. */
	async close(): Promise<void> {
		for (const daemon of this.#daemons.values()) await daemon.stop();
		const own = namespaces().filter((name) => name.startsWith(`${this.#prefix}-`));
		for (const name of own) endProcessesIn(name);
		// A namespace that still has dying processes can be deleted; it goes with the last of them.
		await sleep(20);
		for (const name of own) execFileSync("ip", ["netns", "del", name]);
		rmSync(this.#folder, { recursive: true, force: true });
	}
}
