// What the files of all rooms of a program share: how fast they pass, and where a host keeps them for others.
import type { Store } from "../../store/db.ts";
import { HomeSpool } from "./home-spool.ts";
import { SpeedLimit } from "./speed.ts";

/** Owns the spool of the home. */
export class SharedFiles {
	/** Hold back what goes out, and what comes in. */
	readonly giving: SpeedLimit;
	readonly taking: SpeedLimit;
	readonly spool: HomeSpool;

	/** Takes as `now` milliseconds since the epoch, and as `uptime` those of a clock that only goes forward. */
	constructor(store: Store, now: () => number, uptime: () => number) {
		this.giving = new SpeedLimit(uptime);
		this.taking = new SpeedLimit(uptime);
		this.spool = new HomeSpool(store, now);
	}

	/** Closes what is open; it comes before the database is closed. */
	close(): Promise<void> {
		return this.spool.close();
	}
}
