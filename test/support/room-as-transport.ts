// The Transport of one room as one that is dialled by address, so that what is written for the others works with it too.
import type { RoomTransport, Transport } from "../../src/net/link/link.ts";

/** Every address leads to the room. `dials`: the guest's, where that is another one than the host's. */
export function asTransport(listens: RoomTransport, dials: RoomTransport = listens): Transport {
	return {
		name: listens.name,
		dial: (_target, options) => dials.dial(options),
		async listen({ onLink }) {
			const outcome = await listens.listen(onLink);
			if (outcome.kind === "failed") return outcome;
			return { kind: "listening", listener: { port: 1, close: () => outcome.listener.close() } };
		},
	};
}
