// A server on this computer that passes for DB-IP's or MaxMind's, with the faults a test asks for.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { gzipSync } from "node:zlib";

interface Published {
	readonly version: string;
	readonly bytes: Buffer;
}

/** Counts what it sent, and can cut, stall or forget. */
export class LoopbackDatabases {
	/** DB-IP's files by path, without the first stroke. */
	readonly files = new Map<string, Buffer>();
	/** MaxMind's databases by name. */
	readonly databases = new Map<string, Published>();
	/** Publishes what DB-IP would have for a month (YYYY-MM); returns the bytes that go over the line. */
	publish(file: "dbip-city-lite" | "dbip-asn-lite", month: string, database: Buffer): Buffer {
		const bytes = gzipSync(database, { level: 1 });
		this.files.set(`free/${file}-${month}.mmdb.gz`, bytes);
		return bytes;
	}

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

	static async open(t: TestContext): Promise<LoopbackDatabases> {
		const server = new LoopbackDatabases();
		await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
		t.after(() => server.close());
		return server;
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
		const file = this.files.get(path.replace(/^\//, ""));
		if (file !== undefined) this.#sendFile(file, request, response);
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
