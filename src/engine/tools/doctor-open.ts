// What `rt doctor` may ask for: an examination, and a question to a STUN server that the person named.
import { lookup } from "node:dns/promises";
import envPaths from "env-paths";
import { canonicalAddress } from "../../net/address/address.ts";
import { askStun } from "../../net/udp/stun.ts";
import { openStore } from "../../store/db.ts";
import { ownMappingsIn } from "../../store/own-mappings.ts";
import type { OpenTrouble } from "../api/opening.ts";
import { cleanLine, cleanTrouble } from "../text/clean.ts";
import { type Examination, examine } from "./doctor.ts";
import { examinationLines, stunLines, stunNotice } from "./doctor-words.ts";

/** RFC 8489 §18.6. */
const STUN_PORT = 3478;

/** A STUN server as the person typed it. */
export interface StunServer {
	readonly host: string;
	readonly port?: number;
}

/** All lines are fit to print. */
export interface DoctorDesk {
	examine(signal: AbortSignal): Promise<readonly string[]>;
	/** Whom `askStun` will contact; contacts nobody. */
	stunNotice(server: StunServer): string;
	/** After `examine`, with which its answer is compared. */
	askStun(server: StunServer, signal: AbortSignal): Promise<readonly string[]>;
	close(): void;
}

export type DoctorDeskOutcome =
	| { readonly kind: "open"; readonly desk: DoctorDesk }
	| { readonly kind: "refused"; readonly trouble: OpenTrouble };

/** `home`: see `openEngine`. */
export function openDoctorDesk(
	isMappingAllowed: boolean,
	home = envPaths("real-talk", { suffix: "" }).data,
): DoctorDeskOutcome {
	const opened = openStore(home);
	if (opened.kind === "refused") {
		return { kind: "refused", trouble: { about: "store", trouble: cleanTrouble(opened.trouble) } };
	}
	const { store } = opened;
	const mappings = ownMappingsIn(store);
	let found: Examination = { addresses: [], standpoints: [] };
	const desk: DoctorDesk = {
		async examine(signal) {
			found = await examine({ isMappingAllowed, mappings, signal });
			return examinationLines(found);
		},
		stunNotice: ({ host, port = STUN_PORT }) => stunNotice(cleanLine(host), port, canonicalAddress(host) === undefined),
		async askStun({ host, port = STUN_PORT }, signal) {
			const server = canonicalAddress(host) ?? (await addressOf(host));
			if (server === undefined) return ["  There is no computer of that name."];
			return stunLines(await askStun({ server, port, signal }), found);
		},
		close: () => store.close(),
	};
	return { kind: "open", desk };
}

/** IPv4 is what is behind NAT, so it is asked about where there is a choice. */
async function addressOf(name: string): Promise<string | undefined> {
	const found = await lookup(name, { all: true, order: "ipv4first" }).catch(() => []);
	return canonicalAddress(found[0]?.address ?? "");
}
