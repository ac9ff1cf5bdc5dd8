// What every Transport must do, as one suite: every way of reaching people has to pass it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type {
	DialFailure,
	DialOptions,
	DialOutcome,
	Link,
	Listener,
	ListenOptions,
	Transport,
} from "../../../src/net/link/link.ts";
import { carried, pattern, sha256, write } from "./cargo.ts";

/** `host` is what reaches a listener of the same Transport on this machine. */
export interface Subject {
	readonly transport: Transport;
	readonly host: string;
	/** It is made of the Transport of one room: there is no port to ask for, and none that the guest would see. */
	readonly hasNoPort?: true;
	/** Nothing that it knows tells one stranger from another. */
	readonly hasNoCaller?: true;
	/** What a dial is told where nobody listens, if that is not "refused". */
	readonly whenGone?: readonly DialFailure[];
}

/** How much passes in the tests of much. Above the Link's own buffers, or a slow reader would slow nobody down. */
export interface Amounts {
	readonly largeMb: number;
	readonly slowMb: number;
	/** What may wait in this process. */
	readonly waitingKiB: number;
}

const usualAmounts: Amounts = { largeMb: 32, slowMb: 20, waitingKiB: 1024 };

/** Long enough for a busy machine; no test waits for it to pass. */
const PATIENCE_MS = 60_000;
/** For the largest amount, on a machine that others use too. */
const LARGE_PATIENCE_MS = 120_000;

export function patiently(signal: AbortSignal = new AbortController().signal): DialOptions {
	return { signal, timeoutMs: PATIENCE_MS };
}

export async function listening(
	t: TestContext,
	transport: Transport,
	onLink: (link: Link) => void,
	more: Partial<ListenOptions> = {},
): Promise<Listener> {
	const outcome = await transport.listen({ port: 0, onLink, ...more });
	assert.equal(outcome.kind, "listening", outcome.kind === "failed" ? outcome.detail : "");
	t.after(() => outcome.listener.close());
	return outcome.listener;
}

export async function dialled(t: TestContext, { transport, host }: Subject, port: number): Promise<Link> {
	const outcome = await transport.dial({ host, port }, patiently());
	assert.equal(outcome.kind, "linked", outcome.kind === "failed" ? outcome.detail : "");
	t.after(() => outcome.link.stream.destroy());
	return outcome.link;
}

function assertGone(outcome: DialOutcome, { whenGone = ["refused"] }: Subject): void {
	assert.ok(outcome.kind === "failed" && whenGone.includes(outcome.failure), JSON.stringify(outcome));
}

interface Pair {
	readonly listener: Listener;
	readonly guest: Link;
	readonly host: Link;
}

export async function linked(t: TestContext, subject: Subject): Promise<Pair> {
	const arrival = Promise.withResolvers<Link>();
	const listener = await listening(t, subject.transport, arrival.resolve);
	const guest = await dialled(t, subject, listener.port);
	const host = await arrival.promise;
	t.after(() => host.stream.destroy());
	return { listener, guest, host };
}

/** Registers the suite under `name`. `subject` is called once for each test. */
export function linkConformance(name: string, subject: () => Subject, amounts: Amounts = usualAmounts): void {
	const it = (what: string, body: (t: TestContext) => Promise<void>) =>
		test(`${name}: ${what}`, { timeout: PATIENCE_MS }, body);
	bytesArrive(it, subject);
	muchArrives(name, subject, amounts);
	endsAreSeen(it, subject);
	dialsAreTold(it, subject);
	listenersBehave(it, subject);
}

type It = (what: string, body: (t: TestContext) => Promise<void>) => void;

function bytesArrive(it: It, subject: () => Subject): void {
	it("bytes arrive in order, both ways at once", async (t) => {
		const { guest, host } = await linked(t, subject());
		const [there, back] = [pattern(300_000, 1), pattern(300_000, 2)];
		guest.stream.end(there);
		host.stream.end(back);
		const [atHost, atGuest] = await Promise.all([buffer(host.stream), buffer(guest.stream)]);
		assert.equal(sha256(atHost), sha256(there));
		assert.equal(sha256(atGuest), sha256(back));
	});

	it("a thousand writes of one byte each arrive as the same thousand bytes", async (t) => {
		const { guest, host } = await linked(t, subject());
		const bytes = pattern(1000, 3);
		for (const byte of bytes) guest.stream.write(Uint8Array.of(byte));
		guest.stream.end();
		assert.deepEqual(await buffer(host.stream), bytes);
	});

	it("a buffer may be wiped as soon as its write is done", async (t) => {
		const { guest, host } = await linked(t, subject());
		const secret = Buffer.from("wiped after writing");
		await new Promise<void>((resolve, reject) =>
			guest.stream.write(secret, (error) => (error ? reject(error) : resolve())),
		);
		secret.fill(0);
		guest.stream.end();
		assert.equal((await buffer(host.stream)).toString(), "wiped after writing");
	});
}

function muchArrives(name: string, subject: () => Subject, { largeMb, slowMb, waitingKiB }: Amounts): void {
	const limit = { timeout: LARGE_PATIENCE_MS };
	const little = `with less than ${waitingKiB} KiB waiting in this process`;

	test(`${name}: ${largeMb} MB arrive unchanged, ${little}`, limit, async (t) => {
		const { guest, host } = await linked(t, subject());
		const { sent, received, mostWaiting } = await carried(guest, host, { pieceBytes: 100_000, pieces: largeMb * 10 });
		assert.equal(received, sent);
		assert.ok(mostWaiting < waitingKiB * 1024, `${mostWaiting} bytes were waiting`);
	});

	test(`${name}: a slow reader slows the writer down: ${slowMb} MB pass ${little}`, limit, async (t) => {
		const { guest, host } = await linked(t, subject());
		const how = { pieceBytes: 62_500, pieces: slowMb * 16, readerTurns: 4 };
		const { sent, received, mostWaiting } = await carried(guest, host, how);
		assert.equal(received, sent);
		assert.ok(mostWaiting < waitingKiB * 1024, `${mostWaiting} bytes were waiting`);
	});
}

function endsAreSeen(it: It, subject: () => Subject): void {
	it("whoever has stopped writing still reads (half-close)", async (t) => {
		const { guest, host } = await linked(t, subject());
		guest.stream.end("question");
		assert.equal((await buffer(host.stream)).toString(), "question");
		const answer = pattern(500_000, 5);
		host.stream.end(answer);
		assert.equal(sha256(await buffer(guest.stream)), sha256(answer));
	});

	it("what was written just before the end arrives, however late it is read", async (t) => {
		const { guest, host } = await linked(t, subject());
		const lastWords = pattern(200_000, 6);
		guest.stream.write(lastWords.subarray(0, 150_000));
		guest.stream.end(lastWords.subarray(150_000));
		for (let turns = 0; turns < 50; turns += 1) await setImmediate();
		assert.equal(sha256(await buffer(host.stream)), sha256(lastWords));
	});

	it("when one end dies, the other's reading ends and its writing fails", async (t) => {
		const { guest, host } = await linked(t, subject());
		await write(guest.stream, Buffer.from("last"));
		assert.equal(String((await once(host.stream, "data"))[0]), "last");
		guest.stream.destroy();
		await new Promise((resolve) => host.stream.once("end", resolve).once("error", resolve));
		while (!host.stream.destroyed && !t.signal.aborted) {
			host.stream.write("anyone there?");
			await setImmediate();
		}
		assert.ok(host.stream.errored, "the writer was told");
	});

	it("a death with bytes in flight reaches a writer that is waiting for room", async (t) => {
		const { guest, host } = await linked(t, subject());
		let isBlocked = false;
		for (let idleTurns = 0; idleTurns < 20 && !t.signal.aborted; idleTurns += 1) {
			if (!isBlocked) idleTurns = 0;
			isBlocked = !host.stream.write(Buffer.alloc(64 * 1024));
			await setImmediate();
		}
		guest.stream.destroy();
		await new Promise((resolve) => host.stream.once("close", resolve));
		assert.ok(host.stream.errored);
	});

	it("an error nobody listens to does not end the program", async (t) => {
		const { guest, host } = await linked(t, subject());
		guest.stream.destroy(new Error("nobody listens to this"));
		await new Promise((resolve) => guest.stream.once("close", resolve));
		await new Promise((resolve) => host.stream.resume().once("end", resolve).once("close", resolve));
	});
}

function dialsAreTold(it: It, subject: () => Subject): void {
	it("each end is told who the other is", async (t) => {
		const { transport, host: address, hasNoPort, hasNoCaller } = subject();
		const { guest, host, listener } = await linked(t, { transport, host: address });
		assert.equal(guest.far.transport, transport.name);
		if (!hasNoPort || guest.far.address !== undefined) assert.equal(guest.far.address, address);
		if (!hasNoPort) assert.equal(guest.far.port, listener.port);
		assert.equal(host.far.transport, transport.name);
		assert.equal(
			host.far.caller === undefined,
			hasNoCaller === true,
			"the gate knows whom to count, where that can be known",
		);
		if (!hasNoPort) assert.ok(host.far.address);
	});

	it("a dial to a port where nobody listens is refused", async (t) => {
		const chosen = subject();
		const listener = await listening(t, chosen.transport, () => {});
		await listener.close();
		assertGone(await chosen.transport.dial({ host: chosen.host, port: listener.port }, patiently()), chosen);
	});

	it("a dial whose signal is already aborted fails as aborted", async (t) => {
		const { transport, host } = subject();
		const listener = await listening(t, transport, (link) => link.stream.destroy());
		const outcome = await transport.dial({ host, port: listener.port }, patiently(AbortSignal.abort()));
		assert.equal(outcome.kind === "failed" && outcome.failure, "aborted");
	});

	it("a dial aborted on its way fails as aborted", async (t) => {
		const { transport, host } = subject();
		const listener = await listening(t, transport, (link) => link.stream.destroy());
		const calledOff = new AbortController();
		const dialling = transport.dial({ host, port: listener.port }, patiently(calledOff.signal));
		calledOff.abort();
		const outcome = await dialling;
		assert.equal(outcome.kind === "failed" && outcome.failure, "aborted");
	});

	it("an abort after the dial does not touch the link", async (t) => {
		const { transport, host } = subject();
		const arrival = Promise.withResolvers<Link>();
		const listener = await listening(t, transport, arrival.resolve);
		const calledOff = new AbortController();
		const outcome = await transport.dial({ host, port: listener.port }, patiently(calledOff.signal));
		assert.equal(outcome.kind, "linked");
		calledOff.abort();
		outcome.link.stream.end("still here");
		const far = await arrival.promise;
		assert.equal((await buffer(far.stream)).toString(), "still here");
		far.stream.destroy();
		outcome.link.stream.destroy();
	});
}

function listenersBehave(it: It, subject: () => Subject): void {
	it("closing the listener leaves its links alive and refuses new ones", async (t) => {
		const chosen = subject();
		const { listener, guest, host } = await linked(t, chosen);
		await listener.close();
		await listener.close();
		assertGone(await chosen.transport.dial({ host: chosen.host, port: listener.port }, patiently()), chosen);
		guest.stream.end("after the close");
		assert.equal((await buffer(host.stream)).toString(), "after the close");
	});

	it("a port can be had again once its listener is closed, and not before", async (t) => {
		const { transport, hasNoPort } = subject();
		if (hasNoPort) return;
		const listener = await listening(t, transport, () => {});
		const second = await transport.listen({ port: listener.port, onLink: () => {} });
		assert.equal(second.kind === "failed" && second.failure, "portTaken");
		await listener.close();
		const third = await listening(t, transport, () => {}, { port: listener.port });
		assert.equal(third.port, listener.port);
	});

	it("fifty links at once keep their bytes apart", async (t) => {
		const chosen = subject();
		const listener = await listening(t, chosen.transport, (link) => {
			link.stream.pipe(link.stream);
		});
		const echoes = Array.from({ length: 50 }, async (_, n) => {
			const { stream } = await dialled(t, chosen, listener.port);
			stream.end(pattern(10_000, n));
			return sha256(await buffer(stream));
		});
		const wanted = Array.from({ length: 50 }, (_, n) => sha256(pattern(10_000, n)));
		assert.deepEqual(await Promise.all(echoes), wanted);
	});
}
