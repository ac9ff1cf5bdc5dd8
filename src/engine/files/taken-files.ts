// Files of others: taken where the person wants them, until they lie whole under their name.
import { readFileName } from "../../store/files/file-names.ts";
import type { Outcome } from "../api/codes.ts";
import { done, refuse } from "../api/outcome.ts";
import { cleanLine } from "../text/clean.ts";
import type { IntoFolder } from "./disk.ts";
import type { FileList, RoomFilesOptions } from "./file-list.ts";
import type { GoingOn } from "./going-on.ts";
import type { PostTakes } from "./post-takes.ts";
import { type Naming, Receiving } from "./receiving.ts";
import { type FileLine, layoutOf, type RoomFile, secretOf, wantedOf } from "./room-file.ts";

/** The answer where nothing can come of a file any more. */
export const overFile = refuse({ code: "no_such_file", why: "over" });

/** Takes the files of one stay that others offer; they are in its list. */
export class TakenFiles {
	readonly #options: RoomFilesOptions;
	readonly #list: FileList;
	readonly #posted: PostTakes;
	readonly #goingOn: GoingOn;

	constructor(options: RoomFilesOptions, list: FileList, posted: PostTakes, goingOn: GoingOn) {
		this.#options = options;
		this.#list = list;
		this.#posted = posted;
		this.#goingOn = goingOn;
	}

	/** Takes a file that the person has accepted, into the folder they have typed or the usual one. */
	async accept(file: RoomFile, to: string | undefined): Promise<Outcome> {
		if (file.isOwn) return refuse({ code: "no_such_file", why: "ownFile" });
		const isAgain = file.state.kind === "failed" || file.state.kind === "declined" || file.state.kind === "cancelled";
		if (file.state.kind !== "offered" && !isAgain) return refuse({ code: "no_such_file", why: "notOffered" });
		const hadDeclined = file.state.kind === "declined" || file.state.kind === "cancelled";
		file.into = this.#into(to);
		const outcome = await this.take(file);
		// Nobody may keep it for us any more.
		if (outcome.kind === "done" && hadDeclined && !file.isPosted) this.#goingOn.wantedAgain(file);
		return outcome;
	}

	/** Takes what was just offered, where the person takes such files without a question: those of verified people, up to a size. */
	takeIfWished(file: RoomFile): void {
		const { verifiedUpToBytes = 0 } = this.#options.wishes;
		if (file.from.trust !== "verified" || file.sizeBytes > verifiedUpToBytes) return;
		file.into = this.#into(undefined);
		void this.takeUnasked(file);
	}

	/** Begins to take a file that the person was not asked about. Nobody hears the answer, so what stands against it is told as every failure is. */
	async takeUnasked(file: RoomFile): Promise<void> {
		const outcome = await this.take(file);
		if (outcome.kind === "refused" && outcome.code === "bad_file")
			this.#list.failed(file, outcome.why === "full" ? "disk_full" : "cannot_write");
	}

	/** Begins to take a file, or goes on with it. */
	async take(file: RoomFile): Promise<Outcome> {
		const { line, into } = file;
		const name = line && readFileName(line.body.name);
		if (line === undefined || into === undefined || name?.kind !== "name") return overFile;
		const before = file.state;
		file.state = { kind: "running", doneBytes: 0, bytesPerSecond: 0 };
		const { naming } = file;
		if (naming !== undefined && (await this.#hadAll(file, naming))) return done;
		const posted = file.isPosted ? { isPosted: true as const } : {};
		const taken = { kind: "taken" as const, ...into, ...posted };
		const receiving = new Receiving({
			secret: secretOf(line),
			root: line.body.root,
			layout: layoutOf(line.body),
			name: name.name,
			files: line.body.folder?.files,
			disk: this.#options.disk,
			into,
			onFailure: (code) => this.#list.failed(file, code),
			onReady: () => file.carried?.more(),
			onNaming: (named) => this.#goingOn.remember(line, file.from.name, { ...taken, naming: named }),
		});
		this.#goingOn.remember(line, file.from.name, taken);
		file.receiving = receiving;
		const failure = await receiving.open();
		if (file.receiving !== receiving) return overFile;
		if (failure !== undefined) {
			file.receiving = undefined;
			file.state = before;
			const why = failure === "disk_full" ? "full" : "notWritable";
			return refuse({ code: "bad_file", why, path: cleanLine(into.folder) });
		}
		if (file.isPosted) this.#posted.begin(file);
		else this.#carry(file, line, receiving);
		this.#options.changed();
		return done;
	}

	/** Gives a file its name when all of it has come. */
	async finish(file: RoomFile): Promise<void> {
		const { receiving } = file;
		const finished = await receiving?.finish();
		if (file.receiving !== receiving || finished?.kind !== "done") return;
		file.receiving = undefined;
		this.#isDone(file, finished.path, finished.sha256);
	}

	/** Leaves an offered file untaken, and tells everybody. */
	decline(file: RoomFile): Outcome {
		if (file.isOwn) return refuse({ code: "no_such_file", why: "ownFile" });
		if (file.state.kind !== "offered") return refuse({ code: "no_such_file", why: "notOffered" });
		file.state = { kind: "declined" };
		this.#list.say(file, "declined");
		this.#goingOn.over(file);
		return done;
	}

	#into(typed: string | undefined): IntoFolder {
		return this.#options.disk.into(typed ?? this.#options.wishes.folder);
	}

	#carry(file: RoomFile, line: FileLine, receiving: Receiving): void {
		file.carried = this.#options.carrier.take(line.by, wantedOf(line), receiving, {
			onWhole: () => void this.finish(file),
			onBroken: () => this.#list.failed(file, "wrong_bytes"),
		});
	}

	/** Tells whether all of a file was here, perhaps under its name, when the program was killed: then it is done, and not fetched twice. */
	async #hadAll(file: RoomFile, naming: Naming): Promise<boolean> {
		const { left } = file;
		file.naming = undefined;
		const path = left && (await this.#options.disk.named({ ...left, ...naming }));
		if (path === undefined || left === undefined) return false;
		await this.#options.disk.discard(left);
		this.#isDone(file, path, Buffer.from(naming.sha256).toString("hex"));
		return true;
	}

	#isDone(file: RoomFile, path: string, sha256: string): void {
		file.state = { kind: "done", path, sha256 };
		this.#list.tell(file, file.sizeBytes);
		this.#options.emit({ kind: "fileDone", id: file.id, path, sha256 });
		if (!file.isPosted) this.#list.say(file, "got");
		this.#goingOn.over(file);
		if (file.isPosted && file.line) this.#options.posts?.came(file.line, path);
		this.#options.changed();
	}
}
