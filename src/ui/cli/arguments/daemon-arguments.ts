// Understands `rt daemon …`.

import type { DhtChoice } from "../../../engine/api/opening.ts";
import { commandName } from "../../text/command-name.ts";
import { type ArgumentContext, isDhtForbidden, isLanAllowed, isPortmapAllowed, type Surroundings } from "./context.ts";
import { dhtChoiceOf } from "./dht-arguments.ts";
import { didYouMean, type Invalid, invalid, quoted } from "./invalid.ts";
import type { Options } from "./options.ts";
import type { Given } from "./tokens.ts";

/** Says what `rt daemon` shall do: be the background process, or ask the one that runs. */
export type DaemonAction =
	| { readonly kind: "run" | "install" | "stop" }
	| { readonly kind: "status"; readonly isJson: boolean };

/** Says what `rt daemon` shall do, and what the background process may. */
export type ParsedDaemon = Surroundings & {
	readonly kind: "daemon";
	readonly action: DaemonAction;
	/** The name others see; an identity is made when there is none. */
	readonly name?: string;
	readonly isPortmapAllowed: boolean;
	readonly isLanAllowed: boolean;
	readonly dht?: DhtChoice;
	readonly only?: { readonly interface?: string };
};

// Reads the words that follow "daemon".
function parseDaemon(given: readonly string[], options: Options): DaemonAction | Invalid {
	const [action, second] = given;
	if (second !== undefined) return invalid(`${commandName} daemon ${action} takes no ${quoted(second)}.`);
	if (options.has("json") && action !== "status") return invalid(`--json goes with ${commandName} daemon status.`);
	if (options.has("install")) {
		return action === undefined
			? { kind: "install" }
			: invalid(`--install goes with ${commandName} daemon alone, not with ${action}.`);
	}
	switch (action) {
		case undefined:
			return { kind: "run" };
		case "status":
			return { kind: "status", isJson: options.has("json") };
		case "stop":
			return { kind: "stop" };
		default:
			return invalid(
				`There is no rt daemon ${quoted(action)}.${didYouMean(action, ["status", "stop"])} Known are: ${commandName} daemon, status, stop.`,
			);
	}
}

/** Reads the words and options of `rt daemon`. */
export function parseDaemonRun(
	{ options, words }: Given,
	context: ArgumentContext,
	surroundings: Surroundings,
): ParsedDaemon | Invalid {
	const action = parseDaemon(words, options);
	if (action.kind === "invalid") return action;
	const dht = dhtChoiceOf(options, isDhtForbidden(context));
	const name = options.get("interface");
	const named = options.get("name");
	return {
		kind: "daemon",
		action,
		isPortmapAllowed: isPortmapAllowed(options, context),
		isLanAllowed: isLanAllowed(options, context),
		...(dht === undefined ? {} : { dht }),
		...(name === undefined ? {} : { only: { interface: name } }),
		...(named === undefined ? {} : { name: named }),
		...surroundings,
	};
}
