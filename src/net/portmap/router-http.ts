// One HTTP exchange with a router: bounded in time and size, from one address of this computer, never redirected.
import type { IncomingMessage } from "node:http";

/** An HttpAnswer is what came back. `status` may be any number; only whoever asked knows which one is good. */
export type HttpAnswer =
	| { readonly kind: "answer"; readonly status: number; readonly text: string }
	| { readonly kind: "failed"; readonly why: "timedOut" | "tooLarge" | "unreachable" | "aborted" };

/** Says what is asked of a router, and by which way. */
export interface HttpQuestion {
	readonly url: URL;
	/** The host to connect to: the URL's, with a zone where it is link-local. */
	readonly host: string;
	/** The address of this computer to ask from. */
	readonly from: string;
	readonly signal: AbortSignal;
	readonly post?: { readonly body: string; readonly headers: Readonly<Record<string, string>> };
}

/** An answer may take this long: routers on the same network answer within milliseconds, tired ones within a second. */
const ANSWER_TIMEOUT_MS = 2_000;
/** Descriptions of real routers have 2 to 30 KiB. */
const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_HEADER_BYTES = 8 * 1024;

/** Returns the port that a URL of plain HTTP leads to. */
export const portOf = (url: URL): number => (url.port === "" ? 80 : Number(url.port));

/** Asks once. It never throws for what the network or the router does. */
export function askHttp(question: HttpQuestion): Promise<HttpAnswer> {
	const { url, host, from, signal, post } = question;
	return new Promise((resolve) => {
		const settle = (answer: HttpAnswer) => {
			clearTimeout(timer);
			signal.removeEventListener("abort", onAbort);
			resolve(answer);
			asking.destroy();
		};
		const onAbort = () => settle({ kind: "failed", why: "aborted" });
		const timer = setTimeout(() => settle({ kind: "failed", why: "timedOut" }), ANSWER_TIMEOUT_MS);
		signal.addEventListener("abort", onAbort, { once: true });
		// Loaded when it is needed: an import of it loads fetch and all of undici too, a tenth of the time to the first screen.
		const asking = process.getBuiltinModule("node:http").request({
			host,
			port: portOf(url),
			path: url.pathname + url.search,
			method: post ? "POST" : "GET",
			headers: { host: url.host, connection: "close", ...post?.headers },
			localAddress: from,
			agent: false,
			maxHeaderSize: MAX_HEADER_BYTES,
		});
		// Stays for good: destroying a request may still make it report an error.
		asking.on("error", () => settle({ kind: "failed", why: "unreachable" }));
		asking.on("response", (response) => collect(response, settle));
		if (signal.aborted) onAbort();
		else asking.end(post?.body);
	});
}

function collect(response: IncomingMessage, settle: (answer: HttpAnswer) => void): void {
	const parts: Buffer[] = [];
	let sizeBytes = 0;
	response.on("data", (part: Buffer) => {
		sizeBytes += part.length;
		if (sizeBytes > MAX_ANSWER_BYTES) settle({ kind: "failed", why: "tooLarge" });
		else parts.push(part);
	});
	response.on("error", () => settle({ kind: "failed", why: "unreachable" }));
	response.on("end", () =>
		settle({ kind: "answer", status: response.statusCode ?? 0, text: Buffer.concat(parts).toString("utf8") }),
	);
}
