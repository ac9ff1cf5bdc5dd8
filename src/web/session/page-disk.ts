// Where a program has its disk, for the files of a room: what the person has picked, and what is received, in the page's memory until the browser saves it.
import type { FilePreview } from "../../engine/api/files/files.ts";
import type { FileDisk, IncomingPlace, PlaceOutcome, SourceReader } from "../../engine/files/disk.ts";
import type { Incoming } from "../../store/files/beside-target.ts";
import { nameToOffer } from "../../store/files/file-names.ts";
import type { DiskOutcome } from "../../store/files/incoming-file.ts";
import type { ReadOutcome } from "../../store/files/outgoing-file.ts";
import type { PlanOutcome, Source } from "../../store/files/outgoing-plan.ts";

/** A page holds a file in memory, so it takes and sends none that has more bytes. */
export const mostFileBytes = 64 * 1024 * 1024;

const nothingLeftOut = { links: 0, hidden: 0, special: 0 };

function namesOf(file: File): Pick<Source, "name" | "isRenamed"> {
	const name = nameToOffer(file.name);
	return { name, isRenamed: name !== file.name.normalize("NFC") };
}

/** Takes the pieces of one file. Its bytes go to `onWhole` when it gets its name. */
class MemoryPlace implements IncomingPlace {
	readonly #incoming: Incoming;
	readonly #pieces: (Uint8Array | undefined)[];
	readonly #onWhole: (content: Blob) => void;
	done = 0;

	constructor(incoming: Incoming, onWhole: (content: Blob) => void) {
		this.#incoming = incoming;
		this.#pieces = Array.from({ length: Math.ceil(incoming.size / incoming.pieceBytes) });
		this.#onWhole = onWhole;
	}

	firstMissing(from = 0): number | undefined {
		const missing = this.#pieces.findIndex((piece, index) => index >= from && piece === undefined);
		return missing === -1 ? undefined : missing;
	}

	async write(index: number, bytes: Uint8Array): Promise<DiskOutcome> {
		this.#pieces[index] = Uint8Array.from(bytes);
		this.done += bytes.length;
		return { kind: "done" };
	}

	async read(into: Uint8Array, at: number): Promise<DiskOutcome<{ readonly count: number }>> {
		const piece = this.#pieces[at / this.#incoming.pieceBytes];
		if (piece) into.set(piece);
		return { kind: "done", count: piece?.length ?? 0 };
	}

	/** Returns nothing, because a page is gone with all that it has. */
	async identity(): Promise<undefined> {}

	async finish(): Promise<DiskOutcome<{ readonly path: string }>> {
		this.#onWhole(new Blob(this.#pieces as Uint8Array<ArrayBuffer>[], { type: "application/octet-stream" }));
		this.#pieces.length = 0;
		return { kind: "done", path: this.#incoming.name };
	}

	async close(): Promise<DiskOutcome> {
		this.#pieces.length = 0;
		return { kind: "done" };
	}
}

/** Returns what reads a file that was picked. A browser lets a page read it for as long as nobody changes it. */
const readerOf = (file: File, onClose: () => void): SourceReader => ({
	async read(into, at): Promise<ReadOutcome> {
		const failed = (why: "changed" | "gone"): ReadOutcome => ({ kind: "failed", why, path: file.name, detail: "" });
		try {
			const bytes = new Uint8Array(await file.slice(at, at + into.length).arrayBuffer());
			if (bytes.length !== into.length) return failed("changed");
			into.set(bytes);
			return { kind: "read" };
		} catch {
			return failed("gone");
		}
	},
	check: async () => ({ kind: "read" }),
	close: async () => onClose(),
});

/** Holds what the page has of files. */
export class PageDisk implements FileDisk {
	readonly #picked = new Map<string, File>();
	readonly #received = new Map<string, Blob>();
	#count = 0;

	/** Takes in what the person has picked or dropped, and says what would be sent. */
	pick(file: File): FilePreview {
		const path = `${++this.#count}/${file.name}`;
		this.#picked.set(path, file);
		return { path, ...namesOf(file), sizeBytes: file.size, leftOut: nothingLeftOut };
	}

	/** Returns the content of a file that is here, by its `FileView.id`. */
	received(id: string): Blob | undefined {
		return this.#received.get(id);
	}

	async plan(typed: string): Promise<PlanOutcome> {
		const file = this.#picked.get(typed);
		const refused = (why: "none" | "tooLarge") =>
			({ kind: "refused", trouble: { path: typed, why, detail: "" } }) as const;
		if (file === undefined) return refused("none");
		if (file.size > mostFileBytes) return refused("tooLarge");
		const source = { path: typed, ...namesOf(file), size: file.size, files: [], leftOut: nothingLeftOut };
		return { kind: "plan", sources: [source] };
	}

	reader({ path, name }: Source): SourceReader {
		return readerOf(this.#picked.get(path) ?? new File([], name), () => this.#picked.delete(path));
	}

	/** Begins to receive a file. A folder, or what is too large, has no place in a page, which does not ask for it either. */
	async receive(incoming: Incoming): Promise<PlaceOutcome> {
		if (incoming.list !== undefined || incoming.size > mostFileBytes)
			return { kind: "refused", trouble: { why: "noSpace", free: mostFileBytes, detail: "" } };
		const id = Buffer.from(incoming.id).toString("hex");
		const file = new MemoryPlace(incoming, (content) => this.#received.set(id, content));
		return { kind: "open", file };
	}

	async named(): Promise<undefined> {}

	/** Does nothing, because what is closed is no more. */
	async discard(): Promise<void> {}

	into(): { readonly folder: string; readonly makesFolder: boolean } {
		return { folder: "", makesFolder: false };
	}
}
