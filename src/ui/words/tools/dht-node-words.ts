// What `rt dht-node` prints: where it listens and what friends type, or why it does not run. Pure.
import type { DhtNodeFacts, DhtNodeProblem } from "../../../engine/api/own-servers.ts";
import { commandName } from "../../text/command-name.ts";

/** Returns the lines to print once the group's DHT runs. */
export function dhtNodeLines({ host, port, ports, isGlobal, relayKey }: DhtNodeFacts): readonly string[] {
	const option = `--dht-bootstrap ${host}:${port}`;
	const where = isGlobal
		? `UDP ports ${port} to ${port + ports - 1} must be open to everybody.`
		: `${host} is an address of this network only: people elsewhere cannot use it.`;
	const relayed =
		relayKey === undefined
			? []
			: [
					"Whoever opens a room may offer this relay to those who can't be reached directly:",
					`  ${commandName} host --dht ${option} --dht-relay ${relayKey}`,
					"and a guest who wants to use it adds --allow-relay. It sees addresses and how much is said, not what, nor who.",
				];
	return [
		`Your own DHT is running. ${where}`,
		"To open a room that is found through it:",
		`  ${commandName} host --dht ${option}`,
		"Invites name it, so guests type nothing of it.",
		...relayed,
		"It sees the addresses of hosts and guests and which keys they ask for; not the rooms, not the people. Ctrl-C ends it.",
	];
}

/** Returns why the group's DHT does not run, and what to do. */
export function dhtNodeProblemWords(problem: DhtNodeProblem): string {
	switch (problem.why) {
		case "noIpv4":
			return `${commandName} dht-node needs an IPv4 address of this computer: --bind ADDRESS.`;
		case "nodes":
			return `--dht-bootstrap: ${problem.detail}`;
		case "keyDamaged":
			return `${problem.file} is damaged. Delete it, and a new key is made for the relay.`;
		case "keyNotKept":
			return `The relay's key could not be kept: ${problem.detail}`;
		case "notStarted":
			return problem.detail;
	}
}
