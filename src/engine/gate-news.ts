// What the gate has to tell, as the event for programs and the line for the host's screen.
import type { Event, Location } from "./api.ts";
import type { GateAlert } from "./gatekeeper.ts";

export interface GateNews {
	readonly event?: Event;
	readonly tone: "warning" | "alarm";
	readonly text: string;
}

/** `undefined`: nothing worth telling one by one. `locate` is asked offline. */
export function newsOf(alert: GateAlert, locate: (address: string) => Location): GateNews | undefined {
	if (alert.kind === "storageFailed") return { tone: "alarm", text: alert.message };
	const { address } = alert;
	const location = locate(address);
	const from = `${address} (${location.label})`;
	switch (alert.kind) {
		case "strike": {
			const { attempts, disconnected } = alert;
			const after = disconnected ? " They were disconnected." : "";
			const text = `Wrong password from ${from}, ${attempts} of 6.${after}`;
			return { event: { kind: "strike", address, location, attempts, disconnected }, tone: "warning", text };
		}
		case "blocked": {
			const why = alert.reason === "strikes" ? "after six wrong passwords" : "by you";
			const text = `${from} is blocked ${why}. /unblock ${address} lets them knock again.`;
			return { event: { kind: "blocked", address, location }, tone: "alarm", text };
		}
		case "turnedAway":
			return undefined;
	}
}
