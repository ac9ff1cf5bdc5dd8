// The host's desk for files: what is offered in the room, where its pieces are, and who gives and takes them. It has ciphertext only.

import { hash } from "node:crypto";
import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";
import { fingerprintBytes } from "../../../crypto/identity/fingerprint.ts";
import { lvCat } from "../../../crypto/length-value.ts";
import type { FrameStream } from "../../wire/frame-stream.ts";
import type { PieceSource } from "../pieces/giver.ts";
import { FilePort, type OpeningWish, type PortEnd } from "../pieces/port.ts";
import type { SpeedLimit } from "../pieces/speed.ts";
import type { Wanted } from "../pieces/taker.ts";
import { DeskFile, type DeskFileOptions, type DeskSpool } from "./desk-file.ts";

/** A guest may wish for a file before the host's own member has heard of it: so long that is waited for. */
const hearingTimeoutMs = 10_000;
/** Guests are told this often how much others have of the files they give, in milliseconds. */
const tellEveryMs = 500;

/** At most this many files of one person that go with posts are passed on at a time, and `mostLent` in all. */
const mostLentByOne = 16;
const mostLent = 256;

export interface DeskOptions {
	readonly limit: SpeedLimit;
	readonly takingLimit?: SpeedLimit;
	readonly uptime: () => number;
	/** Where ciphertext is kept for later; without it, it is fetched whenever it is wanted. */
	readonly spool: DeskSpool | undefined;
	/** Is called when somebody has so many pieces of a file. */
	readonly onShare: (key: string, who: Fingerprint, pieces: number) => void;
}

/** Names a file of a room: an id is its sender's own choice. */
export const fileKey = (by: Fingerprint, id: Uint8Array): string => `${by} ${Buffer.from(id).toString("hex")}`;

/** Returns under which id a file lies in the spool: somebody else's file may have the same id. */
const spoolId = (by: Fingerprint, id: Uint8Array): Uint8Array =>
	hash("sha256", lvCat(Buffer.from("real-talk/2 spool"), fingerprintBytes(by), id), "buffer").subarray(0, 16);

/** Owns the files of one room that is hosted here, and what goes on by Links for files. */
export class Desk {
	readonly #options: DeskOptions;
	readonly #files = new Map<string, DeskFile>();
	/** What goes with posts, by whom it is given, in the order in which that was said. */
	readonly #lent = new Map<string, Fingerprint>();
	readonly #ports = new Set<FilePort>();
	readonly #waiting = new Map<string, (() => void)[]>();
	/** Runs from the first file on: a room without any wakes nobody. */
	#timer: NodeJS.Timeout | undefined;

	constructor(options: DeskOptions) {
		this.#options = options;
	}

	/** Is told that a file was offered in the room. `own` is there when it is the host's own. */
	offered(by: Fingerprint, wanted: Wanted, own?: PieceSource): DeskFile {
		const key = fileKey(by, wanted.id);
		const { spool } = this.#options;
		const onShare = this.#sharing(key);
		return this.#add(key, new DeskFile({ wanted, own, spool, spoolId: spoolId(by, wanted.id), onShare }));
	}

	/** Is told that somebody gives what goes with a post, of which nothing is kept here. Whoever says so of too many of them has the oldest forgotten. */
	lent(by: Fingerprint, wanted: Wanted): void {
		const key = fileKey(by, wanted.id);
		if (this.#files.has(key)) return;
		const theirs = [...this.#lent].filter(([, who]) => who === by);
		const oldest =
			theirs.length >= mostLentByOne ? theirs[0] : this.#lent.size >= mostLent ? [...this.#lent][0] : undefined;
		if (oldest) void this.withdrawn(oldest[0]);
		this.#lent.set(key, by);
		this.#add(
			key,
			new DeskFile({ wanted, own: undefined, spool: undefined, spoolId: wanted.id, onShare: this.#sharing(key) }),
		);
	}

	/** Is told that a file is offered no longer: nobody gets any more of it, and nothing of it is kept. */
	async withdrawn(key: string): Promise<void> {
		const file = this.#files.get(key);
		this.#files.delete(key);
		this.#lent.delete(key);
		await file?.close(true);
	}

	/** Is told that the room is kept from now on. */
	async roomKept(): Promise<void> {
		await this.#options.spool?.stands();
	}

	file(key: string): DeskFile | undefined {
		return this.#files.get(key);
	}

	/** Serves a guest by a Link of theirs until it is over. */
	async serve(frames: FrameStream, who: Fingerprint, signal: AbortSignal): Promise<PortEnd> {
		const { limit, takingLimit, uptime } = this.#options;
		const port = new FilePort({
			frames,
			limit,
			takingLimit,
			uptime,
			onOpening: (wish) => void this.#opened(port, who, wish),
		});
		this.#ports.add(port);
		const close = (): void => port.close();
		signal.addEventListener("abort", close, { once: true });
		if (signal.aborted) close();
		const end = await port.run();
		signal.removeEventListener("abort", close);
		this.#ports.delete(port);
		return end;
	}

	/** Ends all that goes on. `isForGood`: nothing is kept either. */
	async close(isForGood: boolean): Promise<void> {
		clearInterval(this.#timer);
		for (const port of this.#ports) port.close();
		await Promise.all([...this.#files.values()].map((file) => file.close(false)));
		this.#files.clear();
		if (isForGood) await this.#options.spool?.over();
	}

	#sharing(key: string): DeskFileOptions["onShare"] {
		return (who, pieces) => this.#options.onShare(key, who, pieces);
	}

	#add(key: string, file: DeskFile): DeskFile {
		this.#files.set(key, file);
		this.#timer ??= setInterval(() => this.#tell(), tellEveryMs).unref();
		for (const heard of this.#waiting.get(key) ?? []) heard();
		this.#waiting.delete(key);
		return file;
	}

	#tell(): void {
		for (const port of this.#ports) port.tell();
		for (const file of this.#files.values()) file.tellShares();
	}

	async #opened(port: FilePort, who: Fingerprint, { transfer, id, by }: OpeningWish): Promise<void> {
		const file = await this.#heard(fileKey(by ?? who, id));
		if (file === undefined || !this.#ports.has(port)) return port.refuse(transfer, "unknown");
		if (by === undefined) await file.given(port, transfer);
		else file.taken(port, transfer, who);
	}

	async #heard(key: string): Promise<DeskFile | undefined> {
		const file = this.#files.get(key);
		if (file !== undefined) return file;
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, hearingTimeoutMs).unref();
			const heard = (): void => {
				clearTimeout(timer);
				resolve();
			};
			this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), heard]);
		});
		this.#waiting.delete(key);
		return this.#files.get(key);
	}
}
