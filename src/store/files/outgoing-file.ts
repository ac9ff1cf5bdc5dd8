// A file or folder while it is sent: its bytes from any place on, and the moment it is noticed that it is no more what was offered.
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { diskTroubleOf } from "./open-folder.ts";
import { type Source, type SourceFile, type Version, versionOf } from "./outgoing-plan.ts";

const { O_NOFOLLOW = 0, O_NONBLOCK = 0, O_RDONLY } = constants;

/**
 * Says what came of reading. `changed`: the file at `path` is no more what it was when it was looked at; nothing that was read since then may be used · `gone`: it cannot be
 * read any more.
 */
export type ReadOutcome =
	| { readonly kind: "read" }
	| { readonly kind: "failed"; readonly why: "changed" | "gone"; readonly path: string; readonly detail: string };

/** Reads what a `Source` stands for, all its files one after another. Whoever has made it closes it. One file at a time is open. */
export class OutgoingFile {
	readonly source: Source;
	#open: { readonly file: SourceFile; readonly handle: FileHandle } | undefined;
	#turn: Promise<unknown> = Promise.resolve();

	constructor(source: Source) {
		this.source = source;
	}

	/** Fills `into` with the bytes from `at` on. Throws a RangeError where there are not so many. After it the file was, up to this moment, what it was when it was looked at. */
	read(into: Uint8Array, at: number): Promise<ReadOutcome> {
		if (!Number.isSafeInteger(at) || at < 0 || at + into.length > this.source.size)
			throw new RangeError("outside the file");
		return this.#inTurn(() => this.#read(into, at));
	}

	/** Looks at every file once more without reading: the last thing to do before it is said that all of it is as it was offered. */
	check(): Promise<ReadOutcome> {
		return this.#inTurn(async () => {
			for (const file of this.source.files) {
				const outcome = await this.#with(file, (handle) => unchanged(handle, file.version));
				if (outcome.kind === "failed") return outcome;
			}
			return { kind: "read" };
		});
	}

	/** Closes what is open; reading opens it again. */
	async close(): Promise<void> {
		await this.#inTurn(async () => {
			await this.#closeFile();
			return { kind: "read" };
		});
	}

	async #read(into: Uint8Array, at: number): Promise<ReadOutcome> {
		let done = 0;
		for (let index = this.#fileAt(at); done < into.length; index += 1) {
			const file = this.source.files[index];
			if (file === undefined) throw new RangeError("outside the file");
			const offset = at + done - file.place.offset;
			const part = into.subarray(done, done + Math.min(into.length - done, file.place.size - offset));
			if (part.length === 0) continue;
			const outcome = await this.#with(file, async (handle) => {
				return (await isFilled(handle, part, offset)) && (await unchanged(handle, file.version));
			});
			if (outcome.kind === "failed") return outcome;
			done += part.length;
		}
		return { kind: "read" };
	}

	#fileAt(at: number): number {
		const { files } = this.source;
		let low = 0;
		let high = files.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			const place = files[middle]?.place;
			if (place !== undefined && place.offset + place.size <= at) low = middle + 1;
			else high = middle;
		}
		return low;
	}

	async #with(file: SourceFile, isFine: (handle: FileHandle) => Promise<boolean>): Promise<ReadOutcome> {
		try {
			if (await isFine(await this.#handleOf(file))) return { kind: "read" };
			return { kind: "failed", why: "changed", path: file.path, detail: "" };
		} catch (error) {
			return { kind: "failed", why: "gone", path: file.path, detail: diskTroubleOf(error).detail };
		}
	}

	/** Opens a file for reading. A link, or something on which opening would wait, may have come in its place. */
	async #handleOf(file: SourceFile): Promise<FileHandle> {
		if (this.#open?.file === file) return this.#open.handle;
		await this.#closeFile();
		const handle = await open(file.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
		this.#open = { file, handle };
		return handle;
	}

	async #closeFile(): Promise<void> {
		const { handle } = this.#open ?? {};
		this.#open = undefined;
		await handle?.close();
	}

	#inTurn(work: () => Promise<ReadOutcome>): Promise<ReadOutcome> {
		const turn = this.#turn.then(work);
		this.#turn = turn.catch(() => undefined);
		return turn;
	}
}

async function isFilled(handle: FileHandle, into: Uint8Array, at: number): Promise<boolean> {
	for (let done = 0; done < into.length; ) {
		const { bytesRead } = await handle.read(into, done, into.length - done, at + done);
		if (bytesRead === 0) return false;
		done += bytesRead;
	}
	return true;
}

async function unchanged(handle: FileHandle, version: Version): Promise<boolean> {
	const now = versionOf(await handle.stat({ bigint: true }));
	return (
		now.device === version.device &&
		now.inode === version.inode &&
		now.size === version.size &&
		now.modifiedNs === version.modifiedNs
	);
}
