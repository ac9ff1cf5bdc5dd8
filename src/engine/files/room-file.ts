// One file of a room as its member knows it: what the line said, how far it is, who has how much.

import type { FileSecret } from "../../crypto/file/pieces.ts";
import { PIECE_BYTES } from "../../crypto/file/pieces.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { LeftIncoming } from "../../store/files/beside-target.ts";
import { readFileName } from "../../store/files/file-names.ts";
import type { FilePerson, FileShare, FileState, FileView } from "../api/files/files.ts";
import { cleanLine } from "../text/clean.ts";
import type { BodyOf } from "../wire/content-kinds.ts";
import type { IntoFolder } from "./disk.ts";
import type { OwnFile } from "./own-file.ts";
import type { Carried } from "./pieces/carrier.ts";
import type { Layout } from "./pieces/layout.ts";
import { Speed } from "./pieces/speed.ts";
import type { Wanted } from "./pieces/taker.ts";
import type { Naming, Receiving } from "./receiving.ts";

/** The longest name that is shown, in UTF-16 units: names of files may be longer than that of a person. */
const longestName = 255;

/** A FileLine is what the line that offers a file says. */
export interface FileLine {
	readonly by: Fingerprint;
	readonly id: Uint8Array;
	readonly body: BodyOf<"file">;
}

/** Returns the sizes of what a line offers. */
export const layoutOf = ({ size, folder }: BodyOf<"file">): Layout => ({
	contentBytes: size,
	listBytes: folder?.list ?? 0,
});

/** Says which pieces a line offers. */
export const wantedOf = ({ id, body }: FileLine): Wanted => ({ id, layout: layoutOf(body), root: body.root });

/** Returns by what the pieces of a line are opened. */
export const secretOf = ({ id, body }: FileLine): FileSecret => ({ id, key: body.key });

/** A RoomFile is mutable: the files of a room change it. */
export class RoomFile {
	readonly id: string;
	readonly from: FilePerson;
	readonly isOwn: boolean;
	readonly at: number;
	readonly name: string;
	readonly sizeBytes: number;
	readonly files: number | undefined;
	/** It goes with a post, and was offered by no line of the room. */
	readonly isPosted: boolean;
	state: FileState;
	/** It is absent while an own file is read. */
	line: FileLine | undefined;
	own: OwnFile | undefined;
	receiving: Receiving | undefined;
	/** The folder into which it was accepted, so that it goes on there. */
	into: IntoFolder | undefined;
	/** Is there when all of it was here when the program ended: how it was given its name then. */
	naming: Naming | undefined;
	carried: Carried | undefined;
	/** Says of how many bytes progress was told last. */
	told = 0;
	readonly shares = new Map<Fingerprint, FileShare>();
	readonly #speed = new Speed();
	readonly #shareSpeeds = new Map<Fingerprint, Speed>();

	constructor(
		what: Pick<RoomFile, "id" | "from" | "isOwn" | "at" | "name" | "sizeBytes" | "files" | "state"> & {
			readonly isPosted?: boolean;
		},
	) {
		this.id = what.id;
		this.from = what.from;
		this.isOwn = what.isOwn;
		this.at = what.at;
		this.name = cleanLine(what.name, longestName);
		this.sizeBytes = what.sizeBytes;
		this.files = what.files;
		this.isPosted = what.isPosted ?? false;
		this.state = what.state;
	}

	/** Tells whether something may still come of it. */
	get isOpen(): boolean {
		return ["reading", "offered", "waiting", "running"].includes(this.state.kind);
	}

	/** Says what of somebody else's file may lie where it was accepted to. */
	get left(): LeftIncoming | undefined {
		const { line, into } = this;
		const name = line && readFileName(line.body.name);
		if (line === undefined || into === undefined || name?.kind !== "name") return undefined;
		return { id: line.id, name: name.name, into: into.folder, isFolder: line.body.folder !== undefined };
	}

	get doneBytes(): number {
		return "doneBytes" in this.state ? this.state.doneBytes : 0;
	}

	/** Is told how many bytes there are at `uptime`, in milliseconds. */
	ran(doneBytes: number, uptime: number): void {
		this.state = { kind: "running", doneBytes, bytesPerSecond: Math.round(this.#speed.at(uptime, doneBytes)) };
	}

	/** Notes that somebody has so many bytes of it by `uptime`. Returns whether that, or how fast it comes to them, is news. */
	shared({ fingerprint, name }: Pick<FileShare, "fingerprint" | "name">, doneBytes: number, uptime: number): boolean {
		const before = this.shares.get(fingerprint);
		if (before?.isDone) return false;
		const speed = this.#shareSpeeds.get(fingerprint) ?? new Speed();
		this.#shareSpeeds.set(fingerprint, speed);
		const bytesPerSecond = Math.round(speed.at(uptime, doneBytes));
		if (before?.doneBytes === doneBytes && (before.bytesPerSecond ?? 0) === bytesPerSecond) return false;
		const running = bytesPerSecond === 0 ? {} : { bytesPerSecond };
		this.shares.set(fingerprint, { fingerprint, name, doneBytes, isDone: false, ...running });
		return true;
	}

	/** Looks how fast it comes to the others, for those to whom it did; tells whether that is news. */
	lookAtShares(uptime: number): boolean {
		const running = [...this.shares.values()].filter(({ bytesPerSecond }) => bytesPerSecond !== undefined);
		return running.map((share) => this.shared(share, share.doneBytes, uptime)).includes(true);
	}

	/** Returns how many bytes of the content so many pieces are, at least. */
	bytesIn(pieces: number): number {
		return Math.min(this.sizeBytes, pieces * PIECE_BYTES);
	}

	view(): FileView {
		const { id, name, sizeBytes, files, from, isOwn, isPosted, at, state, shares } = this;
		return {
			id,
			name,
			sizeBytes,
			...(files === undefined ? {} : { folder: { files } }),
			...(isPosted ? { isPosted: true } : {}),
			from,
			isOwn,
			at,
			state,
			...(isOwn ? { shares: [...shares.values()] } : {}),
		};
	}
}
