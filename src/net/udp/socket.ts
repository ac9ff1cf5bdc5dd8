// Sockets of UDP as a promise, with the system's own errors.
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { isIP } from "node:net";

/** What arrives while the program is busy waits in a buffer of this size; the system may give less. */
const BUFFER_BYTES = 1024 * 1024;

/** Binds a socket. Rejects with the system's error. `host` is a literal address; for "::" both families. */
export async function boundSocket(host: string, port: number): Promise<Socket> {
	const socket = createSocket({
		type: isIP(host) === 6 ? "udp6" : "udp4",
		ipv6Only: false,
		// Only literal addresses are ever sent to. dgram would hand each one to the name service's queue.
		lookup: (address, _options, done) => done(null, address, isIP(address)),
	});
	try {
		const listening = once(socket, "listening");
		socket.bind({ address: host, port, exclusive: true });
		await listening;
	} catch (error) {
		socket.close();
		throw error;
	}
	try {
		socket.setRecvBufferSize(BUFFER_BYTES);
	} catch {
		// Some systems refuse more than their limit; what there is has to do.
	}
	return socket;
}

/** Makes a socket that hears `host` and nobody else, and learns when nobody listens there. */
export async function connectedSocket(host: string, port: number, from: string | undefined): Promise<Socket> {
	const socket = await boundSocket(from ?? (isIP(host) === 6 ? "::" : "0.0.0.0"), 0);
	try {
		const connected = once(socket, "connect");
		socket.connect(port, host);
		await connected;
		return socket;
	} catch (error) {
		socket.close();
		throw error;
	}
}
