// Files that are under way, on this computer's disk: what is needed to go on with them after the program was killed or started again.
import { createHash } from "node:crypto";
import * as v from "valibot";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import type { FileRecords } from "../../store/files/file-records.ts";
import type { Source } from "../../store/files/outgoing-plan.ts";
import { bytesOf, decodeBody, encodeBody, textOf } from "../wire/codec.ts";
import { type BodyOf, contentFields, contentIdBytes } from "../wire/content-kinds.ts";
import { roomIdBytes } from "../wire/handshake.ts";

/** After this many days a file that was begun is not continued any more. */
const keptDays = 30;
const dayMs = 24 * 60 * 60_000;
/** The longest list of hashes that is kept, in bytes: that of a file of 256 GB. For a larger one the list is made again. */
const mostHashBytes = 8 * 1024 * 1024;
const longestPath = 4_096;
/** An identity is two numbers of 64 bits in decimal, with a sign between them. */
const longestIdentity = 41;
/** No room has more people than this. */
const mostReceivers = 4_096;

const fingerprint = v.union([bytesOf(20), bytesOf(32)]);
const recordSchema = v.strictObject({
	v: v.literal(1),
	room: bytesOf(roomIdBytes),
	by: fingerprint,
	id: bytesOf(contentIdBytes),
	name: textOf(400),
	body: v.strictObject({ kind: v.literal("file"), ...contentFields.file }),
	waitsFor: v.optional(v.pipe(v.array(fingerprint), v.maxLength(mostReceivers))),
	what: v.variant("kind", [
		v.strictObject({ kind: v.literal("offered") }),
		v.strictObject({ kind: v.literal("served") }),
		v.strictObject({
			kind: v.literal("taken"),
			folder: textOf(longestPath),
			makesFolder: v.boolean(),
			/** It goes with a post. */
			isPosted: v.exactOptional(v.literal(true)),
			naming: v.optional(v.strictObject({ identity: textOf(longestIdentity), sha256: bytesOf(32) })),
		}),
		v.strictObject({
			kind: v.literal("given"),
			path: textOf(longestPath),
			version: bytesOf(32),
			hashes: bytesOf(0, mostHashBytes),
		}),
		v.strictObject({
			kind: v.literal("posted"),
			path: textOf(longestPath),
			version: bytesOf(32),
			hashes: bytesOf(0, mostHashBytes),
		}),
	]),
});

/**
 * A file as it is kept. `offered`: in a room that is kept, nobody has answered yet · `served`: a host gives it on, and has no further use for it · `taken`: it was
 * accepted into that folder, and with `naming` all of it is there, perhaps with its name already · `given`: it is our own · `posted`: it goes with a post, our own or
 * somebody else's, and lies there whole.
 */
export interface KeptFile {
	readonly room: Uint8Array;
	readonly by: Fingerprint;
	readonly id: Uint8Array;
	/** The name of its sender, cleaned. */
	readonly name: string;
	readonly body: BodyOf<"file">;
	/** Says, at the host of a room that lasts, who has not answered yet. */
	readonly waitsFor?: readonly Uint8Array[] | undefined;
	readonly what: v.InferOutput<typeof recordSchema>["what"];
}

/** Returns what tells one state of what is on our disk from another: which files, and when each was changed. */
export function versionOfSource({ files }: Source): Uint8Array {
	const hash = createHash("sha256");
	for (const { path, version, place } of files) {
		const { device, inode, size, modifiedNs } = version;
		hash.update(JSON.stringify([path, `${device} ${inode} ${size} ${modifiedNs}`, place.name, place.offset]));
	}
	return hash.digest();
}

const nameOf = (by: Fingerprint, id: Uint8Array): string => `${by} ${Buffer.from(id).toString("hex")}`;
const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** Keeps the files of all rooms of a home. While the identity is locked there is nothing, and nothing is kept. */
export class KeptFiles {
	readonly #records: () => FileRecords | undefined;
	readonly #now: () => number;

	/** Takes as `now` milliseconds since the epoch. */
	constructor(records: () => FileRecords | undefined, now: () => number) {
		this.#records = records;
		this.#now = now;
	}

	/** Returns what goes on in this room. What is too old is forgotten, but for what goes with posts. */
	ofRoom(room: Uint8Array): readonly KeptFile[] {
		for (const one of this.#all()) if (one.what.kind === "posted") this.set(one);
		this.#records()?.forgetBefore(this.#now() - keptDays * dayMs);
		return this.#all().filter((one) => isSame(one.room, room));
	}

	/** Returns an own file that was offered just as it lies on the disk now. */
	given(path: string, version: Uint8Array): KeptFile | undefined {
		return this.#all().find(
			({ what }) =>
				what.kind === "given" && what.path === path && isSame(what.version, version) && what.hashes.length > 0,
		);
	}

	/** Returns what lies here whole and goes with a post of `by`. */
	posted(by: Fingerprint, id: Uint8Array): KeptFile | undefined {
		return this.#all().find((one) => one.what.kind === "posted" && one.by === by && isSame(one.id, id));
	}

	/** Forgets what goes with posts of `by` that are not among these. */
	keepPosted(by: Fingerprint, ids: readonly Uint8Array[]): void {
		for (const one of this.#all())
			if (one.what.kind === "posted" && one.by === by && !ids.some((id) => isSame(id, one.id))) this.forget(by, one.id);
	}

	/** Returns what was accepted of this very file, in whichever room. */
	taken(by: Fingerprint, id: Uint8Array, root: Uint8Array): KeptFile | undefined {
		return this.#all().find(
			(one) => one.what.kind === "taken" && one.by === by && isSame(one.id, id) && isSame(one.body.root, root),
		);
	}

	/** Keeps who has not answered yet, of a file that is kept. */
	waits(by: Fingerprint, id: Uint8Array, waitsFor: KeptFile["waitsFor"]): void {
		const found = this.#all().find((one) => one.by === by && isSame(one.id, id));
		if (found) this.set({ ...found, waitsFor });
	}

	set(file: KeptFile): void {
		const { by, waitsFor, ...others } = file;
		const rest = waitsFor === undefined ? others : { ...others, waitsFor };
		const what =
			"hashes" in file.what && file.what.hashes.length > mostHashBytes
				? { ...file.what, hashes: new Uint8Array(0) }
				: file.what;
		const bytes = encodeBody({ v: 1, ...rest, what, by: fingerprintBytes(by) });
		this.#records()?.set(nameOf(by, file.id), this.#now(), bytes);
	}

	forget(by: Fingerprint, id: Uint8Array): void {
		this.#records()?.forget(nameOf(by, id));
	}

	#all(): readonly KeptFile[] {
		return (this.#records()?.all() ?? []).flatMap(({ bytes }) => {
			const read = bytes && decodeBody(recordSchema, bytes);
			if (read?.kind !== "value") return [];
			const { v: _, by: byBytes, ...rest } = read.value;
			const by = parseFingerprint(Buffer.from(byBytes).toString("hex"));
			return by === undefined ? [] : [{ ...rest, by }];
		});
	}
}
