// `rt dht-node`: a group's own DHT on this computer. Decides where it listens and keeps the relay's key.
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import envPaths from "env-paths";
import { canonicalAddress, localAddresses, scopeOf } from "../../net/address/address.ts";
import { DHT_GROUP_PORTS, startDhtGroup } from "../../net/dht/group.ts";
import { parseDhtNodes } from "../../net/dht/nodes.ts";
import { codeOf } from "../../store/failure.ts";
import type { DhtNodeProblem, DhtNodeWish, RunningDhtNode } from "../api/own-servers.ts";
import { cleanLine } from "../text/clean.ts";

/** It is not hyperdht's own 49737: whoever scans for that need not find this. */
const usualPort = 48_700;
const seedBytes = 32;

export type DhtNodeOutcome =
	| ({ readonly kind: "running" } & RunningDhtNode)
	| { readonly kind: "refused"; readonly problem: DhtNodeProblem };

/** Opens a node of a DHT of one's own. `home` is as in `openEngine`; only the relay's key is kept there. */
export async function openDhtNode(
	{ port = usualPort, bind, bootstrap, hasRelay }: DhtNodeWish,
	home = envPaths("real-talk", { suffix: "" }).data,
): Promise<DhtNodeOutcome> {
	const host = bind === undefined ? ownAddress() : canonicalAddress(bind);
	if (host === undefined || host.includes(":")) {
		return { kind: "refused", problem: { why: "noIpv4" } };
	}
	const known = bootstrap === undefined ? undefined : parseDhtNodes(bootstrap);
	if (known?.kind === "refused") return { kind: "refused", problem: { why: "nodes", detail: cleanLine(known.detail) } };
	const relaySeed = hasRelay ? await keptSeed(home) : undefined;
	if (relaySeed?.kind === "refused") return relaySeed;
	const started = await startDhtGroup({
		port,
		host,
		...(known ? { bootstrap: known.nodes } : {}),
		...(relaySeed ? { relaySeed: relaySeed.seed } : {}),
	});
	if (started.kind === "failed")
		return { kind: "refused", problem: { why: "notStarted", detail: cleanLine(started.detail) } };
	const { relayKey, close } = started;
	const isGlobal = scopeOf(host) === "global";
	const facts = { host, port, ports: DHT_GROUP_PORTS, isGlobal, ...(relayKey === undefined ? {} : { relayKey }) };
	return { kind: "running", facts, close };
}

/** Returns an address of this computer, a public one first. The DHT knows no IPv6. */
function ownAddress(): string | undefined {
	const own = localAddresses().filter(({ family }) => family === 4);
	return (own.find(({ scope }) => scope === "global") ?? own[0])?.address;
}

type SeedOutcome =
	| { readonly kind: "seed"; readonly seed: Uint8Array }
	| { readonly kind: "refused"; readonly problem: DhtNodeProblem };

/** Reads the relay's key, or makes it. It stays the same because it stands in friends' command lines and in invites. */
async function keptSeed(home: string): Promise<SeedOutcome> {
	const file = join(home, "dht-relay.key");
	try {
		await mkdir(home, { recursive: true, mode: 0o700 });
		const fresh = randomBytes(seedBytes);
		await writeFile(file, fresh, { mode: 0o600, flag: "wx" }).catch((error: unknown) => {
			if (codeOf(error) !== "EEXIST") throw error;
		});
		const seed = await readFile(file);
		if (seed.length === seedBytes) return { kind: "seed", seed };
		return { kind: "refused", problem: { why: "keyDamaged", file: cleanLine(file) } };
	} catch (error) {
		const detail = error instanceof Error ? cleanLine(error.message) : "unknown reason";
		return { kind: "refused", problem: { why: "keyNotKept", detail } };
	}
}
