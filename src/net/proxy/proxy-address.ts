// A proxy as the person names it: socks5://HOST:PORT or http://HOST:PORT, each with USER:PASSWORD@ if it needs them.
import { parseTarget } from "../address/target.ts";
import type { ProxyLogin } from "../socks/socks5.ts";

/** The port where none is said (RFC 1928 §3; what web proxies use is no standard, so HTTP's own). */
const USUAL_PORTS = { socks5: 1080, http: 80 } as const;
const LONGEST = 1024;
/** SOCKS5 has one byte for each length (RFC 1929 §2). */
const MAX_LOGIN_BYTES = 255;

/** One proxy. `display` names it without user and password. */
export interface ProxyAddress {
	readonly kind: "socks5" | "http";
	readonly host: string;
	readonly port: number;
	readonly login?: ProxyLogin;
	readonly display: string;
}

/** Says why a text names no proxy. None of them repeats the text, which may have a password in it. */
export type ProxyTrouble = "notAUrl" | "otherScheme" | "badHost" | "badLogin" | "morePath";

/** The proxy, or what is wrong with the text. */
export type ProxyRead =
	| { readonly kind: "proxy"; readonly proxy: ProxyAddress }
	| { readonly kind: "refused"; readonly why: ProxyTrouble };

/** Reads what names a proxy. It never throws. */
export function parseProxy(text: string): ProxyRead {
	const url = text.length <= LONGEST && URL.canParse(text) ? new URL(text) : undefined;
	if (url === undefined) return refused("notAUrl");
	const kind = { "socks5:": "socks5", "socks5h:": "socks5", "http:": "http" }[url.protocol];
	if (kind !== "socks5" && kind !== "http") return refused("otherScheme");
	if (!["", "/"].includes(url.pathname) || url.search !== "" || url.hash !== "") return refused("morePath");
	const port = url.port === "" ? USUAL_PORTS[kind] : Number(url.port);
	const target = parseTarget(`${url.hostname} ${port}`);
	if (target.kind === "refused") return refused("badHost");
	const user = decoded(url.username);
	const password = decoded(url.password);
	if (user === undefined || password === undefined || (user === "" && password !== "")) return refused("badLogin");
	const host = target.host.includes(":") ? `[${target.host}]` : target.host;
	return {
		kind: "proxy",
		proxy: {
			kind,
			host: target.host,
			port,
			...(user === "" ? {} : { login: { user, password } }),
			display: `${kind}://${host}:${port}`,
		},
	};
}

/** Returns what stands for the percent signs; `undefined` for what is no text, or longer than SOCKS5 can say. */
function decoded(text: string): string | undefined {
	try {
		const plain = decodeURIComponent(text);
		return Buffer.byteLength(plain) <= MAX_LOGIN_BYTES && !/\p{Cc}/u.test(plain) ? plain : undefined;
	} catch {
		return undefined;
	}
}

const refused = (why: ProxyTrouble): ProxyRead => ({ kind: "refused", why });
