// What `rt doctor` may ask for: an examination, and a question to a STUN server that the person named.
import { lookup } from "node:dns/promises";
import envPaths from "env-paths";
import { canonicalAddress } from "../../net/address/address.ts";
import { askStun } from "../../net/udp/stun.ts";
import { openStore } from "../../store/db.ts";
import { ownMappingsIn } from "../../store/own-mappings.ts";
import type { Doctor } from "../api/doctor.ts";
import type { OpenTrouble } from "../api/opening.ts";
import { cleanLine, cleanTrouble } from "../text/clean.ts";
import { examine } from "./doctor.ts";

/** The port of STUN (RFC 8489 §18.6). */
const stunPort = 3478;

export type DoctorOutcome =
	| { readonly kind: "open"; readonly doctor: Doctor }
	| { readonly kind: "refused"; readonly trouble: OpenTrouble };

/** Opens what `rt doctor` works with. `home` is as in `openEngine`. */
export function openDoctor(
	isMappingAllowed: boolean,
	home = envPaths("real-talk", { suffix: "" }).data,
): DoctorOutcome {
	const opened = openStore(home);
	if (opened.kind === "refused") {
		return { kind: "refused", trouble: { about: "store", trouble: cleanTrouble(opened.trouble) } };
	}
	const { store } = opened;
	const mappings = ownMappingsIn(store);
	const doctor: Doctor = {
		examine: (signal) => examine({ isMappingAllowed, mappings, signal }),
		contactOf: ({ host, port = stunPort }) => ({
			host: cleanLine(host),
			port,
			isName: canonicalAddress(host) === undefined,
		}),
		async askStun({ host, port = stunPort }, signal) {
			const server = canonicalAddress(host) ?? (await addressOf(host));
			return server === undefined ? { kind: "noSuchName" } : askStun({ server, port, signal });
		},
		close: () => store.close(),
	};
	return { kind: "open", doctor };
}

/** Looks a name up. Where there is a choice it returns the IPv4 address, because IPv4 is what is behind NAT. */
async function addressOf(name: string): Promise<string | undefined> {
	const found = await lookup(name, { all: true, order: "ipv4first" }).catch(() => []);
	return canonicalAddress(found[0]?.address ?? "");
}
