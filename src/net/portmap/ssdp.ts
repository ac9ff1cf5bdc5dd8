// Finding a UPnP router (SSDP, UPnP Device Architecture 1.1 §1.3), on one interface, believing as little of the answers as possible.
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { isIPv4, isIPv6 } from "node:net";
import { canonicalAddress, isLinkLocal } from "../address/address.ts";
import type { Standpoint } from "../address/interfaces.ts";
import { areOnOneSubnet } from "../address/ip-bytes.ts";
import type { OnContact } from "../link/contact.ts";
import { portOf } from "./router-http.ts";

/** The place where a router says its description is; it is checked, and safe to ask. */
export interface DeviceLocation {
	readonly url: URL;
	/** The host to connect to: the URL's, with a zone where it is link-local. */
	readonly host: string;
}

const SSDP_PORT = 1900;
const GROUPS = { 4: "239.255.255.250", 6: "ff02::c" } as const;
const SEARCH_TARGETS = [
	"urn:schemas-upnp-org:device:InternetGatewayDevice:1",
	"urn:schemas-upnp-org:device:InternetGatewayDevice:2",
] as const;
/** The question is sent at these moments: datagrams get lost, on Wi-Fi multicast ones above all. */
const ASK_AT_MS = [0, 700, 1_500] as const;
/** An honest answer is one small datagram. */
const MAX_ANSWER_BYTES = 2_048;
/** At most this many locations are asked, which is more than any home has. Beyond that we stop listening: a neighbour is flooding us. */
const MAX_LOCATIONS = 8;

/**
 * Reads one datagram. Returns `undefined` if it is not the answer of a router that may be asked: plain http, without a name and password, on the very address
 * that answered, which is the system's router where that is known, else a neighbour on our subnet, and never ourselves.
 */
export function readSsdpAnswer(message: Buffer, from: string, own: Standpoint): DeviceLocation | undefined {
	if (message.length > MAX_ANSWER_BYTES) return undefined;
	const [status = "", ...lines] = message.toString("latin1").split("\r\n");
	if (!/^HTTP\/1\.[01] 200(?: |$)/.test(status)) return undefined;
	const locations = lines.flatMap((line) => /^location:[ \t]*(\S{1,512})[ \t]*$/i.exec(line)?.[1] ?? []);
	const [location] = locations;
	if (location === undefined || locations.length > 1 || !URL.canParse(location)) return undefined;
	const url = new URL(location);
	if (url.protocol !== "http:" || url.username !== "" || url.password !== "" || url.port === "0") return undefined;
	const address = canonicalAddress(url.hostname.replace(/^\[(.*)\]$/, "$1"));
	if (address === undefined || address !== canonicalAddress(from) || !mayBeRouter(address, own)) return undefined;
	return { url, host: isLinkLocal(address) ? `${address}%${own.interface}` : address };
}

function mayBeRouter(address: string, own: Standpoint): boolean {
	if (address === own.address || (own.family === 4 ? !isIPv4(address) : !isIPv6(address))) return false;
	const isNeighbour = areOnOneSubnet(address, own.address, own.prefixLength) || isLinkLocal(address);
	// A router has several IPv6 addresses, and the default route names only one of them.
	if (own.family === 6 || own.gateway?.isCertain !== true) return isNeighbour;
	return isNeighbour && address === canonicalAddress(own.gateway.address);
}

/**
 * Searches until `describe` makes something of an answer, or `signal` aborts: then it resolves with `undefined`. It asks from `own.address` only.
 * `onContact` hears of the search and of each device that is then asked for its description, by which everything else is asked of it too.
 */
export function searchRouter<Found>(
	own: Standpoint,
	describe: (location: DeviceLocation) => Promise<Found | undefined>,
	signal: AbortSignal,
	onContact: OnContact = () => {},
): Promise<Found | undefined> {
	if (signal.aborted) return Promise.resolve(undefined);
	const socket = createSocket(own.family === 4 ? "udp4" : "udp6");
	const timers: NodeJS.Timeout[] = [];
	return new Promise((resolve) => {
		const settle = (found: Found | undefined) => {
			signal.removeEventListener("abort", onAbort);
			for (const timer of timers) clearTimeout(timer);
			timers.length = 0;
			// Stays open for the errors of sends that are under way.
			if (!isClosed) socket.close();
			isClosed = true;
			resolve(found);
		};
		let isClosed = false;
		const onAbort = () => settle(undefined);
		signal.addEventListener("abort", onAbort, { once: true });
		socket.on("error", () => settle(undefined));
		const seen = new Set<string>();
		socket.on("message", (message: Buffer, { address }: RemoteInfo) => {
			const location = readSsdpAnswer(message, address, own);
			if (location === undefined || seen.has(location.url.href) || seen.size >= MAX_LOCATIONS) return;
			seen.add(location.url.href);
			onContact({ kind: "address", address: location.host, port: portOf(location.url) });
			describe(location).then((found) => found !== undefined && settle(found));
		});
		socket.bind({ port: 0, address: own.address, exclusive: true }, () => {
			if (isClosed || !aim(socket, own)) return settle(undefined);
			const group = { kind: "address", address: GROUPS[own.family], port: SSDP_PORT } as const;
			const askOnce = (): void => {
				onContact(group);
				ask(socket, own);
			};
			for (const at of ASK_AT_MS) timers.push(setTimeout(askOnce, at));
		});
	});
}

/** Makes multicast leave by our own interface only. Returns `false` when the system will not. */
function aim(socket: Socket, own: Standpoint): boolean {
	try {
		socket.setMulticastInterface(own.family === 4 ? own.address : `::%${own.interface}`);
		socket.setMulticastTTL(2);
		return true;
	} catch {
		return false;
	}
}

function ask(socket: Socket, own: Standpoint): void {
	const group = GROUPS[own.family];
	const host = own.family === 4 ? group : `[${group}]`;
	const destination = own.family === 4 ? group : `${group}%${own.interface}`;
	for (const target of SEARCH_TARGETS) {
		const lines = [
			"M-SEARCH * HTTP/1.1",
			`HOST: ${host}:${SSDP_PORT}`,
			'MAN: "ssdp:discover"',
			"MX: 1",
			`ST: ${target}`,
		];
		// A network that is just going away makes a send fail; the search then ends by its time.
		socket.send(`${lines.join("\r\n")}\r\n\r\n`, SSDP_PORT, destination, () => {});
	}
}
