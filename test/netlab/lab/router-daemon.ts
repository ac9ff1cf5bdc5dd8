// The real miniupnpd on one of the lab's routers: what most home routers run.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until } from "../../support/until.ts";
import type { Lab } from "../lab.ts";
import type { Place } from "../lab-plan.ts";

/**
 * `igd1`, `igd2`: UPnP alone, of that version · `pmp`: NAT-PMP and PCP alone · `all`: UPnP 2, NAT-PMP and PCP · `deny`: as
 * igd1, but every mapping is refused (miniupnpd 2.3.1 looks for a permitted port for minutes before it refuses by PCP) · `off`: none runs.
 */
export type RouterMode = "igd1" | "igd2" | "pmp" | "all" | "deny" | "off";

export class RouterDaemon {
	readonly #process: ChildProcess;
	readonly #lab: Lab;
	readonly #place: Place;
	readonly #isUpnp: boolean;
	readonly #log: string;
	readonly #hasEnded: Promise<unknown>;

	constructor(lab: Lab, place: Place, network: string, mode: Exclude<RouterMode, "off">, folder: string) {
		this.#lab = lab;
		this.#place = place;
		this.#isUpnp = mode !== "pmp";
		this.#log = join(folder, `${place}.log`);
		const file = join(folder, `${place}.conf`);
		const leases = join(folder, `${place}.leases`);
		writeFileSync(file, settings(mode, network, leases));
		writeFileSync(leases, "");
		const log = openSync(this.#log, "w");
		const words = ["miniupnpd", "-d", "-f", file, "-P", join(folder, `${place}.pid`)];
		this.#process = spawn("ip", ["netns", "exec", lab.nameOf(place), ...words], { stdio: ["ignore", log, log] });
		closeSync(log);
		this.#hasEnded = once(this.#process, "exit");
	}

	/** Resolves when it listens; throws with its last words when it does not. */
	async isReady(): Promise<void> {
		const port = this.#isUpnp ? "sport = :5000" : "sport = :5351";
		const kind = this.#isUpnp ? "-Hltn" : "-Hlun";
		const isOver = () => this.#process.exitCode !== null;
		const listens = () => this.#lab.exec(this.#place, "ss", kind, port).trim() !== "";
		const log = () => readFileSync(this.#log, "utf8").slice(-2_000);
		await until(() => isOver() || listens(), "miniupnpd listens", log);
		if (isOver()) throw new Error(`miniupnpd has ended:\n${log()}`);
	}

	async stop(): Promise<void> {
		if (this.#process.exitCode !== null) return;
		// Not SIGTERM: a router that loses power does not tidy up either.
		this.#process.kill("SIGKILL");
		await this.#hasEnded;
	}
}

function settings(mode: Exclude<RouterMode, "off">, network: string, leases: string): string {
	const yes = (is: boolean) => (is ? "yes" : "no");
	return `ext_ifname=wan
ext_ifname6=wan
listening_ip=lan
http_port=5000
enable_upnp=${yes(mode !== "pmp")}
enable_natpmp=${yes(mode === "pmp" || mode === "all")}
force_igd_desc_v1=${yes(mode === "igd1" || mode === "deny")}
secure_mode=yes
system_uptime=no
notify_interval=30
min_lifetime=1
clean_ruleset_interval=1
max_lifetime=86400
uuid=6b2d3d3a-0000-4000-8000-00000000${network.split(".")[2]?.padStart(4, "0")}
lease_file=${leases}
upnp_table_name=filter
upnp_nat_table_name=filter
${mode === "deny" ? "" : `allow 1024-65535 ${network}.0/24 1024-65535`}
deny 0-65535 0.0.0.0/0 0-65535
`;
}
