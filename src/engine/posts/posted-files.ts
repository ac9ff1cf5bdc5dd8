// What goes with posts and lies on this computer: our own files, and those of others that came whole. They stay where they are, and are given only as they were.
import { randomBytes } from "node:crypto";
import { FILE_KEY_BYTES, type FileSecret } from "../../crypto/file/pieces.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Outcome } from "../api/codes.ts";
import { refuse } from "../api/outcome.ts";
import { Turns } from "../bounds/turns.ts";
import { type KeptFile, versionOfSource } from "../files/kept-files.ts";
import { type Offered, type OwnFailure, OwnFile } from "../files/own-file.ts";
import { sourceRefusals } from "../files/own-files.ts";
import type { FileLine } from "../files/room-file.ts";
import type { SharedFiles } from "../files/shared-files.ts";
import { cleanLine } from "../text/clean.ts";
import { contentIdBytes } from "../wire/content-kinds.ts";
import { roomIdBytes } from "../wire/handshake.ts";
import type { PostFile } from "./feed.ts";

/** Stands for the room of what goes with a post, which belongs to none. */
const noRoom = new Uint8Array(roomIdBytes);

/** Says what came of reading a file for a post. */
export type ReadForPost =
	| { readonly kind: "read"; readonly file: PostFile; readonly kept: Pick<KeptFile, "what"> }
	| { readonly kind: "refused"; readonly outcome: Outcome };

/** Says what there is of a file: it can be given, it is no more what was posted, or it never was here. */
export type HeldFile =
	| { readonly kind: "open"; readonly own: OwnFile }
	| { readonly kind: "lost"; readonly why: OwnFailure }
	| { readonly kind: "none" };

/** Makes the line that would offer in a room what goes with a post. */
export const lineOf = (by: Fingerprint, { id, ...body }: PostFile): FileLine => ({
	by,
	id,
	body: { kind: "file", ...body },
});

/** Knows where the files lie that go with posts, our own and those of others that came. Each engine has one. */
export class PostedFiles {
	readonly #files: Pick<SharedFiles, "disk" | "kept">;
	/** Lets one large file be read at a time: nobody can have many of them read at once. */
	readonly #reading = new Turns();
	readonly #stop = new AbortController();

	constructor(files: Pick<SharedFiles, "disk" | "kept">) {
		this.#files = files;
	}

	/** Reads what is at a path once, so that it can go with a post. */
	async read(typed: string): Promise<ReadForPost> {
		const { disk } = this.#files;
		const path = cleanLine(typed);
		const refused = (why: (typeof sourceRefusals)[keyof typeof sourceRefusals] | "several"): ReadForPost => ({
			kind: "refused",
			outcome: refuse({ code: "bad_file", why, path }),
		});
		const plan = await disk.plan(typed);
		if (plan.kind === "refused") return refused(sourceRefusals[plan.trouble.why]);
		const [source, ...more] = plan.sources;
		if (source === undefined || more.length > 0) return refused("several");
		const own = new OwnFile(source, disk, () => {});
		const secret = { id: randomBytes(contentIdBytes), key: randomBytes(FILE_KEY_BYTES) };
		const offered = await this.#read(own, secret);
		await own.close();
		if (offered === undefined) return refused("notReadable");
		const { name, size, list } = source;
		const folder = list && { folder: { files: list.files.length, list: own.layout.listBytes } };
		const { root, hashes } = offered;
		const what = { kind: "posted", path: source.path, version: versionOfSource(source), hashes } as const;
		return { kind: "read", file: { ...secret, name, size, root, ...folder }, kept: { what } };
	}

	/** Ends what is being read now. */
	close(): void {
		this.#stop.abort();
	}

	#read(own: OwnFile, secret: FileSecret): Promise<Offered | undefined> {
		return this.#reading.run(() => own.read(secret, () => {}, this.#stop.signal));
	}

	/** Remembers where it lies. `by` is the author, called `name`. */
	keep(by: Fingerprint, name: string, file: PostFile, { what }: Pick<KeptFile, "what">): void {
		this.#files.kept.set({ room: noRoom, ...lineOf(by, file), name, what });
	}

	/** Notes that somebody else's file came whole and lies there: whoever may read the post can have it from us too. */
	came({ by, id, body }: FileLine, name: string, path: string): void {
		const what = { kind: "posted", path, version: new Uint8Array(32), hashes: new Uint8Array() } as const;
		this.#files.kept.set({ room: noRoom, by, id, body, name, what });
	}

	/** Forgets where that lies which goes with no post of `by` any more. The files stay. */
	keepOnly(by: Fingerprint, ids: readonly Uint8Array[]): void {
		this.#files.kept.keepPosted(by, ids);
	}

	forget(by: Fingerprint, id: Uint8Array): void {
		this.#files.kept.forget(by, id);
	}

	/**
	 * Opens what goes with a post, if it is here and is what was posted. It is read again where anything may have changed. `onLost` is called when it is no more what it was
	 * while it is open.
	 */
	async open({ by, id, body }: FileLine, onLost: (why: OwnFailure) => void): Promise<HeldFile> {
		const { disk, kept } = this.#files;
		const here = kept.posted(by, id);
		if (here?.what.kind !== "posted") return { kind: "none" };
		const { path, version, hashes } = here.what;
		const plan = await disk.plan(path);
		const [source] = plan.kind === "plan" ? plan.sources : [];
		if (source === undefined) return { kind: "lost", why: "unreadable" };
		let why: OwnFailure = "changed";
		let isOpen = false;
		const own = new OwnFile(source, disk, (failure) => {
			why = failure;
			if (isOpen) onLost(failure);
		});
		const secret = { id, key: body.key };
		const now = versionOfSource(source);
		if (hashes.length > 0 && Buffer.compare(now, version) === 0) {
			own.resume({ secret, root: body.root, hashes });
			isOpen = true;
			return { kind: "open", own };
		}
		const isSized = source.size === body.size && own.layout.listBytes === (body.folder?.list ?? 0);
		const read = isSized ? await this.#read(own, secret) : undefined;
		if (read === undefined || Buffer.compare(read.root, body.root) !== 0) {
			await own.close();
			return { kind: "lost", why };
		}
		kept.set({ ...here, what: { ...here.what, version: now, hashes: read.hashes } });
		isOpen = true;
		return { kind: "open", own };
	}
}
