// A long line in a network namespace of its own: all that goes between its two addresses takes its time, and some of it is lost, by whatever
// protocol. Both ends are in one namespace, so that one process can have both; README.md beside this file says how they are kept apart.
import { type ChildProcess, execFileSync, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { needs } from "../../support/needs.ts";

export interface LongLineOptions {
	/** One way. */
	readonly delayMs: number;
	/** Of each hundred packets, in each direction. */
	readonly lossPercent: number;
	/** In each direction; as many as come when it is absent. A thousand packets wait at most. */
	readonly bytesPerSecond?: number;
	/** How TCP finds out what the line can carry; as the system does it when it is absent. */
	readonly congestionControl?: "cubic";
}

/** The addresses at both ends: who dials, and who is dialled. */
export const lineEnds = { near: "10.77.0.1", far: "10.77.0.2" } as const;

const PROGRAM = fileURLToPath(import.meta.resolve("./long-line.pl"));
const TUN = "/dev/net/tun";
/** The same losses in each run, as far as the packets are the same. */
const SEED = "7";
const NEAR_TABLE = 101;
const FAR_TABLE = 102;
let linesOpened = 0;

/** Why this computer can't have one; `undefined` if it can. */
export function whyNoLongLine(): string | undefined {
	if (process.getuid?.() !== 0) return "network namespaces need root";
	if (!existsSync(TUN)) return `${TUN} is not there`;
	if (spawnSync("ip", ["-V"]).error) return "ip (iproute2) is not installed";
	if (spawnSync("perl", ["-MTime::HiRes", "-e", "1"]).status !== 0) return "perl is not installed";
	return undefined;
}

/** For tests: removed after `t`. `undefined` when this computer cannot: then the test is skipped, and fails where CI=true. */
export async function longLineFor(t: TestContext, options: LongLineOptions): Promise<LongLine | undefined> {
	const { CI } = process.env;
	if (!needs(t, "ip") || !needs(t, "perl")) return undefined;
	const why = whyNoLongLine();
	if (why === undefined) {
		const line = await openLongLine(options);
		t.after(() => line.close());
		return line;
	}
	if (CI === "true") throw new Error(`${why}, and CI must run every test`);
	t.skip(why);
	return undefined;
}

/** Makes the namespace and the line in it. */
export async function openLongLine(options: LongLineOptions): Promise<LongLine> {
	linesOpened += 1;
	// Named as the lab's are: what a killed process leaves is removed by the next lab.
	const line = new LongLine(`rtlab-${process.pid}-line${linesOpened}`);
	try {
		await line.build(options);
		return line;
	} catch (error) {
		await line.close();
		throw error;
	}
}

export class LongLine {
	readonly #namespace: string;
	readonly #programs = new Set<ChildProcess>();

	constructor(namespace: string) {
		this.#namespace = namespace;
	}

	/** Only for `openLongLine`. */
	async build({ delayMs, lossPercent, bytesPerSecond = 0, congestionControl }: LongLineOptions): Promise<void> {
		execFileSync("ip", ["netns", "add", this.#namespace]);
		this.#ip("link set lo up");
		const numbers = [delayMs, lossPercent, SEED, bytesPerSecond].map(String);
		const words = ["perl", PROGRAM, "near", "far", ...numbers];
		const program = this.start(words, { stdio: ["ignore", "pipe", "inherit"] });
		if (!program.stdout) throw new Error("no pipe to the line");
		const ended = once(program, "exit").then(() => Promise.reject(new Error("the line ended at once")));
		await Promise.race([once(program.stdout, "data"), ended]);
		ended.catch(() => {});
		this.#route(congestionControl);
	}

	/** Both addresses are this namespace's own, and what goes from one to the other goes by the line all the same. */
	#route(congestionControl: string | undefined): void {
		const { near, far } = lineEnds;
		// A namespace may set by its sysctl only what the system allows to everybody; a route may say any that there is.
		const how = congestionControl === undefined ? "" : ` congctl ${congestionControl}`;
		const settings = [
			"all/rp_filter=0",
			...["near", "far"].flatMap((one) => [`${one}/accept_local=1`, `${one}/rp_filter=0`]),
		];
		this.#set(settings);
		this.#ip(
			`addr add ${near}/32 dev near`,
			`addr add ${far}/32 dev far`,
			"link set near up",
			"link set far up",
			`route add default dev near src ${near} table ${NEAR_TABLE}${how}`,
			`route add default dev far src ${far} table ${FAR_TABLE}${how}`,
			// The far end's own talk (its DHT nodes) stays there.
			`rule add pref 10 iif lo from ${far} to ${far} lookup local`,
			// Who has not chosen an address and goes to the far end is at the near one.
			`rule add pref 20 iif lo to ${far} lookup ${NEAR_TABLE}`,
			`rule add pref 21 iif lo from ${far} to ${near} lookup ${FAR_TABLE}`,
			"rule add pref 30 lookup local",
			"rule del pref 0",
		);
	}

	/** Runs commands of `ip` in the namespace as one program, in this order; throws at the first that fails. */
	#ip(...lines: readonly string[]): void {
		execFileSync("ip", ["-n", this.#namespace, "-batch", "-"], { input: lines.join("\n") });
	}

	/** Sets what IPv4 does with an interface; /proc/sys/net is that of the namespace one is in. */
	#set(settings: readonly string[]): void {
		const lines = settings.map((one) => one.split("=")).map(([name, value]) => `echo ${value} > ${name}`);
		const shell = ["sh", "-c", ["cd /proc/sys/net/ipv4/conf", ...lines].join(" && ")];
		execFileSync("ip", ["netns", "exec", this.#namespace, ...shell]);
	}

	/** Starts a program in the namespace; it is killed with the line at the latest. */
	start(words: readonly string[], options: SpawnOptions): ChildProcess {
		const child = spawn("ip", ["netns", "exec", this.#namespace, ...words], options);
		this.#programs.add(child);
		child.once("exit", () => this.#programs.delete(child));
		return child;
	}

	/** How many packets have set out on the line so far, those that it lost among them. */
	sent(from: keyof typeof lineEnds): number {
		const words = ["-n", this.#namespace, "-s", "-j", "link", "show", "dev", from];
		const [link] = JSON.parse(execFileSync("ip", words, { encoding: "utf8" }));
		return Number(link.stats64.tx.packets);
	}

	/** Ends what runs there and removes it. */
	async close(): Promise<void> {
		// `ip netns exec` becomes the program itself, so these are the programs.
		const ends = [...this.#programs].map((child) => {
			const exit = once(child, "exit");
			child.kill("SIGKILL");
			return exit;
		});
		await Promise.all(ends);
		execFileSync("ip", ["netns", "del", this.#namespace]);
	}
}
