// Several Transports as one: listening on one port number by all of them, dialling by each in turn (race.ts).
import type { DialOptions, DialOutcome, Link, Listener, ListenOptions, ListenOutcome, Transport } from "./link.ts";
import { race } from "./race.ts";

/** A port that is free for one Transport may be taken for another, so this many are tried. */
const PORT_TRIES = 8;

/** Makes one Transport of several. `first` has to work; what the others cannot do is done without (`Listener.without`). All keep to the same restriction. */
export function severalTransports(first: Transport, others: readonly Transport[]): Transport {
	const parts = [first, ...others];
	const transport: Transport = {
		name: first.name,
		...(first.only && { only: first.only }),
		parts,
		dial: (target, options) => dialBySeveral(transport, target, options),
		listen: (options) => listenBySeveral(first, others, options),
	};
	return transport;
}

async function dialBySeveral(
	transport: Transport,
	target: Parameters<Transport["dial"]>[0],
	{ signal, timeoutMs, onContact }: DialOptions,
): Promise<DialOutcome> {
	const outcome = await race(transport, [target], { signal, timeoutMs, ...(onContact && { onContact }) });
	if (outcome.kind === "linked") return outcome;
	const told = outcome.failures.find((one) => one.transport === transport.name) ?? outcome.failures[0];
	if (!told || told.failure === "notQualified") throw new Error("every attempt ends, and all qualify");
	const detail = outcome.failures.map((one) => one.detail).join(" ");
	return { kind: "failed", failure: told.failure, detail };
}

async function listenBySeveral(
	first: Transport,
	others: readonly Transport[],
	options: ListenOptions,
): Promise<ListenOutcome> {
	// Somebody who is told of a Link must know of the Listener before; the other Transports open a moment later.
	const early: Link[] = [];
	let hand = (link: Link): void => void early.push(link);
	for (let left = PORT_TRIES; ; left -= 1) {
		const onLink = (link: Link): void => hand(link);
		const opened = await first.listen({ ...options, onLink });
		if (opened.kind === "failed") return opened;
		const { port } = opened.listener;
		const more = await Promise.all(others.map((other) => other.listen({ ...options, port, onLink })));
		const isUnlucky = more.some((one) => one.kind === "failed" && one.failure === "portTaken");
		const isAgain = isUnlucky && options.port === 0 && left > 1;
		const listeners = [opened, ...more].flatMap((one) => (one.kind === "listening" ? [one.listener] : []));
		if (!isAgain) {
			hand = options.onLink;
			for (const link of early) options.onLink(link);
			return { kind: "listening", listener: joined(port, listeners, withoutOf(others, more)) };
		}
		for (const link of early.splice(0)) link.stream.destroy();
		await Promise.all(listeners.map((listener) => listener.close()));
	}
}

function withoutOf(others: readonly Transport[], outcomes: readonly ListenOutcome[]): Listener["without"] {
	return others.flatMap(({ name }, at) => {
		const outcome = outcomes[at];
		return outcome?.kind === "failed" ? [{ transport: name, detail: outcome.detail }] : [];
	});
}

function joined(port: number, listeners: readonly Listener[], without: Listener["without"] = []): Listener {
	return {
		port,
		...(without.length > 0 && { without }),
		async close() {
			await Promise.all(listeners.map((listener) => listener.close()));
		},
	};
}
