// The location files of geoip-lite 2.x, made smaller for our cache: the same format, which that library reads, without what a look-up never asks for.
//
// geoip-city-names.dat: one record of 88 bytes a place. geoip-city.dat (24 bytes): first and last IPv4 address, place, coordinates.
// geoip-city6.dat (48 bytes): the same with IPv6 addresses. Numbers are big-endian; see geoip-lite/scripts/updatedb.js.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UnusableData } from "../geoip/data-folder.ts";

const LOCATION_FILE_LIMIT_BYTES = 256 * 1024 * 1024;

const NAME_RECORD_BYTES = 88;
const RECORD_BYTES = 24;
const RECORD6_BYTES = 48;
const PLACE_AT = 8;
const PLACE6_AT = 32;
/** Marks, for geoip-lite, a range without a place. */
const NO_PLACE = 0xffff_ffff;
/** One in this many IPv6 ranges may be misplaced; of the 393,146 in geoip-lite 2.0.3 one in 117 is. */
const MISPLACED_SHARE = 50;
const LOW_HALF = (1n << 64n) - 1n;

/**
 * Copies the location files of the folder `from` into the folder `to`. Neighbouring ranges in the same place become one (coordinates are
 * lost: a third less memory), ranges without a place go, and IPv6 ranges end at whole /64, the only ones geoip-lite can tell apart.
 * Throws UnusableData for what geoip-lite could stumble over, else what the file system throws.
 */
export function compactLocations(from: string, to: string): void {
	const names = readRecords(join(from, "geoip-city-names.dat"), NAME_RECORD_BYTES);
	checkNames(names);
	const places = names.length / NAME_RECORD_BYTES;
	writeFileSync(join(to, "geoip-city-names.dat"), names);
	for (const [file, recordBytes, compact] of [
		["geoip-city.dat", RECORD_BYTES, compactRanges],
		["geoip-city6.dat", RECORD6_BYTES, compactRanges6],
	] as const) {
		const records = readRecords(join(from, file), recordBytes);
		const sizeBytes = compact(records, places);
		if (sizeBytes === 0) throw new UnusableData(`${file} names no place.`);
		writeFileSync(join(to, file), records.subarray(0, sizeBytes));
	}
}

function readRecords(file: string, recordBytes: number): Buffer {
	const { size } = statSync(file);
	if (size === 0 || size > LOCATION_FILE_LIMIT_BYTES || size % recordBytes !== 0) {
		throw new UnusableData("A file of locations has a size that cannot be.");
	}
	return readFileSync(file);
}

/** Checks that two capital letters of a country, or nothing, begin each record. */
function checkNames(names: Buffer): void {
	for (let at = 0; at < names.length; at += NAME_RECORD_BYTES) {
		const isCountry = isCapital(names[at]) && isCapital(names[at + 1]);
		if (!isCountry && !(names[at] === 0 && names[at + 1] === 0)) throw new UnusableData("A location has no country.");
	}
}

function isCapital(byte: number | undefined): boolean {
	return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}

/** Rewrites `records` in place; returns how many bytes of them are left. */
function compactRanges(records: Buffer, places: number): number {
	let kept = -RECORD_BYTES;
	let previousLast = -1;
	for (let at = 0; at < records.length; at += RECORD_BYTES) {
		const first = records.readUInt32BE(at);
		const last = records.readUInt32BE(at + 4);
		const place = records.readUInt32BE(at + PLACE_AT);
		if (first > last || first <= previousLast) throw new UnusableData("The IPv4 ranges are out of order.");
		const isNext = kept >= 0 && first === previousLast + 1;
		previousLast = last;
		if (!isPlace(place, places)) continue;
		if (isNext && records.readUInt32BE(kept + 4) === first - 1 && records.readUInt32BE(kept + PLACE_AT) === place) {
			records.writeUInt32BE(last, kept + 4);
			continue;
		}
		kept += RECORD_BYTES;
		records.fill(0, kept, kept + RECORD_BYTES);
		records.writeUInt32BE(first, kept);
		records.writeUInt32BE(last, kept + 4);
		records.writeUInt32BE(place, kept + PLACE_AT);
	}
	return kept + RECORD_BYTES;
}

/**
 * Does what `compactRanges` does, with the first 64 bits of each address. Where several ranges share a /64 the first one has it. Some are out of order, because
 * geoip-lite's converter misreads zeros in the middle of an address: they are passed over, being other addresses' places.
 */
function compactRanges6(records: Buffer, places: number): number {
	let kept = -RECORD6_BYTES;
	let previousFirst = 0n;
	let nextFree = 0n;
	let misplaced = 0;
	for (let at = 0; at < records.length; at += RECORD6_BYTES) {
		const first = records.readBigUInt64BE(at);
		const last = records.readBigUInt64BE(at + 16);
		const place = records.readUInt32BE(at + PLACE6_AT);
		if (first > last || first < previousFirst) misplaced += 1;
		if (first < previousFirst || last < nextFree) continue;
		previousFirst = first;
		const start = first < nextFree ? nextFree : first;
		nextFree = last + 1n;
		if (!isPlace(place, places)) continue;
		const touches = kept >= 0 && records.readBigUInt64BE(kept + 16) + 1n === start;
		if (touches && records.readUInt32BE(kept + PLACE6_AT) === place) {
			records.writeBigUInt64BE(last, kept + 16);
			continue;
		}
		kept += RECORD6_BYTES;
		records.fill(0, kept, kept + RECORD6_BYTES);
		records.writeBigUInt64BE(start, kept);
		records.writeBigUInt64BE(last, kept + 16);
		records.writeBigUInt64BE(LOW_HALF, kept + 24);
		records.writeUInt32BE(place, kept + PLACE6_AT);
	}
	if (misplaced * RECORD6_BYTES * MISPLACED_SHARE > records.length) {
		throw new UnusableData("The IPv6 ranges are out of order.");
	}
	return kept + RECORD6_BYTES;
}

function isPlace(place: number, places: number): boolean {
	if (place === NO_PLACE) return false;
	if (place >= places) throw new UnusableData("A range of addresses names a place that is not there.");
	return true;
}
