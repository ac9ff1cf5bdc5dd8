// What lies beside the target while something is received: a `.part` with its bytes, and the marks of the pieces that are there. It is begun, found again, and removed here.
import { type FileName, readFileName } from "./file-names.ts";
import type { FolderList } from "./folder-list.ts";
import { diskTroubleOf, hasCode, OpenFolder } from "./open-folder.ts";
import { FolderPart, type PartFile, SinglePart } from "./part-file.ts";
import { PieceMarks } from "./piece-marks.ts";

/** What the names of part and marks add: ".", 16 digits, ".pieces". */
const STEM_BYTES = 200;

/** Says what shall be received. `id` and `root` are those of the offer, bound to what is kept, so that going on never mixes two files. */
export interface Incoming {
	readonly id: Uint8Array;
	readonly root: Uint8Array;
	readonly name: FileName;
	/** Counts the bytes in all; with `list` those of all its files. */
	readonly size: number;
	readonly pieceBytes: number;
	/** Lists what is in it, where it is a folder. */
	readonly list?: FolderList;
	/** The whole path of the folder it goes into. */
	readonly into: string;
	/** Makes that folder when it is missing; the person has not typed it. */
	readonly makesFolder?: boolean;
}

/** Holds the part and the marks of its pieces, both open. */
export interface Opened {
	readonly part: PartFile;
	readonly marks: PieceMarks;
}

const piecesOf = ({ size, pieceBytes }: Incoming): number => Math.ceil(size / pieceBytes);

const marksOf = (incoming: Incoming): { readonly subject: Uint8Array; readonly count: number } => {
	const numbers = Buffer.alloc(12);
	numbers.writeBigUInt64BE(BigInt(incoming.size), 0);
	numbers.writeUInt32BE(incoming.pieceBytes, 8);
	return { subject: Buffer.concat([incoming.id, incoming.root, numbers]), count: piecesOf(incoming) };
};

/** Returns the names beside the target. The id in them keeps two files of one name apart, and what is there already is never taken for ours. */
export function besides({ id, name }: Pick<Incoming, "id" | "name">): {
	readonly part: FileName;
	readonly pieces: FileName;
} {
	let stem = "";
	for (const character of name) {
		if (Buffer.byteLength(stem + character) > STEM_BYTES) break;
		stem += character;
	}
	const own = `${stem}.${Buffer.from(id).toString("hex").slice(0, 16)}`;
	return { part: ownName(`${own}.part`), pieces: ownName(`${own}.pieces`) };
}

function ownName(name: string): FileName {
	const read = readFileName(name);
	if (read.kind === "refused") throw new Error(`a name of ours is none: ${read.why}`);
	return read.name;
}

/** Goes on with what is there, if it is ours and belongs to this file; else `undefined`. */
export async function resume(folder: OpenFolder, incoming: Incoming): Promise<Opened | undefined> {
	const { pieces } = besides(incoming);
	const handle = await folder.reopen(pieces).catch(missing);
	if (handle === undefined) return undefined;
	let opened: Opened | undefined;
	try {
		const marks = await PieceMarks.resume(handle, marksOf(incoming));
		const part = marks === undefined ? undefined : await reopenPart(folder, incoming, marks.areAll).catch(missing);
		if (marks !== undefined && part !== undefined) opened = { part, marks };
		return opened;
	} finally {
		if (opened === undefined) await handle.close();
	}
}

const missing = (error: unknown): undefined => {
	if (!hasCode(error, "ENOENT")) throw error;
};

/** Opens the part again. One that is complete may have its final name already beside the first one, because the program was killed while it gave it; nothing is written to it any more. */
async function reopenPart(folder: OpenFolder, incoming: Incoming, isComplete: boolean): Promise<PartFile> {
	const { part } = besides(incoming);
	if (incoming.list !== undefined) return new FolderPart(await folder.folder(part), incoming.list);
	return new SinglePart(await folder.reopen(part, isComplete ? 2 : 1), incoming.size);
}

/** Makes part and marks anew, in the place of what is there of them. Throws what the disk says. */
export async function begin(folder: OpenFolder, incoming: Incoming): Promise<Opened> {
	const { part, pieces } = besides(incoming);
	await removeAll(folder, incoming);
	// First the part, then the marks: marks without a part would count as nothing anyway.
	let made: PartFile;
	if (incoming.list === undefined) made = new SinglePart(await folder.create(part), incoming.size);
	else {
		await folder.createFolder(part);
		made = new FolderPart(await folder.folder(part), incoming.list);
	}
	try {
		return { part: made, marks: await PieceMarks.begin(await folder.create(pieces), marksOf(incoming)) };
	} catch (error) {
		await made.close();
		await removeAll(folder, incoming);
		throw error;
	}
}

/** Removes part and marks, if they are there. */
export const removeAll = (folder: OpenFolder, incoming: Incoming): Promise<void> =>
	remove(folder, { ...incoming, isFolder: incoming.list !== undefined });

async function remove(folder: OpenFolder, what: LeftIncoming): Promise<void> {
	const { part, pieces } = besides(what);
	await folder.remove(pieces);
	if (what.isFolder) await folder.removeFolder(part);
	else await folder.remove(part);
}

/** Says what may have been left of something that was received and is closed. */
export interface LeftIncoming extends Pick<Incoming, "id" | "name" | "into"> {
	readonly isFolder: boolean;
}

/** Removes what there is of something that did not come whole, if there is anything. Where the disk refuses it stays. */
export async function discardIncoming(left: LeftIncoming): Promise<void> {
	let folder: OpenFolder | undefined;
	try {
		folder = await OpenFolder.at(left.into);
		await remove(folder, left);
	} catch (error) {
		diskTroubleOf(error);
	} finally {
		await folder?.close();
	}
}
