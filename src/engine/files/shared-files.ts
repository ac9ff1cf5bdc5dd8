// What the files of all rooms of a program share: how fast they pass, and where a host keeps them for others.
import type { Store } from "../../store/db.ts";
import { type FileRecords, fileRecordsIn } from "../../store/files/file-records.ts";
import type { Sealer } from "../../store/sealer.ts";
import type { FileWishes } from "../api/files/files.ts";
import { HomeSpool } from "./desk/home-spool.ts";
import type { FileDisk } from "./disk.ts";
import { KeptFiles } from "./kept-files.ts";
import { ownDisk } from "./own-disk.ts";
import { SpeedLimit } from "./pieces/speed.ts";

/** Owns the spool of the home. */
export class SharedFiles {
	/** The limits of speed of what goes out, and of what comes in. */
	readonly giving: SpeedLimit;
	readonly taking: SpeedLimit;
	readonly spool: HomeSpool;
	readonly kept: KeptFiles;
	readonly disk: FileDisk = ownDisk;
	readonly wishes: FileWishes;

	/** Takes as `sealer` what returns nothing while the identity is locked, as `now` milliseconds since the epoch, and as `uptime` those of a clock that only goes forward. */
	constructor(
		store: Store,
		sealer: () => Sealer | undefined,
		now: () => number,
		uptime: () => number,
		wishes: FileWishes = {},
	) {
		const records = (): FileRecords | undefined => {
			const unlocked = sealer();
			return unlocked && fileRecordsIn(store, unlocked);
		};
		this.kept = new KeptFiles(records, now);
		this.giving = new SpeedLimit(uptime);
		this.taking = new SpeedLimit(uptime);
		this.spool = new HomeSpool(store, now);
		this.wishes = wishes;
		for (const limit of [this.giving, this.taking]) limit.set(wishes.bytesPerSecond ?? "off");
	}

	/** Closes what is open; it comes before the database is closed. */
	close(): Promise<void> {
		return this.spool.close();
	}
}
