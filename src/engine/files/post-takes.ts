// Takes what goes with posts: asks the room for whoever has it, takes it from the one who answers, and from another one where nothing comes.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { readFileName } from "../../store/files/file-names.ts";
import type { Outcome } from "../api/codes.ts";
import { refuse } from "../api/outcome.ts";
import type { BodyOf } from "../wire/content-kinds.ts";
import { type FileList, mostFiles, type RoomFilesOptions } from "./file-list.ts";
import type { OwnFailure } from "./own-file.ts";
import { countedBlocks, layoutOfBlocks } from "./pieces/layout.ts";
import { layoutOf, type RoomFile, wantedOf } from "./room-file.ts";

/** A file is asked for again after this long without an answer, and after twice as long each further time. */
const firstPauseMs = 10_000;
const lastPauseMs = 5 * 60_000;
/** Somebody who gives a file and of whom nothing comes for this long is passed over. A piece of 1 MiB takes half a minute by a slow way. */
const stalledMs = 60_000;
/** When the author has lost a file, somebody else may still offer it for this many milliseconds. */
const lostMs = 3_000;

interface Take {
	readonly file: RoomFile;
	/** Names whoever gives it at the moment. */
	lender: Fingerprint | undefined;
	/** Lists those of whom nothing came, or nothing that was right. */
	bad: readonly Fingerprint[];
	askAt: number;
	pauseMs: number;
	doneBytes: number;
	movedAt: number;
	lost: { readonly why: OwnFailure; readonly at: number } | undefined;
}

const hexOf = (id: Uint8Array): string => Buffer.from(id).toString("hex");

/** Knows who gives what in one room, during one stay. */
export class PostTakes {
	readonly #options: RoomFilesOptions;
	readonly #list: FileList;
	readonly #onWhole: (file: RoomFile) => void;
	readonly #takes = new Map<string, Take>();

	constructor(options: RoomFilesOptions, list: FileList, onWhole: (file: RoomFile) => void) {
		this.#options = options;
		this.#list = list;
		this.#onWhole = onWhole;
	}

	/** Puts what goes with a post into the list of the room, so that it can be taken; `id` in hex. */
	find(id: string): { readonly file: RoomFile } | { readonly outcome: Outcome } {
		const found = this.#options.posts?.find(id);
		if (found === undefined) return { outcome: refuse({ code: "no_such_file", why: "unknown" }) };
		const { line, author } = found;
		if (line.by === this.#options.self) return { outcome: refuse({ code: "no_such_file", why: "ownFile" }) };
		const { name, size: sizeBytes, folder } = line.body;
		if (readFileName(name).kind === "refused") return { outcome: refuse({ code: "no_such_file", why: "badName" }) };
		const from = { ...author, isSelf: false };
		const file = this.#list.add({
			id: hexOf(line.id),
			from,
			isOwn: false,
			name,
			sizeBytes,
			files: folder?.files,
			isPosted: true,
		});
		if (file === undefined) return { outcome: refuse({ code: "too_many_files", most: mostFiles }) };
		file.line = line;
		file.state = { kind: "offered" };
		return { file };
	}

	/** Begins to ask for a file whose place on the disk is open, or goes on. */
	begin(file: RoomFile): void {
		const now = this.#options.uptime();
		const { doneBytes } = file;
		const times = { askAt: now, pauseMs: firstPauseMs, doneBytes, movedAt: now };
		const take: Take = { file, lender: undefined, bad: [], lost: undefined, ...times };
		this.#takes.set(file.id, take);
		this.#ask(take);
	}

	/** Is told that somebody gives what goes with a post. It is taken where it is wanted and nobody gives it yet. */
	lent(from: Fingerprint, { file: id, root, blocks, listBlocks }: BodyOf<"quiet-lend">): void {
		if (from === this.#options.self) return;
		this.#options.carrier.lent(from, { id, root, layout: layoutOfBlocks({ blocks, listBlocks }) });
		const take = this.#takes.get(hexOf(id));
		const { line, receiving } = take?.file ?? {};
		if (!take || !line || !receiving || take.lender !== undefined || take.bad.includes(from)) return;
		const counted = countedBlocks(layoutOf(line.body));
		const isIt = Buffer.compare(root, line.body.root) === 0;
		if (!isIt || counted.blocks !== blocks || counted.listBlocks !== listBlocks) return;
		take.lender = from;
		take.movedAt = this.#options.uptime();
		take.file.carried = this.#options.carrier.take(from, wantedOf(line), receiving, {
			onWhole: () => this.#onWhole(take.file),
			onBroken: () => this.#passOver(take),
		});
	}

	/** Is told that somebody who gave a file gives it no more. */
	over(from: Fingerprint, id: string): void {
		this.#options.carrier.withdrawn(from, Buffer.from(id, "hex"));
		const take = this.#takes.get(id);
		if (take?.lender !== from) return;
		this.#letGo(take);
		take.askAt = this.#options.uptime() + firstPauseMs;
	}

	/** Is told that the author of a post has lost what goes with it. */
	lacks(id: string, why: OwnFailure): void {
		const take = this.#takes.get(id);
		if (take) take.lost ??= { why, at: this.#options.uptime() };
	}

	/** Looks whether something comes, and asks again. */
	look(): void {
		const now = this.#options.uptime();
		for (const take of this.#takes.values()) {
			const { file, lost } = take;
			if (file.receiving === undefined || file.state.kind === "done") {
				this.#takes.delete(file.id);
				continue;
			}
			const { doneBytes } = file.receiving;
			if (doneBytes !== take.doneBytes) {
				Object.assign(take, { doneBytes, movedAt: now, pauseMs: firstPauseMs, lost: undefined });
			}
			if (take.lender !== undefined && now - take.movedAt > stalledMs) this.#passOver(take);
			if (take.lender !== undefined) continue;
			if (lost && now - lost.at > lostMs) this.#list.failed(file, lost.why);
			else if (now >= take.askAt) {
				// Nobody else has answered: those who were passed over may try again.
				take.bad = [];
				this.#ask(take);
			}
		}
	}

	#passOver(take: Take): void {
		if (take.lender !== undefined) take.bad = [...take.bad, take.lender];
		this.#letGo(take);
		take.pauseMs = firstPauseMs;
		this.#ask(take);
	}

	#letGo(take: Take): void {
		take.file.carried?.stop();
		take.file.carried = undefined;
		take.lender = undefined;
	}

	#ask(take: Take): void {
		const { line } = take.file;
		if (line === undefined) return;
		this.#options.posts?.want(line, take.bad);
		take.askAt = this.#options.uptime() + take.pauseMs;
		take.pauseMs = Math.min(2 * take.pauseMs, lastPauseMs);
	}
}
