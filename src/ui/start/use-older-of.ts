// What the disk has of a room beyond its timeline, asked of the engine.
import { useMemo } from "react";
import type { Engine, Snapshot } from "../../engine/api/api.ts";
import type { Older } from "../timeline/use-older.ts";

/** Provides what the disk has of the room beyond what is in memory. */
export function useOlderOf(engine: Engine, { kept, room }: Snapshot, perform: Engine["perform"]): Older {
	const hasOlder = kept?.hasOlder === true;
	return useMemo(
		() => ({
			hasOlder,
			bring: (wish) => perform({ kind: "older", ...wish }),
			async find(query, before) {
				const where = { ...(room === undefined ? {} : { room }), ...(before === undefined ? {} : { before }) };
				const { lines } = await engine.history({ ...query, ...where, limit: 1 });
				return lines.at(-1)?.line.id;
			},
		}),
		[engine, perform, hasOlder, room],
	);
}
