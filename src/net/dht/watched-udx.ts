// Says whom a node of the DHT contacts: every socket, stream and look-up of hyperdht is made by the UDX that it is given.
import type UDX from "udx-native";
import type { OnContact } from "../link/contact.ts";

/** Makes a UDX that says whom its sockets and streams send to, and which names it looks up. */
export function watchedUdx(Udx: typeof UDX, onContact: OnContact): UDX {
	const sendsTo = (port: number, address: string): void => onContact({ kind: "address", address, port });
	return new (class extends Udx {
		override createSocket(): UDX.UdxSocket {
			return watchedSocket(super.createSocket(), sendsTo);
		}

		override createStream(id: number, options?: object): UDX.UdxStream {
			return watchedStream(super.createStream(id, options), sendsTo);
		}

		override lookup(name: string, options?: object): Promise<{ readonly host: string }> {
			onContact({ kind: "name", name });
			return super.lookup(name, options);
		}
	})();
}

type SendsTo = (port: number, address: string) => void;

// hyperdht recognises its sockets and streams by identity, so they are changed in place.
function watchedSocket(socket: UDX.UdxSocket, sendsTo: SendsTo): UDX.UdxSocket {
	const send = socket.send.bind(socket);
	const trySend = socket.trySend.bind(socket);
	socket.send = (bytes, port, host, ttl) => {
		sendsTo(port, host);
		return send(bytes, port, host, ttl);
	};
	socket.trySend = (bytes, port, host, ttl) => {
		sendsTo(port, host);
		trySend(bytes, port, host, ttl);
	};
	return socket;
}

function watchedStream(stream: UDX.UdxStream, sendsTo: SendsTo): UDX.UdxStream {
	const connect = stream.connect.bind(stream);
	const changeRemote = stream.changeRemote.bind(stream);
	stream.connect = (socket, remoteId, port, host, options) => {
		connect(socket, remoteId, port, host, options);
		sendsTo(port, host);
	};
	stream.changeRemote = (socket, remoteId, port, host) => {
		sendsTo(port, host);
		return changeRemote(socket, remoteId, port, host);
	};
	return stream;
}
