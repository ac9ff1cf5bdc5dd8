// Joins a real host again and again with the real engine, then times what a join is made of, each part by itself.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Engine, Phase } from "../src/engine/api/api.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { groupSteps } from "./join-group.ts";
import { joinParts } from "./join-parts.ts";
import { type Figure, median, report } from "./report.ts";
import { type BenchHost, openHost } from "./room-host.ts";

const joins = 9;

interface Steps {
	readonly dialling: number;
	readonly proving: number;
	readonly entering: number;
	readonly total: number;
}

/** The first phase that fits, and when it came. */
function reach(engine: Engine, fits: (phase: Phase) => boolean): Promise<number> {
	return new Promise((resolve, reject) => {
		const look = () => {
			const { phase } = engine.snapshot();
			if (phase.kind === "ended") reject(new Error(phase.code));
			if (!fits(phase)) return;
			stop();
			resolve(performance.now());
		};
		const stop = engine.subscribe(look);
		look();
	});
}

async function joinOnce(engine: Engine, host: BenchHost): Promise<Steps> {
	const begun = performance.now();
	const asked = reach(engine, (phase) => phase.kind === "passwordNeeded");
	await engine.perform({ kind: "join", target: `127.0.0.1 ${host.port}` });
	const askedAt = await asked;
	const entering = reach(engine, (phase) => phase.kind === "connecting" && phase.step === "entering");
	const inside = reach(engine, (phase) => phase.kind === "inRoom");
	await engine.perform({ kind: "password", password: host.password });
	const [enteringAt, insideAt] = await Promise.all([entering, inside]);
	await engine.perform({ kind: "leave" });
	return {
		dialling: askedAt - begun,
		proving: enteringAt - askedAt,
		entering: insideAt - enteringAt,
		total: insideAt - begun,
	};
}

const home = mkdtempSync(join(tmpdir(), "rt-bench-"));
process.on("exit", () => rmSync(home, { recursive: true, force: true }));
const opened = await openEngine({ home });
if (opened.kind === "refused") throw new Error(JSON.stringify(opened.trouble));
const { engine } = opened;
await engine.perform({ kind: "createIdentity", name: "Gabi" });
const host = await openHost();
const all: Steps[] = [];
for (let count = 0; count < joins; count += 1) all.push(await joinOnce(engine, host));
await engine.close();
await host.close();

const of = (step: keyof Steps) => median(all.map((one) => one[step]));
const total = of("total");
const share = { unit: "ms", peer: "the whole join", peerValue: total } as const;
const parts = { ...(await joinParts()), ...(await groupSteps(randomBytes(32))) };
const figures: Figure[] = Object.entries(parts).map(([name, value]) => ({ name, value, ...share }));
const sum = Object.values(parts).reduce((before, value) => before + value, 0);
report("Joining a room on the same computer, median", [
	{ name: "the whole join", value: total, unit: "ms", peer: "a limit for patience", peerValue: 1000 },
	{ name: "· until the password is asked for", value: of("dialling"), ...share },
	{ name: "· until password and identities are proven", value: of("proving"), ...share },
	{ name: "· until in the group", value: of("entering"), ...share },
	...figures,
	{ name: "the parts together", value: sum, ...share },
]);
process.exit();
