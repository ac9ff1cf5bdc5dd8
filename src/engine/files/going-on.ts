// What of the files of a room is kept on disk while they are under way, and how they go on when we come into the room again.
import { type Fingerprint, fingerprintBytes } from "../../crypto/identity/fingerprint.ts";
import type { FilePerson } from "../api/files/files.ts";
import type { FileList, RoomFilesOptions } from "./file-list.ts";
import type { KeptFile } from "./kept-files.ts";
import { Receivers } from "./receivers.ts";
import { type FileLine, type RoomFile, wantedOf } from "./room-file.ts";

/** A GoesOn is what is called for a file that goes on after a restart. */
export interface GoesOn {
	/** Takes a file into where it was accepted to. */
	take(file: RoomFile): void;
	/** Is called for a file that was offered, and to which nobody here has answered yet. */
	offered(file: RoomFile): void;
	/** Gives an own file as it lies there now. */
	give(file: RoomFile, kept: KeptFile): void;
}

/** Keeps the files of one stay. */
export class GoingOn {
	readonly #options: RoomFilesOptions;
	readonly #list: FileList;
	readonly #goesOn: GoesOn;
	readonly #receivers: Receivers;
	#roomId: Uint8Array | undefined;

	constructor(options: RoomFilesOptions, list: FileList, goesOn: GoesOn) {
		this.#options = options;
		this.#list = list;
		this.#goesOn = goesOn;
		this.#receivers = new Receivers((by, id) => options.carrier.answered(by, id));
	}

	/** Is called when we are in the room: what was under way here when the program ended goes on. Only the first call of a stay counts. */
	entered(roomId: Uint8Array): void {
		if (this.#roomId !== undefined) return;
		this.#roomId = roomId;
		for (const kept of this.#options.kept.ofRoom(roomId)) this.#restore(kept);
	}

	/** Keeps what is known of a file. */
	remember(line: FileLine, name: string, what: KeptFile["what"]): void {
		const room = this.#roomId;
		if (room !== undefined) this.#options.kept.set({ room, ...line, name, what, waitsFor: this.#receivers.of(line) });
	}

	/** Is told that somebody offers a file, which is kept in a room that is kept. Returns whether it was accepted at an earlier time, in this room or another. */
	offered(file: RoomFile): boolean {
		const { line } = file;
		if (line === undefined) return false;
		if (this.#options.isHost) this.#receivers.offered(line, this.#options.receivers());
		const taken = this.#options.kept.taken(line.by, line.id, line.body.root);
		if (taken?.what.kind === "taken") {
			wasTaken(file, taken.what);
			return true;
		}
		this.#keep(file);
		return false;
	}

	/** Is told that the room is kept from now on, and with it what was offered before. */
	roomKept(): void {
		for (const file of this.#list.all()) if (!file.isOwn) this.#keep(file);
		this.#options.carrier.roomKept();
	}

	/** Is told that we have a file, or want no more of it. The host of a room that is kept still gives it to the others. */
	over(file: RoomFile): void {
		const { line, isOwn, isPosted } = file;
		if (line === undefined) return;
		if (isOwn || isPosted) this.#options.kept.forget(line.by, line.id);
		else {
			this.#receivers.answered(line.by, line.id, this.#options.self);
			this.#keep(file);
		}
	}

	/** Forgets a file of which nobody gets any more. */
	overForAll({ line }: RoomFile): void {
		if (line) this.#options.kept.forget(line.by, line.id);
	}

	/** Is told that somebody has a file that is neither theirs nor ours, or does not want it. */
	answered(by: Fingerprint, id: Uint8Array, who: Fingerprint): void {
		if (!this.#receivers.answered(by, id, who)) return;
		const waitsFor = this.#receivers.of({ by, id });
		const file = this.#list.get(Buffer.from(id).toString("hex"));
		if (file?.line) this.#keep(file);
		else if (waitsFor === undefined) this.#options.kept.forget(by, id);
		else this.#options.kept.waits(by, id, waitsFor);
	}

	/** Tells the room that we want a file after all that we had declined, because nobody may keep it for us any more. */
	wantedAgain({ line }: RoomFile): void {
		if (line === undefined) return;
		this.wanted(line.by, line.id, this.#options.self);
		this.#options.say({ kind: "quiet-file-wanted", of: { by: fingerprintBytes(line.by), id: line.id } });
	}

	/** Is told that somebody wants a file that they had declined; a host keeps it for them again. */
	wanted(by: Fingerprint, id: Uint8Array, who: Fingerprint): void {
		const file = this.#list.get(Buffer.from(id).toString("hex"));
		if (!this.#options.isHost || file === undefined || file.line?.by !== by || file.isOwn) return;
		this.#receivers.wanted(by, id, who);
		this.#options.carrier.wanted(by, id);
		this.#keep(file);
	}

	/** Keeps somebody else's file as it stands, as long as somebody still needs it. */
	#keep({ line, from, into, naming, state, isPosted }: RoomFile): void {
		if (line === undefined || isPosted) return;
		const isTaken = into !== undefined && ["running", "waiting", "failed"].includes(state.kind);
		const isServed = this.#options.isHost && this.#receivers.of(line) !== undefined;
		const kind = state.kind === "offered" ? "offered" : "served";
		if (isTaken) this.remember(line, from.name, { kind: "taken", ...into, ...(naming && { naming }) });
		else if (this.#options.isKept() && (kind === "offered" || isServed)) this.remember(line, from.name, { kind });
		else this.#options.kept.forget(line.by, line.id);
	}

	/** Is told that the room is over for good; nobody takes our files here any more. */
	roomOver(): void {
		for (const file of this.#list.all())
			if (file.isOwn && file.line) this.#options.kept.forget(file.line.by, file.line.id);
	}

	#restore(kept: KeptFile): void {
		const { by, body, what } = kept;
		const id = Buffer.from(kept.id).toString("hex");
		if (this.#list.get(id) !== undefined) return;
		const line = { by, id: kept.id, body };
		if (kept.waitsFor) this.#receivers.restored(line, kept.waitsFor);
		const isOwn = what.kind === "given";
		const isPosted = what.kind === "taken" && what.isPosted === true;
		if (what.kind === "posted") return;
		if (!isOwn && !isPosted) this.#options.carrier.heard(by, wantedOf(line));
		if (what.kind === "served") return;
		const from: FilePerson = this.#options.person(by) ?? {
			fingerprint: by,
			name: kept.name,
			trust: "known",
			isSelf: isOwn,
		};
		const { name, size: sizeBytes, folder } = body;
		const file = this.#list.add({ id, from, isOwn, name, sizeBytes, files: folder?.files, isPosted });
		if (file === undefined) return;
		file.line = line;
		if (isPosted) file.state = { kind: "offered" };
		else this.#list.offered(file);
		if (what.kind === "given") this.#goesOn.give(file, kept);
		if (what.kind === "offered") this.#goesOn.offered(file);
		if (what.kind === "taken") {
			wasTaken(file, what);
			this.#goesOn.take(file);
		}
	}
}

/** Goes on with what was accepted: where to, and whether all of it was here. */
function wasTaken(
	file: RoomFile,
	{ naming, folder, makesFolder }: Extract<KeptFile["what"], { readonly kind: "taken" }>,
): void {
	file.into = { folder, makesFolder };
	file.naming = naming;
}
