// Sends only the last of the acknowledgements that udx makes while one batch of packets comes in: each says all that those before it said.
//
// udx answers every packet of data at once. Each answer costs this end two system calls, the far end three, and the line a packet, as much as the data
// themselves. The system hands over some thirty packets in one turn of the event loop, so at full speed one answer stands for that many; a packet that
// comes alone is answered in the same turn.
import { acknowledgementIn } from "./packet.ts";

/** Keeps the newest acknowledgement until the turn of the event loop ends. It is mutable, and owned by one link. */
export class LatestAck {
	readonly #send: (packet: Buffer) => void;
	#waiting: Buffer | undefined;
	#turn: NodeJS.Immediate | undefined;

	/** Makes one that has nothing. `send` gets packets of udx. */
	constructor(send: (packet: Buffer) => void) {
		this.#send = send;
	}

	/** Takes a packet of udx, in the order in which they are made: data and the like go out at once. */
	take(packet: Buffer): void {
		const ack = acknowledgementIn(packet);
		if (ack.isAlone) {
			this.#waiting = packet;
			this.#turn ??= setImmediate(() => this.flush());
			return;
		}
		// Data say what was received too, but not what came out of order.
		const waiting = this.#waiting && acknowledgementIn(this.#waiting);
		if (waiting && !waiting.isSelective && ((ack.upTo - waiting.upTo) | 0) >= 0) this.#waiting = undefined;
		this.#send(packet);
	}

	/** Sends what waits, now: it is called where no later turn will come. */
	flush(): void {
		clearImmediate(this.#turn);
		this.#turn = undefined;
		const packet = this.#waiting;
		this.#waiting = undefined;
		if (packet) this.#send(packet);
	}
}
