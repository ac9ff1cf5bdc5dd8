// Takes one file or folder with the files of a room and kills itself before a chosen write to the disk, for killed-at-each-write.test.ts: `killed-receiver.ts HOME INTO OFFER AT`.
import promises, { open } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import type { Carrier } from "../../../src/engine/files/carrier.ts";
import { KeptFiles } from "../../../src/engine/files/kept-files.ts";
import { ownDisk } from "../../../src/engine/files/own-disk.ts";
import { OwnFile } from "../../../src/engine/files/own-file.ts";
import { RoomFiles } from "../../../src/engine/files/room-files.ts";
import { decodeBody } from "../../../src/engine/wire/codec.ts";
import { roomIdBytes } from "../../../src/engine/wire/handshake.ts";
import { openStore } from "../../../src/store/db.ts";
import { fileRecordsIn } from "../../../src/store/files/file-records.ts";
import { plainSealer } from "../gate/plain-sealer.ts";
import { offerSchema, sender } from "./killed-offer.ts";

const [home = "", into = "", offer = "", at = ""] = process.argv.slice(2);
const read = decodeBody(offerSchema, Buffer.from(offer, "hex"));
if (read.kind === "refused") throw new Error(read.detail);
const { path, id, hashes, body } = read.value;

let writes = 0;
let pieces = 0;
function written(): void {
	writes += 1;
	if (writes === Number(at)) process.kill(process.pid, "SIGKILL");
}

/** Counts a call before it is carried out. */
function counted<Holder extends object>(holder: Holder, name: keyof Holder): void {
	const call = holder[name];
	if (typeof call !== "function") throw new Error(`no function ${String(name)}`);
	Object.assign(holder, {
		[name](this: unknown, ...args: unknown[]) {
			written();
			return call.apply(this, args);
		},
	});
}

const handle = await open(process.argv[1] ?? "");
const ofHandles: typeof handle = Object.getPrototypeOf(handle);
await handle.close();
for (const name of ["write", "truncate", "datasync"] as const) counted(ofHandles, name);
for (const name of ["link", "rename", "unlink", "mkdir", "rmdir"] as const) counted(promises, name);
syncBuiltinESMExports();

const opened = openStore(home);
if (opened.kind !== "open") throw new Error("no store");
const records = fileRecordsIn(opened.store, plainSealer);
counted(records, "set");
counted(records, "forget");

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
				pieces += 1;
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
const key = Buffer.from(id).toString("hex");
if (!isGoingOn && at !== "again") {
	files.heard({ fingerprint: sender, name: "Ann", trust: "known", isSelf: false }, id, body);
	const outcome = await files.perform({ kind: "acceptFile", id: key, to: into });
	if (outcome.kind !== "done") throw new Error(JSON.stringify(outcome));
}
if (isGoingOn || at !== "again") await isDone;
process.stdout.write(JSON.stringify({ isGoingOn, pieces }));
process.exit();
