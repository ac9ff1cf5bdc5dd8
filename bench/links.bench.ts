// UDP and DHT links beside TCP's: on loopback, and over a long line that loses nothing or 1 % (as root); then whole programs from Enter to joined.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lineEnds, openLongLine, whyNoLongLine } from "../test/netlab/lab/long-line.ts";
import type { AllLinkFigures, LinkFigures, LinkWork } from "./link-figures.ts";
import { joinTimes } from "./link-joins.ts";
import { type Figure, report } from "./report.ts";

const program = fileURLToPath(new URL("./link-program.ts", import.meta.url));
const loopbackWork: LinkWork = {
	near: "127.0.0.1",
	far: "127.0.0.1",
	rounds: 3,
	megabytes: [50],
	roundTrips: 2_000,
	dials: 30,
};
const lineDelayMs = 10;
/** Less of everything: such a line takes its time. By 32 MB how a link begins matters little. */
const lineWork: LinkWork = { ...lineEnds, rounds: 3, megabytes: [4, 32], roundTrips: 100, dials: 20 };
/** Where packets are lost TCP is so slow that 32 MB would take it most of a minute. */
const lossyWork: LinkWork = { ...lineWork, megabytes: [4, 8] };
/** What most people's systems have; on a line that loses packets "bbr" would do better, which takes loss lightly. */
const congestionControl = "cubic";
const joins = 5;
const kindNames = { udp: "UDP", dht: "DHT", udx: "bare udx" } as const;

type Row = readonly [what: string, unit: Figure["unit"], of: (figures: LinkFigures) => number];

async function figuresOf(child: ChildProcess): Promise<AllLinkFigures> {
	// Not at "exit": the figures may be read only after that.
	const ended = once(child, "close").then(() => Promise.reject(new Error("the bench's program ended early")));
	const [figures] = await Promise.race([once(child, "message"), ended]);
	ended.catch(() => {});
	return figures;
}

async function overLine(work: LinkWork, lossPercent: number): Promise<AllLinkFigures> {
	const line = await openLongLine({ delayMs: lineDelayMs, lossPercent, congestionControl });
	try {
		const words = [process.execPath, ...process.execArgv, program, JSON.stringify(work)];
		return await figuresOf(line.start(words, { stdio: ["ignore", "inherit", "inherit", "ipc"] }));
	} finally {
		await line.close();
	}
}

/** By which TCP finds out what loopback can carry. */
function systemsOwn(): string {
	const setting = "/proc/sys/net/ipv4/tcp_congestion_control";
	return existsSync(setting) ? readFileSync(setting, "utf8").trim() : "its own way";
}

function reportLinks(title: string, congestion: string, work: LinkWork, { tcp, ...others }: AllLinkFigures): void {
	const amounts = work.megabytes.map((megabytes, at): Row => {
		return [`${megabytes} MB one way`, "MB/s", (figures) => figures.megabytesPerSecond[at] ?? Number.NaN];
	});
	const rows: readonly Row[] = [
		...amounts,
		["64 bytes there and back, median", "ms", (figures) => figures.roundTripMs],
		["64 bytes there and back, 99 %", "ms", (figures) => figures.slowRoundTripMs],
		["dial, median", "ms", (figures) => figures.dialMs],
	];
	const figures = rows.flatMap(([what, unit, of]) =>
		(["udp", "dht", "udx"] as const).map((kind) => ({
			name: `${kindNames[kind]}: ${what}`,
			value: of(others[kind]),
			unit,
			peer: `TCP (${congestion})`,
			peerValue: of(tcp),
		})),
	);
	report(title, figures);
}

reportLinks(
	"Links on loopback, two processes",
	systemsOwn(),
	loopbackWork,
	await figuresOf(fork(program, [JSON.stringify(loopbackWork)])),
);
const why = whyNoLongLine();
if (why === undefined) {
	const title = `Links over a line of ${2 * lineDelayMs} ms there and back`;
	reportLinks(`${title}, nothing lost`, congestionControl, lineWork, await overLine(lineWork, 0));
	reportLinks(`${title}, 1 % lost each way`, congestionControl, lossyWork, await overLine(lossyWork, 1));
} else {
	console.log(`\nThe figures with 1 % loss need root and Linux with perl and iproute2: ${why}.`);
}
const { tcp, udp, dht } = await joinTimes(joins);
const joined = (name: string, value: number): Figure => ({ name, value, unit: "ms", peer: "TCP", peerValue: tcp });
report("From Enter to joined, whole programs on loopback, median", [joined("UDP", udp), joined("DHT", dht)]);
process.exit(0);
