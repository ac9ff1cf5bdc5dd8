// What is said of files: sizes, why one did not come, what can't be sent, and what line mode prints of each event. Pure.
import type { FileEvent, FileFailure } from "../../../engine/api/files/files.ts";
import type { Refusal } from "../../../engine/api/refusals.ts";

type BadFile = Extract<Refusal, { code: "bad_file" }>;
type NoSuchFile = Extract<Refusal, { code: "no_such_file" }>;

const units = ["bytes", "KB", "MB", "GB", "TB", "PB"] as const;

/** Returns a size as people say it, such as "1.4 GB": in thousands, as disks and networks are sold. */
export function sizeWords(bytes: number): string {
	if (bytes < 1000) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
	const step = Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
	const amount = bytes / 1000 ** step;
	return `${amount < 10 ? amount.toFixed(1) : Math.floor(amount)} ${units[step]}`;
}

const failures: Readonly<Record<FileFailure, string>> = {
	changed: "the file was changed after it was offered, so it has to be sent again",
	unreadable: "the file can't be read any more where it was sent from",
	wrong_bytes: "what came is not what its sender has signed, so it was thrown away. Ask them to send it again",
	withdrawn: "its sender has taken it back",
	disk_full: "the disk is full. Make room, then accept it again",
	cannot_write: "the folder can't be written to. Accept it into another one",
	bad_list: "the folder's list has names or sizes that can't be. Nothing of it was written",
	bad_name: "its name is one that no file should have, so nothing was written",
	gone: "the room is over",
};

/** Returns why a file did not come or could not be sent, as what follows a colon: without a dot at its end. */
export const fileFailureWords = (code: FileFailure): string => failures[code];

/** Returns why something can't be sent, or can't be put there. */
export function badFileWords({ why, path }: BadFile): string {
	switch (why) {
		case "notFound":
			return `There is no file "${path}".`;
		case "notReadable":
			return `"${path}" can't be read: you may not, or the disk has a fault.`;
		case "notAFile":
			return `"${path}" is neither a file nor a folder, so it can't be sent.`;
		case "notAFolder":
			return `"${path}" is no folder, so nothing can be put there.`;
		case "notWritable":
			return `The folder "${path}" can't be written to. Choose another one.`;
		case "full":
			return `There is no room for it on the disk of "${path}". Make room, or choose another folder.`;
		case "emptyFolder":
			return `There is nothing in "${path}" that can be sent.`;
		case "several":
			return `"${path}" stands for several files: send one after another, or their folder.`;
		case "tooBig":
			return `"${path}" is too big: a file or folder can have 4.3 TB.`;
		case "tooMany":
			return `"${path}" holds too many files: a folder that is sent can have 20,000.`;
		case "tooDeep":
			return `"${path}" has folders in folders too deep, or paths too long, for other computers.`;
	}
}

const noSuchFile: Readonly<Record<NoSuchFile["why"], string>> = {
	unknown: "That file is not here any more.",
	ownFile: "That is your own file: the others accept it.",
	badName: "That file has a name that no file should have, so it can't be taken.",
	notOffered: "That file is not waiting for you to accept it.",
	over: "That file is here already, or can't be had any more.",
};

/** Returns why nothing was done with a file. */
export const noSuchFileWords = ({ why }: NoSuchFile): string => noSuchFile[why];

/** Returns what line mode prints; `undefined` for what changes too often to be read out. */
export function fileEventWords(event: FileEvent): string | undefined {
	switch (event.kind) {
		case "fileOffered": {
			const { name, size, files, own } = event;
			const what = `"${name}" (${files === undefined ? "" : `a folder of ${files} files, `}${sizeWords(size)})`;
			if (own) return `Everybody here can have ${what} now.`;
			return `"${event.from.name}" offers ${what}. To take it type /accept, or /decline.`;
		}
		case "fileDone":
			return `The file is here: ${event.path}`;
		case "fileTaken":
			return `"${event.by.name}" has all of your file.`;
		case "fileFailed":
			return `A file failed: ${fileFailureWords(event.code)}.`;
		case "fileProgress":
			return undefined;
	}
}
