// What we use of hyperdht and blind-relay, written by hand: they come without types. Read from their source, versions as in package.json.
declare module "hyperdht" {
	import type { EventEmitter } from "node:events";
	import type UDX from "udx-native";

	class HyperDHT {
		static keyPair(seed: Uint8Array): HyperDHT.DhtKeyPair;
		constructor(options: HyperDHT.DhtNodeOptions);
		readonly stats: { readonly requests: { readonly responses: number } };
		readonly io: { readonly serverSocket: { address(): { readonly port: number } } };
		/** Resolves when the DHT was entered. Rejects when the port is taken. */
		fullyBootstrapped(): Promise<void>;
		createServer(
			options: HyperDHT.DhtServerOptions,
			onConnection: (socket: HyperDHT.DhtSocket) => void,
		): HyperDHT.DhtServer;
		connect(publicKey: Buffer, options?: HyperDHT.DhtConnectOptions): HyperDHT.DhtSocket;
		createRawStream(options: object): HyperDHT.DhtRawStream;
		destroy(options?: { readonly force?: boolean }): Promise<void>;
	}

	namespace HyperDHT {
		interface DhtKeyPair {
			readonly publicKey: Buffer;
			readonly secretKey: Buffer;
		}

		interface DhtHandshakePayload {
			readonly firewall: number;
			readonly holepunch: object | null;
			readonly addresses4: readonly { readonly host: string; readonly port: number }[];
			readonly relayThrough: { readonly publicKey: Buffer } | null;
		}

		/** The Noise handshake of one connection. */
		interface DhtHandshake {
			send(payload: DhtHandshakePayload): Buffer;
			recv(message: Buffer): DhtHandshakePayload;
		}

		/** A udx stream. */
		interface DhtRawStream extends EventEmitter {
			/** It is there as soon as it is known where it sends to. */
			readonly remoteHost: string | null;
			readonly remotePort: number;
			/** Counts every byte, also of what is out of order. */
			readonly bytesReceived: number;
			/** Connects the stream. It throws for a port that cannot be. */
			connect(socket: unknown, remoteId: number, port: number, host: string): void;
			destroy(error?: Error): void;
		}

		/** A Duplex of streamx, which is like a stream of Node and is not one. It emits "connect" when it is open. */
		interface DhtSocket extends EventEmitter {
			readonly rawStream: DhtRawStream | null;
			readonly publicKey: Buffer;
			readonly remotePublicKey: Buffer;
			readonly destroyed: boolean;
			write(bytes: Uint8Array): boolean;
			/** Resolves with `true` when the other end has acknowledged all that was written, with `false` when it ended before. */
			flush(): Promise<boolean>;
			end(): void;
			pause(): void;
			resume(): void;
			destroy(error?: Error): void;
		}

		interface DhtServerOptions {
			/** Is asked about everybody who connects; those for whom it returns `true` get no answer. */
			readonly firewall?: (remotePublicKey: Buffer) => boolean;
			readonly holepunch?: false;
			readonly shareLocalAddress?: boolean;
			readonly relayThrough?: Buffer;
			readonly createHandshake?: (keyPair: DhtKeyPair, remotePublicKey: Buffer | null) => DhtHandshake;
		}

		interface DhtServer extends EventEmitter {
			listen(keyPair: DhtKeyPair): Promise<unknown>;
			close(): Promise<void>;
		}

		interface DhtConnectOptions {
			readonly keyPair?: DhtKeyPair;
			readonly localConnection?: boolean;
			readonly createHandshake?: (keyPair: DhtKeyPair, remotePublicKey: Buffer | null) => DhtHandshake;
		}

		interface DhtNodeOptions {
			/** The bootstrap nodes. Anything but a list, also an absent one, means the public nodes. */
			readonly bootstrap: readonly { readonly host: string; readonly port: number }[];
			/** A range of ports without its end; [0, 0] is a free port. A plain 0 would be taken for "not given". */
			readonly port: readonly [from: number, to: number];
			readonly anyPort: boolean;
			readonly ephemeral: boolean;
			readonly host: string;
			readonly firewalled?: boolean;
			/** Lets a node enter without asking whether others reach it, and go on as one that they do not. */
			readonly quickFirewall?: false;
			readonly connectionKeepAlive?: number;
			readonly keyPair?: DhtKeyPair;
			/** Makes every socket and stream, and looks names up. */
			readonly udx?: UDX;
		}
	}
	export = HyperDHT;
}

declare module "hyperdht/lib/noise-wrap.js" {
	import type { DhtHandshake, DhtHandshakePayload, DhtKeyPair } from "hyperdht";

	class NoiseWrap implements DhtHandshake {
		constructor(keyPair: DhtKeyPair, remotePublicKey: Buffer | null);
		send(payload: DhtHandshakePayload): Buffer;
		recv(message: Buffer): DhtHandshakePayload;
	}
	export = NoiseWrap;
}

declare module "blind-relay" {
	import type { EventEmitter } from "node:events";
	import type { Readable } from "node:stream";
	import type { DhtRawStream, DhtSocket } from "hyperdht";

	export class Server {
		constructor(options: { readonly createStream: (options: object) => DhtRawStream });
		accept(socket: DhtSocket, options: { readonly id: Buffer }): EventEmitter;
		close(): Promise<void>;
	}

	/** Asks a relay for pairs. The request goes out when what this returns is read. */
	export class Client {
		static from(socket: DhtSocket, options: { readonly id: Buffer }): Client;
		pair(isInitiator: boolean, token: Buffer, stream: DhtRawStream): Readable;
	}
}
