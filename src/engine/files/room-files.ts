// The files of one room: carries out what is asked, takes in what is said of files, and tells how far everything is.
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { readFileName } from "../../store/files/file-names.ts";
import type { Outcome } from "../api/codes.ts";
import type { FileCommand, FileFailure, FilePerson, FileView } from "../api/files/files.ts";
import { done, refuse } from "../api/outcome.ts";
import type { MemberEvent } from "../member/events.ts";
import type { BodyOf } from "../wire/content-kinds.ts";
import { FileList, type RoomFilesOptions } from "./file-list.ts";
import { GoingOn } from "./going-on.ts";
import { OwnFiles } from "./own-files.ts";
import type { Carried, GiveNotes } from "./pieces/carrier.ts";
import type { PieceSource } from "./pieces/giver.ts";
import { slowestBytesPerSecond } from "./pieces/speed.ts";
import type { Wanted } from "./pieces/taker.ts";
import { PostTakes } from "./post-takes.ts";
import { type RoomFile, wantedOf } from "./room-file.ts";
import { overFile, TakenFiles } from "./taken-files.ts";

/** At most this many files of one person wait for an answer, so that nobody can bury the others under offers. */
const mostOffersOfOne = 50;
const fileCommands: Readonly<Record<FileCommand["kind"], true>> = {
	sendFile: true,
	acceptFile: true,
	declineFile: true,
	cancelFile: true,
	pauseFile: true,
	resumeFile: true,
	limitFiles: true,
};

/** Tells whether a command is about files. */
export const isFileCommand = <Other extends { readonly kind: string }>(
	command: Other | FileCommand,
): command is FileCommand => Object.hasOwn(fileCommands, command.kind);

const unknownFile = refuse({ code: "no_such_file", why: "unknown" });

/** Owns everything that is open of the files of one stay. */
export class RoomFiles {
	readonly #options: RoomFilesOptions;
	readonly #list: FileList;
	/** Takes what goes with posts. */
	readonly posted: PostTakes;
	readonly #own: OwnFiles;
	readonly #goingOn: GoingOn;
	readonly #taken: TakenFiles;
	#wasKept = false;
	/** Counts the offers of each person that were left out since one was shown. */
	readonly #leftOut = new Map<Fingerprint, number>();

	constructor(options: RoomFilesOptions) {
		this.#options = options;
		this.#list = new FileList(options, () => this.posted.look());
		this.posted = new PostTakes(options, this.#list, (file) => void this.#taken.finish(file));
		this.#own = new OwnFiles(options, this.#list, {
			remember: (...what) => this.#goingOn.remember(...what),
			over: (file) => this.#goingOn.over(file),
		});
		this.#goingOn = new GoingOn(options, this.#list, {
			take: (file) => void this.#taken.takeUnasked(file),
			offered: (file) => this.#taken.takeIfWished(file),
			give: (file, kept) => void this.#own.restore(file, kept),
		});
		this.#taken = new TakenFiles(options, this.#list, this.posted, this.#goingOn);
	}

	/** Is called when we are in the room: what was under way here when the program ended goes on. */
	entered(roomId: Uint8Array): void {
		this.#goingOn.entered(roomId);
	}

	views(): readonly FileView[] {
		return this.#list.views();
	}

	/** Tells whether files of others came whole in this room, and none that the person still wanted is missing. */
	get haveAllCome(): boolean {
		const kinds = this.#list.all().flatMap(({ isOwn, isPosted, state }) => (isOwn || isPosted ? [] : [state.kind]));
		return kinds.includes("done") && kinds.every((kind) => ["done", "declined", "cancelled"].includes(kind));
	}

	perform(command: FileCommand): Outcome | Promise<Outcome> {
		if (command.kind === "sendFile") return this.#own.send(command.path);
		if (command.kind === "limitFiles") return this.#limit(command.bytesPerSecond);
		const file = this.#list.get(command.id);
		if (file === undefined) {
			if (command.kind !== "acceptFile") return unknownFile;
			const found = this.posted.find(command.id);
			return "outcome" in found ? found.outcome : this.#taken.accept(found.file, command.to);
		}
		switch (command.kind) {
			case "acceptFile":
				return this.#taken.accept(file, command.to);
			case "declineFile":
				return this.#taken.decline(file);
			case "cancelFile":
				return this.#cancel(file);
			case "pauseFile":
				return this.#pause(file);
			case "resumeFile":
				return this.#resume(file);
		}
	}

	/** Takes in that somebody else offers a file. Returns whether it is shown; `tooMany` says that it is not because too many of theirs wait for an answer. */
	heard(from: FilePerson, id: Uint8Array, body: BodyOf<"file">): boolean | "tooMany" {
		// Ids are random: whoever uses one that is here already has copied it.
		const key = Buffer.from(id).toString("hex");
		if (this.#list.get(key) !== undefined) return false;
		const isTheirs = (one: RoomFile): boolean => one.from.fingerprint === from.fingerprint;
		const waiting = this.#list.all().filter((one) => isTheirs(one) && one.state.kind === "offered");
		if (waiting.length >= mostOffersOfOne) return this.#leaveOut(from, id);
		const { name, size: sizeBytes, folder } = body;
		const file = this.#list.add({ id: key, from, isOwn: false, name, sizeBytes, files: folder?.files });
		if (file === undefined) return this.#leaveOut(from, id);
		this.#leftOut.delete(from.fingerprint);
		// Without what else the content has.
		const { root, key: secret } = body;
		const offered = { kind: "file", name, size: sizeBytes, root, key: secret, ...(folder && { folder }) } as const;
		file.line = { by: from.fingerprint, id, body: offered };
		this.#list.offered(file);
		if (readFileName(body.name).kind === "refused") {
			this.#list.failed(file, "bad_name");
			return true;
		}
		this.#options.carrier.heard(from.fingerprint, wantedOf(file.line));
		if (this.#goingOn.offered(file)) void this.#taken.takeUnasked(file);
		else this.#taken.takeIfWished(file);
		return true;
	}

	/** Leaves an offer out. Its sender is told, or they would wait for an answer; but whoever floods the room does not make everybody answer without end. */
	#leaveOut({ fingerprint }: FilePerson, id: Uint8Array): "tooMany" {
		const count = (this.#leftOut.get(fingerprint) ?? 0) + 1;
		this.#leftOut.set(fingerprint, count);
		const of = { by: fingerprintBytes(fingerprint), id };
		if (count <= mostOffersOfOne) this.#options.say({ kind: "quiet-file", of, what: "leftOut" });
		return "tooMany";
	}

	/** Gives what goes with a post to whoever in the room takes it. */
	give(wanted: Wanted, source: PieceSource, notes: GiveNotes): Carried {
		return this.#options.carrier.give(this.#options.self, wanted, source, notes);
	}

	/** Takes in what somebody tells of a file: that they have it or do not want it, or that it can't be had any more. */
	told(from: FilePerson, { of, what }: BodyOf<"quiet-file">): void {
		const id = Buffer.from(of.id).toString("hex");
		const file = this.#list.get(id);
		const by = parseFingerprint(Buffer.from(of.by).toString("hex"));
		if (what === "withdrawn" && by === from.fingerprint && !from.isSelf) this.posted.over(by, id);
		if (by !== undefined && (what === "got" || what === "declined"))
			this.#goingOn.answered(by, of.id, from.fingerprint);
		if (file === undefined || file.isPosted || by !== file.from.fingerprint) return;
		if (what === "withdrawn" || what === "changed" || what === "unreadable") {
			if (from.fingerprint === by && !file.isOwn) this.#overThere(file, what);
			return;
		}
		const share = file.shares.get(from.fingerprint);
		if (!file.isOwn || share?.isDone) return;
		const { fingerprint, name } = from;
		if (what === "leftOut") {
			file.shares.set(fingerprint, { fingerprint, name, doneBytes: 0, isDone: false, isLeftOut: true });
			this.#options.onUnseen();
		}
		if (what === "got") {
			file.shares.set(fingerprint, { fingerprint, name, doneBytes: file.sizeBytes, isDone: true });
			this.#options.emit({ kind: "fileTaken", id: file.id, by: from });
		}
		this.#options.changed();
	}

	/** Takes in that somebody who had declined a file wants it after all, and gives it if it is ours. */
	wanted(from: FilePerson, of: BodyOf<"quiet-file-wanted">["of"]): void {
		const by = parseFingerprint(Buffer.from(of.by).toString("hex"));
		if (by === undefined) return;
		this.#goingOn.wanted(by, of.id, from.fingerprint);
		const file = this.#list.get(Buffer.from(of.id).toString("hex"));
		if (file !== undefined && by === file.from.fingerprint && file.isOwn) this.#own.giveAgain(file);
	}

	/** Takes in what happened in the room, as far as it is about own files, or about how long the room lasts. */
	happened(event: MemberEvent): void {
		if (this.#options.isKept() && !this.#wasKept) this.#goingOn.roomKept();
		this.#wasKept = this.#options.isKept();
		if (event.kind === "placed" && event.item.body.kind === "file") this.#own.placed(event.item.id, event.item.body);
	}

	/** Ends all that goes on with files, because the stay is over. `isForGood` says that the room is over, too. */
	async close(isForGood: boolean): Promise<void> {
		this.#own.close();
		if (isForGood) this.#goingOn.roomOver();
		await this.#list.close();
		await this.#options.carrier.close(isForGood);
	}

	async #cancel(file: RoomFile): Promise<Outcome> {
		const isPartLeft = file.state.kind === "failed" && file.left !== undefined;
		if (!file.isOpen && !isPartLeft) return overFile;
		const wasOffered = file.line !== undefined;
		await this.#list.stopped(file, true);
		file.state = { kind: "cancelled" };
		this.#goingOn.over(file);
		if (wasOffered && !file.isPosted) this.#list.say(file, file.isOwn ? "withdrawn" : "declined");
		if (file.isOwn && wasOffered) {
			this.#options.carrier.withdrawn(this.#options.self, Buffer.from(file.id, "hex"));
		}
		return done;
	}

	async #pause(file: RoomFile): Promise<Outcome> {
		if (file.state.kind !== "running" && file.state.kind !== "waiting") return overFile;
		const { doneBytes } = file;
		await this.#list.stopped(file, false);
		file.state = { kind: "waiting", doneBytes, why: "person" };
		return done;
	}

	#resume(file: RoomFile): Outcome | Promise<Outcome> {
		if (file.state.kind !== "waiting" || file.state.why !== "person") return overFile;
		if (!file.isOwn) return this.#taken.take(file);
		file.state = { kind: "offered" };
		this.#own.give(file);
		return done;
	}

	#limit(bytesPerSecond: number | "off"): Outcome {
		const isFine =
			bytesPerSecond === "off" || (Number.isFinite(bytesPerSecond) && bytesPerSecond >= slowestBytesPerSecond);
		if (!isFine) return refuse({ code: "bad_setting", why: "fileSpeed" });
		for (const limit of this.#options.limits) limit.set(bytesPerSecond);
		return done;
	}

	/** Ends a file that its sender gives no more. What has not come by now never will, so it can't be accepted any more. */
	#overThere(file: RoomFile, why: FileFailure): void {
		this.#options.carrier.withdrawn(file.from.fingerprint, Buffer.from(file.id, "hex"));
		this.#goingOn.overForAll(file);
		if (file.isOpen) this.#list.failed(file, why);
		file.line = undefined;
	}
}
