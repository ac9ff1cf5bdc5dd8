// Small data for looking up addresses, in the formats of the real packages: what a test says is in it, and nothing else.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { OwnedRange } from "../../src/net/geoip/owners.ts";

export interface PlaceRecord {
	readonly country: string;
	readonly region?: string;
	readonly city?: string;
}

/** IPv4 as 32 bits, IPv6 as its first 64; `place` is an index, -1 for none. */
export interface LocationRange {
	readonly first: bigint;
	readonly last: bigint;
	readonly place: number;
}

export interface Locations {
	readonly places: readonly PlaceRecord[];
	readonly ranges4: readonly LocationRange[];
	readonly ranges6: readonly LocationRange[];
}

/** The three files as geoip-lite's own converter writes them. */
export function locationFiles({ places, ranges4, ranges6 }: Locations): Readonly<Record<string, Buffer>> {
	const names = Buffer.alloc(places.length * 88);
	for (const [index, { country, region = "", city = "" }] of places.entries()) {
		names.write(country, index * 88);
		names.write(region, index * 88 + 2);
		names.write(city, index * 88 + 42);
	}
	const city4 = Buffer.alloc(ranges4.length * 24);
	for (const [index, { first, last, place }] of ranges4.entries()) {
		city4.writeUInt32BE(Number(first), index * 24);
		city4.writeUInt32BE(Number(last), index * 24 + 4);
		city4.writeUInt32BE(place >>> 0, index * 24 + 8);
	}
	const city6 = Buffer.alloc(ranges6.length * 48);
	for (const [index, { first, last, place }] of ranges6.entries()) {
		city6.writeBigUInt64BE(first, index * 48);
		city6.writeBigUInt64BE(last, index * 48 + 16);
		city6.writeBigUInt64BE((1n << 64n) - 1n, index * 48 + 24);
		city6.writeUInt32BE(place >>> 0, index * 48 + 32);
	}
	return { "data/geoip-city-names.dat": names, "data/geoip-city.dat": city4, "data/geoip-city6.dat": city6 };
}

/** Enough for every address that new data is tried out with. `city` tells one edition from another. */
export function worldwide(city: string): Locations {
	return {
		places: [{ country: "DE", region: "BE", city }],
		ranges4: [{ first: 0x01_00_00_00n, last: 0xdf_ff_ff_ffn, place: 0 }],
		ranges6: [{ first: 0x2000_0000_0000_0000n, last: 0x3fff_ffff_ffff_ffffn, place: 0 }],
	};
}

/** The files of an npm package called geoip-lite. */
export function locationPackage(version: string, locations: Locations): Readonly<Record<string, Buffer>> {
	return { "package.json": Buffer.from(JSON.stringify({ name: "geoip-lite", version })), ...locationFiles(locations) };
}

/** The files of an npm package called @ip-location-db/asn. */
function ownerPackage(
	version: string,
	ranges4: readonly OwnedRange[],
	ranges6: readonly OwnedRange[],
): Readonly<Record<string, Buffer>> {
	const line = ({ first, last, asn, name }: OwnedRange) => `${first},${last},${asn},"${name.replaceAll('"', '""')}"\n`;
	const wide = ({ first, last, ...rest }: OwnedRange) => ({
		...rest,
		first: first << 64n,
		last: ((last + 1n) << 64n) - 1n,
	});
	return {
		"package.json": Buffer.from(JSON.stringify({ name: "@ip-location-db/asn", version })),
		"asn-ipv4-num.csv": Buffer.from(ranges4.map(line).join("")),
		"asn-ipv6-num.csv": Buffer.from(ranges6.map(wide).map(line).join("")),
	};
}

/** One owner of all addresses that new data is tried out with. */
export function worldwideOwner(version: string, name: string): Readonly<Record<string, Buffer>> {
	const everywhere = worldwide("");
	const owned = ({ first, last }: LocationRange): OwnedRange => ({ first, last, asn: 64_500, name });
	return ownerPackage(version, everywhere.ranges4.map(owned), everywhere.ranges6.map(owned));
}

/** Writes files into a folder, as npm would have installed them. */
export function install(folder: string, files: Readonly<Record<string, Buffer>>): string {
	for (const [name, bytes] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), bytes);
	}
	return folder;
}

/** One entry of a POSIX ustar archive; `type` "0" is a file. */
export function tarEntry(name: string, content: Buffer, type = "0"): Buffer {
	const header = Buffer.alloc(512);
	header.write(name, 0, 100);
	header.write("0000644\0", 100);
	header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
	header.write("        ", 148);
	header.write(type, 156);
	header.write("ustar\u000000", 257);
	const sum = header.reduce((total, byte) => total + byte, 0);
	header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
	const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
	return Buffer.concat([header, content, padding]);
}

/** A .tgz as npm and MaxMind make them: everything in one folder. */
export function tarball(files: Readonly<Record<string, Buffer>>, folder = "package"): Buffer {
	const entries = Object.entries(files).map(([name, content]) => tarEntry(`${folder}/${name}`, content));
	return gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]), { level: 1 });
}

/** npm's way of writing a checksum (Subresource Integrity). */
export function integrityOf(bytes: Buffer): string {
	return `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
}
