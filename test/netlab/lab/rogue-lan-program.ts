// A hostile neighbour: shouts made-up rooms into the network from each of its addresses, and then keeps still. Prints "done" after each round.
import { createSocket, type Socket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";
import { encode } from "dns-packet";

// How many rooms, how long to pause after every twenty, and from which addresses.
const [rooms = "0", pauseMs = "0", ...addresses] = process.argv.slice(2);
const group = "224.0.0.251";
const type = "_realtalk._tcp.local";
const hostileNames = [
	"\u001b]0;pwned\u0007\u001b[2J\u001b[31mHana",
	"Hana\r\nYou joined as root",
	"\u202eanaH\u200b",
	"\u0000\u0001",
	"Z\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
	"漢".repeat(60),
	"a".repeat(255),
];

function open(address: string): Promise<Socket> {
	return new Promise((resolve) => {
		const socket = createSocket({ type: "udp4", reuseAddr: true });
		socket.bind({ address, port: 5353 }, () => {
			socket.setMulticastInterface(address);
			socket.setMulticastTTL(255);
			resolve(socket);
		});
	});
}

function announcement(number: number, address: string): Buffer {
	const fqdn = `evil-${number}.${type}`;
	const name = hostileNames[number % hostileNames.length] ?? "";
	const fingerprint = number.toString(16).padStart(40, "0");
	return encode({
		type: "response",
		answers: [
			{ type: "PTR", name: type, ttl: 4_000_000, data: fqdn },
			{ type: "SRV", name: fqdn, ttl: 120, data: { port: 1 + (number % 65_535), target: "elsewhere.local" } },
			{ type: "TXT", name: fqdn, ttl: 120, data: ["txtvers=1", `fp=${fingerprint}`, `n=${name}`.slice(0, 250)] },
			// Nobody must dial what a record names.
			{ type: "A", name: "elsewhere.local", ttl: 120, data: "44.128.0.50" },
			{ type: "A", name: `${address.replaceAll(".", "-")}.local`, ttl: 120, data: "127.0.0.1" },
		],
	});
}

/** What is no announcement at all. */
const rubbish: readonly Buffer[] = [
	Buffer.alloc(0),
	Buffer.from("not DNS at all"),
	// 4 × 65,535 records, and none of them there.
	Buffer.from("000084000fffffffffffffff".padEnd(24, "f"), "hex"),
	// A name that leads to itself.
	Buffer.from("00008400000000010000000000c00c000c000100000078000200c00c", "hex"),
	encode({
		type: "response",
		answers: [
			{ type: "PTR", name: type, ttl: 120, data: `huge.${type}` },
			{ type: "TXT", name: `huge.${type}`, ttl: 120, data: Array.from({ length: 120 }, () => "n=".padEnd(255, "x")) },
		],
	}),
];

const sockets = await Promise.all(addresses.map(open));
const send = (socket: Socket, message: Buffer) =>
	new Promise<void>((resolve) => socket.send(message, 5353, group, () => resolve()));
for (const [index, socket] of sockets.entries())
	for (const message of rubbish) await send(socket, message).catch(() => index);
for (let number = 0; number < Number(rooms); number += 1) {
	const at = number % sockets.length;
	const [socket, address] = [sockets[at], addresses[at]];
	if (socket && address) await send(socket, announcement(number, address));
	if (number % 20 === 0 && pauseMs !== "0") await sleep(Number(pauseMs));
}
console.log("done");
