// Where hosts and guests of a relay meet: who is registered under which name, who waits, and who is joined with whom.
import { createHmac, randomBytes } from "node:crypto";
import type { RawData, WebSocket } from "ws";
import { type Exchange, type ForwardedRing, packForwardedRing, readForwardedRing } from "./exchange.ts";
import {
	guestClaim,
	hostClaim,
	isSignedBy,
	RELAY_KEY_BYTES,
	RELAY_NONCE_BYTES,
	RELAY_SIGNATURE_BYTES,
	relayRoom,
} from "./keys.ts";
import type { RelayLimits } from "./limits.ts";
import { splice } from "./splice.ts";
import { CALLER_BYTES, CLOSED, packRing, READY, type Ring, readRegistration, TICKET_BYTES } from "./wire.ts";

/** Counts, and nothing by which anybody could be told from anybody else. */
export interface RelayCounts {
	readonly sockets: number;
	readonly rooms: number;
	readonly waiting: number;
	readonly pairs: number;
	/** Counts the bytes that were passed on since the relay was started. */
	readonly passedBytes: number;
	readonly joined: number;
	readonly refused: number;
}

interface Host {
	readonly socket: WebSocket;
	readonly guestKeys: readonly Uint8Array[];
	/** Ends the serving of guests at other relays. */
	readonly stopServing?: () => void;
}

/** A room is kept for as long as its host is there or somebody has come in by it. */
interface Room {
	readonly name: string;
	/** The host of the room; absent when it has gone and pairs are left. */
	host?: Host;
	waiting: number;
	joined: number;
}

interface WaitingGuest {
	readonly socket: WebSocket;
	readonly room: Room;
	/** Ends the wait. */
	readonly stop: () => void;
}

interface Arrival {
	readonly room: Uint8Array;
	readonly authority: string;
}

/** Owns every socket that it was given until that closes. */
export class MeetingPoint {
	readonly #limits: RelayLimits;
	readonly #now: () => number;
	readonly #rooms = new Map<string, Room>();
	readonly #waiting = new Map<string, WaitingGuest>();
	/** Makes what the host is told of a guest's network; it is forgotten when the relay ends. */
	readonly #pepper = randomBytes(32);
	#pairs = 0;
	#passedBytes = 0;
	#joined = 0;
	#refused = 0;

	readonly #exchange: Exchange | undefined;
	readonly #isOwnName: (authority: string) => boolean;

	/** `isOwnName` tells whether this relay is dialled by a name; it is asked about what other relays say, who come by the `exchange`. */
	constructor(
		limits: RelayLimits,
		now: () => number,
		exchange?: Exchange,
		isOwnName: (authority: string) => boolean = () => false,
	) {
		this.#limits = limits;
		this.#now = now;
		this.#exchange = exchange;
		this.#isOwnName = isOwnName;
	}

	counts(): Omit<RelayCounts, "sockets"> {
		return {
			rooms: this.#rooms.size,
			waiting: this.#waiting.size,
			pairs: this.#pairs,
			passedBytes: this.#passedBytes,
			joined: this.#joined,
			refused: this.#refused,
		};
	}

	/** Registers a host that proves the key that its room is named after. */
	host(socket: WebSocket, { room, authority }: Arrival): void {
		const nonce = randomBytes(RELAY_NONCE_BYTES);
		this.#firstMessage(socket, (message) => {
			const read = readRegistration(message);
			const isOwner =
				read !== undefined &&
				relayRoom(read.hostKey).every((byte, at) => byte === room[at]) &&
				isSignedBy(read.hostKey, hostClaim({ authority, room, nonce }, read.guestKeys), read.signature);
			if (!isOwner) {
				this.#refuse(socket, CLOSED.refused);
				return;
			}
			this.#register(socket, nameOf(room), keysOf(read.guestKeys));
		});
		socket.send(nonce);
	}

	#register(socket: WebSocket, name: string, guestKeys: readonly Uint8Array[]): void {
		const room = this.#rooms.get(name) ?? { name, waiting: 0, joined: 0 };
		const former = room.host;
		const host: Host = { socket, guestKeys };
		const stopServing = this.#exchange?.serve(name, (message) => this.#ringFromElsewhere(name, host, message));
		room.host = { ...host, ...(stopServing ? { stopServing } : {}) };
		this.#rooms.set(name, room);
		former?.stopServing?.();
		former?.socket.close(CLOSED.replaced);
		// A registered host only listens.
		socket.on("message", () => this.#refuse(socket, CLOSED.refused));
		socket.once("close", () => {
			stopServing?.();
			if (room.host?.socket === socket) delete room.host;
			this.#forgetEmpty(room);
		});
		socket.send(READY);
	}

	/** Rings the host for a guest who waits at another relay, if the guest has proven one of the host's keys there. */
	#ringFromElsewhere(name: string, { socket, guestKeys }: Host, message: Uint8Array): boolean {
		const read = readForwardedRing(message);
		if (read === undefined || !this.#isOwnName(read.authority)) return false;
		const { authority, nonce, signature, ticket, caller, node } = read;
		const claim = guestClaim({ authority, room: Buffer.from(name, "hex"), nonce });
		if (!guestKeys.some((key) => isSignedBy(key, claim, signature))) return false;
		socket.send(packRing({ ticket, caller, node }));
		return true;
	}

	#forgetEmpty(room: Room): void {
		if (!room.host && room.waiting === 0 && room.joined === 0) this.#rooms.delete(room.name);
	}

	/** Rings the host for a guest that proves one of the keys that the host has named; the guest waits with its reading paused. */
	guest(socket: WebSocket, { room, authority, network }: Arrival & { readonly network: string }): void {
		const nonce = randomBytes(RELAY_NONCE_BYTES);
		this.#firstMessage(socket, (signature) => {
			const found = this.#rooms.get(nameOf(room));
			const host = found?.host;
			if (found === undefined || host === undefined) {
				const signed = { authority, nonce, signature };
				if (this.#exchange === undefined) this.#refuse(socket, CLOSED.nobodyThere);
				else this.#wait(socket, this.#roomOf(room), network, (ring) => this.#ringElsewhere(socket, room, signed, ring));
				return;
			}
			const claim = guestClaim({ authority, room, nonce });
			// Nobody learns without an invite whether a host is there.
			if (!host.guestKeys.some((key) => isSignedBy(key, claim, signature))) {
				this.#refuse(socket, CLOSED.nobodyThere);
				return;
			}
			this.#wait(socket, found, network, (ring) => host.socket.send(packRing(ring)));
		});
		socket.send(nonce);
	}

	#roomOf(bytes: Uint8Array): Room {
		const name = nameOf(bytes);
		const room = this.#rooms.get(name) ?? { name, waiting: 0, joined: 0 };
		this.#rooms.set(name, room);
		return room;
	}

	/** Asks the other relays for the host. Nobody learns without an invite whether it is there. */
	async #ringElsewhere(
		socket: WebSocket,
		room: Uint8Array,
		signed: Pick<ForwardedRing, "authority" | "nonce" | "signature">,
		ring: Ring,
	): Promise<void> {
		const exchange = this.#exchange;
		if (exchange === undefined || signed.signature.length !== RELAY_SIGNATURE_BYTES) {
			this.#refuse(socket, CLOSED.nobodyThere);
			return;
		}
		const message = packForwardedRing({ ...signed, ...ring, node: exchange.ownName });
		if (!(await exchange.ring(nameOf(room), message))) this.#refuse(socket, CLOSED.nobodyThere);
	}

	#wait(socket: WebSocket, room: Room, network: string, tell: (ring: Ring) => void): void {
		const { waiting, waitingPerRoom, joinedPerRoom, patienceMs } = this.#limits;
		const isFull = this.#waiting.size >= waiting || room.waiting >= waitingPerRoom || room.joined >= joinedPerRoom;
		if (isFull) {
			this.#forgetEmpty(room);
			this.#refuse(socket, CLOSED.tooMany);
			return;
		}
		const ticket = randomBytes(TICKET_BYTES);
		const name = nameOf(ticket);
		const timer = setTimeout(() => this.#refuse(socket, CLOSED.tooSlow), patienceMs).unref();
		const stop = (): void => {
			clearTimeout(timer);
			if (this.#waiting.delete(name)) room.waiting -= 1;
			this.#forgetEmpty(room);
		};
		this.#waiting.set(name, { socket, room, stop });
		room.waiting += 1;
		socket.once("close", stop);
		socket.pause();
		const caller = createHmac("sha256", this.#pepper)
			.update(`${room.name} ${network}`)
			.digest()
			.subarray(0, CALLER_BYTES);
		tell({ ticket, caller });
	}

	/** Joins a host's socket with the guest whose ticket it shows. */
	take(socket: WebSocket, { room, ticket }: { readonly room: Uint8Array; readonly ticket: Uint8Array }): void {
		const guest = this.#waiting.get(nameOf(ticket));
		if (guest === undefined || guest.room.name !== nameOf(room)) {
			this.#refuse(socket, CLOSED.nobodyThere);
			return;
		}
		this.#count(guest.room, [guest.socket, socket]);
		guest.stop();
		splice(guest.socket, socket, {
			bytesPerSecond: this.#limits.bytesPerSecond,
			now: this.#now,
			onBytes: (sizeBytes) => {
				this.#passedBytes += sizeBytes;
			},
		});
		socket.send(READY);
		guest.socket.send(READY);
		guest.socket.resume();
	}

	/** Counts a pair until one of its sockets has closed. */
	#count(room: Room, sockets: readonly WebSocket[]): void {
		room.joined += 1;
		this.#pairs += 1;
		this.#joined += 1;
		let isOver = false;
		const end = (): void => {
			if (isOver) return;
			isOver = true;
			room.joined -= 1;
			this.#pairs -= 1;
			this.#forgetEmpty(room);
		};
		for (const socket of sockets) socket.once("close", end);
	}

	/** Waits for the first message of a socket, for as long as the limits allow; whatever comes behind it waits until it is read on. */
	#firstMessage(socket: WebSocket, onMessage: (message: Buffer) => void): void {
		const timer = setTimeout(() => this.#refuse(socket, CLOSED.tooSlow), this.#limits.patienceMs).unref();
		socket.once("close", () => clearTimeout(timer));
		socket.once("message", (message: RawData, isBinary: boolean) => {
			clearTimeout(timer);
			if (isBinary && Buffer.isBuffer(message)) onMessage(message);
			else this.#refuse(socket, CLOSED.refused);
		});
	}

	#refuse(socket: WebSocket, code: number): void {
		this.#refused += 1;
		// A guest who waits is not read, and could not be heard saying goodbye.
		socket.resume();
		socket.close(code);
	}
}

const nameOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function keysOf(packed: Uint8Array): readonly Uint8Array[] {
	return Array.from({ length: packed.length / RELAY_KEY_BYTES }, (_, at) =>
		packed.slice(at * RELAY_KEY_BYTES, (at + 1) * RELAY_KEY_BYTES),
	);
}
