// `rt relay`: a relay that hosts and guests both dial, on this computer. Reads the token and starts the sockets.
import { canonicalAddress } from "../../net/address/address.ts";
import { startRelayMetrics } from "../../net/relay/metrics.ts";
import { startRelay } from "../../net/relay/server.ts";
import type { RelayProblem, RelayWish, RunningRelayTool } from "../api/own-servers.ts";
import { readRelayToken } from "../routes/relay/token.ts";
import { cleanLine } from "../text/clean.ts";

/** A web server before it listens on 443. */
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
	const relay = await startRelay({ port, bind, names, isBehindProxy, page, ...shown });
	if (relay.kind === "failed") return notStarted(relay.detail);
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

const notStarted = (detail: string): RelayOutcome => ({
	kind: "refused",
	problem: { why: "notStarted", detail: cleanLine(detail) },
});
