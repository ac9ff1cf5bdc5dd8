// Own files: read once, offered in the room, then given to whoever takes them.
import { randomBytes } from "node:crypto";
import { FILE_KEY_BYTES } from "../../crypto/file/pieces.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Source, SourceTrouble } from "../../store/files/outgoing-plan.ts";
import type { FilesPreview } from "../api/api.ts";
import type { Outcome } from "../api/codes.ts";
import type { FilePerson } from "../api/files/files.ts";
import { refuse } from "../api/outcome.ts";
import { cleanLine } from "../text/clean.ts";
import { type BodyOf, contentIdBytes } from "../wire/content-kinds.ts";
import { type FileList, mostFiles, type RoomFilesOptions } from "./file-list.ts";
import { type KeptFile, versionOfSource } from "./kept-files.ts";
import { type OwnFailure, OwnFile } from "./own-file.ts";
import type { PieceSource } from "./pieces/giver.ts";
import { type FileLine, layoutOf, type RoomFile, wantedOf } from "./room-file.ts";

/** Says what a view is told of each reason why something can't be sent. */
export const sourceRefusals: Readonly<
	Record<SourceTrouble["why"], Extract<FilesPreview, { readonly kind: "refused"; readonly code: "bad_file" }>["why"]>
> = {
	none: "notFound",
	notPermitted: "notReadable",
	other: "notReadable",
	special: "notAFile",
	tooMany: "tooMany",
	tooLarge: "tooBig",
	tooDeep: "tooDeep",
	emptyFolder: "emptyFolder",
};

/** Keeps on the disk what own files need to go on after a restart. */
interface OnDisk {
	/** Keeps what is needed to go on with an own file. */
	remember(line: FileLine, name: string, what: KeptFile["what"]): void;
	/** Forgets a file of which nobody gets any more. */
	over(file: RoomFile): void;
}

/** Stands for a file that is no more what was offered; `lost` is called when anything of it is asked for. */
function lostSource({ body }: KeptFile, lost: () => void): PieceSource {
	const nothing = async (): Promise<undefined> => {
		lost();
		return undefined;
	};
	return { layout: layoutOf(body), hashes: nothing, piece: nothing };
}

/** Sends the files of one stay; they are in its list. */
export class OwnFiles {
	readonly #options: RoomFilesOptions;
	readonly #list: FileList;
	readonly #onDisk: OnDisk;
	readonly #stop = new AbortController();

	constructor(options: RoomFilesOptions, list: FileList, onDisk: OnDisk) {
		this.#options = options;
		this.#list = list;
		this.#onDisk = onDisk;
	}

	/** Offers what is at a path; answers before all of it is read. What was offered before, and lies there unchanged, is offered as the same file: who has some of it goes on. */
	async send(typed: string): Promise<Outcome> {
		const plan = await this.#options.disk.plan(typed);
		const path = cleanLine(typed);
		if (plan.kind === "refused") return refuse({ code: "bad_file", why: sourceRefusals[plan.trouble.why], path });
		const [source, ...more] = plan.sources;
		if (source === undefined || more.length > 0) return refuse({ code: "bad_file", why: "several", path });
		const from = this.#options.person(this.#options.self);
		if (from === undefined) return refuse({ code: "not_in_room" });
		const before = this.#options.kept.given(source.path, versionOfSource(source));
		const again = before && this.#list.get(Buffer.from(before.id).toString("hex")) === undefined ? before : undefined;
		const id = again?.id ?? randomBytes(contentIdBytes);
		const file = this.#add(id, source, from);
		if (file === undefined) return refuse({ code: "too_many_files", most: mostFiles });
		if (again) this.#sendAgain(file, again);
		else void this.#read(file, id, source);
		return { kind: "done", id: file.id, name: file.name, size: source.size };
	}

	/** Gives a file again that was offered in this room before the program was started. */
	async restore(file: RoomFile, kept: KeptFile): Promise<void> {
		const { what } = kept;
		if (what.kind !== "given") return;
		const plan = await this.#options.disk.plan(what.path);
		const [source] = plan.kind === "plan" ? plan.sources : [];
		const isSame = source !== undefined && Buffer.compare(versionOfSource(source), what.version) === 0;
		if (!isSame || what.hashes.length === 0) {
			// The host may have all of it: whoever gives the pieces to it is told only when one is asked for.
			const lost = (): void => this.#failed(file, source === undefined ? "unreadable" : "changed");
			return this.give(file, lostSource(kept, lost));
		}
		file.own = this.#ownFile(file, source);
		this.#resume(file, kept);
		this.give(file);
	}

	/** Is told that our own line that offers a file has its place: now the file is to be had. */
	placed(id: string, body: BodyOf<"file">): void {
		const file = this.#list.get(id);
		if (!file?.own || file.carried) return;
		file.line = { by: this.#options.self, id: Buffer.from(id, "hex"), body };
		void this.#keep(file, body);
		this.#list.offered(file);
		this.give(file);
	}

	/** Gives a file to whoever takes it. */
	give(file: RoomFile, source: PieceSource | undefined = file.own): void {
		const { line } = file;
		if (line === undefined || source === undefined) return;
		file.carried = this.#options.carrier.give(line.by, wantedOf(line), source, {
			onKept: (pieces, isWhole) => {
				if (isWhole) file.carried = undefined;
				if (!file.isOpen || file.state.kind === "waiting") return;
				if (isWhole) file.state = { kind: "offered" };
				else file.ran(file.bytesIn(pieces), this.#options.uptime());
			},
			onShare: (who, pieces) => this.#shared(file, who, pieces),
			onBroken: () => this.#failed(file, "changed"),
		});
	}

	/** Gives a file once more that somebody wants after all, because the host may keep nothing of it any more. */
	giveAgain(file: RoomFile): void {
		const isStillGiven = file.carried !== undefined;
		if (file.state.kind === "offered" && !isStillGiven) this.give(file);
	}

	close(): void {
		this.#stop.abort();
	}

	#add(bytes: Uint8Array, source: Source, from: FilePerson): RoomFile | undefined {
		const { name, size: sizeBytes, list } = source;
		const id = Buffer.from(bytes).toString("hex");
		const file = this.#list.add({ id, from, isOwn: true, name, sizeBytes, files: list?.files.length });
		if (file !== undefined) file.own = this.#ownFile(file, source);
		return file;
	}

	#ownFile(file: RoomFile, source: Source): OwnFile {
		return new OwnFile(source, this.#options.disk, (code) => this.#failed(file, code));
	}

	/** Takes back a file that can't be had any more. Whoever takes it is told, for they would wait in vain; when it is sent again it is another file. */
	#failed(file: RoomFile, code: OwnFailure): void {
		if (file.isOpen && file.line !== undefined) {
			this.#list.say(file, code);
			this.#onDisk.over(file);
		}
		this.#list.failed(file, code);
	}

	#resume(file: RoomFile, { what, body, id }: KeptFile): void {
		if (what.kind !== "given") return;
		file.own?.resume({ secret: { id, key: body.key }, root: body.root, hashes: what.hashes });
	}

	#sendAgain(file: RoomFile, kept: KeptFile): void {
		this.#resume(file, kept);
		this.#offer(file, kept.body);
	}

	/** Reads an own file once, then offers it. */
	async #read(file: RoomFile, id: Uint8Array, source: Source): Promise<void> {
		const onProgress = (doneBytes: number): void => {
			if (file.state.kind === "reading") file.state = { kind: "reading", doneBytes };
		};
		const secret = { id, key: randomBytes(FILE_KEY_BYTES) };
		const offered = await file.own?.read(secret, onProgress, this.#stop.signal);
		if (offered === undefined || file.state.kind !== "reading") return;
		const list = file.own?.layout.listBytes ?? 0;
		const folder = source.list && { folder: { files: source.list.files.length, list } };
		const { root } = offered;
		this.#offer(file, { kind: "file", name: source.name, size: source.size, root, key: secret.key, ...folder });
	}

	/** Says the line that offers a file. In a room that is kept that line may wait longer than this program runs, so what it offers is kept before. */
	#offer(file: RoomFile, body: BodyOf<"file">): void {
		if (this.#options.isKept()) void this.#keep(file, body);
		if (this.#options.say(body, file.id) === undefined) this.#list.failed(file, "gone");
	}

	async #keep(file: RoomFile, body: BodyOf<"file">): Promise<void> {
		const { own } = file;
		const hashes = await own?.hashes();
		if (own === undefined || hashes === undefined) return;
		const line = { by: this.#options.self, id: Buffer.from(file.id, "hex"), body };
		const { path } = own.source;
		this.#onDisk.remember(line, file.from.name, { kind: "given", path, version: versionOfSource(own.source), hashes });
	}

	#shared(file: RoomFile, who: Fingerprint, pieces: number): void {
		const of = this.#options.person(who);
		const doneBytes = file.bytesIn(pieces);
		if (of === undefined || of.isSelf || !file.shared(of, doneBytes, this.#options.uptime())) return;
		this.#options.emit({ kind: "fileProgress", id: file.id, done: doneBytes, size: file.sizeBytes, of });
		this.#options.changed();
	}
}
