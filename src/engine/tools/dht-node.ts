// `rt dht-node`: a group's own DHT on this computer. Decides where it listens, keeps the relay's key, and says what friends type.
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import envPaths from "env-paths";
import { canonicalAddress, localAddresses, scopeOf } from "../../net/address/address.ts";
import { DHT_GROUP_PORTS, startDhtGroup } from "../../net/dht/group.ts";
import { parseDhtNodes } from "../../net/dht/nodes.ts";
import { cleanLine } from "../text/clean.ts";

/** Not hyperdht's own 49737: whoever scans for that need not find this. */
const USUAL_PORT = 48_700;
const SEED_BYTES = 32;

/** As the command line has it. */
export interface DhtNodeWish {
	readonly port?: number;
	readonly bind?: string;
	readonly bootstrap?: string;
	readonly hasRelay?: true;
}

export type DhtNodeOutcome =
	/** `lines`: what to tell; fit to print. */
	| { readonly kind: "running"; readonly lines: readonly string[]; close(): Promise<void> }
	| { readonly kind: "refused"; readonly message: string };

/** `home`: see `openEngine`; only the relay's key is kept there. */
export async function openDhtNode(
	{ port = USUAL_PORT, bind, bootstrap, hasRelay }: DhtNodeWish,
	home = envPaths("real-talk", { suffix: "" }).data,
): Promise<DhtNodeOutcome> {
	const host = bind === undefined ? ownAddress() : canonicalAddress(bind);
	if (host === undefined || host.includes(":")) {
		return { kind: "refused", message: "rt dht-node needs an IPv4 address of this computer: --bind ADDRESS." };
	}
	const known = bootstrap === undefined ? undefined : parseDhtNodes(bootstrap);
	if (known?.kind === "refused") return { kind: "refused", message: `--dht-bootstrap: ${known.detail}` };
	const relaySeed = hasRelay ? await keptSeed(home) : undefined;
	if (relaySeed?.kind === "refused") return relaySeed;
	const started = await startDhtGroup({
		port,
		host,
		...(known ? { bootstrap: known.nodes } : {}),
		...(relaySeed ? { relaySeed: relaySeed.seed } : {}),
	});
	if (started.kind === "failed") return { kind: "refused", message: started.detail };
	return { kind: "running", lines: linesOf(host, port, started.relayKey), close: started.close };
}

/** The public one first; the DHT knows no IPv6. */
function ownAddress(): string | undefined {
	const own = localAddresses().filter(({ family }) => family === 4);
	return (own.find(({ scope }) => scope === "global") ?? own[0])?.address;
}

type SeedOutcome =
	| { readonly kind: "seed"; readonly seed: Uint8Array }
	| { readonly kind: "refused"; readonly message: string };

/** The relay's key stays the same: it stands in friends' command lines and in invites. */
async function keptSeed(home: string): Promise<SeedOutcome> {
	const file = join(home, "dht-relay.key");
	try {
		await mkdir(home, { recursive: true, mode: 0o700 });
		const fresh = randomBytes(SEED_BYTES);
		await writeFile(file, fresh, { mode: 0o600, flag: "wx" }).catch((error: unknown) => {
			if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
		});
		const seed = await readFile(file);
		if (seed.length === SEED_BYTES) return { kind: "seed", seed };
		return {
			kind: "refused",
			message: `${cleanLine(file)} is damaged. Delete it, and a new key is made for the relay.`,
		};
	} catch (error) {
		const why = error instanceof Error ? cleanLine(error.message) : "unknown reason";
		return { kind: "refused", message: `The relay's key could not be kept: ${why}` };
	}
}

function linesOf(host: string, port: number, relayKey: string | undefined): readonly string[] {
	const option = `--dht-bootstrap ${host}:${port}`;
	const where =
		scopeOf(host) === "global"
			? `UDP ports ${port} to ${port + DHT_GROUP_PORTS - 1} must be open to everybody.`
			: `${host} is an address of this network only: people elsewhere cannot use it.`;
	const relayed =
		relayKey === undefined
			? []
			: [
					"Whoever opens a room may offer this relay to those who can't be reached directly:",
					`  ./rt host --dht ${option} --dht-relay ${relayKey}`,
					"and a guest who wants to use it adds --allow-relay. It sees addresses and how much is said, not what, nor who.",
				];
	return [
		`Your own DHT is running. ${where}`,
		"To open a room that is found through it:",
		`  ./rt host --dht ${option}`,
		"Invites name it, so guests type nothing of it.",
		...relayed,
		"It sees the addresses of hosts and guests and which keys they ask for; not the rooms, not the people. Ctrl-C ends it.",
	];
}
