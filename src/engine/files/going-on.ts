// What of the files of a room is kept on disk while they are under way, and how they go on when we come into the room again.
import type { FilePerson } from "../api/files/files.ts";
import type { FileList, RoomFilesOptions } from "./file-list.ts";
import type { KeptFile } from "./kept-files.ts";
import { type FileLine, type RoomFile, wantedOf } from "./room-file.ts";

/** What goes on again. */
export interface GoesOn {
	/** Takes a file into where it was accepted to. */
	take(file: RoomFile): void;
	/** Gives an own file as it lies there now. */
	give(file: RoomFile, kept: KeptFile): void;
}

/** Keeps the files of one stay. */
export class GoingOn {
	readonly #options: RoomFilesOptions;
	readonly #list: FileList;
	readonly #goesOn: GoesOn;
	#roomId: Uint8Array | undefined;

	constructor(options: RoomFilesOptions, list: FileList, goesOn: GoesOn) {
		this.#options = options;
		this.#list = list;
		this.#goesOn = goesOn;
	}

	/** We are in the room: what was under way here when the program ended goes on. Only the first call of a stay counts. */
	entered(roomId: Uint8Array): void {
		if (this.#roomId !== undefined) return;
		this.#roomId = roomId;
		for (const kept of this.#options.kept.ofRoom(roomId)) this.#restore(kept);
	}

	/** Keeps what is known of a file. */
	remember(line: FileLine, name: string, what: KeptFile["what"]): void {
		const room = this.#roomId;
		if (room !== undefined) this.#options.kept.set({ room, ...line, name, what });
	}

	/** Somebody offers a file: in a room that lasts it is kept. Returns into which folder it was accepted at an earlier time, in this room or another. */
	offered({ line, from }: RoomFile): RoomFile["into"] {
		if (line === undefined) return undefined;
		const taken = this.#options.kept.taken(line.by, line.id, line.body.root);
		if (taken?.what.kind === "taken") return taken.what;
		if (this.#options.isKept()) this.remember(line, from.name, { kind: "offered" });
		return undefined;
	}

	/** We have no further use for a file. The host of a room that lasts still gives it to the others. */
	over({ line, from, isOwn }: RoomFile, isWithdrawn = false): void {
		if (line === undefined) return;
		const isServed = !isOwn && !isWithdrawn && this.#options.isHost && this.#options.isKept();
		if (isServed) this.remember(line, from.name, { kind: "served" });
		else this.#options.kept.forget(line.by, line.id);
	}

	/** The room is over for good: nobody takes our files here any more. */
	roomOver(): void {
		for (const file of this.#list.all())
			if (file.isOwn && file.line) this.#options.kept.forget(file.line.by, file.line.id);
	}

	#restore(kept: KeptFile): void {
		const { by, body, what } = kept;
		const id = Buffer.from(kept.id).toString("hex");
		if (this.#list.get(id) !== undefined) return;
		const line = { by, id: kept.id, body };
		const isOwn = what.kind === "given";
		if (!isOwn) this.#options.carrier.heard(by, wantedOf(line));
		if (what.kind === "served") return;
		const from: FilePerson = this.#options.person(by) ?? {
			fingerprint: by,
			name: kept.name,
			trust: "known",
			isSelf: isOwn,
		};
		const file = this.#list.add({ id, from, isOwn, name: body.name, sizeBytes: body.size, files: body.folder?.files });
		if (file === undefined) return;
		file.line = line;
		this.#list.offered(file);
		if (what.kind === "given") this.#goesOn.give(file, kept);
		if (what.kind === "taken") {
			file.into = what;
			this.#goesOn.take(file);
		}
	}
}
