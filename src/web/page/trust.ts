// How far the page itself can be trusted: it cannot check itself, so it says where it came from, and what that means.
import { element } from "./dom.ts";

type Rung = "file" | "onion" | "server";

/** Says whether the page came through Tor. */
export const isFromOnion = ({ hostname }: Location): boolean => hostname.endsWith(".onion");

const rungOf = (location: Location): Rung =>
	location.protocol === "file:" ? "file" : isFromOnion(location) ? "onion" : "server";

const rungs: Readonly<Record<Rung, string>> = {
	file: "A file on your own disk. Ask whoever gave it to you for its SHA-256 (rt page prints it) and compare, as “sha256sum FILE” shows it: then it is the page that everybody can make from the sources.",
	onion:
		"The host's onion address in Tor Browser, which the host has told you. It comes from the host's own computer, encrypted on the way; you trust the host, whom you trust with the room anyway.",
	server:
		"A relay's page. Whoever runs the relay could give you another page than others get, one that reads along. Nothing here could tell you. If that matters, ask the host for the file.",
};

const names: Readonly<Record<Rung, string>> = { file: "file", onion: "onion", server: "relay" };

/** Says it in one line with the rest behind it, for the foot of every screen. */
export function trustNote(location: Location): HTMLElement {
	const here = rungOf(location);
	const from = here === "file" ? "your own disk" : location.host;
	const items = (Object.keys(rungs) as Rung[]).map((rung) =>
		element(
			"li",
			{ class: rung === here ? "here" : "" },
			rung === here ? element("strong", {}, "This page: ") : undefined,
			rungs[rung],
		),
	);
	return element(
		"details",
		{ class: `trust ${names[here]}` },
		element("summary", {}, `This page came from ${from}. How far can you trust it?`),
		element(
			"p",
			{},
			"What is said is encrypted here, by this page, so you trust whoever gave it to you. From most to least:",
		),
		element("ol", {}, ...items),
		element(
			"p",
			{},
			"Nothing is kept in this browser: your key is made for this visit, so others see you as somebody new, “in a browser”. The invite stands behind the # of the address, which is sent to nobody.",
		),
	);
}
