// The methods about what was said earlier, in memory and on disk, and about what is kept of it.
import * as v from "valibot";
import type { Command, Engine } from "../../engine/api/api.ts";
import { refusalWords } from "../words/refusals.ts";
import { messageOf } from "./messages.ts";
import { type RpcServer, refusal } from "./server.ts";

const usualLimit = 100;
const room = v.exactOptional(v.string());
const days = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3_650));

/** Adds them. `perform` answers as the contract says. */
export function addHistoryMethods(
	server: RpcServer,
	engine: Engine,
	perform: (command: Command) => Promise<object>,
): void {
	server.add("history", {
		params: v.object({
			room,
			before: v.exactOptional(v.string()),
			limit: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000))),
			search: v.exactOptional(v.string()),
			from: v.exactOptional(v.string()),
			since: v.exactOptional(v.number()),
			until: v.exactOptional(v.number()),
		}),
		async call({ room: asked, limit = usualLimit, search, ...query }) {
			const where = asked ?? engine.snapshot().room;
			if (where === undefined) throw refusal("not_in_room", refusalWords({ code: "not_in_room" }));
			const words = search === undefined ? {} : { words: search };
			const page = await engine.history({ ...query, ...words, room: where, limit });
			if (page.trouble !== undefined && page.lines.length === 0) {
				const { trouble } = page;
				throw refusal("history_unusable", refusalWords({ code: "history_unusable", trouble }));
			}
			return { messages: page.lines.map(({ line }) => messageOf(line)) };
		},
	});
	server.add("setHistory", {
		params: v.object({ room, days: v.union([days, v.literal("off")]) }),
		call: (wish) => perform({ kind: "setHistory", ...wish }),
	});
	server.add("setOwnHistory", {
		params: v.object({ room, days: v.union([days, v.picklist(["off", "room"])]) }),
		call: (wish) => perform({ kind: "setOwnHistory", ...wish }),
	});
	server.add("purgeHistory", {
		params: v.object({ room, isAll: v.exactOptional(v.literal(true)) }),
		call: (which) => perform({ kind: "purgeHistory", ...which }),
	});
}
