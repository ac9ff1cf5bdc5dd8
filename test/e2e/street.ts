// Computers with addresses that look public, in network namespaces joined by one bridge. No namespace has a real interface: no packet leaves.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { needs, needsNamespaces } from "../support/needs.ts";

const prefix = "rtstreet";
let streetsOpened = 0;

const ip = (...words: readonly string[]): string => execFileSync("ip", words, { encoding: "utf8" });

/** Where programs run; everything in it is ended with the test. */
export interface House {
	/** What the system calls the namespace. */
	readonly namespace: string;
	/** Gives the computer this address (with its prefix length) in place of those of the same family. */
	moveTo(address: string): void;
}

/**
 * One house for each list of addresses (with prefix lengths), all on one network. `undefined` when this computer cannot: then the test is
 * skipped, and fails where CI=true.
 */
export function openStreet(t: TestContext, plan: readonly (readonly string[])[]): readonly House[] | undefined {
	if (!needsNamespaces(t) || !needs(t, "ip")) return undefined;
	removeLeftovers();
	streetsOpened += 1;
	const name = `${prefix}-${process.pid}-${streetsOpened}`;
	t.after(() => demolish((one) => one.startsWith(`${name}-`)));
	const road = `${name}-road`;
	ip("netns", "add", road);
	ip("-n", road, "link", "add", "br0", "type", "bridge");
	ip("-n", road, "link", "set", "br0", "up");
	return plan.map((addresses, number) => build(`${name}-${number}`, road, addresses));
}

function build(namespace: string, road: string, addresses: readonly string[]): House {
	ip("netns", "add", namespace);
	ip("-n", namespace, "link", "set", "lo", "up");
	const port = namespace.slice(prefix.length + 1).slice(-15);
	ip("link", "add", "eth0", "netns", namespace, "type", "veth", "peer", "name", port, "netns", road);
	ip("-n", road, "link", "set", port, "master", "br0", "up");
	ip("-n", namespace, "link", "set", "eth0", "up");
	const add = (address: string) =>
		ip("-n", namespace, "addr", "add", address, "dev", "eth0", ...(address.includes(":") ? ["nodad"] : []));
	for (const address of addresses) add(address);
	return {
		namespace,
		moveTo(address) {
			ip("-n", namespace, address.includes(":") ? "-6" : "-4", "addr", "flush", "dev", "eth0", "scope", "global");
			add(address);
		},
	};
}

const namespaces = (): readonly string[] =>
	ip("netns", "list")
		.split("\n")
		.flatMap((line) => line.split(" ")[0] || []);

/** Streets of test processes that were killed. Their names carry the process id. */
function removeLeftovers(): void {
	void demolish((name) => {
		const owner = new RegExp(`^${prefix}-(\\d+)-`).exec(name)?.[1];
		return owner !== undefined && !existsSync(`/proc/${owner}`);
	});
}

async function demolish(isDoomed: (namespace: string) => boolean): Promise<void> {
	const doomed = namespaces().filter(isDoomed);
	const pids = doomed.flatMap((name) => ip("netns", "pids", name).split(/\s+/).filter(Boolean));
	for (const pid of pids) {
		try {
			process.kill(Number(pid), "SIGKILL");
		} catch {
			// It has just ended by itself.
		}
	}
	// A namespace that still has dying processes can be deleted; it goes with the last of them.
	await sleep(20);
	for (const name of doomed) ip("netns", "del", name);
}
