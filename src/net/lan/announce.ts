// Shows a room to everyone in the networks this computer is in, until it is closed; then says goodbye.
import { randomBytes } from "node:crypto";
import type { Restriction } from "../address/interfaces.ts";
import { realClock } from "../link/clock.ts";
import type { OnContact } from "../link/contact.ts";
import { type LanService, lanAnnouncement, readLanMessage } from "./record.ts";
import { type LanSocket, LanSockets } from "./socket.ts";

/** A change is announced twice, a second apart (RFC 6762 §8.3). */
const AGAIN_AFTER_MS = 1_000;
/** No record leaves more often than once a second, however many ask (RFC 6762 §6). */
const QUIET_MS = 1_000;
/** An answer waits between 20 and 120 ms, so that not everybody answers at the same moment (RFC 6762 §6). */
const ANSWER_WITHIN_MS = { least: 20, most: 120 } as const;
const INSTANCE_BYTES = 6;

export interface AnnounceOptions extends Omit<LanService, "instance"> {
	readonly only: Restriction;
	/** Is called when the networks in which the room is shown have changed. */
	readonly onChange: () => void;
	readonly onContact?: OnContact;
}

export interface LanAnnouncer {
	/** Returns the names of the interfaces by which the room is shown at the moment. */
	interfaces(): readonly string[];
	/** Says goodbye. A program that is killed says none: the room then leaves others' lists after LAN_TTL_SECONDS. */
	close(): Promise<void>;
}

/** Begins to show a room. */
export function announce(options: AnnounceOptions): LanAnnouncer {
	const { name, fingerprint, port, only, onChange, onContact } = options;
	const instance = `rt-${randomBytes(INSTANCE_BYTES).toString("hex")}`;
	const service: LanService = { instance, name, fingerprint, port };
	const tell = (socket: LanSocket, ttlSeconds?: number): Promise<void> =>
		socket.send(lanAnnouncement(service, socket.network.address, ttlSeconds));
	const tellings = new Tellings((socket) => void tell(socket));
	const sockets = new LanSockets({
		only,
		onMessage(message, _from, socket) {
			if (readLanMessage(message)?.kind === "question") tellings.plan(socket, answerDelayMs());
		},
		onOpen(socket) {
			tellings.tell(socket);
			tellings.plan(socket, AGAIN_AFTER_MS);
		},
		onChange,
		...(onContact && { onContact }),
	});
	return {
		interfaces: () => [...new Set(sockets.sockets().map(({ network }) => network.interface))],
		async close() {
			tellings.stop();
			await Promise.all(sockets.sockets().map((socket) => tell(socket, 0)));
			sockets.close();
		},
	};
}

/** Plans when each network is told: never more often than once in `QUIET_MS`. */
class Tellings {
	readonly #send: (socket: LanSocket) => void;
	readonly #lastTold = new WeakMap<LanSocket, number>();
	readonly #planned = new Map<LanSocket, () => void>();

	constructor(send: (socket: LanSocket) => void) {
		this.#send = send;
	}

	tell(socket: LanSocket): void {
		this.#planned.delete(socket);
		this.#lastTold.set(socket, realClock.now());
		this.#send(socket);
	}

	/** Plans one telling, which answers all who have asked until then. */
	plan(socket: LanSocket, delayMs: number): void {
		if (this.#planned.has(socket)) return;
		const quietMs = (this.#lastTold.get(socket) ?? Number.NEGATIVE_INFINITY) + QUIET_MS - realClock.now();
		const callOff = realClock.after(Math.max(delayMs, quietMs), () => this.tell(socket));
		this.#planned.set(socket, callOff);
	}

	stop(): void {
		for (const callOff of this.#planned.values()) callOff();
		this.#planned.clear();
	}
}

function answerDelayMs(): number {
	const { least, most } = ANSWER_WITHIN_MS;
	return least + Math.random() * (most - least);
}
