// One person with the whole engine in a process of their own, for the bench of files, `files-program.ts HOME [tcp|udp]`: it does what it is asked by IPC and answers with figures.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Account } from "../src/engine/account/account.ts";
import { RealTalk } from "../src/engine/engine.ts";
import { openEngine } from "../src/engine/open-engine.ts";
import { tcpTransport } from "../src/net/tcp/tcp.ts";
import { udpTransport } from "../src/net/udp/udp.ts";
import { openStore } from "../src/store/db.ts";

/** What the bench asks for. */
export type FilesWish =
	| { readonly kind: "host"; readonly bind: string; readonly password: string }
	| { readonly kind: "join"; readonly address: string; readonly port: number; readonly password: string }
	| { readonly kind: "send"; readonly path: string }
	| { readonly kind: "take"; readonly id: string; readonly to: string }
	| { readonly kind: "taken"; readonly id: string; readonly count: number }
	/** Says lines for so long and answers with how long each took to get its place, in ms. */
	| { readonly kind: "chat"; readonly everyMs: number; readonly until: "stopped" }
	| { readonly kind: "stopChat" }
	| { readonly kind: "memory" }
	/** Answers with the seconds of a processor that this process has taken so far. */
	| { readonly kind: "processor" }
	| { readonly kind: "close" };

const [, , home = "", transport = "usual"] = process.argv;
mkdirSync(home, { recursive: true, mode: 0o700 });

/** Opens the engine as the program does, or on one transport only. */
async function opened(): Promise<RealTalk> {
	if (transport === "usual") {
		const outcome = await openEngine({ home });
		if (outcome.kind !== "open") throw new Error(JSON.stringify(outcome.trouble));
		return outcome.engine;
	}
	const store = openStore(home);
	if (store.kind !== "open") throw new Error(JSON.stringify(store.trouble));
	const account = await Account.open(home, store.store, Date.now);
	if (account.kind !== "account") throw new Error(JSON.stringify(account.trouble));
	const chosen = transport === "udp" ? udpTransport() : tcpTransport();
	return new RealTalk({ account: account.account, store: store.store, now: Date.now, transport: chosen });
}

const engine = await opened();
await engine.perform({ kind: "createIdentity", name: `bench ${process.pid}` });
const events: Parameters<Parameters<typeof engine.onEvent>[0]>[0][] = [];
const waiting = new Set<() => void>();
engine.onEvent((event) => {
	if (event.kind !== "fileProgress") events.push(event);
	for (const look of waiting) look();
});
engine.subscribe(() => {
	for (const look of waiting) look();
});

function until(fact: () => boolean): Promise<void> {
	return new Promise((resolve) => {
		const look = (): void => {
			if (!fact()) return;
			waiting.delete(look);
			resolve();
		};
		waiting.add(look);
		look();
	});
}

let mostBytes = 0;
setInterval(() => {
	mostBytes = Math.max(mostBytes, process.memoryUsage().rss);
}, 100).unref();
let isChatting = false;

async function chat(everyMs: number): Promise<readonly number[]> {
	const times: number[] = [];
	isChatting = true;
	while (isChatting) {
		const begun = performance.now();
		const said = await engine.perform({ kind: "send", text: "a line of ordinary length beside a file" });
		const id = said.kind === "done" ? said.id : undefined;
		await until(() => events.some((event) => event.kind === "message" && event.own && event.id === id));
		events.length = 0;
		times.push(performance.now() - begun);
		await new Promise((resolve) => setTimeout(resolve, everyMs));
	}
	return times;
}

async function answer(wish: FilesWish): Promise<unknown> {
	switch (wish.kind) {
		case "host":
			await engine.perform({ kind: "host", password: wish.password, wish: { bind: wish.bind } });
			return engine.snapshot().hosting?.port;
		case "join":
			await engine.perform({ kind: "join", target: `${wish.address} ${wish.port}` });
			await until(() => engine.snapshot().phase.kind === "passwordNeeded");
			await engine.perform({ kind: "password", password: wish.password });
			return until(() => engine.snapshot().phase.kind === "inRoom");
		case "send": {
			const sent = await engine.perform({ kind: "sendFile", path: wish.path });
			if (sent.kind !== "done") throw new Error(JSON.stringify(sent));
			await until(() => events.some((event) => event.kind === "fileOffered" && event.id === sent.id));
			return sent.id;
		}
		case "take": {
			const { id, to } = wish;
			await until(() => engine.snapshot().files?.some((file) => file.id === id) ?? false);
			const accepted = await engine.perform({ kind: "acceptFile", id, to });
			if (accepted.kind !== "done") throw new Error(JSON.stringify(accepted));
			await until(() =>
				["done", "failed"].includes(engine.snapshot().files?.find((file) => file.id === id)?.state.kind ?? ""),
			);
			const state = engine.snapshot().files?.find((file) => file.id === id)?.state;
			if (state?.kind !== "done") throw new Error(JSON.stringify(state));
			rmSync(state.path);
			return state.sha256;
		}
		case "taken":
			return until(
				() =>
					(engine.snapshot().files?.find(({ id }) => id === wish.id)?.shares ?? []).filter(({ isDone }) => isDone)
						.length >= wish.count,
			);
		case "chat":
			return chat(wish.everyMs);
		case "stopChat":
			isChatting = false;
			return undefined;
		case "memory": {
			const most = mostBytes;
			mostBytes = process.memoryUsage().rss;
			return most;
		}
		case "processor": {
			const { user, system } = process.cpuUsage();
			return (user + system) / 1e6;
		}
		case "close":
			await engine.close();
			rmSync(join(home), { recursive: true, force: true });
			process.exit(0);
	}
}

process.on("message", ({ number, wish }: { readonly number: number; readonly wish: FilesWish }) => {
	answer(wish).then(
		(value) => process.send?.({ number, value }),
		(error: unknown) => process.send?.({ number, error: String(error) }),
	);
});
process.send?.({ number: 0 });
