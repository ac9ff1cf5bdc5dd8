// The client of SOCKS5 (RFC 1928) with user name and password (RFC 1929): asks a proxy, on a connection to it, for a connection to somebody else.
//
// CONNECT only. It is our own because what Tor adds (the reply codes 0xF0 to 0xF7, socks-extensions.txt) is what a person needs to be told.
import { once } from "node:events";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { addressBytes } from "../address/ip-bytes.ts";
import type { ProxyCode } from "../link/link.ts";

const VERSION = 5;
const NO_LOGIN = 0;
const USER_AND_PASSWORD = 2;
const NONE_OF_THESE = 0xff;
/** The version of the exchange of name and password (RFC 1929 §2). */
const LOGIN_VERSION = 1;
const CONNECT = 1;
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;
const SUCCEEDED = 0;
/** A text has this many bytes at most, because its length is one byte. */
const MAX_TEXT_BYTES = 255;

/** Says what each reply means (RFC 1928 §6; from 0xF0 on Tor's socks-extensions.txt). */
const REPLIES: Readonly<Record<number, ProxyCode>> = {
	1: "failed",
	2: "notAllowed",
	3: "unreachable",
	4: "unreachable",
	5: "refused",
	6: "unreachable",
	7: "failed",
	8: "failed",
	240: "onionNotFound",
	241: "onionInvalid",
	242: "onionNotIntroduced",
	243: "onionNotMet",
	244: "onionNeedsKey",
	245: "onionWrongKey",
	246: "onionBadAddress",
	247: "onionTimedOut",
};

/** A user name and a password for a proxy, each of at most 255 bytes. */
export interface ProxyLogin {
	readonly user: string;
	readonly password: string;
}

/** Says whom the proxy shall connect to: a literal address, or a name that the proxy resolves. */
export interface ProxyRequest {
	readonly host: string;
	readonly port: number;
	readonly login?: ProxyLogin;
}

/** The connection is what the request asked for, or the code says why it is not. */
export type ProxyOutcome =
	| { readonly kind: "connected" }
	| { readonly kind: "failed"; readonly code: ProxyCode }
	/** The signal fired before the proxy had answered. */
	| { readonly kind: "failed"; readonly code: "aborted" };

/**
 * Asks over `stream` for a connection. Once it resolves with "connected", the next bytes of the stream are those of the far end; none of them is lost. The
 * stream stays its owner's. The promise never rejects for what the proxy does.
 */
export async function socksConnect(stream: Duplex, request: ProxyRequest, signal: AbortSignal): Promise<ProxyOutcome> {
	const { host, port, login } = request;
	const target = addressOf(host);
	if (target === undefined) return failed("nameNotFound");
	const methods = login ? [NO_LOGIN, USER_AND_PASSWORD] : [NO_LOGIN];
	stream.write(Uint8Array.of(VERSION, methods.length, ...methods));
	const chosen = await readBytes(stream, 2, signal);
	if (chosen === undefined) return nothingCame(signal);
	const method = chosen[1] ?? NONE_OF_THESE;
	if (chosen[0] !== VERSION) return failed("notAProxy");
	if (method === NONE_OF_THESE) return failed(login ? "loginRefused" : "needsLogin");
	if (!methods.includes(method)) return failed("notAProxy");
	if (method === USER_AND_PASSWORD && login) {
		const loggedIn = await logIn(stream, login, signal);
		if (loggedIn) return loggedIn;
	}
	stream.write(Uint8Array.of(VERSION, CONNECT, 0, ...target, port >> 8, port & 0xff));
	return readReply(stream, signal);
}

/** Returns why the proxy does not take the login, or nothing when it does. */
async function logIn(
	stream: Duplex,
	{ user, password }: ProxyLogin,
	signal: AbortSignal,
): Promise<ProxyOutcome | undefined> {
	const name = Buffer.from(user);
	const secret = Buffer.from(password);
	if (name.length > MAX_TEXT_BYTES || secret.length > MAX_TEXT_BYTES) return failed("loginRefused");
	stream.write(Buffer.concat([Uint8Array.of(LOGIN_VERSION, name.length), name, Uint8Array.of(secret.length), secret]));
	const answer = await readBytes(stream, 2, signal);
	if (answer === undefined) return nothingCame(signal);
	// Some proxies answer with the version of SOCKS in place of the login's.
	if (answer[0] !== LOGIN_VERSION && answer[0] !== VERSION) return failed("notAProxy");
	return answer[1] === SUCCEEDED ? undefined : failed("loginRefused");
}

async function readReply(stream: Duplex, signal: AbortSignal): Promise<ProxyOutcome> {
	const head = await readBytes(stream, 4, signal);
	if (head === undefined) return nothingCame(signal);
	const [version, reply = 1, , kind = 0] = head;
	if (version !== VERSION) return failed("notAProxy");
	if (reply !== SUCCEEDED) return failed(REPLIES[reply] ?? "failed");
	const length = kind === IPV4 ? 4 : kind === IPV6 ? 16 : kind === NAME ? await nameLength(stream, signal) : undefined;
	if (length === undefined) return signal.aborted ? nothingCame(signal) : failed("notAProxy");
	// Where the proxy dialled from, and its port: nothing we need.
	const rest = await readBytes(stream, length + 2, signal);
	return rest === undefined ? nothingCame(signal) : { kind: "connected" };
}

async function nameLength(stream: Duplex, signal: AbortSignal): Promise<number | undefined> {
	return (await readBytes(stream, 1, signal))?.[0];
}

/** Returns the kind and the bytes of an address or a name; `undefined` for a name that is too long. */
function addressOf(host: string): readonly number[] | undefined {
	const family = isIP(host);
	if (family === 4) return [IPV4, ...addressBytes(host).subarray(-4)];
	if (family === 6) return [IPV6, ...addressBytes(host)];
	const name = Buffer.from(host);
	return name.length === 0 || name.length > MAX_TEXT_BYTES ? undefined : [NAME, name.length, ...name];
}

/** Reads exactly so many bytes and leaves the rest where they are; `undefined` when the stream ended before, or `signal` fired. */
async function readBytes(stream: Duplex, count: number, signal: AbortSignal): Promise<Buffer | undefined> {
	const over = new AbortController();
	const stop = AbortSignal.any([signal, over.signal]);
	try {
		while (!stop.aborted) {
			const bytes: unknown = stream.read(count);
			if (Buffer.isBuffer(bytes)) return bytes.length === count ? bytes : undefined;
			if (stream.readableEnded || stream.destroyed) return undefined;
			const events = ["readable", "end", "close"].map((name) => once(stream, name, { signal: stop }));
			await Promise.race(events).catch(() => undefined);
			for (const event of events) event.catch(() => undefined);
			if (stream.errored !== null) return undefined;
		}
		return undefined;
	} finally {
		over.abort();
	}
}

const failed = (code: ProxyCode): ProxyOutcome => ({ kind: "failed", code });

const nothingCame = (signal: AbortSignal): ProxyOutcome =>
	signal.aborted ? { kind: "failed", code: "aborted" } : failed("closed");
