// What we use of noise-handshake, written by hand: it comes without types. Read from its source (noise.js, symmetric-state.js), version as in package.json.
declare module "noise-handshake" {
	class NoiseState {
		constructor(pattern: "NNpsk0", isInitiator: boolean, staticKeys: null, options: { readonly psk: Uint8Array });
		/** Our own ephemeral key pair; it is made when it is sent, unless it is there already. */
		e: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array } | null;
		readonly curve: { generateKeyPair(secretKey?: Uint8Array): NonNullable<NoiseState["e"]> };
		/** The key for what we send, and the one for what we get; both are there when the last message was sent or received. */
		readonly tx: Uint8Array | null;
		readonly rx: Uint8Array | null;
		/** The hash of the whole handshake, as soon as it is over: 64 bytes. */
		readonly hash: Uint8Array | null;
		initialise(prologue: Uint8Array): void;
		/** Writes the next message, with the payload encrypted. */
		send(payload: Uint8Array): Uint8Array;
		/** Reads the next message, whose public key it wipes in place, and returns its payload. It throws when anything in it is wrong. */
		recv(message: Uint8Array): Uint8Array;
	}
	export = NoiseState;
}
