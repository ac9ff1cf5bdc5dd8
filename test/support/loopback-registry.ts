// A server on this computer that passes for the npm registry or MaxMind's, with the faults a test asks for.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { integrityOf } from "./geoip-data.ts";

export interface Published {
	readonly version: string;
	readonly bytes: Buffer;
	/** Another checksum than the right one. */
	readonly integrity?: string;
}

/** Counts what it sent, and can cut, stall or forget. */
export class LoopbackRegistry {
	readonly packages = new Map<string, Published>();
	/** MaxMind's databases by name. */
	readonly databases = new Map<string, Published>();
	/** What MaxMind wants to see; everything else is answered 401. */
	authorization: string | undefined;
	/** After so many bytes of a file the connection is cut, as often as `cuts` says. */
	cutAfterBytes = 0;
	cuts = 0;
	/** The server does not know what a Range is. */
	isRangeIgnored = false;
	/** Every file of it redirects to here. */
	redirect: string | undefined;
	fileBytes = 0;
	readonly ranges: string[] = [];
	readonly paths: string[] = [];
	readonly #server: Server;

	private constructor() {
		this.#server = createServer((request, response) => this.#answer(request, response));
	}

	static async open(t: TestContext): Promise<LoopbackRegistry> {
		const registry = new LoopbackRegistry();
		await new Promise<void>((resolve) => registry.#server.listen(0, "127.0.0.1", resolve));
		t.after(() => registry.close());
		return registry;
	}

	close(): void {
		this.#server.close();
		this.#server.closeAllConnections();
	}

	get url(): URL {
		return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
	}

	#answer(request: IncomingMessage, response: ServerResponse): void {
		const url = new URL(request.url ?? "/", this.url);
		const path = decodeURIComponent(url.pathname);
		this.paths.push(path + url.search);
		const name = path.replace(/^\//, "").replace(/\/latest$/, "");
		const published = this.packages.get(name);
		if (published !== undefined && path.endsWith("/latest")) {
			const { version, bytes, integrity = integrityOf(bytes) } = published;
			const dist = { tarball: new URL(`files/${encodeURIComponent(name)}.tgz`, this.url).href, integrity };
			response.end(JSON.stringify({ name, version, dist, description: "more than is asked for" }));
			return;
		}
		const file = this.packages.get(/^\/files\/(.*)\.tgz$/.exec(path)?.[1] ?? "");
		if (file !== undefined) this.#sendFile(file.bytes, request, response);
		else this.#answerDatabase(url, request, response);
	}

	#answerDatabase(url: URL, request: IncomingMessage, response: ServerResponse): void {
		const edition = url.searchParams.get("edition_id") ?? /databases\/([^/]+)\/download$/.exec(url.pathname)?.[1];
		const database = this.databases.get(edition ?? "");
		const shown = request.headers.authorization ?? url.searchParams.get("license_key") ?? "";
		if (database === undefined || shown !== this.authorization) {
			response.writeHead(database === undefined ? 404 : 401).end();
			return;
		}
		if (url.searchParams.get("suffix") === "tar.gz") {
			this.#sendFile(database.bytes, request, response);
			return;
		}
		const digest = createHash("sha256").update(database.bytes).digest("hex");
		response.end(`${digest}  ${edition}_${database.version}.tar.gz\n`);
	}

	#sendFile(bytes: Buffer, request: IncomingMessage, response: ServerResponse): void {
		if (this.redirect !== undefined) {
			response.writeHead(302, { location: this.redirect }).end();
			return;
		}
		const range = request.headers.range;
		if (range !== undefined) this.ranges.push(range);
		const from = this.isRangeIgnored ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? "")?.[1] ?? 0);
		if (from > 0 && from >= bytes.length) {
			response.writeHead(416).end();
			return;
		}
		const part = bytes.subarray(from);
		const headers = from > 0 ? { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {};
		response.writeHead(from > 0 ? 206 : 200, { ...headers, "content-length": part.length });
		if (request.method === "HEAD") {
			response.end();
			return;
		}
		if (this.cuts > 0) {
			this.cuts -= 1;
			const sent = part.subarray(0, this.cutAfterBytes);
			this.fileBytes += sent.length;
			response.write(sent, () => setTimeout(() => response.destroy(), 20));
			return;
		}
		this.fileBytes += part.length;
		response.end(part);
	}
}
