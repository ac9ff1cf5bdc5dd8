// Small data for looking up addresses, in the formats of the real databases: what a test says is in it, and nothing else.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { make } from "../../../src/net/geoip-update/make.ts";
import { cityRecord, type MmdbEntry, type MmdbValue, mmdb, network4 } from "./mmdb-writer.ts";

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
	return { "geoip-city-names.dat": names, "geoip-city.dat": city4, "geoip-city6.dat": city6 };
}

/** Databases that know every address new data is tried out with. `city` and `name` tell one edition from another. */
export function worldwideCity(city: string, builtOn?: string): Buffer {
	const record = cityRecord("DE", city, { code: "BE", name: "Berlin" });
	return mmdb("DBIP-City-Lite", everywhere(record), undefined, built(builtOn));
}

/** `builtOn`: YYYY-MM-DD. */
export function worldwideOwner(name: string, builtOn?: string): Buffer {
	const record = { autonomous_system_number: 64_500, autonomous_system_organization: name };
	return mmdb("DBIP-ASN-Lite (compat=GeoLite2-ASN)", everywhere(record), undefined, built(builtOn));
}

function built(on = "2026-05-28"): { readonly builtAt: number } {
	return { builtAt: Date.parse(on) / 1000 };
}

/** All of IPv4 up to 127.255.255.255 and from 128 to 223, and the public part of IPv6. */
function everywhere(value: MmdbValue): readonly MmdbEntry[] {
	const ipv4 = ["0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3"].map((network) => network4(network, value));
	return [...ipv4, { prefix: 1n << 125n, bits: 3, value }];
}

/** Puts both data sets into the data folder, as an update leaves them. */
export async function fillDataFolder(dataFolder: string, city: string, owner = "Example Net"): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), "rt-geoip-"));
	for (const bytes of [worldwideCity(city), worldwideOwner(owner)]) {
		const file = join(folder, "data.mmdb");
		writeFileSync(file, bytes);
		await make({ kind: "mmdb", origin: "update", file }, dataFolder, 0);
	}
	rmSync(folder, { recursive: true });
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

/** A .tgz as MaxMind makes them: everything in one folder. */
export function tarball(files: Readonly<Record<string, Buffer>>, folder: string): Buffer {
	const entries = Object.entries(files).map(([name, content]) => tarEntry(`${folder}/${name}`, content));
	return gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]), { level: 1 });
}
