// Where what is in a file or folder is in its pieces: the content from piece 0 on, and behind it, in pieces of its own, the list of a folder. Pure.
import { BLOCKS_IN_PIECE, PIECE_BYTES, sealedBytes } from "../../../crypto/file/pieces.ts";

/** Holds the sizes from which everything else follows, in bytes. */
export interface Layout {
	/** The content: a file, or all files of a folder one after another. */
	readonly contentBytes: number;
	/** The list of a folder; 0 for a file. */
	readonly listBytes: number;
}

const blockBytes = PIECE_BYTES / BLOCKS_IN_PIECE;

/** Counts the blocks of content and list, which is all that somebody who passes the pieces on needs to know. */
export const countedBlocks = (layout: Layout): { readonly blocks: number; readonly listBlocks: number } => ({
	blocks: Math.ceil(layout.contentBytes / blockBytes),
	listBlocks: Math.ceil(layout.listBytes / blockBytes),
});

/** Returns a layout that has the same pieces as every other layout with these numbers of blocks. */
export const layoutOfBlocks = (counted: ReturnType<typeof countedBlocks>): Layout => ({
	contentBytes: counted.blocks * blockBytes,
	listBytes: counted.listBlocks * blockBytes,
});

const piecesIn = (bytes: number): number => Math.ceil(bytes / PIECE_BYTES);

/** Returns how many pieces are content. */
export const contentPieces = ({ contentBytes }: Layout): number => piecesIn(contentBytes);

/** Returns how many pieces there are in all. */
export const allPieces = (layout: Layout): number => contentPieces(layout) + piecesIn(layout.listBytes);

/** Returns where the bytes of a piece are, `at` in the content or in the list, and how many: `PIECE_BYTES`, the last one of each perhaps fewer. */
export function partOf(
	layout: Layout,
	piece: number,
): { readonly isList: boolean; readonly at: number; readonly bytes: number } {
	const before = contentPieces(layout);
	const isList = piece >= before;
	const at = (isList ? piece - before : piece) * PIECE_BYTES;
	return { isList, at, bytes: Math.min(PIECE_BYTES, (isList ? layout.listBytes : layout.contentBytes) - at) };
}

/** Returns how many blocks a piece has. */
export const blocksIn = (layout: Layout, piece: number): number =>
	sealedBytes(partOf(layout, piece).bytes) / sealedBytes(1);

/** Returns the number of a piece's first block. Blocks are counted as if every piece had as many as there can be. */
export const firstBlock = (piece: number): number => piece * BLOCKS_IN_PIECE;

/** Returns the piece in which a block is, or `undefined` where there is no such block. */
export function pieceOf(layout: Layout, block: number): number | undefined {
	const piece = Math.floor(block / BLOCKS_IN_PIECE);
	return piece < allPieces(layout) && block - firstBlock(piece) < blocksIn(layout, piece) ? piece : undefined;
}

/** Returns how many bytes of ciphertext there are in all, when each piece but the last has a full slot. */
export function sealedSlots(layout: Layout): { readonly slotBytes: number; readonly sizeBytes: number } {
	const pieces = allPieces(layout);
	const slotBytes = sealedBytes(PIECE_BYTES);
	// A short piece in the middle (the end of the content, before a list) takes a whole slot too.
	return { slotBytes, sizeBytes: pieces * slotBytes };
}
