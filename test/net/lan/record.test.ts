// What is announced of a room, and what is made of what neighbours send: messages as they come from the network.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Answer, decode, encode } from "dns-packet";
import fc from "fast-check";
import {
	LAN_TTL_SECONDS,
	type LanMessage,
	lanAnnouncement,
	lanQuestion,
	readLanMessage,
} from "../../../src/net/lan/record.ts";

const type = "_realtalk._tcp.local";
const fingerprint = "0123456789ABCDEF0123456789ABCDEF01234567";
const service = { instance: "rt-1", fingerprint, name: "Hana é 漢", port: 40_213 } as const;
const room = { ...service, ttlSeconds: LAN_TTL_SECONDS };

const roomsOf = (message: LanMessage | undefined) => (message?.kind === "rooms" ? message.rooms : []);

/** A room as somebody else might announce it. */
function records(more: {
	readonly text?: readonly (string | Buffer)[];
	readonly port?: number;
	readonly ttl?: number;
	readonly name?: string;
}): Answer[] {
	const name = more.name ?? "evil";
	const fqdn = `${name}.${type}`;
	return [
		{ type: "PTR", name: type, ttl: more.ttl ?? 60, data: fqdn },
		{ type: "SRV", name: fqdn, ttl: 60, data: { port: more.port ?? 7, target: "x.local" } },
		{ type: "TXT", name: fqdn, ttl: 60, data: [...(more.text ?? ["txtvers=1", `fp=${fingerprint}`, "n=Eve"])] },
	];
}

const answer = (...answers: readonly Answer[]): Buffer => encode({ type: "response", answers: [...answers] });

test("An announcement reads back as it was, and says nothing of the computer but its address in that network", () => {
	const message = lanAnnouncement(service, "192.168.1.5");
	assert.deepEqual(readLanMessage(message), { kind: "rooms", rooms: [room], gone: [] });
	const { answers = [] } = decode(message);
	const names = answers.map((record) => record.name);
	assert.deepEqual(names, [type, `rt-1.${type}`, `rt-1.${type}`, "rt-1.local"]);
	assert.deepEqual(answers[3], { ...answers[3], type: "A", data: "192.168.1.5", flush: true, ttl: LAN_TTL_SECONDS });
	assert.ok(message.length < 512);
});

test("A question is told from an answer, and one about something else from one about rooms", () => {
	assert.deepEqual(readLanMessage(lanQuestion()), { kind: "question" });
	assert.deepEqual(
		readLanMessage(
			encode({
				type: "query",
				questions: [
					{ name: type.toUpperCase(), type: "SRV" },
					{ name: type.toUpperCase(), type: "PTR" },
				],
			}),
		),
		{
			kind: "question",
		},
	);
	assert.equal(
		readLanMessage(encode({ type: "query", questions: [{ name: "_ipp._tcp.local", type: "PTR" }] })),
		undefined,
	);
	assert.equal(readLanMessage(answer({ type: "A", name: "printer.local", data: "192.168.1.9" })), undefined);
});

test("Any name of a room comes through as it is, cut to what a name may be long", () => {
	fc.assert(
		fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }), (name) => {
			const [read] = roomsOf(readLanMessage(lanAnnouncement({ ...service, name }, "10.0.0.1")));
			assert.ok(read !== undefined && name.startsWith(read.name));
			assert.ok(Buffer.byteLength(read.name) <= 128);
			if (Buffer.byteLength(name) <= 128) assert.equal(read.name, name);
		}),
	);
});

test("A goodbye names the room that goes", () => {
	assert.deepEqual(readLanMessage(lanAnnouncement(service, "10.0.0.1", 0)), {
		kind: "rooms",
		rooms: [],
		gone: ["rt-1"],
	});
});

test("A record that lacks something, or has it wrong, is no room", () => {
	const texts: readonly (readonly (string | Buffer)[])[] = [
		[],
		["txtvers=1", "n=Eve"],
		["txtvers=1", `fp=${fingerprint}`],
		["txtvers=2", `fp=${fingerprint}`, "n=Eve"],
		["txtvers=1", `fp=${fingerprint}0`, "n=Eve"],
		["txtvers=1", "fp=not hex", "n=Eve"],
		["txtvers=1", `fp=${fingerprint}`, "n="],
		["txtvers=1", `fp=${fingerprint}`, `n=${"x".repeat(129)}`],
		["txtvers=1", `fp=${fingerprint}`, "n=Eve", ...Array.from({ length: 14 }, () => "a=b")],
	];
	for (const text of texts) assert.deepEqual(roomsOf(readLanMessage(answer(...records({ text })))), [], text.join());
	assert.deepEqual(roomsOf(readLanMessage(answer(...records({ port: 0 })))), []);
	assert.deepEqual(roomsOf(readLanMessage(answer(...records({}).slice(0, 2)))), []);
	assert.equal(roomsOf(readLanMessage(answer(...records({})))).length, 1);
});

test("Of keys that come twice the first counts, and no time is believed longer than two minutes", () => {
	const text = ["TXTVERS=1", `fp=${fingerprint}`, "n=first", "n=second"];
	const [read] = roomsOf(readLanMessage(answer(...records({ text, ttl: 4_000_000 }))));
	assert.deepEqual([read?.name, read?.ttlSeconds], ["first", 120]);
});

test("One message brings a few rooms at most, and a long one none", () => {
	const many = Array.from({ length: 9 }, (_, index) => records({ name: `n${index}` })).flat();
	assert.equal(roomsOf(readLanMessage(answer(...many))).length, 0, "it is too long");
	const short = Array.from({ length: 12 }, (_, index) => records({ name: `n${index}` })[0]).flatMap((one) => one ?? []);
	assert.deepEqual(readLanMessage(answer(...short)), { kind: "rooms", rooms: [], gone: [] });
});

test("A message that claims more records than a few is not read, whatever is in it", () => {
	const questions = (count: number) =>
		encode({ type: "query", questions: [{ name: type, type: "PTR" }, ...filler(count - 1)] });
	assert.deepEqual(readLanMessage(questions(64)), { kind: "question" });
	assert.equal(readLanMessage(questions(65)), undefined);
	const claims = Buffer.alloc(12, 0xff);
	claims.writeUInt16BE(0x8400, 2);
	assert.equal(readLanMessage(claims), undefined);
});

const filler = (count: number) => Array.from({ length: count }, () => ({ name: ".", type: "A" }) as const);

test("Whatever arrives is read without a fault, and what is a room is within its bounds", () => {
	const good = lanAnnouncement(service, "10.0.0.1");
	const damaged = fc.tuple(fc.nat(good.length - 1), fc.nat(255)).map(([at, byte]) => {
		const copy = Buffer.from(good);
		copy[at] = byte;
		return copy;
	});
	const anything = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
	fc.assert(
		fc.property(fc.oneof(damaged, anything), (message) => {
			for (const { fingerprint: digits, name, port, ttlSeconds } of roomsOf(readLanMessage(message))) {
				assert.match(digits, /^(?:[0-9A-F]{40}|[0-9A-F]{64})$/);
				assert.ok(name !== "" && Buffer.byteLength(name) <= 128);
				assert.ok(port >= 1 && port <= 65_535 && ttlSeconds <= 120);
			}
		}),
		{ numRuns: 2_000 },
	);
});
