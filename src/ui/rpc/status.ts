// How things stand, as JSON-RPC tells it: the identity, the phase, and how a room of one's own can be reached.
import type { Engine, Phase } from "../../engine/api/api.ts";
import type { Hosting, JoinLine } from "../../engine/api/hosting.ts";
import type { RoomKey } from "../../engine/api/room-key.ts";
import { endMessage } from "../words/endings.ts";
import { joinCommand } from "../words/ways/way-words.ts";
import { attemptOf, wayOf } from "./notifications.ts";

/** Returns one line that guests type, with the whole command. */
export const joinLineOf = (line: JoinLine): object => ({ ...line, command: joinCommand(line) });

function hostingOf({ port, joinLines, lan, ways }: Hosting): object {
	const dht = ways.find(({ way }) => way === "dht");
	const tor = ways.find(({ way }) => way === "tor");
	return {
		port,
		joinLines: joinLines.map(joinLineOf),
		...(lan === undefined ? {} : { lan: { ...lan, interfaces: lan.interfaces.map(({ name }) => name) } }),
		...(dht === undefined ? {} : { dht: wayOf(dht) }),
		...(tor === undefined ? {} : { tor: wayOf(tor) }),
	};
}

/** Returns the phase as clients see it: reasons are sentences. */
function phaseOf(phase: Phase): object {
	const { kind: state, ...fields } = phase;
	const attempts = "attempts" in phase && phase.attempts ? { attempts: phase.attempts.map(attemptOf) } : {};
	return { state, ...fields, ...attempts, ...(phase.kind === "ended" ? { message: endMessage(phase) } : {}) };
}

/** Returns the status, never with the password: whoever may read it need not be able to let others in. */
export function statusOf(engine: Engine, asked?: RoomKey): object {
	const { identity, phase, people, hosting } = engine.snapshot(asked);
	const { kind: identityKind, ...identityFields } = identity;
	return {
		identity: { state: identityKind, ...identityFields },
		phase: phaseOf(phase),
		members: people.length,
		...(hosting === undefined ? {} : { hosting: hostingOf(hosting) }),
	};
}
