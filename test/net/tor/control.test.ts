// Tor's control port: what is read from it, how both ends prove that they know the cookie, and what a false one can do.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { NOT_BEGUN, progressAfter, progressAfterTrouble } from "../../../src/net/tor/bootstrap.ts";
import { openControl } from "../../../src/net/tor/control.ts";
import { pairsIn, ReplyReader } from "../../../src/net/tor/replies.ts";
import { anyCharacter } from "../../support/any-character.ts";
import { controlPort, protocolInfo as info } from "../../support/net/tor-control-double.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const hmac = (key: string, ...parts: readonly Uint8Array[]) =>
	createHmac("sha256", key).update(Buffer.concat(parts)).digest("hex");

/** One that plays by the rules; `knows`: the cookie it works with. */
function honest(cookieFile: string, knows: Uint8Array) {
	const nonce = randomBytes(32);
	let client = Buffer.alloc(0);
	return (line: string): string => {
		const [word, ...rest] = line.split(" ");
		if (word === "PROTOCOLINFO") return info(`METHODS=COOKIE,SAFECOOKIE COOKIEFILE="${cookieFile}"`);
		if (word === "AUTHCHALLENGE") {
			client = Buffer.from(rest[1] ?? "", "hex");
			const hash = hmac("Tor safe cookie authentication server-to-controller hash", knows, client, nonce);
			return `250 AUTHCHALLENGE SERVERHASH=${hash} SERVERNONCE=${nonce.toString("hex")}`;
		}
		if (word === "AUTHENTICATE") {
			const wanted = hmac("Tor safe cookie authentication controller-to-server hash", knows, client, nonce);
			return rest[0] === wanted ? "250 OK" : "515 Bad authentication";
		}
		return "250 OK";
	};
}

test("both ends prove that they know the cookie, and neither sends it", async (t) => {
	const file = join(temporaryHome(t), "cookie");
	const cookie = randomBytes(32);
	writeFileSync(file, cookie);
	const said: string[] = [];
	const rules = honest(file, cookie);
	const address = await controlPort(t, (line) => {
		said.push(line);
		return rules(line);
	});
	const opened = await openControl(address);
	assert.equal(opened.kind, "open", JSON.stringify(opened));
	assert.doesNotMatch(said.join("\n"), new RegExp(cookie.toString("hex"), "i"));
	if (opened.kind === "open") opened.control.close();
});

test("attack: a control port that does not know its own cookie is no Tor, and learns nothing of the file it names", async (t) => {
	const file = join(temporaryHome(t), "secret of 32 bytes");
	const secret = randomBytes(32);
	writeFileSync(file, secret);
	const said: string[] = [];
	const rules = honest(file, randomBytes(32));
	const address = await controlPort(t, (line) => {
		said.push(line);
		return rules(line);
	});
	assert.deepEqual(await openControl(address), { kind: "failed", why: "impostor" });
	assert.equal(said.length, 2, "nothing was authenticated to");
	const onlyCookie = await controlPort(t, (line) => {
		said.push(line);
		return line.startsWith("PROTOCOLINFO") ? info(`METHODS=COOKIE COOKIEFILE="${file}"`) : "250 OK";
	});
	assert.deepEqual(await openControl(onlyCookie), { kind: "failed", why: "notTor" });
	assert.doesNotMatch(said.join("\n"), new RegExp(secret.toString("hex"), "i"));
});

test("the reasons why a control port cannot be used are told apart", async (t) => {
	const whyOf = async (answer: (line: string, socket: Socket) => string | undefined) => {
		const opened = await openControl(await controlPort(t, answer));
		return opened.kind === "failed" ? opened.why : opened.kind;
	};
	const small = join(temporaryHome(t), "small");
	writeFileSync(small, "short");
	assert.equal(await whyOf(() => info('METHODS=SAFECOOKIE COOKIEFILE="/nowhere/cookie"')), "noCookie");
	assert.equal(await whyOf(() => info(`METHODS=SAFECOOKIE COOKIEFILE="${small}"`)), "noCookie");
	assert.equal(await whyOf(() => info("METHODS=HASHEDPASSWORD")), "wantsPassword");
	assert.equal(await whyOf(() => info("METHODS=NEWMETHOD")), "notTor");
	assert.equal(await whyOf(() => "HTTP/1.1 400 Bad Request"), "notTor");
	assert.equal(await whyOf(() => "250 hello"), "notTor");
	assert.equal(await whyOf((_line, socket) => void socket.destroy()), "notTor");
	assert.equal(await whyOf((line) => (line === "AUTHENTICATE" ? "515 no" : info("METHODS=NULL"))), "refused");
	assert.deepEqual(await openControl({ path: "/nowhere/control" }), { kind: "failed", why: "unreachable" });
});

test("attack: endless lines, endless replies and replies to nothing end the connection", async (t) => {
	const hostile = {
		"a line without an end": "x".repeat(40_000),
		"a reply without an end": "250-more\r\n".repeat(60_000),
		"a block of data without an end": `250+data=\r\n${"more\r\n".repeat(60_000)}`,
		"a reply to nothing": "250 OK\r\n250 OK",
	};
	for (const [what, text] of Object.entries(hostile)) {
		const address = await controlPort(t, (line) =>
			line === "GETINFO version" ? text : line === "AUTHENTICATE" ? "250 OK" : info("METHODS=NULL"),
		);
		const opened = await openControl(address);
		assert.ok(opened.kind === "open");
		const outcome = await opened.control.send("GETINFO version");
		await opened.control.closed;
		assert.ok(outcome.kind === "failed" || what === "a reply to nothing", what);
		assert.equal(
			(await opened.control.send("GETINFO version")).kind,
			"failed",
			"and what is asked later is answered at once",
		);
	}
});

test("a line break never gets into a command", async (t) => {
	const opened = await openControl(
		await controlPort(t, (line) => (line === "AUTHENTICATE" ? "250 OK" : info("METHODS=NULL"))),
	);
	assert.ok(opened.kind === "open");
	await assert.rejects(opened.control.send("GETINFO version\r\nSIGNAL HALT"), /line break/);
	opened.control.close();
});

test("replies are the same however their bytes are cut", () => {
	const whole = "250-one\r\n250+two=\r\nfirst\r\n..dots\r\n.\r\n250 OK\r\n650 HS_DESC UPLOADED abc\r\n";
	const expected = [
		{ code: 250, lines: ["one", "two=\nfirst\n.dots", "OK"] },
		{ code: 650, lines: ["HS_DESC UPLOADED abc"] },
	];
	fc.assert(
		fc.property(fc.array(fc.nat(whole.length), { maxLength: 8 }), (cuts) => {
			const reader = new ReplyReader();
			const at = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
			const replies = at.slice(1).flatMap((end, index) => {
				const taken = reader.take(whole.slice(at[index], end));
				assert.notEqual(taken, "broken");
				return taken === "broken" ? [] : taken;
			});
			assert.deepEqual(replies, expected);
		}),
	);
});

test("whatever a control port sends is read or given up, and pairs are read from any text", () => {
	fc.assert(
		fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), (text) => {
			const taken = new ReplyReader().take(text);
			assert.ok(taken === "broken" || Array.isArray(taken));
			pairsIn(text);
			progressAfter(NOT_BEGUN, text);
			progressAfterTrouble(NOT_BEGUN, text);
		}),
	);
	assert.deepEqual(
		[...pairsIn('A=1 B="two \\" words" A=3')],
		[
			["A", "3"],
			["B", 'two " words'],
		],
	);
});

test("the start of Tor is told as far as it has come, with what keeps it", () => {
	const first = progressAfter(NOT_BEGUN, 'NOTICE BOOTSTRAP PROGRESS=45 TAG=requesting SUMMARY="Asking for relays"');
	assert.deepEqual(first, { percent: 45, summary: "Asking for relays" });
	const asked = progressAfter(
		NOT_BEGUN,
		'status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY="Done"',
	);
	assert.deepEqual(asked, { percent: 100, summary: "Done" });
	const warn = (reason: string) =>
		`WARN BOOTSTRAP PROGRESS=45 TAG=x SUMMARY="Asking for relays" WARNING="No route to host" REASON=${reason} COUNT=1`;
	assert.deepEqual(progressAfter(first, warn("NOROUTE")).hindrance, { kind: "offline" });
	assert.deepEqual(progressAfter(first, warn("TIMEOUT")).hindrance, { kind: "warned", warning: "No route to host" });
	const skewed = progressAfterTrouble(first, 'CLOCK_SKEW SKEW=-86400 SOURCE="CONSENSUS"');
	assert.deepEqual(skewed.hindrance, { kind: "clock", seconds: -86_400 }, "this computer is a day behind");
	assert.equal(progressAfter(skewed, warn("TIMEOUT")).hindrance?.kind, "clock", "what is told is the cause");
	const offline = progressAfterTrouble(first, "NETWORK_LIVENESS DOWN");
	assert.deepEqual(offline.hindrance, { kind: "offline" });
	assert.equal(progressAfterTrouble(offline, "NETWORK_LIVENESS UP").hindrance, undefined);
	assert.equal(progressAfter(first, "NOTICE BOOTSTRAP PROGRESS=1000 SUMMARY=x"), first);
	assert.equal(progressAfter(first, "NOTICE SOMETHING PROGRESS=50"), first);
});
