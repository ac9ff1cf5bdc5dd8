// Enters an ordinary room and one off the record in turns, each time as somebody new on the same computer would: by invite and password.
import { performance } from "node:perf_hooks";
import type { Fingerprint } from "../src/crypto/identity/fingerprint.ts";
import { createLocalIdentity } from "../src/crypto/identity/local.ts";
import type { Self } from "../src/engine/account/self.ts";
import { Gatekeeper } from "../src/engine/gate/guesses/gatekeeper.ts";
import { joinRoom } from "../src/engine/guest/joining.ts";
import { type HostedRoom, openRoom } from "../src/engine/host/hosting.ts";
import { uptime } from "../src/net/link/clock.ts";
import type { Transport } from "../src/net/link/link.ts";
import { memoryLinkPair, memoryTransport } from "../src/net/link/memory-transport.ts";
import { openMemoryStore } from "../src/store/db.ts";
import { median, report } from "./report.ts";

const rounds = 15;
const password = "four calm green words";
/** What was agreed: off the record may cost so many times as much at most. */
const agreedFactor = 1.2;

async function newSelf(name: string): Promise<Self> {
	return { signer: (await createLocalIdentity({ name })).signer, name };
}

async function open(self: Self, offRecordWith?: Fingerprint): Promise<HostedRoom> {
	const opened = await openRoom({
		self,
		password,
		wish: {},
		offRecordWith,
		transport: memoryTransport(),
		gatekeeper: new Gatekeeper({ store: openMemoryStore(), onAlert: () => {} }),
		emit: () => {},
		onCaller: () => {},
		onAway: () => {},
		now: Date.now,
		uptime,
	});
	if (opened.kind === "failed") throw new Error(opened.why);
	void opened.member.run();
	return opened;
}

function transportTo(room: HostedRoom, from: string): Transport {
	const dial = () => {
		const [near, far] = memoryLinkPair([from, "host"]);
		room.server.take(far);
		return near;
	};
	return {
		name: "memory",
		dial: async () => ({ kind: "linked", link: dial() }),
		listen: async () => ({ kind: "failed", failure: "other", detail: "not here" }),
	};
}

/** Enters and leaves again; how long it took to be in, in ms. */
async function enter(room: HostedRoom, host: Self, guest: Self, isOffRecord: boolean, from: string): Promise<number> {
	const stop = new AbortController();
	const begun = performance.now();
	const inside = Promise.withResolvers<number>();
	const ended = joinRoom({
		self: guest,
		target: {
			endpoints: [{ host: "host", port: 1 }],
			pin: host.signer.fingerprint,
			inviteSecret: room.inviteSecret,
			isOffRecord,
		},
		transport: transportTo(room, from),
		askPassword: async () => password,
		onStep: () => {},
		onEntered: () => inside.resolve(performance.now() - begun),
		onReconnecting: () => {},
		onResumed: () => {},
		onOutOfStep: () => {},
		emit: () => {},
		signal: stop.signal,
		uptime,
	});
	void ended.then((end) => inside.reject(new Error(end.code)));
	const tookMs = await inside.promise;
	stop.abort();
	await ended;
	return tookMs;
}

const [host, guest] = [await newSelf("Hanna"), await newSelf("Bob")];
const signed = await open(host);
const off = await open(host, guest.signer.fingerprint);
const times: { readonly signed: number[]; readonly off: number[] } = { signed: [], off: [] };
for (let round = 0; round < rounds; round += 1) {
	times.signed.push(await enter(signed, host, guest, false, `10.0.0.${round}`));
	times.off.push(await enter(off, host, guest, true, `10.0.1.${round}`));
}
await Promise.all([signed.close(), off.close()]);
const peerValue = median(times.signed);
report("Entering a room by invite and password, on Links in memory, median", [
	{ name: "an ordinary room", value: peerValue, unit: "ms", peer: "a limit for patience", peerValue: 1000 },
	{
		name: "off the record",
		value: median(times.off),
		unit: "ms",
		peer: "an ordinary room, 1.2 times",
		peerValue: peerValue * agreedFactor,
	},
]);
process.exit();
