// Takes one file or folder with the files of a room, as its offer says, and gives itself its pieces: what killed-at-each-write.test.ts does, and a program that it kills.
import * as v from "valibot";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { KeptFiles } from "../../../src/engine/files/kept-files.ts";
import { ownDisk } from "../../../src/engine/files/own-disk.ts";
import { OwnFile } from "../../../src/engine/files/own-file.ts";
import type { Carrier } from "../../../src/engine/files/pieces/carrier.ts";
import { RoomFiles } from "../../../src/engine/files/room-files.ts";
import { bytesOf, decodeBody, textOf } from "../../../src/engine/wire/codec.ts";
import { contentFields } from "../../../src/engine/wire/content-kinds.ts";
import { roomIdBytes } from "../../../src/engine/wire/handshake.ts";
import { openStore } from "../../../src/store/db.ts";
import { type FileRecords, fileRecordsIn } from "../../../src/store/files/file-records.ts";
import { plainSealer } from "../gate/plain-sealer.ts";

const read = parseFingerprint("11".repeat(20));
if (read === undefined) throw new Error("not a fingerprint");
const sender = read;

const offerSchema = v.strictObject({
	path: textOf(4_096),
	id: bytesOf(16),
	hashes: bytesOf(0, 4_096),
	body: v.strictObject({ kind: v.literal("file"), ...contentFields.file }),
});

/** Where it is kept, where it goes to, and what lies on this computer as its sender has offered it, in hexadecimal digits. */
export interface Taking {
	readonly home: string;
	readonly into: string;
	readonly offer: string;
}

/** What has come of it. */
export interface Taken {
	/** It was under way when the program before ended. */
	readonly isGoingOn: boolean;
	/** Closes what a program leaves open when it ends. */
	readonly close: () => Promise<void>;
}

/**
 * Takes what is offered; resolves when all of it is here. `isAgain`: nothing is accepted anew, only what was under way goes on. `watch` is given the records before
 * anything is written to them.
 */
export async function taken(
	{ home, into, offer }: Taking,
	isAgain: boolean,
	watch: (records: FileRecords) => void = () => {},
): Promise<Taken> {
	const decoded = decodeBody(offerSchema, Buffer.from(offer, "hex"));
	if (decoded.kind === "refused") throw new Error(decoded.detail);
	const { path, id, hashes, body } = decoded.value;
	const opened = openStore(home);
	if (opened.kind !== "open") throw new Error("no store");
	const records = fileRecordsIn(opened.store, plainSealer);
	watch(records);
	const plan = await ownDisk.plan(path);
	const [source] = plan.kind === "plan" ? plan.sources : [];
	if (source === undefined) throw new Error("nothing to send");
	const own = new OwnFile(source, ownDisk, (code) => {
		throw new Error(code);
	});
	own.resume({ secret: { id, key: body.key }, root: body.root, hashes });

	/** Gives the pieces one after another, as a Link would. */
	const carrier: Carrier = {
		give: () => ({ more() {}, stop() {} }),
		take: (_by, _wanted, sink, notes) => {
			let isBusy = false;
			const more = async (): Promise<void> => {
				if (isBusy) return;
				isBusy = true;
				for (let piece = sink.next(new Set()); piece !== undefined; piece = sink.next(new Set())) {
					const sealed = await own.piece(piece);
					if (sealed === undefined || !(await sink.write(piece, sealed))) throw new Error("a piece was not taken");
				}
				isBusy = false;
				if (sink.isWhole) notes.onWhole();
			};
			void more();
			return { more: () => void more(), stop() {} };
		},
		heard() {},
		withdrawn() {},
		answered() {},
		lent() {},
		wanted() {},
		roomKept() {},
		close: async () => {},
	};

	const { promise: isDone, resolve: onDone } = Promise.withResolvers<void>();
	const files = new RoomFiles({
		self: sender,
		carrier,
		disk: ownDisk,
		wishes: {},
		limits: [],
		kept: new KeptFiles(() => records, Date.now),
		isKept: () => false,
		isHost: false,
		say: () => "",
		person: () => undefined,
		receivers: () => [],
		onUnseen() {},
		now: Date.now,
		uptime: () => performance.now(),
		emit: (event) => event.kind === "fileDone" && onDone(),
		changed() {},
	});
	files.entered(Buffer.alloc(roomIdBytes, 3));
	const isGoingOn = files.views().length > 0;
	if (!isGoingOn && !isAgain) {
		files.heard({ fingerprint: sender, name: "Ann", trust: "known", isSelf: false }, id, body);
		const outcome = await files.perform({ kind: "acceptFile", id: Buffer.from(id).toString("hex"), to: into });
		if (outcome.kind !== "done") throw new Error(JSON.stringify(outcome));
	}
	if (isGoingOn || !isAgain) await isDone;
	const close = async (): Promise<void> => {
		await files.close(false);
		await own.close();
		opened.store.close();
	};
	return { isGoingOn, close };
}
