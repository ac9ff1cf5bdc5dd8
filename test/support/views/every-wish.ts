// A host who wishes for everything there is: the compiler asks here for each new wish, and every view is shown to pass all of them on.
import type { HostWish } from "../../../src/engine/api/hosting.ts";

/** Being reached by routes alone leaves the others out. */
export const everyWish: Required<Omit<HostWish, "isOnlyByRoutes">> = {
	port: 7777,
	bind: "127.0.0.1",
	visibleOnLan: true,
	routes: ["dht"],
	keep: "Friends",
	offRecordWith: "0123456789ABCDEF0123456789ABCDEF01234567",
	historyDays: 30,
};
