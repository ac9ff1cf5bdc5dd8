// What we use of udx-native, written by hand: it comes without types. Read from its source (lib/*.js), version as in package.json.
declare module "udx-native" {
	import type { EventEmitter } from "node:events";

	class UDX {
		createSocket(): UDX.UdxSocket;
		/** Makes a stream. `id` is what packets for it carry; no two living streams of one UDX have the same. */
		createStream(id: number, options?: object): UDX.UdxStream;
		/** Resolves with an address of the name, by asking the system. */
		lookup(name: string, options?: object): Promise<{ readonly host: string }>;
	}

	namespace UDX {
		interface UdxSocket extends EventEmitter {
			/** Binds the socket. It throws when it cannot. */
			bind(port: number, host: string): void;
			trySend(bytes: Uint8Array, port: number, host: string, ttl?: number): void;
			send(bytes: Uint8Array, port: number, host: string, ttl?: number): Promise<boolean>;
			address(): { readonly host: string; readonly port: number } | null;
			/** Closes the socket. It resolves when its last stream is gone too. */
			close(): Promise<void>;
		}

		/**
		 * A stream. Its events are 'data', 'end', 'drain', 'error' and 'close'. It has no back-pressure on reading: what arrives is acknowledged and emitted.
		 */
		interface UdxStream extends EventEmitter {
			readonly destroyed: boolean;
			connect(socket: UdxSocket, remoteId: number, port: number, host: string, options?: object): void;
			changeRemote(socket: UdxSocket, remoteId: number, port: number, host: string): Promise<void> | undefined;
			/** Keeps the bytes, uncopied, until they are acknowledged. After `false` the writer waits for 'drain'. */
			write(bytes: Uint8Array): boolean;
			end(): void;
			/** Resolves once all that was written is acknowledged (`true`), or never will be. */
			flush(): Promise<boolean>;
			/** Asks for a sign of life after each such silence. The stream does not itself notice when none comes. */
			setKeepalive(everyMs: number): void;
			destroy(error?: Error): void;
		}
	}

	export = UDX;
}
