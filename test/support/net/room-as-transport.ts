// The Transport of one room as one that is dialled by address, so that what is written for the others works with it too.
import type { RoomTransport, Transport } from "../../../src/net/link/link.ts";

type Listens = Pick<RoomTransport, "name" | "listen">;
type Dials = Pick<RoomTransport, "dial">;

/** Every address leads to the room. `dials`: the guest's, where that is another one than the host's. */
export function asTransport(room: RoomTransport): Transport;
export function asTransport(listens: Listens, dials: Dials): Transport;
export function asTransport(listens: Listens & Partial<Dials>, dials: Partial<Dials> = listens): Transport {
	return {
		name: listens.name,
		dial: async (_target, options) =>
			(await dials.dial?.(options)) ?? { kind: "failed", failure: "other", detail: "it only listens" },
		async listen({ onLink }) {
			const outcome = await listens.listen(onLink);
			if (outcome.kind === "failed") return outcome;
			return { kind: "listening", listener: { port: 1, close: () => outcome.listener.close() } };
		},
	};
}
