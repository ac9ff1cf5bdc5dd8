// The channel from a browser inside the whole opening: it is taken on Links that came by WebSocket, and on no others.
import assert from "node:assert/strict";
import { test } from "node:test";
import { noiseChannel } from "../../../src/crypto/opening/noise-channel.ts";
import { joinRoom } from "../../../src/engine/guest/joining.ts";
import { uptime } from "../../../src/net/link/clock.ts";
import type { FarEnd, Transport } from "../../../src/net/link/link.ts";
import { memoryLinkPair, memoryTransport } from "../../../src/net/link/memory-transport.ts";
import { freshAddress, newSelf, openMemoryRoom, roomPassword } from "../../support/rooms/memory-room.ts";

/** Joins by Noise over a Link that came to the host so; resolves with how that ended, "in" when it did not. */
async function joinBy(t: Parameters<typeof openMemoryRoom>[0], cameBy: Partial<FarEnd>): Promise<string> {
	const room = await openMemoryRoom(t);
	const transport: Transport = {
		...memoryTransport(),
		async dial() {
			const [near, far] = memoryLinkPair([freshAddress(), "host"]);
			room.hosted.server.take({ ...far, far: { ...far.far, ...cameBy } });
			return { kind: "linked", link: near };
		},
	};
	const stop = new AbortController();
	let isIn = false;
	const end = await joinRoom({
		self: await newSelf("Wanda"),
		target: { endpoints: [{ host: "host", port: 1 }] },
		transport,
		openChannel: noiseChannel,
		askPassword: async () => roomPassword,
		onStep: () => {},
		onEntered: (member) => {
			isIn = true;
			member.say({ kind: "text", text: "hello from a page" }, Date.now());
			void room.ears.until(() => room.ears.texts().includes("hello from a page")).then(() => stop.abort());
		},
		onReconnecting: () => {},
		onResumed: () => {},
		onOutOfStep: () => {},
		emit: () => {},
		signal: stop.signal,
		uptime,
	});
	return isIn ? "in" : end.code;
}

test("a guest by Noise goes through the whole opening and talks, where its Link came by WebSocket", async (t) => {
	assert.equal(await joinBy(t, { transport: "relay", isWebSocket: true }), "in");
});

test("attack: a guest by Noise gets no channel on a Link that came otherwise", async (t) => {
	assert.equal(await joinBy(t, { transport: "tcp" }), "refused");
});
