// Which router this computer sends by, read from the system's own tables: no packet, no child process.
import { readFile } from "node:fs/promises";
import { addressOfBytes } from "./ip-bytes.ts";

/** The router to which packets for the Internet are sent first. */
export interface Gateway {
	/** Its literal address; link-local IPv6 comes with its zone, for example "fe80::1%eth0". */
	readonly address: string;
	/**
	 * The system itself has named it. Where that cannot be asked without starting a program (macOS, Windows), the first address of the subnet is taken: right
	 * in most homes, and a wrong guess costs one unanswered datagram to a neighbour.
	 */
	readonly isCertain: boolean;
}

/** A DefaultRoute is one default route of the system's tables. Lower metrics are preferred. */
export interface DefaultRoute {
	readonly interface: string;
	readonly gateway: string;
	readonly metric: number;
}

/** A route that leads through a router has these flags (RTF_UP | RTF_GATEWAY in linux/route.h). */
const UP_AND_GATEWAY = 0x3;

/**
 * Reads /proc/net/route, where columns are separated by tabs and addresses are hexadecimal numbers in the byte order of the machine (little-endian everywhere
 * Node runs but s390x).
 */
export function defaultRoutesOf4(table: string): readonly DefaultRoute[] {
	return table.split("\n").flatMap((line) => {
		const [name, destination, gateway = "", flags = "", , , metric, mask] = line.trim().split(/\s+/);
		if (name === undefined || destination !== "00000000" || mask !== "00000000") return [];
		if (!/^[0-9A-F]{8}$/i.test(gateway) || !isThroughRouter(flags)) return [];
		const address = Buffer.from(gateway, "hex").reverse().join(".");
		return [{ interface: name, gateway: address, metric: Number(metric) || 0 }];
	});
}

/** Reads /proc/net/ipv6_route, where addresses are 32 hexadecimal digits in network order, and metric and flags are hexadecimal. */
export function defaultRoutesOf6(table: string): readonly DefaultRoute[] {
	return table.split("\n").flatMap((line) => {
		const [destination = "", length, , , gateway = "", metric = "", , , flags = "", name] = line.trim().split(/\s+/);
		if (!/^0{32}$/.test(destination) || length !== "00" || name === undefined || !isThroughRouter(flags)) return [];
		const address = addressOfBytes(Buffer.from(gateway, "hex"));
		if (address === undefined) return [];
		const zone = /^fe[89ab]/.test(address) ? `%${name}` : "";
		return [{ interface: name, gateway: address + zone, metric: Number.parseInt(metric, 16) || 0 }];
	});
}

function isThroughRouter(flags: string): boolean {
	return (Number.parseInt(flags, 16) & UP_AND_GATEWAY) === UP_AND_GATEWAY;
}

const TABLES = { 4: "/proc/net/route", 6: "/proc/net/ipv6_route" } as const;

/** Returns the default routes of the system, or `undefined` where it has no table to read. */
async function defaultRoutes(family: 4 | 6): Promise<readonly DefaultRoute[] | undefined> {
	try {
		const table = await readFile(TABLES[family], "latin1");
		return family === 4 ? defaultRoutesOf4(table) : defaultRoutesOf6(table);
	} catch {
		return undefined;
	}
}

/** Returns the router behind one interface; `undefined` when there is none. `address` and `prefixLength` are this computer's on that interface. */
export async function gatewayOf(
	family: 4 | 6,
	own: { readonly interface: string; readonly address: string; readonly prefixLength: number },
): Promise<Gateway | undefined> {
	const routes = await defaultRoutes(family);
	if (routes === undefined) return guessedGateway(family, own);
	const [best] = routes
		.filter((route) => route.interface === own.interface)
		.toSorted((one, other) => one.metric - other.metric);
	return best && { address: best.gateway, isCertain: true };
}

/** Returns the first address of an IPv4 subnet of the size homes have. For IPv6 there is no custom to guess by, so it returns `undefined`. */
export function guessedGateway(
	family: 4 | 6,
	own: { readonly address: string; readonly prefixLength: number },
): Gateway | undefined {
	if (family === 6 || own.prefixLength < 16 || own.prefixLength > 30) return undefined;
	const number = own.address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
	const first = number - (number % 2 ** (32 - own.prefixLength)) + 1;
	const address = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
	return address === own.address ? undefined : { address, isCertain: false };
}
