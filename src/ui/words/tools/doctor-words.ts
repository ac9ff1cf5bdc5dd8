// What `rt doctor` says: from what was found to lines for somebody who never heard of NAT.

import type { Examination, MethodFinding, StunAnswer, StunContact } from "../../../engine/api/doctor.ts";
import type { OutsideAddress } from "../../../engine/api/hosting.ts";
import { commandName } from "../../text/command-name.ts";
import { interfaceWords } from "../ways/interface-words.ts";
import { adviceBehindNat, outsideWords, routerAdvice, routerRefusalWords } from "../ways/way-words.ts";

const methodNames: Readonly<Record<MethodFinding["method"], string>> = {
	pcp: "PCP",
	natpmp: "NAT-PMP",
	upnp: "UPnP (IGD)",
	pcpPinhole: "PCP, IPv6 firewall",
	upnpPinhole: "UPnP, IPv6 firewall",
};

const isPinhole = ({ method }: MethodFinding): boolean => method === "pcpPinhole" || method === "upnpPinhole";

/** Returns the whole report without STUN: first what it comes to, in a sentence or two. */
export function examinationLines(found: Examination): readonly string[] {
	return [
		inShort(found),
		"",
		"Networks of this computer",
		...networkLines(found),
		"",
		"Router",
		...routerLines(found),
		"",
		"What the router does when it is asked to open a port",
		...askedLines(found),
		"",
		"People outside",
		...outsideLines(found),
	];
}

const toEverybodyElse = `“${commandName} host --dht” makes a room that friends find from anywhere by its invite.`;

function inShort({ addresses, standpoints, findings }: Examination): string {
	if (addresses.every(({ scope }) => scope === "loopback"))
		return "This computer is on no network: nobody can join a room on it.";
	if (standpoints.length === 0)
		return "No way leads to the Internet from here: only people on the same network can join a room on this computer.";
	const isOpened = findings?.some(({ trial }) => trial.kind === "opened" && trial.lease.verdict === "public");
	if (isOpened) return "Friends anywhere can join a room on this computer: your router lets them in when it is asked.";
	if (addresses.some(({ scope }) => scope === "global"))
		return `Friends elsewhere can perhaps join a room on this computer: it has a public address, and a firewall in front of it would not show from here. ${toEverybodyElse}`;
	if (findings === undefined)
		return "Whether friends elsewhere can join a room on this computer is not known, because your router was not asked.";
	return `Friends on the same network can join a room on this computer; friends elsewhere cannot, because your router does not let them in. ${toEverybodyElse}`;
}

function networkLines({ addresses }: Examination): readonly string[] {
	const names = [...new Set(addresses.map((one) => one.interface))];
	const lines = names.map((name) => {
		const own = addresses.filter((one) => one.interface === name);
		const kind = interfaceWords[own[0]?.network ?? "network"];
		const shown = own.map(({ address, scope }) => (scope === "global" ? `${address} (public)` : address));
		return `  ${kind} (${name}): ${shown.join(", ")}`;
	});
	return lines.length > 0 ? lines : ["  none: this computer is on no network"];
}

function routerLines({ standpoints }: Examination): readonly string[] {
	if (standpoints.length === 0) return ["  none: no way leads to the Internet from here"];
	return standpoints.map(({ family, gateway, interface: name, network }) => {
		if (gateway === undefined) return `  IPv${family}: none found by ${name}`;
		const sureness = gateway.isCertain ? "" : " (a guess: this system does not say)";
		return `  IPv${family}: ${gateway.address}, by ${interfaceWords[network]} (${name})${sureness}`;
	});
}

function askedLines({ findings }: Examination): readonly string[] {
	if (findings === undefined) return ["  It was not asked (--no-portmap or RT_NO_PORTMAP)."];
	if (findings.length === 0) return ["  There is none to ask."];
	return findings.map((finding) => `  ${methodNames[finding.method]}: ${trialWords(finding)}`);
}

function trialWords({ trial }: MethodFinding): string {
	switch (trial.kind) {
		case "noAnswer":
			return "no answer";
		case "refused":
			return `answers, but refused (${routerRefusalWords(trial.refusal)})`;
		case "opened": {
			const { externalPort } = trial.lease;
			return trial.isLeftOpen
				? `opened port ${externalPort} for a test, but does not say that it is closed again; it ends by itself, or at rt's next start`
				: `opened port ${externalPort} for a test, and closed it again`;
		}
	}
}

function outsideLines(found: Examination): readonly string[] {
	const { addresses, findings = [] } = found;
	const direct = addresses.filter(({ family, scope }) => family === 4 && scope === "global");
	const hasIPv6 = findings.some((finding) => isPinhole(finding) && finding.trial.kind === "opened");
	const lines = [
		...direct.map(
			({ address }) => `  ${address} is a public address of this computer itself; a firewall may stand in front.`,
		),
		...(direct.length > 0 ? [] : outside4(found, hasIPv6)),
		...outside6(found, hasIPv6),
	];
	return lines.length > 0 ? lines : ["  It is not known whether people outside can get in."];
}

function outside4({ findings }: Examination, hasIPv6: boolean): readonly string[] {
	const ipv4 = findings?.filter((finding) => !isPinhole(finding)) ?? [];
	const judged = outsideOf(ipv4);
	const problem = judged && outsideWords(judged);
	if (problem !== undefined) return [`  ${problem}`, `  ${adviceBehindNat(hasIPv6)}`];
	const opened = ipv4.some(({ trial }) => trial.kind === "opened");
	if (opened) return [`  Can join by IPv4: the router opens a port, and its public address is ${judged?.address}.`];
	const refusal = ipv4.flatMap(({ trial }) => (trial.kind === "refused" ? [trial.refusal] : []))[0];
	if (refusal) return [`  Cannot join by IPv4 at present. ${routerAdvice(refusal, "the room's TCP port")}`];
	if (ipv4.length === 0) return [];
	return [
		'  Cannot join by IPv4 at present: no router answers. Switch on "port sharing" or "UPnP" in its settings, or open a port there by hand and say --port with it.',
	];
}

function outsideOf(findings: readonly MethodFinding[]): OutsideAddress | undefined {
	const all = findings.flatMap(({ trial }): readonly OutsideAddress[] => {
		if (trial.kind === "opened") return [trial.lease];
		return trial.kind === "refused" && trial.refusal.outside ? [trial.refusal.outside] : [];
	});
	return all.find(({ verdict }) => verdict !== "none") ?? all[0];
}

function outside6({ addresses }: Examination, hasIPv6: boolean): readonly string[] {
	const first = addresses.find(({ family, scope }) => family === 6 && scope === "global");
	if (first === undefined) return ["  Cannot join by IPv6: this computer has no public IPv6 address."];
	return hasIPv6
		? [`  Can join by IPv6: the router opens its firewall for ${first.address}.`]
		: [`  May join by IPv6 (${first.address}) if the router's firewall lets them, which cannot be seen from here.`];
}

/** Returns what is said before anybody is asked: who is contacted, and what they learn. */
export function stunNotice({ host, port, isName }: StunContact): string {
	const lookup = isName ? `The name server of this computer is asked for ${host}, then ` : "";
	const server = isName ? "that computer" : host;
	const who = `${lookup}${server}, UDP port ${port}, is asked which address it sees.`;
	return `${who.charAt(0).toUpperCase()}${who.slice(1)} It learns this computer's public address, and nothing else.`;
}

const failureWords: Readonly<Record<Extract<StunAnswer, { kind: "failed" }>["why"], string>> = {
	noAnswer: "It did not answer.",
	refused: "It refused to say.",
	malformed: "Its answer makes no sense.",
	aborted: "The question was called off.",
};

/** Returns what the server saw, compared with what is known from here. */
export function stunLines(outcome: StunAnswer, found: Examination): readonly string[] {
	if (outcome.kind === "noSuchName") return ["  There is no computer of that name."];
	if (outcome.kind === "failed") return [`  ${failureWords[outcome.why]}`];
	const { address } = outcome;
	if (found.addresses.some((one) => one.address === address)) {
		return [`  It sees ${address}, this computer's own address: no NAT stands in between.`];
	}
	const judged = outsideOf(found.findings?.filter((finding) => !isPinhole(finding)) ?? []);
	const known = judged?.address;
	if (address.includes(":") || known === undefined) return [`  It sees ${address}.`];
	if (known === address) return [`  It sees ${address}, as the router says: the router's NAT is the only one.`];
	return [
		`  It sees ${address}, but the router says ${known}: another NAT stands in between (your provider's, or a second router).`,
	];
}
