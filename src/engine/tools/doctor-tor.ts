// What `rt doctor --tor` finds out: whether Tor starts and gets into its network from here, and what this Tor can do.
import envPaths from "env-paths";
import { takesProofOfWork } from "../../net/tor/proof-of-work.ts";
import { Tor, type TorSource } from "../../net/tor/tor.ts";
import { transportOf } from "../../net/tor/torrc.ts";
import type { TorDoctor, TorExamination, TorStanding } from "../api/doctor.ts";
import type { RouteProgress } from "../api/hosting.ts";
import type { OpenTrouble, TorChoice } from "../api/opening.ts";
import { readTorChoice } from "../routes/tor/policy.ts";
import { progressOf, torTrouble } from "../routes/tor/tor-news.ts";
import { cleanLine } from "../text/clean.ts";

/** Tor tries other relays meanwhile; a start that has not moved for this long waits for something that does not come. */
const stuckAfterMs = 60_000;

export type TorDoctorOutcome =
	| { readonly kind: "open"; readonly doctor: TorDoctor }
	| { readonly kind: "refused"; readonly trouble: OpenTrouble };

/** Reads which Tor is meant; nothing is started yet. `home` is as in `openEngine`; `patienceMs` is what tests make shorter. */
export function openTorDoctor(
	choice: TorChoice,
	home = envPaths("real-talk", { suffix: "" }).data,
	patienceMs = stuckAfterMs,
): TorDoctorOutcome {
	const read = readTorChoice(choice, home);
	if (read.kind === "refused") return read;
	const doctor: TorDoctor = { examine: (signal, hear) => examineTor(read.source, patienceMs, signal, hear) };
	return { kind: "open", doctor };
}

async function examineTor(
	source: TorSource,
	patienceMs: number,
	signal: AbortSignal,
	hear: (progress: RouteProgress) => void,
): Promise<TorExamination> {
	const tor = new Tor(source);
	const use = tor.use();
	const standing = await standingOf(tor, use, patienceMs, signal, hear);
	const control = standing.kind === "failed" ? undefined : (await tor.running())?.control;
	const version = await control?.send("GETINFO version");
	const hasProofOfWork = control && (await takesProofOfWork(control));
	await use.release();
	const said = version?.kind === "done" ? /^version=(.*)$/.exec(version.lines[0] ?? "")?.[1] : undefined;
	const bridges = source.kind === "own" ? (source.extras.bridges ?? []) : [];
	return {
		standing,
		isOwn: source.kind === "own",
		bridges: bridges.map((line) => cleanLine(transportOf(line) ?? "")),
		...(said === undefined ? {} : { version: cleanLine(said) }),
		...(hasProofOfWork === undefined ? {} : { hasProofOfWork }),
	};
}

/** Waits until Tor is in its network, has ended, or has come no further for `patienceMs`. */
async function standingOf(
	tor: Tor,
	use: ReturnType<Tor["use"]>,
	patienceMs: number,
	signal: AbortSignal,
	hear: (progress: RouteProgress) => void,
): Promise<TorStanding> {
	const patience = new AbortController();
	const giveUp = (): void => patience.abort();
	let timer = setTimeout(giveUp, patienceMs);
	let { percent } = tor.progress;
	const stop = tor.watch((progress) => {
		hear(progressOf(progress));
		if (progress.percent <= percent) return;
		percent = progress.percent;
		clearTimeout(timer);
		timer = setTimeout(giveUp, patienceMs);
	});
	const ready = await use.ready(AbortSignal.any([signal, patience.signal]));
	clearTimeout(timer);
	stop();
	if (ready.kind === "failed") return { kind: "failed", trouble: torTrouble(ready.trouble) };
	return { kind: ready.kind === "ready" ? "ready" : "stuck", progress: progressOf(tor.progress) };
}
