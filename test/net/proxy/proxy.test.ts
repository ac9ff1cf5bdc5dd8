// Proxies: the shared suite through SOCKS5 and HTTP CONNECT on loopback, what their addresses look like, and what each refusal is told as.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { buffer } from "node:stream/consumers";
import { test } from "node:test";
import fc from "fast-check";
import type { DialOutcome, Transport } from "../../../src/net/link/link.ts";
import { parseProxy } from "../../../src/net/proxy/proxy-address.ts";
import { proxyTransport } from "../../../src/net/proxy/proxy-transport.ts";
import { tcpTransport } from "../../../src/net/tcp/tcp.ts";
import { httpProxy, KNOWN_NAME, socksProxy, type TestProxy } from "../../support/net/proxies.ts";
import { listening, patiently } from "../link/conformance.ts";

const kinds = { socks5: socksProxy, http: httpProxy } as const;

function through(kind: keyof typeof kinds, { port }: Pick<TestProxy, "port">, login = ""): Transport {
	const read = parseProxy(`${kind}://${login}127.0.0.1:${port}`);
	assert.ok(read.kind === "proxy");
	return proxyTransport(read.proxy, tcpTransport());
}

const codeOf = (outcome: DialOutcome) =>
	outcome.kind === "failed" ? (outcome.proxy ?? outcome.failure) : outcome.kind;

for (const kind of ["socks5", "http"] as const) {
	test(`${kind}: bytes go both ways through the proxy, and the host speaks first if it likes`, async (t) => {
		const proxy = await kinds[kind](t);
		const host = await listening(t, tcpTransport(), ({ stream }) => {
			stream.write("the host speaks first, ");
			stream.on("data", (piece: Buffer) => stream.write(piece));
			stream.once("end", () => stream.end());
		});
		const outcome = await through(kind, proxy).dial({ host: "127.0.0.1", port: host.port }, patiently());
		assert.ok(outcome.kind === "linked", JSON.stringify(outcome));
		const { stream, far } = outcome.link;
		t.after(() => stream.destroy());
		const large = Buffer.alloc(3_000_000, "x");
		const all = buffer(stream);
		stream.end(large);
		assert.deepEqual(await all, Buffer.concat([Buffer.from("the host speaks first, "), large]));
		assert.deepEqual(far, { transport: "proxy" }, "nothing is claimed of the far end that only the proxy knows");
	});

	test(`${kind}: a name is looked up by the proxy, and one that it does not know is told`, async (t) => {
		const proxy = await kinds[kind](t);
		const host = await listening(t, tcpTransport(), ({ stream }) => stream.destroy());
		const guest = through(kind, proxy);
		assert.equal(codeOf(await guest.dial({ host: KNOWN_NAME, port: host.port }, patiently())), "linked");
		assert.deepEqual(proxy.asked, [`${KNOWN_NAME}:${host.port}`]);
		const unknown = await guest.dial({ host: "nobody.test", port: 9 }, patiently());
		assert.equal(codeOf(unknown), "unreachable");
	});

	test(`${kind}: user and password are given, and neither they nor a refusal of them show in what is told`, async (t) => {
		const proxy = await kinds[kind](t, { login: "ann:p w%" });
		const host = await listening(t, tcpTransport(), ({ stream }) => stream.destroy());
		const to = { host: "127.0.0.1", port: host.port };
		assert.equal(codeOf(await through(kind, proxy, "ann:p%20w%25@").dial(to, patiently())), "linked");
		assert.equal(codeOf(await through(kind, proxy).dial(to, patiently())), "needsLogin");
		const refused = await through(kind, proxy, "ann:hunter2@").dial(to, patiently());
		assert.equal(codeOf(refused), "loginRefused");
		assert.doesNotMatch(JSON.stringify(refused), /hunter2|ann/);
	});

	test(`${kind}: a proxy that is none, is not there, or never answers is told as that`, async (t) => {
		const speaks = createServer((socket) =>
			socket
				.on("error", () => {})
				.resume()
				.end("SSH-2.0-OpenSSH_9.2\r\n"),
		);
		const silent = createServer((socket) => socket.on("error", () => {}).resume());
		for (const server of [speaks, silent]) {
			await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
			t.after(() => server.close());
		}
		const portOf = (server: typeof speaks) => {
			const address = server.address();
			return { port: typeof address === "object" && address !== null ? address.port : 0 };
		};
		const to = { host: "127.0.0.1", port: 9 };
		assert.equal(codeOf(await through(kind, portOf(speaks)).dial(to, patiently())), "notAProxy");
		const short = { signal: new AbortController().signal, timeoutMs: 50 };
		assert.equal(codeOf(await through(kind, portOf(silent)).dial(to, short)), "timedOut");
		const stop = new AbortController();
		const dialling = through(kind, portOf(silent)).dial(to, patiently(stop.signal));
		stop.abort();
		assert.equal(codeOf(await dialling), "aborted");
		const gone = portOf(speaks);
		await new Promise((resolve) => speaks.close(resolve));
		assert.equal(codeOf(await through(kind, gone).dial(to, patiently())), "refused");
	});
}

test("nobody can listen for guests through a proxy", async () => {
	const outcome = await through("http", { port: 1 }).listen({ port: 0, onLink: () => {} });
	assert.equal(outcome.kind === "failed" && outcome.failure, "throughProxy");
});

test("the address of a proxy is read in each way it can be written, and refused with what is wrong with it", () => {
	const shown = (text: string) => {
		const read = parseProxy(text);
		return read.kind === "proxy" ? read.proxy.display : read.why;
	};
	assert.equal(shown("socks5://127.0.0.1:9050"), "socks5://127.0.0.1:9050");
	assert.equal(shown("socks5h://proxy.example"), "socks5://proxy.example:1080");
	assert.equal(shown("http://ann:secret@[2001:db8::1]:3128/"), "http://[2001:db8::1]:3128");
	assert.equal(shown("http://proxy.example"), "http://proxy.example:80");
	assert.equal(shown("proxy.example:3128"), "otherScheme");
	assert.equal(shown("127.0.0.1:3128"), "notAUrl");
	assert.equal(shown("https://proxy.example"), "otherScheme");
	assert.equal(shown("socks5://"), "badHost");
	assert.equal(shown("socks5://a b:1"), "notAUrl");
	assert.equal(shown("http://proxy.example/path"), "morePath");
	assert.equal(shown("http://:secret@proxy.example"), "badLogin");
	assert.equal(shown("http://%zz@proxy.example"), "badLogin");
	assert.equal(shown(`http://${"u".repeat(256)}@proxy.example`), "badLogin");
	assert.equal(shown(`http://${"u".repeat(2000)}@proxy.example`), "notAUrl");
});

test("whatever is written for a proxy is read or refused, and a password in it never shows", () => {
	fc.assert(
		fc.property(fc.string({ maxLength: 60 }), (text) => {
			assert.match(parseProxy(text).kind, /^(?:proxy|refused)$/);
			const read = parseProxy(`socks5://u:${encodeURIComponent(`hunter2${text}`)}@h:1`);
			if (read.kind === "proxy") assert.equal(read.proxy.display, "socks5://h:1");
		}),
	);
});
