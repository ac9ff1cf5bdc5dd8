// Files as views see them: what may be asked (FileCommand), what is to be seen of each (FileView), and what has just happened (FileEvent). Part of api.ts.
import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";

/** A FilePerson is somebody who has to do with a file; `Person` has more of them, as long as they are here. */
export interface FilePerson {
	readonly fingerprint: Fingerprint;
	readonly name: string;
	readonly trust: "new" | "known" | "verified" | "changed";
	readonly isSelf: boolean;
}

/** These commands are about files. `id` is a `FileView.id`: 32 hex digits. */
export type FileCommand =
	/** Offers a file, or a folder with all that is in it, to everybody who is in the room now. The outcome has its id, name and size before all of it is read. */
	| { readonly kind: "sendFile"; readonly path: string }
	/** Takes a file that was offered, or one that goes with a post (`PostFileView.id`), which comes from whoever in the room has it. `to` is a folder; without it that is the folder that was chosen, or else the system's for downloads. */
	| { readonly kind: "acceptFile"; readonly id: string; readonly to?: string }
	| { readonly kind: "declineFile"; readonly id: string }
	/** Stops for good: what came so far of somebody else's file is deleted, and an own file is to be had no longer. */
	| { readonly kind: "cancelFile"; readonly id: string }
	/** Stops for the moment; `resumeFile` goes on where it was. */
	| { readonly kind: "pauseFile"; readonly id: string }
	| { readonly kind: "resumeFile"; readonly id: string }
	/** Limits how fast files pass from now on, in bytes a second for each direction, 16,384 at least. */
	| { readonly kind: "limitFiles"; readonly bytesPerSecond: number | "off" };

/** Says what a person wishes of all files, for as long as their program runs; nobody is asked about it again. */
export interface FileWishes {
	/** The folder for files that are taken with no folder named: a whole path, or one that begins with "~". When it is absent, files go to the system's folder for downloads. */
	readonly folder?: string;
	/** Files of verified people up to this many bytes are taken without a question. When it is absent or 0, none are. */
	readonly verifiedUpToBytes?: number;
	/** Limits the speed of files, in bytes a second for each direction. When it is absent, they pass as fast as they can. */
	readonly bytesPerSecond?: number;
}

/**
 * Says why a file did not come or could not be sent. `changed`: it was changed while it was sent · `unreadable`: it can't be read any more · `wrong_bytes`:
 * what came is not what its sender has signed · `withdrawn`: its sender has taken it back ·
 * `disk_full`, `cannot_write`: the folder takes no more · `bad_list`: a folder's list has names or sizes that can't be · `bad_name`: nothing should be called so · `gone`: the room is over.
 */
export type FileFailure =
	| "changed"
	| "unreadable"
	| "wrong_bytes"
	| "withdrawn"
	| "disk_full"
	| "cannot_write"
	| "bad_list"
	| "bad_name"
	| "gone";

/**
 * Says what a file waits for. `person`: it is paused here · `source`: for its sender, who is away, or for others before it · `link`: for a connection ·
 * `holder`: it goes with a post, and nobody in the room who has it has answered.
 */
export type FileWait = "person" | "source" | "link" | "holder";

/**
 * Says how far a file is. `reading`: an own file is read once before it is offered · `offered`: nobody has answered here, or an own file is to be had ·
 * `waiting`, `running`: on its way, to us or, of an own file, to the host who keeps it for the others · `done`: all of it is here and is what was signed.
 * Bytes are those of the file.
 */
export type FileState =
	| { readonly kind: "reading"; readonly doneBytes: number }
	| { readonly kind: "offered" }
	| { readonly kind: "waiting"; readonly doneBytes: number; readonly why: FileWait }
	| { readonly kind: "running"; readonly doneBytes: number; readonly bytesPerSecond: number }
	| { readonly kind: "done"; readonly path: string; readonly sha256: string }
	| { readonly kind: "declined" }
	| { readonly kind: "cancelled" }
	| { readonly kind: "failed"; readonly code: FileFailure };

/** Says how much of an own file somebody has. `isDone` is what their program has signed; a smaller number is what the host tells. */
export interface FileShare {
	readonly fingerprint: Fingerprint;
	readonly name: string;
	readonly doneBytes: number;
	readonly isDone: boolean;
	/** Says how fast it comes to them now; absent: it does not. */
	readonly bytesPerSecond?: number;
	/** It was not shown to them: too many of ours waited for their answer. */
	readonly isLeftOut?: true;
}

/** Describes one file of a room, ours or somebody else's. */
export interface FileView {
	readonly id: string;
	/** The name as its sender gave it, cleaned for reading; on the disk it may be another one. */
	readonly name: string;
	readonly sizeBytes: number;
	/** It is there for a folder, with the number of files in it. */
	readonly folder?: { readonly files: number };
	readonly from: FilePerson;
	/** It goes with a post of theirs, and was not offered in the room. */
	readonly isPosted?: true;
	/** It is our own: it goes from here to the others. */
	readonly isOwn: boolean;
	/** When it was offered, in milliseconds since the epoch by our clock. */
	readonly at: number;
	readonly state: FileState;
	/** Lists how much each of the others has of our own file. It is absent for others' files. */
	readonly shares?: readonly FileShare[];
}

/** Says what would be sent of one path. `name`: under which it is offered; `isRenamed`: it, or something in the folder, is called otherwise on the disk. */
export interface FilePreview {
	/** The whole path, for `sendFile`. */
	readonly path: string;
	readonly name: string;
	readonly isRenamed: boolean;
	readonly sizeBytes: number;
	/** Counts the files in a folder. */
	readonly files?: number;
	/** Counts what of a folder would not be sent: links, hidden files, and what is no file or can't be read. */
	readonly leftOut: { readonly links: number; readonly hidden: number; readonly special: number };
}

/** Tells what has just happened with a file. */
export type FileEvent =
	/** Somebody else offers a file, or our own has its place in the room. */
	| {
			readonly kind: "fileOffered";
			readonly id: string;
			readonly from: FilePerson;
			readonly name: string;
			readonly size: number;
			readonly own: boolean;
			/** It is there for a folder, with the number of files in it. */
			readonly files?: number;
	  }
	/** Tells the progress of a file, at most twice a second. With `of` it is how much somebody else has of our own file. */
	| {
			readonly kind: "fileProgress";
			readonly id: string;
			readonly done: number;
			readonly size: number;
			readonly of?: FilePerson;
	  }
	/** A file is here, and is what its sender has signed. `sha256` in hex is that of the file; a folder's is that of everything in it, one after the other. */
	| { readonly kind: "fileDone"; readonly id: string; readonly path: string; readonly sha256: string }
	/** Somebody has all of an own file; their program has signed that. */
	| { readonly kind: "fileTaken"; readonly id: string; readonly by: FilePerson }
	| { readonly kind: "fileFailed"; readonly id: string; readonly code: FileFailure };
