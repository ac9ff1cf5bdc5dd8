// The list of rooms heard of in a network: bounded however much is said, and each room leaves when nobody speaks of it any more. Pure.
import type { LanSighting } from "./record.ts";

/** The list holds this many rooms, which is more than anybody looks through. */
export const MAX_LAN_ROOMS = 50;
/** At most this many rooms of one computer are listed; what it announces beyond that takes nobody else's place. */
export const MAX_LAN_ROOMS_OF_ONE = 4;

/** A room that was heard of. Nothing of it is proven, and `name` is fit for no screen. */
export interface HeardRoom {
	readonly instance: string;
	readonly name: string;
	readonly fingerprint: string;
	/** The address that the announcement came from, never one that it names. */
	readonly address: string;
	readonly port: number;
	/** The moment in ms, by the clock that is passed in, until which the room is believed to be there. */
	readonly until: number;
}

/** The rooms, in the order in which they were heard of. */
export type HeardRooms = readonly HeardRoom[];

/** Returns the list after a room was announced from an address. It is the same list when there is no place for the room. */
export function heard(rooms: HeardRooms, sighting: LanSighting, from: string, now: number): HeardRooms {
	const { instance, name, fingerprint, port, ttlSeconds } = sighting;
	const room: HeardRoom = { instance, name, fingerprint, address: from, port, until: now + ttlSeconds * 1_000 };
	const known = rooms.findIndex((one) => isSameRoom(one, room));
	if (known !== -1) return rooms.with(known, room);
	const left = stillThere(rooms, now);
	const fromThere = left.filter(({ address }) => address === from).length;
	return left.length >= MAX_LAN_ROOMS || fromThere >= MAX_LAN_ROOMS_OF_ONE ? left : [...left, room];
}

/** Tells whether two announcements are of one room: the same key at the same place. */
function isSameRoom(one: HeardRoom, other: HeardRoom): boolean {
	return one.fingerprint === other.fingerprint && one.address === other.address && one.port === other.port;
}

/** Returns the list after a goodbye. Only the goodbye of whoever announced the room counts. */
export function saidGoodbye(rooms: HeardRooms, instance: string, from: string): HeardRooms {
	return rooms.filter((one) => one.instance !== instance || one.address !== from);
}

/** Returns the list without the rooms of which nothing was heard for too long. */
export function stillThere(rooms: HeardRooms, now: number): HeardRooms {
	return rooms.some(({ until }) => until <= now) ? rooms.filter(({ until }) => until > now) : rooms;
}

/** Tells whether a person would see the same. */
export function looksTheSame(one: HeardRooms, other: HeardRooms): boolean {
	const key = ({ fingerprint, name, address, port }: HeardRoom) => `${fingerprint} ${address} ${port} ${name}`;
	return (
		one.length === other.length && one.every((room, at) => other[at] !== undefined && key(room) === key(other[at]))
	);
}
