// What `rt relay` prints and shows: where it listens, why it does not run, and the page for whoever comes with a browser. Pure.
import type { RelayFacts, RelayProblem } from "../../../engine/api/own-servers.ts";
import { relayTokenWords } from "../ways/relay-token-words.ts";

/** Returns the lines to print once the relay runs. */
export function relayLines({ bind, port, names, hasToken, metricsPort }: RelayFacts): readonly string[] {
	const where = bind.includes(":") ? `[${bind}]:${port}` : `${bind}:${port}`;
	const [name] = names;
	return [
		`The relay is running at ${where}.`,
		name === undefined
			? "It answers to this address only. Where a web server stands before it, name what people dial: --public-name relay.example.org."
			: `It answers to ${names.join(", ")}, and to its own address.`,
		...(hasToken ? ["Only hosts that have the token may use it; their guests need none."] : []),
		...(metricsPort === undefined ? [] : [`Health and counts: http://127.0.0.1:${metricsPort}/health and /metrics.`]),
		"It sees the addresses of hosts and guests, when they talk and how much; not what, nor who they are. It keeps nothing. Ctrl-C ends it.",
	];
}

/** Returns why the relay does not run, and what to do. */
export function relayProblemWords(problem: RelayProblem): string {
	switch (problem.why) {
		case "bind":
			return "--bind needs an address in numbers, such as 127.0.0.1 (this computer only), 0.0.0.0 or :: (everywhere).";
		case "notStarted":
			return problem.detail;
		default:
			return relayTokenWords(problem);
	}
}

/** The page that a relay answers with at its root. */
export const relayPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A relay of Real Talk</title>
<style>
body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark; }
</style>
<h1>A relay of Real Talk</h1>
<p>Real Talk is a chat between people's own computers, encrypted from end to end. Where no direct way between two computers can be opened, both dial this relay, and it passes on what it cannot read.</p>
<p>It sees the addresses of both computers, when they talk and how much. It does not see what is said, who says it, or what the room is called. It keeps nothing: what it knows of a connection is gone when that closes.</p>
<p>There is nothing to sign up for. A host names this relay when opening a room, and the invite leads here.</p>
</html>
`;
