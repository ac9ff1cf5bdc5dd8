// Bad days of rooms through Tor, on a private network: a clock that is wrong by a day, a room that is gone, an onion that leads elsewhere, and a guest with 200 circuits.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { torPartKey } from "../../src/engine/routes/tor/part.ts";
import { encodeInvite, type Invite, parseInvite } from "../../src/engine/wire/invite.ts";
import { findProgram } from "../../src/net/tor/find-program.ts";
import { OnionGuest } from "../../src/net/tor/onion-guest.ts";
import { onionAddress, onionClientKey, onionKey } from "../../src/net/tor/onion-key.ts";
import { Tor } from "../../src/net/tor/tor.ts";
import { torProgressWords } from "../../src/ui/words/ways/tor-words.ts";
import { needs } from "../support/needs.ts";
import type { TestEngine } from "../support/rooms/real-engine.ts";
import { torRooms, torWay } from "../support/rooms/tor-rooms.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { patienceMs, until } from "../support/until.ts";

const { lines, options, open, hidden, joined } = await torRooms();

function read(invite: string): Invite {
	const parsed = parseInvite(invite);
	assert.ok(parsed.kind === "invite");
	return parsed.invite;
}

/** Returns the invite with another onion in it. */
function leadingTo(publicKey: unknown, invite: Invite): string {
	return encodeInvite({ ...invite, parts: new Map([[torPartKey, publicKey]]) });
}

/** Joins, and resolves with how that ended before anybody was asked for a password. */
async function endOf(guest: TestEngine, invite: string) {
	await guest.does({ kind: "join", target: invite });
	const { code } = await guest.told("closed");
	assert.ok(
		guest.events.every(({ kind }) => kind !== "passwordRequired"),
		"no password was asked for",
	);
	const failed = guest.events.findLast((event) => event.kind === "attempt" && event.state === "failed");
	return { code, why: failed?.kind === "attempt" ? failed.why : undefined };
}

test("A clock that is wrong by a day is told by how much, and in which direction", options, async (t) => {
	if (!needs(t, "faketime")) return;
	const [real, folder] = [findProgram("tor"), temporaryHome(t)];
	const { PATH = "" } = process.env;
	const early = join(folder, "tor");
	// A day before the clock that this test has, which may be set ahead itself.
	const dayBefore = `"@$(date -d "1 day ago" "+%Y-%m-%d %H:%M:%S")"`;
	const words = `env -u LD_PRELOAD -u FAKETIME_SHARED faketime -f ${dayBefore} '${real}'`;
	writeFileSync(early, `#!/bin/sh\nexec ${words} "$@"\n`);
	chmodSync(early, 0o700);
	t.after(() => Object.assign(process.env, { PATH }));
	Object.assign(process.env, { PATH: `${folder}:${PATH}` });
	const host = await open(t, "Hanna");
	await host.does({ kind: "host", password: "four calm green words", wish: { routes: ["tor"], isOnlyByRoutes: true } });
	const progress = () => {
		const facts = torWay(host)?.facts;
		return facts?.kind === "torStarting" ? facts.progress : undefined;
	};
	await host.until(() => progress()?.hindrance?.kind === "clock", "Tor says that the clock is wrong");
	const { hindrance } = progress() ?? {};
	assert.ok(hindrance?.kind === "clock" && Math.abs(hindrance.seconds + 86_400) < 3_600, JSON.stringify(hindrance));
	const told = progress();
	assert.match(told ? torProgressWords(told) : "", /clock is about 24 hours behind: set it right/);
});

test("A room that has closed is said to be gone", options, async (t) => {
	const { host, invite } = await hidden(t);
	await host.does({ kind: "leave" });
	const { why } = await endOf(await open(t, "Gero"), invite);
	assert.ok(why?.kind === "dial" && why.proxy !== undefined, JSON.stringify(why));
	assert.ok(["onionNotFound", "onionNotIntroduced", "onionTimedOut"].includes(why.proxy), why.proxy);
});

/** Publishes an onion service for the secret of an invite that leads to a program of ours. */
async function otherService(t: TestContext, { secret }: Invite) {
	assert.ok(secret);
	const server = createServer((socket) => {
		socket.on("error", () => {});
		// It answers what a guest has said, as a web server does. Whoever answers before may be closed by Tor with a guest's words unread, and then the answer can be thrown away, too.
		socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nhi"));
	});
	await new Promise<void>((resolve) => void server.listen({ port: 0, host: "127.0.0.1" }, resolve));
	const bound = server.address();
	assert.ok(bound !== null && typeof bound === "object");
	const use = new Tor({ kind: "own", folder: temporaryHome(t), extras: { lines } }).use();
	t.after(async () => {
		await use.release();
		server.close();
	});
	const ready = await use.ready(new AbortController().signal);
	assert.ok(ready.kind === "ready");
	const { control } = ready.tor;
	const key = onionKey(randomBytes(32));
	const uploaded = Promise.withResolvers<void>();
	control.on("HS_DESC", (text) => {
		if (text.startsWith(`UPLOADED ${onionAddress(key.publicKey)}`)) uploaded.resolve();
	});
	const client = `ClientAuthV3=${onionClientKey(secret).publicText}`;
	const added = await control.send(
		`ADD_ONION ${key.expanded} Flags=DiscardPK,V3Auth Port=1,127.0.0.1:${bound.port} ${client}`,
	);
	assert.equal(added.kind, "done", JSON.stringify(added));
	await uploaded.promise;
	return key.publicKey;
}

test(
	"attack: a service on the onion that is not rt gets no password, and is said to be something else",
	options,
	async (t) => {
		const { host, invite } = await hidden(t);
		const meant = read(invite);
		const { code } = await endOf(await open(t, "Gero"), leadingTo(await otherService(t, meant), meant));
		assert.equal(code, "not_real_talk");
		assert.ok(torWay(host)?.state === "open");
	},
);

test(
	"attack: an invite whose onion is another room's leads into neither, and nobody is asked for a password",
	options,
	async (t) => {
		const [mine, other] = [await hidden(t), await hidden(t)];
		const [meant, theirs] = [read(mine.invite), read(other.invite)];
		const guest = await open(t, "Gero");
		const swapped = await endOf(guest, leadingTo(theirs.parts.get(torPartKey), meant));
		assert.ok(swapped.why?.kind === "dial" && swapped.why.proxy === "onionWrongKey", JSON.stringify(swapped));
		// Who has invites of both rooms can make one that Tor lets through. The host there does not know the knock, and says nothing.
		const mixed = await endOf(await open(t, "Greta"), encodeInvite({ ...theirs, fingerprint: meant.fingerprint }));
		assert.equal(mixed.code, "connection_lost");
		for (const { host } of [mine, other]) assert.equal(host.events.filter(({ kind }) => kind === "strike").length, 0);
	},
);

test(
	"attack: 200 circuits of one who has the invite leave room for a friend, and no more of them are kept than may wait",
	options,
	async (t) => {
		const { host, invite } = await hidden(t);
		const { secret, parts } = read(invite);
		const publicKey = parts.get(torPartKey);
		assert.ok(secret && publicKey instanceof Uint8Array);
		// On a busy computer none of so many circuits is built in the five seconds of the test network: all would be given up and begun again for ever.
		const patient = lines.map((line) => (line.startsWith("CircuitBuildTimeout ") ? "CircuitBuildTimeout 120" : line));
		const tor = new Tor({ kind: "own", folder: temporaryHome(t), extras: { lines: patient } });
		const crowd = new OnionGuest({ tor, publicKey, secret, reachTimeoutMs: patienceMs });
		t.after(() => crowd.close());
		let [come, open] = [0, 0];
		const dials = Array.from({ length: 200 }, async () => {
			const outcome = await crowd.dial({ signal: new AbortController().signal, timeoutMs: patienceMs });
			if (outcome.kind !== "linked") return;
			come += 1;
			open += 1;
			outcome.link.stream
				.once("close", () => {
					open -= 1;
				})
				.resume();
		});
		// On a busy computer some are sent away before others have come.
		await until(() => come > 20, "the crowd comes");
		const guest = await joined(t, invite, "Gero");
		await guest.does({ kind: "send", text: "in spite of the crowd" });
		await host.told("message", (event) => event.text === "in spite of the crowd");
		await Promise.all(dials);
		await until(
			() => open <= 64,
			"whoever says nothing is sent away",
			() => `${open} are open`,
		);
		assert.equal(torWay(host)?.state, "open");
	},
);
