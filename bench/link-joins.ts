// From Enter to being in the room, by each transport: whole programs, host and guest, on loopback; the password comes from a file, so nobody types.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeInvite, parseInvite } from "../src/engine/wire/invite.ts";
import { privateDht } from "../test/support/net/private-dht.ts";
import { udpBetween } from "../test/support/net/udp-between.ts";
import { cleanEnvironment, root, rtPath } from "../test/support/program/rt.ts";
import { type NotificationParams, RtRpc } from "../test/support/program/rt-rpc.ts";
import { median } from "./report.ts";
import { openHost } from "./room-host.ts";

/** The ways by which somebody can come in here. */
const ways = ["tcp", "udp", "dht"] as const;
type Way = (typeof ways)[number];

const localhost = "127.0.0.1";

/** An invite that names no address, so that the DHT is the first way and the only one. */
async function inviteByDht(host: RtRpc): Promise<string> {
	const isKnown = ({ ways }: NotificationParams["reachability"]) =>
		ways.some((one) => one.way === "dht" && one.state === "open");
	const { invite = "" } = await host.waitFor("reachability", isKnown, "the room in the DHT");
	const outcome = parseInvite(invite);
	if (outcome.kind === "refused") throw new Error(outcome.why);
	return encodeInvite({ ...outcome.invite, endpoints: [] });
}

/** In ms: from the first attempt, which Enter begins. */
async function joinOnce(target: readonly string[], kind: Way, password: string): Promise<number> {
	const home = mkdtempSync(join(tmpdir(), "rt-bench-"));
	const file = join(home, "password");
	writeFileSync(file, password, { mode: 0o600 });
	const args = ["join", ...target, "--rpc", "--name", "Gabi", "--home", join(home, "rt"), "--password-file", file];
	const child = spawn(rtPath, args, { cwd: root, env: cleanEnvironment(home) });
	const kill = (): void => void child.kill("SIGKILL");
	process.once("exit", kill);
	try {
		const guest = new RtRpc(child, home);
		await guest.waitFor("attempt");
		const begun = performance.now();
		await guest.waitFor("attempt", (one) => one.transport === kind && one.state === "answered", `a link by ${kind}`);
		await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
		const ms = performance.now() - begun;
		await guest.call("quit");
		await guest.exit;
		return ms;
	} finally {
		kill();
		process.removeListener("exit", kill);
		rmSync(home, { recursive: true, force: true });
	}
}

/** Medians in ms. Each guest is somebody new. */
export async function joinTimes(rounds: number): Promise<Readonly<Record<Way, number>>> {
	const dht = await privateDht(10, localhost);
	const nodes = dht.bootstrap.map(({ host, port }) => `${host}:${port}`).join(",");
	const host = await openHost(["--dht", "--dht-bootstrap", nodes]);
	const endings: (() => void)[] = [];
	// No TCP there: it is refused at once, and UDP is the way.
	const between = await udpBetween({ after: (work) => void endings.push(work as () => void) }, host.port);
	const targets = {
		tcp: [localhost, String(host.port)],
		udp: [localhost, String(between)],
		dht: [await inviteByDht(host.rpc)],
	} as const;
	const samples: Record<Way, number[]> = { tcp: [], udp: [], dht: [] };
	for (let round = 0; round < rounds; round += 1) {
		for (const kind of ways) samples[kind].push(await joinOnce(targets[kind], kind, host.password));
	}
	for (const end of endings) end();
	await host.close();
	await dht.close();
	return { tcp: median(samples.tcp), udp: median(samples.udp), dht: median(samples.dht) };
}
