// The files of one room and how far each is: what is told of them, and what ends with them.
import { type Fingerprint, fingerprintBytes } from "../../crypto/identity/fingerprint.ts";
import type { FileEvent, FileFailure, FilePerson, FileView, FileWishes } from "../api/files/files.ts";
import type { Body, BodyOf } from "../wire/content-kinds.ts";
import type { FileDisk } from "./disk.ts";
import type { KeptFiles } from "./kept-files.ts";
import type { Carrier } from "./pieces/carrier.ts";
import type { SpeedLimit } from "./pieces/speed.ts";
import { type FileLine, RoomFile } from "./room-file.ts";

/** At most this many files of a room are remembered. When there are more, the oldest of those that can't come any more are forgotten. */
export const mostFiles = 500;
/** Progress is told this often, in milliseconds. */
const tellEveryMs = 500;
/** A file of which nothing comes for this long waits for its sender. */
const quietMs = 4_000;

/** FilesOfPosts has what the files of a room need of posts. */
export interface FilesOfPosts {
	/** Finds what goes with a post that is here; `id` in hex. */
	readonly find: (id: string) => { readonly author: Omit<FilePerson, "isSelf">; readonly line: FileLine } | undefined;
	/** Asks the room for it; nobody in `except` shall answer. */
	readonly want: (line: FileLine, except: readonly Fingerprint[]) => void;
	/** Is told that it came whole, and lies at `path`. */
	readonly came: (line: FileLine, path: string) => void;
}

/** Holds what the files of a room need of it. */
export interface RoomFilesOptions {
	readonly self: Fingerprint;
	readonly carrier: Carrier;
	readonly disk: FileDisk;
	/** The wishes of the person for all files. */
	readonly wishes: FileWishes;
	/** The limits of speed: of what goes out by Links, and of what comes in. */
	readonly limits: readonly SpeedLimit[];
	/** Keeps on the disk what is needed of files that are under way. */
	readonly kept: KeptFiles;
	/** Tells whether the room is kept. */
	readonly isKept: () => boolean;
	readonly isHost: boolean;
	/** Says something in the room. Returns its id; `undefined`: it can't be said now. */
	readonly say: (body: Body, id?: string) => string | undefined;
	readonly person: (fingerprint: Fingerprint) => FilePerson | undefined;
	/** Everybody who is offered a file in the room now, here or away. */
	readonly receivers: () => readonly Fingerprint[];
	/** Finds what goes with posts, and asks for it; absent where there are no posts. */
	readonly posts?: FilesOfPosts | undefined;
	/** Somebody was not shown what we offer, because so much of ours waits for their answer. */
	readonly onUnseen: () => void;
	readonly now: () => number;
	readonly uptime: () => number;
	readonly emit: (event: FileEvent) => void;
	readonly changed: () => void;
}

/** After these failures nothing that came is of any use: the file is offered anew under another key, or not at all. */
const overForGood: ReadonlySet<FileFailure> = new Set(["withdrawn", "bad_list", "changed", "unreadable"]);

/** Owns what is open of each file. */
export class FileList {
	readonly #options: RoomFilesOptions;
	readonly #onLook: () => void;
	/** Holds the files by their `FileView.id`, in the order in which they were offered. */
	readonly #files = new Map<string, RoomFile>();
	/** Says when something of a file came last, by the clock that only goes forward. */
	readonly #heardAt = new WeakMap<RoomFile, number>();
	/** Runs from the first file on: a room without any wakes nobody. */
	#timer: NodeJS.Timeout | undefined;

	/** `onLook` is called as often as progress is looked at. */
	constructor(options: RoomFilesOptions, onLook: () => void = () => {}) {
		this.#options = options;
		this.#onLook = onLook;
	}

	get(id: string): RoomFile | undefined {
		return this.#files.get(id);
	}

	all(): readonly RoomFile[] {
		return [...this.#files.values()];
	}

	views(): readonly FileView[] {
		return this.all().map((file) => file.view());
	}

	/** Adds a file, and lets go of the oldest that is over where there are too many. `undefined`: none is over. */
	add(what: Omit<ConstructorParameters<typeof RoomFile>[0], "at" | "state">): RoomFile | undefined {
		if (this.#files.size >= mostFiles) {
			const over = this.all().find((file) => !file.isOpen);
			if (over === undefined) return undefined;
			this.#files.delete(over.id);
			this.#options.carrier.withdrawn(over.from.fingerprint, Buffer.from(over.id, "hex"));
		}
		const file = new RoomFile({ ...what, at: this.#options.now(), state: { kind: "reading", doneBytes: 0 } });
		this.#files.set(file.id, file);
		this.#timer ??= setInterval(() => this.#look(), tellEveryMs).unref();
		return file;
	}

	/** Shows that a file is to be had, and tells it. */
	offered(file: RoomFile): void {
		file.state = { kind: "offered" };
		const { id, from, name, sizeBytes: size, isOwn: own, files } = file;
		this.#options.emit({ kind: "fileOffered", id, from, name, size, own, ...(files === undefined ? {} : { files }) });
		this.#options.changed();
	}

	/** Shows that a file failed, at least for now, and tells why. Only the first reason counts. */
	failed(file: RoomFile, code: FileFailure): void {
		if (!file.isOpen) return;
		file.state = { kind: "failed", code };
		void this.stopped(file, overForGood.has(code));
		this.#options.emit({ kind: "fileFailed", id: file.id, code });
		this.#options.changed();
	}

	/** Ends what goes on with a file. `isForGood`: nothing that is here of somebody else's stays. */
	async stopped(file: RoomFile, isForGood: boolean): Promise<void> {
		const { carried, receiving, left } = file;
		file.carried = undefined;
		file.receiving = undefined;
		carried?.stop();
		await receiving?.close();
		if (!isForGood) return;
		if (left) await this.#options.disk.discard(left);
		await file.own?.close();
	}

	/** Says to all what has become of a file. */
	say(file: RoomFile, what: BodyOf<"quiet-file">["what"]): void {
		const of = { by: fingerprintBytes(file.from.fingerprint), id: Buffer.from(file.id, "hex") };
		this.#options.say({ kind: "quiet-file", of, what });
	}

	/** Tells how much there is of a file, if that is news. */
	tell(file: RoomFile, doneBytes: number): void {
		if (file.told === doneBytes) return;
		file.told = doneBytes;
		this.#options.emit({ kind: "fileProgress", id: file.id, done: doneBytes, size: file.sizeBytes });
	}

	/** Ends what goes on with all files. What is there of others' files stays, and goes on another time. */
	async close(): Promise<void> {
		clearInterval(this.#timer);
		for (const file of this.all()) {
			if (file.isOpen) this.failed(file, "gone");
			await this.stopped(file, false);
			await file.own?.close();
		}
	}

	/** Looks at what goes on: how far it is, and whether nothing comes any more. */
	#look(): void {
		let isNews = false;
		for (const file of this.all()) {
			const { state, receiving } = file;
			if (state.kind === "reading") this.tell(file, state.doneBytes);
			const isTaking = receiving !== undefined && (state.kind === "running" || state.kind === "waiting");
			if (isTaking) this.#ran(file, receiving.doneBytes);
			const isGoing = file.lookAtShares(this.#options.uptime());
			isNews ||= isGoing || isTaking || state.kind === "reading" || (state.kind === "running" && file.isOwn);
		}
		this.#onLook();
		if (isNews) this.#options.changed();
	}

	#ran(file: RoomFile, doneBytes: number): void {
		const uptime = this.#options.uptime();
		if (doneBytes !== file.doneBytes || !this.#heardAt.has(file)) this.#heardAt.set(file, uptime);
		const isQuiet = uptime - (this.#heardAt.get(file) ?? uptime) > quietMs;
		if (isQuiet) file.state = { kind: "waiting", doneBytes, why: file.isPosted ? "holder" : "source" };
		else file.ran(doneBytes, uptime);
		this.tell(file, doneBytes);
	}
}
