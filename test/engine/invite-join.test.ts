// Joining by an invite: the host's key is checked before the password is asked for, and the address that is the host's is found.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import { type TestContext, test } from "node:test";
import { parseFingerprint } from "../../src/crypto/fingerprint.ts";
import { encodeInvite } from "../../src/engine/invite.ts";
import { hostRoom, openTestEngine, type TestEngine } from "../support/open-engine.ts";

const password = "four calm green words";

function inviteTo(host: TestEngine, ...ports: readonly number[]): string {
	const { identity } = host.engine.snapshot();
	const fingerprint = identity.kind === "ready" ? parseFingerprint(identity.fingerprint) : undefined;
	assert.ok(fingerprint);
	return encodeInvite({ fingerprint, endpoints: ports.map((port) => ({ address: "127.0.0.1", port })) });
}

async function closedPort(t: TestContext, answer: (server: Server) => void): Promise<number> {
	const server = createServer();
	answer(server);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	t.after(() => server.close());
	const address = server.address();
	return typeof address === "object" && address ? address.port : 0;
}

test("an invite leads to its host, also past another room and a stranger's program at the other addresses", async (t) => {
	const host = await openTestEngine(t, "Ann");
	const other = await openTestEngine(t, "Mallory");
	const guest = await openTestEngine(t, "Bob");
	const stranger = await closedPort(t, (server) => server.on("connection", (socket) => socket.end("220 hello\r\n")));
	const invite = inviteTo(host, await hostRoom(other, password), stranger, await hostRoom(host, password));
	await guest.engine.perform({ kind: "join", target: invite });
	await guest.told("passwordRequired");
	await guest.engine.perform({ kind: "password", password });
	await host.told("joined", ({ self }) => !self);
	assert.equal(other.engine.snapshot().people.length, 1);
});

test("attack: another host at the invited address is refused before the password is asked for, and learns nothing of it", async (t) => {
	const host = await openTestEngine(t, "Ann");
	const other = await openTestEngine(t, "Mallory");
	const guest = await openTestEngine(t, "Bob");
	const invite = inviteTo(host, await hostRoom(other, password));
	await guest.engine.perform({ kind: "join", target: invite });
	assert.equal((await guest.told("closed")).code, "wrong_host");
	assert.equal(guest.events.filter(({ kind }) => kind === "passwordRequired").length, 0);
	assert.equal(other.events.filter(({ kind }) => kind === "strike").length, 0);
});

test("a damaged invite is told so at once", async (t) => {
	const host = await openTestEngine(t, "Ann");
	const guest = await openTestEngine(t, "Bob");
	const invite = inviteTo(host, 40_213);
	const outcome = await guest.engine.perform({ kind: "join", target: `${invite.slice(0, -3)}aaa` });
	assert.equal(outcome.kind === "refused" && outcome.code, "bad_target");
});
