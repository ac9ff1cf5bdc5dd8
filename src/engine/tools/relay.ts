// `rt relay`: a relay that hosts and guests both dial, on this computer. Reads the token and starts the sockets.
import { canonicalAddress } from "../../net/address/address.ts";
import { startRelayMetrics } from "../../net/relay/metrics.ts";
import type { ExchangeOpened } from "../../net/relay/nats-exchange.ts";
import { startRelay } from "../../net/relay/server.ts";
import type { RelayProblem, RelayWish, RunningRelayTool } from "../api/own-servers.ts";
import { readRelayToken } from "../routes/relay/token.ts";
import { cleanLine } from "../text/clean.ts";

/** A relay listens on this port, behind a web server that listens on 443. */
const usualPort = 48_720;
const thisComputer = "127.0.0.1";

export type RelayOutcome =
	| ({ readonly kind: "running" } & RunningRelayTool)
	| { readonly kind: "refused"; readonly problem: RelayProblem };

/** Starts it. `page` is what `GET /` answers, as HTML. */
export async function openRelay(wish: RelayWish, page: string): Promise<RelayOutcome> {
	const { port = usualPort, names = [], isBehindProxy = false, tokenFile, metricsPort } = wish;
	const bind = canonicalAddress(wish.bind ?? thisComputer);
	if (bind === undefined) return { kind: "refused", problem: { why: "bind" } };
	const token = tokenFile === undefined ? undefined : await readRelayToken(tokenFile);
	if (token?.kind === "refused") return { kind: "refused", problem: token.trouble };
	const shown = token === undefined ? {} : { token: token.text };
	const { nats, ownName } = wish;
	const opened = nats !== undefined && ownName !== undefined ? await openNats(nats, ownName) : undefined;
	if (opened?.kind === "failed") return notStarted(opened.detail);
	const exchange = opened?.exchange;
	const others = exchange ? { exchange } : {};
	const started = await startRelay({ port, bind, names, isBehindProxy, page, ...shown, ...others });
	if (started.kind === "failed") {
		await exchange?.close();
		return notStarted(started.detail);
	}
	const relay = {
		...started,
		async close() {
			await started.close();
			await exchange?.close();
		},
	};
	const facts = { bind, port: relay.port, names, hasToken: token !== undefined };
	if (metricsPort === undefined) return { kind: "running", facts, close: relay.close };
	const metrics = await startRelayMetrics(metricsPort, relay.counts);
	if (metrics.kind === "failed") {
		await relay.close();
		return notStarted(metrics.detail);
	}
	return {
		kind: "running",
		facts: { ...facts, metricsPort: metrics.port },
		async close() {
			await Promise.all([relay.close(), metrics.close()]);
		},
	};
}

async function openNats(servers: string, ownName: string): Promise<ExchangeOpened> {
	// Loaded where it is asked for alone.
	const { openNatsExchange } = await import("../../net/relay/nats-exchange.ts");
	return openNatsExchange(servers.split(","), ownName);
}

const notStarted = (detail: string): RelayOutcome => ({
	kind: "refused",
	problem: { why: "notStarted", detail: cleanLine(detail) },
});
