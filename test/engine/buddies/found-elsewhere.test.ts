// Buddies who find each other although the one who hosts is not where she was: by a way that she has told meanwhile.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, test } from "node:test";
import { dhtNodesText } from "../../../src/net/dht/nodes.ts";
import { privateDht } from "../../support/net/private-dht.ts";
import { openAgain } from "../../support/rooms/real-engine.ts";
import { annAndBob, becomeBuddies, only } from "./two.ts";

const network = await privateDht();
after(() => network.close());
const dht = { bootstrap: dhtNodesText(network.bootstrap) };

test("a way that the host opens while both buddies are there leads to the host later, when the port is somebody else's", async (t) => {
	const { ann, bob } = await annAndBob(t, dht);
	const [annsRoom, bobsRoom] = await becomeBuddies(ann, bob);
	const port = ann.engine.snapshot(annsRoom).hosting?.port ?? 0;
	await ann.does({ kind: "setRoute", route: "dht", isOn: true, room: annsRoom });
	const isFound = (one: typeof ann, room: string) =>
		one.engine.snapshot(room).hosting?.ways.some(({ way, state }) => way === "dht" && state === "open") === true;
	await ann.until(() => isFound(ann, annsRoom), "she can be found through the DHT");
	// What she says now comes behind what her program has told.
	await ann.does({ kind: "send", text: "I may move", room: annsRoom });
	await bob.told("message", ({ text }) => text === "I may move");
	await ann.does({ kind: "leave", room: annsRoom });
	await ann.engine.close();
	const stranger = createServer((socket) => socket.end("220 hello\r\n"));
	await new Promise<void>((resolve) => stranger.listen(port, "127.0.0.1", resolve));
	t.after(() => stranger.close());
	const annBack = await openAgain(t, ann, dht);
	await annBack.does({ kind: "join", target: "Bob" });
	assert.notEqual(annBack.engine.snapshot(annsRoom).hosting?.port, port);
	await annBack.until(() => isFound(annBack, annsRoom), "she is found through the DHT again");
	await bob.engine.close();
	const bobBack = await openAgain(t, bob);
	await bobBack.does({ kind: "join", target: "Ann" });
	await bobBack.until(() => only(bobBack).isHere === true, "Bob has found her");
	await annBack.does({ kind: "send", text: "here I am", room: annsRoom });
	await bobBack.told("message", ({ text, room }) => text === "here I am" && room === bobsRoom);
});
