// Gives what goes with posts to those in a room who ask for it, for as long as something of it is taken. The room learns how large it is, and neither its name nor its key.
import { type Fingerprint, fingerprintBytes } from "../../crypto/identity/fingerprint.ts";
import type { Clock } from "../../net/link/clock.ts";
import type { OwnFailure, OwnFile } from "../files/own-file.ts";
import type { Carried, GiveNotes } from "../files/pieces/carrier.ts";
import type { PieceSource } from "../files/pieces/giver.ts";
import { countedBlocks } from "../files/pieces/layout.ts";
import type { Wanted } from "../files/pieces/taker.ts";
import { type FileLine, wantedOf } from "../files/room-file.ts";
import type { BodyOf } from "../wire/content-kinds.ts";
import type { PostedFiles } from "./posted-files.ts";

/** At most this many files are given in one room at a time; somebody who asks for another one has to ask again later. */
export const mostLent = 8;
/** A file of which nobody takes anything for this long is given no more, until somebody asks again. */
const idleMs = 120_000;

export interface LendingOptions {
	readonly files: Pick<PostedFiles, "open">;
	readonly clock: Clock;
	readonly self: () => Fingerprint | undefined;
	readonly say: (body: BodyOf<"quiet-lend" | "quiet-file">) => void;
	/** Gives pieces to whoever in the room takes them. */
	readonly give: (wanted: Wanted, source: PieceSource, notes: GiveNotes) => Carried;
	/** Is called when what we have posted, or had taken, is not there any more. */
	readonly lost: (line: FileLine, why: OwnFailure) => void;
}

interface Lent {
	readonly own: OwnFile;
	readonly carried: Carried;
	takenAt: number;
	callOff: () => void;
}

/** Owns what is open of the files that are given in one room. */
export class Lending {
	readonly #options: LendingOptions;
	/** Holds what is open by the id of the file; `undefined` while it is opened. */
	readonly #lent = new Map<string, Lent | undefined>();
	#isClosed = false;

	constructor(options: LendingOptions) {
		this.#options = options;
	}

	/** Gives a file that somebody has asked for, because it is our turn to answer. */
	async lend(line: FileLine): Promise<void> {
		const key = Buffer.from(line.id).toString("hex");
		const before = this.#lent.get(key);
		// They may have come after it was said.
		if (before) return this.#say(line);
		if (this.#isClosed || this.#lent.has(key) || this.#lent.size >= mostLent) return;
		this.#lent.set(key, undefined);
		const held = await this.#options.files.open(line, (why) => void this.#lost(key, line, why));
		this.#lent.delete(key);
		if (held.kind === "lost") this.#options.lost(line, held.why);
		if (held.kind !== "open") return;
		if (this.#isClosed) return held.own.close();
		const taken = (): void => {
			const lent = this.#lent.get(key);
			if (lent) lent.takenAt = this.#options.clock.now();
		};
		const onBroken = (): void => void this.#lost(key, line, "changed");
		const carried = this.#options.give(wantedOf(line), held.own, { onKept: taken, onShare: taken, onBroken });
		this.#lent.set(key, { own: held.own, carried, takenAt: this.#options.clock.now(), callOff: () => {} });
		this.#say(line);
		this.#look(key, line);
	}

	close(): void {
		this.#isClosed = true;
		for (const [key, lent] of this.#lent) {
			this.#lent.delete(key);
			lent?.callOff();
			lent?.carried.stop();
			void lent?.own.close();
		}
	}

	#say({ id, body: { root, size, folder } }: FileLine): void {
		const counted = countedBlocks({ contentBytes: size, listBytes: folder?.list ?? 0 });
		this.#options.say({ kind: "quiet-lend", file: id, root, ...counted });
	}

	#look(key: string, line: FileLine): void {
		const lent = this.#lent.get(key);
		if (!lent) return;
		const restMs = lent.takenAt + idleMs - this.#options.clock.now();
		if (restMs <= 0) return void this.#end(key, line);
		lent.callOff = this.#options.clock.after(restMs, () => this.#look(key, line));
	}

	async #lost(key: string, line: FileLine, why: OwnFailure): Promise<void> {
		if (await this.#end(key, line)) this.#options.lost(line, why);
	}

	async #end(key: string, { id }: FileLine): Promise<boolean> {
		const lent = this.#lent.get(key);
		const self = this.#options.self();
		if (!lent || !self) return false;
		this.#lent.delete(key);
		lent.callOff();
		lent.carried.stop();
		this.#options.say({ kind: "quiet-file", of: { by: fingerprintBytes(self), id }, what: "withdrawn" });
		await lent.own.close();
		return true;
	}
}
