// A whole Tor network on loopback: an authority and relays, for tests that need real onion services. Nothing of it leaves this computer.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../until.ts";
import { ownPorts } from "./own-port.ts";

const LOOPBACK = "127.0.0.1";
const RELAYS = 4;

/** A network that runs. */
export interface PrivateTor {
	/** What a tor needs in its torrc to be of this network. */
	readonly lines: readonly string[];
	/** All ports on which its computers listen. */
	readonly ports: readonly number[];
	close(): Promise<void>;
}

/** Short rounds, so that all is there in ten seconds. */
const everyone = [
	"TestingTorNetwork 1",
	"PathsNeededToBuildCircuits 0.25",
	"TestingServerDownloadInitialDelay 0",
	"TestingClientDownloadInitialDelay 0",
	"TestingServerConsensusDownloadInitialDelay 0",
	"TestingClientConsensusDownloadInitialDelay 0",
	"LearnCircuitBuildTimeout 0",
	// It needs a larger network: with few relays its paths repeat a hop and fail.
	"VanguardsLiteEnabled 0",
	"CircuitBuildTimeout 5",
];

const authority = [
	"AuthoritativeDirectory 1",
	"V3AuthoritativeDirectory 1",
	"ContactInfo test@invalid",
	"TestingV3AuthInitialVotingInterval 5",
	"TestingV3AuthInitialVoteDelay 2",
	"TestingV3AuthInitialDistDelay 2",
	"V3AuthVotingInterval 10",
	"V3AuthVoteDelay 2",
	"V3AuthDistDelay 2",
	"TestingDirAuthVoteGuard *",
	"TestingDirAuthVoteHSDir *",
	"TestingDirAuthVoteExit *",
	"TestingMinExitFlagThreshold 0",
	"MinUptimeHidServDirectoryV2 0 minutes",
];

interface Node {
	readonly name: string;
	readonly folder: string;
	readonly orPort: number;
}

function makeAuthorityKeys({ folder }: Node, host: string, dirPort: number): string {
	const keys = join(folder, "keys");
	mkdirSync(keys, { recursive: true, mode: 0o700 });
	const files = ["-i", "authority_identity_key", "-s", "authority_signing_key", "-c", "authority_certificate"];
	const named = files.map((one) => (one.startsWith("-") ? one : join(keys, one)));
	const how = ["--create-identity-key", "--passphrase-fd", "0", "-m", "12", "-a", `${host}:${dirPort}`];
	execFileSync("tor-gencert", [...how, ...named], { input: "test\n", stdio: ["pipe", "ignore", "ignore"] });
	return /^fingerprint (\w+)/m.exec(readFileSync(join(keys, "authority_certificate"), "utf8"))?.[1] ?? "";
}

function makeRelayKeys({ folder, name }: Node, empty: string): string {
	const somebody = ["--dirauthority", `x ${LOOPBACK}:1 ${"F".repeat(40)}`];
	const files = ["--datadirectory", folder, "--nickname", name, "--defaults-torrc", empty, "-f", empty];
	const args = ["--list-fingerprint", "--quiet", "--orport", "1", ...somebody, ...files];
	const said = execFileSync("tor", args, { stdio: ["ignore", "pipe", "ignore"], encoding: "utf8" });
	return (said.trim().split("\n").at(-1) ?? "").replace(/^\S+\s/, "").replace(/\s/g, "");
}

function read(folder: string, file: string): string {
	try {
		return readFileSync(join(folder, file), "utf8");
	} catch {
		return "";
	}
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Where a network is: its address, and the words that start a program there. On loopback if nothing is said. */
interface Where {
	readonly host: string;
	readonly within: readonly string[];
}

/** Starts a network, which takes about ten seconds. */
export async function privateTor({ host, within }: Where = { host: LOOPBACK, within: [] }): Promise<PrivateTor> {
	const base = mkdtempSync(join(tmpdir(), "rt-tornet-"));
	const empty = join(base, "empty");
	writeFileSync(empty, "");
	const [dirPort = 0, ...ports] = await ownPorts(RELAYS + 2);
	const nodes = ports.map((orPort, index): Node => {
		const name = index === 0 ? "authority" : `relay${index}`;
		const folder = join(base, name);
		mkdirSync(folder, { mode: 0o700 });
		return { name, folder, orPort };
	});
	const [first] = nodes;
	if (first === undefined) throw new Error("a network has an authority");
	const identity = makeAuthorityKeys(first, host, dirPort);
	const fingerprints = nodes.map((node) => makeRelayKeys(node, empty));
	// About the same weight for all: otherwise one relay is chosen for two hops of a circuit, which relays refuse.
	const weights = fingerprints.slice(1).map((key, index) => `node_id=$${key} bw=8 nick=relay${index + 1}`);
	const bandwidths = join(base, "bandwidths");
	writeFileSync(bandwidths, `${[Math.floor(Date.now() / 1000), ...weights].join("\n")}\n`);
	const network = `DirAuthority authority orport=${first.orPort} no-v2 v3ident=${identity} ${host}:${dirPort} ${fingerprints[0]}`;
	const processes = nodes.map((node) => {
		const own = node === first ? [...authority, `DirPort ${host}:${dirPort}`, `V3BandwidthsFile ${bandwidths}`] : [];
		const lines = [
			...everyone,
			`OutboundBindAddress ${host}`,
			network,
			`DataDirectory ${node.folder}`,
			`Nickname ${node.name}`,
			`Address ${host}`,
			`ORPort ${host}:${node.orPort}`,
			"SocksPort 0",
			"ExitRelay 0",
			"ShutdownWaitLength 0",
			"AssumeReachable 1",
			// Only the authority serves the directory: it has it at once, and need not spread it first.
			node === first ? "DirCache 1" : "DirCache 0",
			`Log notice file ${join(node.folder, "log")}`,
			`__OwningControllerProcess ${process.pid}`,
			...own,
		];
		writeFileSync(join(node.folder, "torrc"), `${lines.join("\n")}\n`);
		const args = ["--defaults-torrc", empty, "-f", join(node.folder, "torrc"), "--quiet"];
		const [program = "tor", ...words] = [...within, "tor", ...args];
		return spawn(program, words, { stdio: "ignore" });
	});
	const exits = processes.map((one) => new Promise<void>((resolve) => one.once("exit", () => resolve())));
	const close = async (): Promise<void> => {
		for (const one of processes) one.kill("SIGKILL");
		await Promise.all(exits);
		rmSync(base, { recursive: true, force: true });
	};
	const hasDirectory = (): boolean => {
		const consensus = read(first.folder, "cached-microdesc-consensus");
		const descriptors = read(first.folder, "cached-microdescs") + read(first.folder, "cached-microdescs.new");
		return (
			count(consensus, /^r /gm) === nodes.length &&
			/^s .*\bHSDir\b/m.test(consensus) &&
			count(descriptors, /^onion-key/gm) >= nodes.length
		);
	};
	try {
		// A client that asks before all is there waits many seconds before it asks again.
		await until(hasDirectory, "the private Tor network has its directory", () =>
			read(first.folder, "log").slice(-2000),
		);
	} catch (error) {
		await close();
		throw error;
	}
	// With so few relays a fixed guard is often the last hop too, which relays refuse.
	const bound = host === LOOPBACK ? [`OutboundBindAddress ${LOOPBACK}`] : [];
	return { lines: [...everyone, ...bound, network, "UseEntryGuards 0"], ports: [dirPort, ...ports], close };
}

/** Whether Tor and what makes its keys are here. With CI=true they must be. */
export function hasTor(): boolean {
	const isThere = ["tor", "tor-gencert"].every(
		(program) => spawnSync(program, ["--help"], { stdio: "ignore" }).error === undefined,
	);
	const { CI } = process.env;
	if (!isThere && CI === "true") throw new Error("tor is missing, and CI must run every test");
	return isThere;
}
