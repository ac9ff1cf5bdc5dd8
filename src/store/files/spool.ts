// What a host keeps of files for whoever has not got them yet: ciphertext by the id of the file, within a quota, gone with its room. Nothing of it is in clear.
import { randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { mkdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import type { Store } from "../db.ts";
import { takeLock } from "../home-lock.ts";
import { type DiskTrouble, diskTroubleOf } from "./open-folder.ts";
import { SpooledFile } from "./spooled-file.ts";

/** At most this many bytes may lie in the spool unless the person says otherwise. */
const STANDARD_QUOTA_BYTES = 2 * 1024 ** 3;
const FOLDER = "spool";
const OWNER_ONLY_FOLDER = 0o700;
/** There are at most this many files: each costs two descriptors while it is used, and systems give 1,024. */
const MOST_FILES = 200;
const ID_BYTES = 16;

/** Describes a file to keep. `slotBytes`: how long one piece of ciphertext is, the last one perhaps shorter; `sizeBytes`: all of them. */
export interface Spooled {
	/** The id of the file, of 16 bytes. */
	readonly id: Uint8Array;
	/** The key of the room on this computer. */
	readonly room: string;
	readonly sizeBytes: number;
	readonly slotBytes: number;
	/** Says that the room outlives the program, and what is kept of it does too. Else it goes when the program ends, however it ends. */
	readonly isStanding: boolean;
	/** The time at which it goes, in milliseconds since the epoch. */
	readonly keepUntil: number;
}

/** Says what came of wanting to keep a file. `full`: the quota leaves `freeBytes` · `there`: its id is there already, of another size or room. */
export type SpoolOutcome =
	| { readonly kind: "open"; readonly file: SpooledFile }
	| { readonly kind: "full"; readonly freeBytes: number }
	| { readonly kind: "there" }
	| { readonly kind: "failed"; readonly trouble: DiskTrouble };

const ROW = v.strictObject({
	id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
	owner: v.pipe(v.string(), v.maxLength(32)),
	room: v.pipe(v.string(), v.maxLength(64)),
	size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
	slot: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
	keep_until: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
});
type Row = v.InferOutput<typeof ROW>;

/** The owner of what outlives programs. */
const STANDING = "";

/** Keeps files for the rooms of this home. Each program has one, which it closes when it ends. */
export class Spool {
	readonly #store: Store;
	readonly #folder: string;
	readonly #owner: string;
	readonly #release: () => void;
	readonly #open = new Map<string, SpooledFile>();
	readonly #quotaBytes: number;
	/** Resolves when what is being removed is gone; `close` waits for it. */
	#removing: Promise<void> = Promise.resolve();
	#isClosed = false;

	private constructor(store: Store, folder: string, owner: string, release: () => void, quotaBytes: number) {
		this.#store = store;
		this.#folder = folder;
		this.#owner = owner;
		this.#release = release;
		this.#quotaBytes = quotaBytes;
	}

	/** Opens the spool of a home and removes what ended programs have left there. `now`: ms since the epoch. Throws what the system says where the folder can't be made. */
	static async open(
		store: Store,
		home: string,
		{ now, quotaBytes = STANDARD_QUOTA_BYTES }: { readonly now: number; readonly quotaBytes?: number },
	): Promise<Spool> {
		const folder = join(home, FOLDER);
		await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
		// The lock is lifted by the system when the program ends, so whoever finds it free knows that its files have no owner any more.
		const owner = randomBytes(8).toString("hex");
		const release = takeLock(join(folder, `${owner}.lock`));
		if (release === undefined) throw new Error("a new lock is taken");
		const spool = new Spool(store, folder, owner, release, quotaBytes);
		spool.#removeOrphans();
		await spool.removeOld(now);
		return spool;
	}

	/** Returns how much lies there, counted by what each file will need at most. */
	get usedBytes(): number {
		return this.#rows().reduce((sum, { size }) => sum + size, 0);
	}

	/** Begins to keep a file, or goes on with the one of that id. Its whole size is reserved. */
	async keep(wanted: Spooled): Promise<SpoolOutcome> {
		const id = hexOf(wanted.id);
		const row: Row = {
			id,
			owner: wanted.isStanding ? STANDING : this.#owner,
			room: wanted.room,
			size: wanted.sizeBytes,
			slot: wanted.slotBytes,
			keep_until: wanted.keepUntil,
		};
		const found = this.#rows().find((one) => one.id === id);
		if (found !== undefined) {
			const isSame = found.room === row.room && found.size === row.size && found.slot === row.slot;
			return isSame && (found.owner === STANDING || found.owner === this.#owner)
				? this.#opened(found)
				: { kind: "there" };
		}
		const outcome = this.#store.transact((): SpoolOutcome | undefined => {
			const rows = this.#rows();
			const freeBytes = Math.max(0, this.#quotaBytes - rows.reduce((sum, { size }) => sum + size, 0));
			if (row.size > freeBytes || rows.length >= MOST_FILES) return { kind: "full", freeBytes };
			this.#store.database
				.prepare(
					"INSERT INTO spooled_files (id, owner, room, size, slot, keep_until) VALUES (:id, :owner, :room, :size, :slot, :keep_until)",
				)
				.run(row);
			return undefined;
		});
		return outcome ?? this.#opened(row);
	}

	/** Opens a file that is kept; `undefined` where there is none of that id in that room. */
	async find(id: Uint8Array, room: string): Promise<SpoolOutcome | undefined> {
		const row = this.#rows().find((one) => one.id === hexOf(id) && one.room === room);
		if (row === undefined || (row.owner !== STANDING && row.owner !== this.#owner)) return undefined;
		return this.#opened(row);
	}

	/** Keeps a file no longer. Nothing happens where there is none of that id. */
	async forget(id: Uint8Array): Promise<void> {
		await this.#remove([hexOf(id)]);
	}

	/** Keeps nothing of a room any longer: it is over, or forgotten. */
	async forgetRoom(room: string): Promise<void> {
		await this.#remove(this.#rows().flatMap((row) => (row.room === room ? [row.id] : [])));
	}

	/** Is called when a room outlives the program from now on. What this program keeps of it does so too, until `keepUntil` (milliseconds since the epoch). */
	stand(room: string, keepUntil: number): void {
		this.#store.database
			.prepare("UPDATE spooled_files SET owner = ?, keep_until = ? WHERE room = ? AND owner = ?")
			.run(STANDING, keepUntil, room, this.#owner);
	}

	/** Removes what has been kept long enough. `now`: ms since the epoch. */
	async removeOld(now: number): Promise<void> {
		await this.#remove(this.#rows().flatMap((row) => (row.keep_until <= now ? [row.id] : [])));
	}

	/** Closes all files, and removes those that end with the program. */
	async close(): Promise<void> {
		await this.#remove(this.#rows().flatMap((row) => (row.owner === this.#owner ? [row.id] : [])));
		this.#isClosed = true;
		for (const file of this.#open.values()) await file.close();
		this.#open.clear();
		this.#release();
		this.#removeLock(this.#owner);
	}

	#rows(): readonly Row[] {
		return this.#store.database
			.prepare("SELECT * FROM spooled_files")
			.all()
			.flatMap((row) => {
				const parsed = v.safeParse(ROW, row);
				return parsed.success ? [parsed.output] : [];
			});
	}

	async #opened(row: Row): Promise<SpoolOutcome> {
		const there = this.#open.get(row.id);
		if (there !== undefined) return { kind: "open", file: there };
		try {
			const file = await SpooledFile.open(this.#path(row.id), row.size, row.slot, Buffer.from(row.id, "hex"));
			this.#open.set(row.id, file);
			return { kind: "open", file };
		} catch (error) {
			return { kind: "failed", trouble: diskTroubleOf(error) };
		}
	}

	#path(id: string): string {
		return join(this.#folder, id);
	}

	/** Removals come one after another. After `close` there is nothing to remove: the next start does it. */
	#remove(ids: readonly string[]): Promise<void> {
		const removing = this.#removing.then(() => this.#removeNow(ids));
		this.#removing = removing.catch(() => undefined);
		return removing;
	}

	async #removeNow(ids: readonly string[]): Promise<void> {
		if (this.#isClosed) return;
		for (const id of ids) {
			// First the files: a row without files is swept up by the next start, files without a row would be nobody's.
			await this.#open.get(id)?.close();
			this.#open.delete(id);
			for (const path of SpooledFile.paths(this.#path(id))) await unlink(path).catch(() => undefined);
			this.#store.database.prepare("DELETE FROM spooled_files WHERE id = ?").run(id);
		}
	}

	#removeLock(owner: string): void {
		for (const ending of ["lock", "lock-journal"]) rmSync(join(this.#folder, `${owner}.${ending}`), { force: true });
	}

	/** Removes the rows and files of programs that have ended, and files that no row knows. */
	#removeOrphans(): void {
		const names = readdirSync(this.#folder);
		const alive = new Set([STANDING, this.#owner]);
		for (const { owner } of this.#rows()) {
			if (alive.has(owner) || !/^[0-9a-f]{16}$/.test(owner)) continue;
			const release = takeLock(join(this.#folder, `${owner}.lock`));
			if (release === undefined) alive.add(owner);
			else {
				this.#store.database.prepare("DELETE FROM spooled_files WHERE owner = ?").run(owner);
				release();
				this.#removeLock(owner);
			}
		}
		const known = new Set(this.#rows().map(({ id }) => id));
		for (const name of names) {
			const id = /^([0-9a-f]{32})\.(?:blocks|marks)$/.exec(name)?.[1];
			if (id !== undefined && !known.has(id)) rmSync(join(this.#folder, name), { force: true });
		}
	}
}

/** Tells whether anything is kept for a room, without opening the spool. */
export const keepsFor = (store: Store, room: string): boolean =>
	store.database.prepare("SELECT 1 FROM spooled_files WHERE room = ?").get(room) !== undefined;

function hexOf(id: Uint8Array): string {
	if (id.length !== ID_BYTES) throw new RangeError("an id of a file has 16 bytes");
	return Buffer.from(id).toString("hex");
}
