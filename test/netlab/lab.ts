// A two-household "Internet in a box" made of network namespaces, for tests that need real routers. Drawn in README.md beside this file.
//
// Nothing in it has an uplink: no namespace owns a real interface or is bridged to one, so no packet leaves, whatever address it carries.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { needs, needsNamespaces } from "../support/needs.ts";
import { until } from "../support/until.ts";
import { RouterDaemon, type RouterMode } from "./lab/router-daemon.ts";
import { HOUSEHOLDS, type Household, ipBatch, layOut, PLACES, type Place, WAN4, WAN6 } from "./lab-plan.ts";
import { type NatKind, natRules } from "./nat-rules.ts";

/** The fixed addresses of the lab. */
export const addresses = {
	hostA: "192.168.1.2",
	hostA2: "192.168.1.3",
	hostB: "192.168.2.2",
	gwA: "192.168.1.1",
	gwAOutside: `${WAN4}.10`,
	gwBOutside: `${WAN4}.20`,
	srv: `${WAN4}.50`,
	srv6: `${WAN6}:0::50`,
	hostA6: `${WAN6}:a::2`,
	hostA26: `${WAN6}:a::3`,
	hostB6: `${WAN6}:b::2`,
	gwA6: `${WAN6}:a::1`,
} as const;

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
	if (labsOpened === 0) removeLeftovers();
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
			endProcessesIn([name]);
			execFileSync("ip", ["netns", "del", name], { stdio: "ignore" });
		} catch {
			// Another test process was quicker.
		}
	}
}

/** Where `ip netns` has its namespaces, each a file by its name. */
const NAMESPACES = "/run/netns";

function namespaces(): readonly string[] {
	return existsSync(NAMESPACES) ? readdirSync(NAMESPACES) : [];
}

/** Only what runs inside namespaces of the lab, which are ours alone. It looks through all processes once, which `ip netns pids` does for each of them. */
function endProcessesIn(names: readonly string[]): void {
	const ours = new Set(names.map((name) => statSync(join(NAMESPACES, name)).ino));
	for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
		try {
			if (ours.has(statSync(`/proc/${pid}/ns/net`).ino)) process.kill(Number(pid), "SIGKILL");
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
		layOut((place) => this.nameOf(place));
		this.#filter("a", "cone");
		this.#filter("b", "cone");
		await this.#isUp(...PLACES);
	}

	/** Waits until every interface there carries packets and has its own address on the cable: the system takes up to a second for both. */
	async #isUp(...places: readonly Place[]): Promise<void> {
		for (const place of places) {
			const text = () => this.#ip(place, "-j address show");
			await until(() => JSON.parse(text()).every(isUp), `every interface of ${place} is up`, text);
		}
	}

	/** What the system calls the namespace. */
	nameOf(place: Place): string {
		return `${this.#prefix}-${place}`;
	}

	#ip(place: Place, words: string): string {
		return execFileSync("ip", ["-n", this.nameOf(place), ...words.split(" ")], { encoding: "utf8" });
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
		const program = fileURLToPath(import.meta.resolve("./lab/dial-program.ts"));
		const dialler = this.start(place, [process.execPath, program, protocol, host, String(port), String(waitMs)]);
		return dialler.stdout ? text(dialler.stdout) : "";
	}

	/** Gives a household's router another kind of NAT. Whatever was opened on it is closed by that. */
	nat(household: Household, kind: NatKind): void {
		this.#filter(household, kind);
		this.exec(HOUSEHOLDS[household].gateway, "sh", "-c", "conntrack -F 2>/dev/null");
	}

	#filter(household: Household, kind: NatKind): void {
		const { gateway, host } = HOUSEHOLDS[household];
		this.#nft(gateway, natRules(kind, addresses[host]));
	}

	#nft(place: Place, commands: string): void {
		execFileSync("ip", ["netns", "exec", this.nameOf(place), "nft", "-f", "-"], { input: commands });
	}

	/** Starts, replaces or ("off") ends the router's port mapping daemon, with nothing opened. */
	async router(household: Household, mode: RouterMode): Promise<void> {
		await this.#daemons.get(household)?.stop();
		this.#daemons.delete(household);
		const { gateway, lan } = HOUSEHOLDS[household];
		const chains = ["miniupnpd", "prerouting_miniupnpd", "postrouting_miniupnpd"];
		this.#nft(gateway, chains.map((chain) => `flush chain inet filter ${chain}`).join("\n"));
		if (mode === "off") return;
		const daemon = new RouterDaemon(this, gateway, `192.168.${lan}`, mode, this.#folder);
		this.#daemons.set(household, daemon);
		await daemon.isReady();
	}

	/** What the router has opened: one line for each IPv4 mapping and each IPv6 pinhole, in nftables' words. */
	opened(household: Household): readonly string[] {
		const { gateway } = HOUSEHOLDS[household];
		const lists = ["prerouting_miniupnpd", "miniupnpd"].map((chain) => `nft -n list chain inet filter ${chain}`);
		const rules = this.exec(gateway, "sh", "-c", lists.join(" && "));
		return rules.split("\n").filter((line) => /dnat|@nh,192,128.*accept/.test(line));
	}

	/** Waits until the router has just so much opened; fails with what there is when that takes too long. */
	async settlesAt(count: number, household: Household = "a"): Promise<void> {
		const opened = () => this.opened(household);
		await until(
			() => opened().length === count,
			`the router has ${count} ports opened`,
			() => opened().join("\n"),
			// Each look starts several programs.
			200,
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

	/** Pulls the network cable of a computer, or puts it back: it keeps its addresses and routes, as with real cables. */
	plug(place: "hostA" | "hostA2" | "hostB" | "srv", isIn: boolean): void {
		const [other, end] =
			place === "srv" ? (["inet", "to-srv"] as const) : ([place === "hostB" ? "gwB" : "gwA", `p-${place}`] as const);
		this.#ip(other, `link set ${end} ${isIn ? "up" : "down"}`);
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
		endProcessesIn(own);
		// A namespace that still has dying processes can be deleted; it goes with the last of them.
		await sleep(20);
		ipBatch(own.map((name) => `netns del ${name}`));
		rmSync(this.#folder, { recursive: true, force: true });
	}
}
