// A file from host to guest between the two ends of a long line, with talk beside it: `files-program.ts tcp|udp`, in the line's namespace. Its Link is cut in the middle.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Link, Transport } from "../../../src/net/link/link.ts";
import { tcpTransport } from "../../../src/net/tcp/tcp.ts";
import { udpTransport } from "../../../src/net/udp/udp.ts";
import { makeFile, password, send } from "../../engine/files/people.ts";
import { joinTarget, openEngineOn } from "../../support/rooms/real-engine.ts";
import { temporaryHome } from "../../support/temporary-home.ts";
import { lineEnds } from "./long-line.ts";

const [, , name = ""] = process.argv;
const transport = name === "udp" ? udpTransport() : tcpTransport();
const links: Link[] = [];
/** Remembers what was dialled: the newest one carries the file. */
const dialled: Transport = {
	...transport,
	async dial(target, options) {
		const outcome = await transport.dial(target, options);
		if (outcome.kind === "linked") links.push(outcome.link);
		return outcome;
	},
};

test("a file passes over the line, goes on when its Link was cut, and the talk goes on beside it", async (t) => {
	const host = await openEngineOn(t, "Ann", { transport });
	const guest = await openEngineOn(t, "Bob", { transport: dialled });
	await host.does({ kind: "host", password, wish: { bind: lineEnds.far } });
	await joinTarget(guest, `${lineEnds.far} ${host.engine.snapshot().hosting?.port}`, password);
	const made = await makeFile(t, "long.bin", 6_000_000);
	const id = await send(host, made.path);
	await guest.told("fileOffered");
	// So slow that it is not all there when its Link is cut.
	await guest.does({ kind: "limitFiles", bytesPerSecond: 2_000_000 });
	await guest.does({ kind: "acceptFile", id, to: temporaryHome(t) });
	await guest.told("fileProgress", (event) => event.done > 1_000_000);
	assert.equal(links.length, 2, "the talk and the file have a Link each");
	links[1]?.stream.destroy();
	await guest.does({ kind: "send", text: "it is coming" });
	await host.told("message", (event) => event.text === "it is coming");
	const { sha256 } = await guest.told("fileDone");
	assert.equal(sha256, made.sha256);
	assert.ok(links.length > 2, "the file went on by another Link");
	assert.ok(!guest.events.some(({ kind }) => kind === "reconnecting"), "the talk's Link was left alone");
});
