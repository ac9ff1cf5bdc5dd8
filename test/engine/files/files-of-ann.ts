// The files of one person in a room, of which the rest is played by hand: what they have carried and what they say.
import { randomBytes } from "node:crypto";
import type { TestContext } from "node:test";
import { type Fingerprint, fingerprintBytes } from "../../../src/crypto/identity/fingerprint.ts";
import type { FilePerson, FileWishes } from "../../../src/engine/api/files/files.ts";
import { KeptFiles } from "../../../src/engine/files/kept-files.ts";
import { ownDisk } from "../../../src/engine/files/own-disk.ts";
import type { Carrier, GiveNotes } from "../../../src/engine/files/pieces/carrier.ts";
import { RoomFiles } from "../../../src/engine/files/room-files.ts";
import type { Body, BodyOf } from "../../../src/engine/wire/content-kinds.ts";
import { uptime } from "./ports.ts";

const fingerprint = (digit: string): Fingerprint => digit.repeat(40) as Fingerprint;
export const [ann, bob, cleo] = ["A", "B", "C"].map((digit): FilePerson => {
	return { fingerprint: fingerprint(digit), name: digit, trust: "known", isSelf: digit === "A" };
}) as [FilePerson, FilePerson, FilePerson];

/** The files of Ann, and what they have had carried. */
export function filesOfAnn(t: TestContext, isHost: boolean, wishes: FileWishes = {}) {
	const kept: string[] = [];
	const given: string[] = [];
	const heard: string[] = [];
	const notes: GiveNotes[] = [];
	const taken = { ids: [] as string[], onOne: (): void => {} };
	const said: { readonly body: Body; readonly id: string }[] = [];
	const nothing = { more: () => {}, stop: () => {} };
	const carrier: Carrier = {
		give: (_by, { id }, _source, told) => {
			notes.push(told);
			given.push(Buffer.from(id).toString("hex"));
			return nothing;
		},
		take: (_by, { id }) => {
			taken.ids.push(Buffer.from(id).toString("hex"));
			taken.onOne();
			return nothing;
		},
		heard: (_by, { id }) => void heard.push(Buffer.from(id).toString("hex")),
		lent: () => {},
		withdrawn: () => {},
		answered: () => {},
		wanted: (by, id) => kept.push(`${by} ${Buffer.from(id).toString("hex")}`),
		roomKept: () => {},
		close: async () => {},
	};
	const files = new RoomFiles({
		self: ann.fingerprint,
		carrier,
		disk: ownDisk,
		wishes,
		limits: [],
		kept: new KeptFiles(() => undefined, Date.now),
		isKept: () => false,
		isHost,
		say: (body, id = "") => {
			said.push({ body, id });
			return id;
		},
		person: (who) => [ann, bob, cleo].find((one) => one.fingerprint === who),
		receivers: () => [ann, bob, cleo].map((one) => one.fingerprint),
		onUnseen: () => {},
		now: Date.now,
		uptime,
		emit: () => {},
		changed: () => {},
	});
	t.after(() => files.close(true));
	return { files, kept, given, heard, taken, notes, said };
}

/** Names a file as a line of the room does. */
export const wish = (by: FilePerson, id: Uint8Array) => ({ by: fingerprintBytes(by.fingerprint), id });

export const offer = (): BodyOf<"file"> => ({
	kind: "file",
	name: "song.ogg",
	size: 10,
	root: randomBytes(32),
	key: randomBytes(32),
});
