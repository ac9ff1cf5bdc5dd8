// The list of rooms heard of in a network: bounded however much is said, and each room leaves when nobody speaks of it any more. Pure.
import type { LanSighting } from "./record.ts";

/** More than anybody looks through. */
export const MAX_LAN_ROOMS = 50;
/** One computer has few rooms; what it says beyond that takes nobody else's place. */
export const MAX_LAN_ROOMS_OF_ONE = 4;

/** A room that was heard of. Nothing of it is proven, and `name` is fit for no screen. */
export interface HeardRoom {
	readonly instance: string;
	readonly name: string;
	readonly fingerprint: string;
	/** Where the announcement came from; never an address that it names. */
	readonly address: string;
	readonly port: number;
	/** ms, by the clock that is passed in. */
	readonly until: number;
}

/** First come, first in the list. */
export type HeardRooms = readonly HeardRoom[];

/** A room was announced from this address. The same list when there is no place for it. */
export function heard(rooms: HeardRooms, sighting: LanSighting, from: string, now: number): HeardRooms {
	const { instance, name, fingerprint, port, ttlSeconds } = sighting;
	const room: HeardRoom = { instance, name, fingerprint, address: from, port, until: now + ttlSeconds * 1_000 };
	const known = rooms.findIndex((one) => isSameRoom(one, room));
	if (known !== -1) return rooms.with(known, room);
	const left = stillThere(rooms, now);
	const fromThere = left.filter(({ address }) => address === from).length;
	return left.length >= MAX_LAN_ROOMS || fromThere >= MAX_LAN_ROOMS_OF_ONE ? left : [...left, room];
}

/** Two announcements of one room: the same key at the same place. */
function isSameRoom(one: HeardRoom, other: HeardRoom): boolean {
	return one.fingerprint === other.fingerprint && one.address === other.address && one.port === other.port;
}

/** Whoever announced this said goodbye; nobody else's goodbye counts. */
export function saidGoodbye(rooms: HeardRooms, instance: string, from: string): HeardRooms {
	return rooms.filter((one) => one.instance !== instance || one.address !== from);
}

/** Without those of which nothing was heard for too long. */
export function stillThere(rooms: HeardRooms, now: number): HeardRooms {
	return rooms.some(({ until }) => until <= now) ? rooms.filter(({ until }) => until > now) : rooms;
}

/** Whether a person would see the same. */
export function looksTheSame(one: HeardRooms, other: HeardRooms): boolean {
	const key = ({ fingerprint, name, address, port }: HeardRoom) => `${fingerprint} ${address} ${port} ${name}`;
	return (
		one.length === other.length && one.every((room, at) => other[at] !== undefined && key(room) === key(other[at]))
	);
}
