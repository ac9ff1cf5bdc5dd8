// Own files: read once, offered in the room, then given to whoever takes them.
import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { planOutgoing, type Source } from "../../store/files/outgoing-plan.ts";
import type { Outcome } from "../api/codes.ts";
import { refuse } from "../api/outcome.ts";
import { cleanLine } from "../text/clean.ts";
import { type BodyOf, contentIdBytes } from "../wire/content-kinds.ts";
import { type FileList, mostFiles, type RoomFilesOptions } from "./file-list.ts";
import { OwnFile } from "./own-file.ts";
import { sourceRefusals } from "./preview.ts";
import { type RoomFile, wantedOf } from "./room-file.ts";

/** Sends the files of one stay; they are in its list. */
export class OwnFiles {
	readonly #options: RoomFilesOptions;
	readonly #list: FileList;
	readonly #stop = new AbortController();

	constructor(options: RoomFilesOptions, list: FileList) {
		this.#options = options;
		this.#list = list;
	}

	/** Offers what is at a path; answers before all of it is read. */
	async send(typed: string): Promise<Outcome> {
		const plan = await planOutgoing([typed], { folder: process.cwd(), home: homedir() });
		const path = cleanLine(typed);
		if (plan.kind === "refused") return refuse({ code: "bad_file", why: sourceRefusals[plan.trouble.why], path });
		const [source, ...more] = plan.sources;
		if (source === undefined || more.length > 0) return refuse({ code: "bad_file", why: "several", path });
		const from = this.#options.person(this.#options.self);
		if (from === undefined) return refuse({ code: "not_in_room" });
		const bytes = randomBytes(contentIdBytes);
		const { name, size: sizeBytes } = source;
		const id = bytes.toString("hex");
		const file = this.#list.add({ id, from, isOwn: true, name, sizeBytes, files: source.list?.files.length });
		if (file === undefined) return refuse({ code: "too_many_files", most: mostFiles });
		file.own = new OwnFile(source, (code) => this.#list.failed(file, code));
		void this.#read(file, bytes, source);
		return { kind: "done", id, name: file.name, size: sizeBytes };
	}

	/** Our own line that offers a file has its place: now it is to be had. */
	placed(id: string, body: BodyOf<"file">): void {
		const file = this.#list.get(id);
		if (!file?.own || file.carried) return;
		file.line = { by: this.#options.self, id: Buffer.from(id, "hex"), body };
		this.#list.offered(file);
		this.give(file);
	}

	/** Gives a file to whoever takes it. */
	give(file: RoomFile): void {
		const { line, own } = file;
		if (line === undefined || own === undefined) return;
		file.carried = this.#options.carrier.give(line.by, wantedOf(line), own, {
			onKept: (pieces, isWhole) => {
				if (!file.isOpen || file.state.kind === "waiting") return;
				if (isWhole) file.state = { kind: "offered" };
				else file.ran(file.bytesIn(pieces), this.#options.uptime());
			},
			onShare: (who, pieces) => this.#shared(file, who, pieces),
			onBroken: () => this.#list.failed(file, "changed"),
		});
	}

	close(): void {
		this.#stop.abort();
	}

	/** Reads an own file once, then offers it. */
	async #read(file: RoomFile, id: Uint8Array, source: Source): Promise<void> {
		const onProgress = (doneBytes: number): void => {
			if (file.state.kind === "reading") file.state = { kind: "reading", doneBytes };
		};
		const offered = await file.own?.read(id, onProgress, this.#stop.signal);
		if (offered === undefined || file.state.kind !== "reading") return;
		const list = file.own?.layout.listBytes ?? 0;
		const folder = source.list && { folder: { files: source.list.files.length, list } };
		const { root, secret } = offered;
		const body = { kind: "file", name: source.name, size: source.size, root, key: secret.key, ...folder } as const;
		if (this.#options.say(body, file.id) === undefined) this.#list.failed(file, "gone");
	}

	#shared(file: RoomFile, who: Fingerprint, pieces: number): void {
		const of = this.#options.person(who);
		if (of === undefined || of.isSelf || file.shares.get(who)?.isDone) return;
		const doneBytes = file.bytesIn(pieces);
		file.shares.set(who, { fingerprint: who, name: of.name, doneBytes, isDone: false });
		this.#options.emit({ kind: "fileProgress", id: file.id, done: doneBytes, size: file.sizeBytes, of });
		this.#options.changed();
	}
}
