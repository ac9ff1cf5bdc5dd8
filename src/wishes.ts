// What the command line and the person's settings ask for together. Part of main.ts.
import type { OpenTrouble } from "./engine/api/opening.ts";
import type { ParsedArguments } from "./ui/cli/arguments/arguments.ts";
import type { Settings } from "./ui/settings/settings.ts";

/** Returns the settings of the person whose home this is, or what is wrong with their file. */
export async function personsSettings({ home }: { readonly home?: string | undefined }) {
	const { loadSettings } = await import("./ui/cli/settings-file.ts");
	return loadSettings(home);
}

/** Returns which Tor and which relays are used. */
export async function routesOf(
	{ tor, relay }: Pick<Extract<ParsedArguments, { kind: "run" }>, "tor" | "relay">,
	settings: Settings | undefined,
) {
	const { relaySettings, torSettings } = await import("./ui/settings/routes.ts");
	const { withPage } = await import("./ui/cli/tools/page-command.ts");
	return { tor: await withPage(torSettings(tor, settings)), relay: relaySettings(relay, settings) };
}

/** Returns what the person wishes of files. */
export async function filesOf(settings: Settings | undefined) {
	const { fileWishesOf } = await import("./ui/settings/file-settings.ts");
	return settings === undefined ? {} : { files: fileWishesOf(settings.files) };
}

/** Returns the proxy to go through, as it was typed or set, and takes what was typed out of the list of processes. */
export function proxyOf(
	{ proxy }: Pick<Extract<ParsedArguments, { kind: "run" }>, "proxy">,
	settings: { readonly proxy?: string } | undefined,
): string | undefined {
	if (proxy === "none") return undefined;
	// The title takes the place of the arguments, and the arguments may have a password in them.
	if (proxy !== undefined) process.title = "rt";
	return proxy ?? settings?.proxy;
}

/** Returns the sentence for why the home could not be opened. */
export async function openTrouble(trouble: OpenTrouble): Promise<string> {
	return (await import("./ui/words/opening-words.ts")).openTroubleWords(trouble);
}
