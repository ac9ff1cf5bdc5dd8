// How a person writes the address of a relay, and what is kept of it.

/** An invite has room for addresses of this many characters. */
export const MAX_RELAY_URL_CHARACTERS = 100;
/** A room may be at this many relays: each is one more that sees it. */
export const MAX_RELAYS = 4;

/**
 * Reads "wss://NAME[:PORT]" or "ws://…"; a path, a name for logging in, a query and whatever else a URL may have are refused. Returns `undefined` for what is
 * no relay's address.
 */
export function readRelayUrl(text: string): URL | undefined {
	const typed = text.trim();
	if (typed.length > MAX_RELAY_URL_CHARACTERS || !URL.canParse(typed)) return undefined;
	const url = new URL(typed);
	const isBare =
		url.pathname === "/" && [url.search, url.hash, url.username, url.password].every((part) => part === "");
	return (url.protocol === "wss:" || url.protocol === "ws:") && url.hostname !== "" && isBare ? url : undefined;
}

/** Reads such addresses with commas between, none where the text is empty. Returns `undefined` when one is no relay's, or when they are too many. */
export function readRelayUrls(text: string): readonly URL[] | undefined {
	const urls = text === "" ? [] : text.split(",").map(readRelayUrl);
	return urls.every((url) => url !== undefined) && urls.length <= MAX_RELAYS ? urls : undefined;
}

/** Writes the address as people read it: without the slash at the end. */
export const relayUrlText = (url: URL): string => `${url.protocol}//${url.host}`;

/** Writes several addresses, with commas between. */
export const relayUrlsText = (urls: readonly URL[]): string => urls.map(relayUrlText).join(", ");
