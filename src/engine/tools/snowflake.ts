// `rt help-tor`: helps people reach Tor whose network blocks it, by a program of Tor's own that runs beside this one.
import { hasSnowflake, startSnowflake } from "../../net/tor/snowflake.ts";
import type { HelpTorWish, TorHelper, TorHelperCount } from "../api/own-servers.ts";
import { cleanLine } from "../text/clean.ts";

/** This many people are helped at a time where nobody says another number: a line at home bears that without anybody noticing. */
const usualCapacity = 2;
/** Names whom the program asks where nobody else is named (its own words: -h). */
const usualBroker = "https://snowflake-broker.torproject.net/";
const usualStun = "stun.l.google.com:19302";
const nothing: TorHelperCount = { connections: 0, bytesDown: 0, bytesUp: 0 };

/** Looks for the program; `undefined` when it is not on this computer. Nobody is contacted before `start`. */
export function openTorHelper(wish: HelpTorWish): TorHelper | undefined {
	if (!hasSnowflake()) return undefined;
	const { capacity = usualCapacity, broker, stun } = wish;
	const facts = { capacity, broker: new URL(broker ?? usualBroker).host, stun: stun ?? usualStun };
	return {
		facts: { ...facts, broker: cleanLine(facts.broker), stun: cleanLine(facts.stun) },
		start(onCount) {
			let all = nothing;
			const started = startSnowflake({ ...wish, capacity }, (one) => {
				all = {
					connections: all.connections + one.connections,
					bytesDown: all.bytesDown + one.bytesDown,
					bytesUp: all.bytesUp + one.bytesUp,
				};
				onCount(all);
			});
			// It was taken away since we looked.
			if (started === undefined) return { ended: Promise.resolve(""), close: async () => {} };
			return { ended: started.ended.then((last) => cleanLine(last)), close: started.close };
		},
	};
}
