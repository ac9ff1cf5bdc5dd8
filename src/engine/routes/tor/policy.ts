// Which Tor the person wants, read from the command line and config.toml: our own with further lines of a torrc, or one that runs already.
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseTarget } from "../../../net/address/target.ts";
import type { TorAddress } from "../../../net/tor/control.ts";
import { findProgram } from "../../../net/tor/find-program.ts";
import type { TorSource } from "../../../net/tor/tor.ts";
import { type TorExtras, torrcTrouble } from "../../../net/tor/torrc.ts";
import type { OpenTrouble, TorChoice } from "../../api/opening.ts";

/** Says which tor it is, or what is wrong with what was asked for. */
export type TorPolicyOutcome =
	| { readonly kind: "source"; readonly source: TorSource }
	| { readonly kind: "refused"; readonly trouble: Extract<OpenTrouble, { about: "tor" }> };

const maxTorrcBytes = 64 * 1024;
const folderName = "tor";

/** Reads the choices, and the file they name. Our own tor keeps its files in `home`. Never throws. */
export function readTorChoice({ torrc, control, socks, bridges = [] }: TorChoice, home: string): TorPolicyOutcome {
	if ((control === undefined) !== (socks === undefined)) return refused("halfRunning");
	if (control !== undefined && socks !== undefined) {
		if (torrc !== undefined || bridges.length > 0) return refused("notOurs");
		const [atControl, atSocks] = [addressOf(control), addressOf(socks)];
		if (atControl === undefined || atSocks === undefined) return refused("address");
		return { kind: "source", source: { kind: "running", control: atControl, socks: atSocks } };
	}
	const lines = torrc === undefined ? [] : linesOf(torrc);
	if (lines === undefined) return refused("unreadable");
	const extras: TorExtras = { lines, bridges };
	const trouble = torrcTrouble(extras, findProgram);
	if (trouble) return { kind: "refused", trouble: { about: "tor", what: "line", trouble } };
	return { kind: "source", source: { kind: "own", folder: join(home, folderName), extras } };
}

function linesOf(path: string): readonly string[] | undefined {
	try {
		const { size } = statSync(path);
		return size > maxTorrcBytes ? undefined : readFileSync(path, "utf8").split(/\r?\n/);
	} catch {
		return undefined;
	}
}

function addressOf(text: string): TorAddress | undefined {
	if (text.includes("/")) return { path: resolve(text) };
	const target = parseTarget(/^\d+$/.test(text) ? `127.0.0.1:${text}` : text);
	return target.kind === "target" ? { host: target.host, port: target.port } : undefined;
}

type Trouble = Extract<OpenTrouble, { about: "tor" }>;

const refused = (what: Exclude<Trouble["what"], "line">): TorPolicyOutcome => ({
	kind: "refused",
	trouble: { about: "tor", what },
});
