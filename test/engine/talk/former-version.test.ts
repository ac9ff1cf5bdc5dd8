// Programs of version 1 at either end: they are told "another version" in words they understand, and nobody falls back to theirs.
import assert from "node:assert/strict";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { after, test } from "node:test";
import { decode } from "cborg";
import { SILENCE_MS } from "../../../src/crypto/opening/tls-channel.ts";
import { encodeBody } from "../../../src/engine/wire/codec.ts";
import { encodeBareFrame, frameType, takeFrame } from "../../../src/engine/wire/frame.ts";
import { memoryLinkPair } from "../../../src/net/link/memory-transport.ts";
import { caughtWaits } from "../../support/caught-waits.ts";
import {
	assertStillWorks,
	joinMemoryRoom,
	newSelf,
	openMemoryRoom,
	transportOf,
} from "../../support/rooms/memory-room.ts";

const room = await openMemoryRoom({ after });

test("a guest of version 1, which waits for the host's word, hears after two seconds that this is another version", async (t) => {
	const waits = caughtWaits(t, SILENCE_MS);
	const { stream } = room.link();
	while (waits.length === 0) await new Promise((resolve) => setImmediate(resolve));
	waits[0]?.();
	const said = await buffer(stream);
	const taken = takeFrame(said, 4096);
	assert.ok(taken.kind === "frame");
	assert.equal(taken.usedBytes, said.length, "nothing else is said");
	assert.equal(taken.frame.type, frameType.hello);
	assert.deepEqual(
		decode(taken.frame.body),
		{ v: 2 },
		"which a program of version 1 reads as a hello of another version",
	);
	stream.destroy();
});

test("a host of version 1 is told apart by its first byte, nobody is asked for a password, and nothing is said in its protocol", async () => {
	const [near, far] = memoryLinkPair();
	const hello = { v: 1, suites: [1], room: new Uint8Array(32), salt: new Uint8Array(16), nonce: new Uint8Array(32) };
	far.stream.write(encodeBareFrame(frameType.hello, encodeBody(hello)));
	const joining = joinMemoryRoom(room, await newSelf("Bob"), {
		transport: transportOf(() => near),
		options: { askPassword: () => assert.fail("nobody is asked") },
	});
	const [first] = await once(far.stream, "data");
	assert.equal(first[0], 0x16, "a record of TLS (RFC 8446 §5.1)");
	assert.equal((await (await joining).ended).code, "wrong_version");
	far.stream.destroy();
	await assertStillWorks(room);
});
