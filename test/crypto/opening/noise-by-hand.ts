// The handshake of Noise written a second time, from its specification and docs/protocol.md, on OpenSSL alone: what the program does must agree with it,
// and attackers are made of it.
import {
	createHash,
	createHmac,
	createPrivateKey,
	createPublicKey,
	decapsulate,
	diffieHellman,
	encapsulate,
	generateKeyPairSync,
	hkdfSync,
	type KeyObject,
} from "node:crypto";
import { decryptAead, encryptAead } from "../../../src/crypto/chacha20-poly1305.ts";
import { concatBytes, lvCat } from "../../../src/crypto/length-value.ts";

const none = new Uint8Array(0);
const text = (words: string) => new TextEncoder().encode(words);
const hash = (...parts: Uint8Array[]) =>
	createHash("blake2b512")
		.update(concatBytes(...parts))
		.digest();
const mac = (key: Uint8Array, ...parts: Uint8Array[]) =>
	createHmac("blake2b512", key)
		.update(concatBytes(...parts))
		.digest();

export const prologue = lvCat(text("real-talk/2 noise"), Uint8Array.of(0, 2), text("guest>host"));
const publicPsk = new Uint8Array(hkdfSync("sha256", "real-talk/2", "", "real-talk/2 open", 32));
const x25519Spki = Buffer.from("302a300506032b656e032100", "hex");
const x25519Pkcs8 = Buffer.from("302e020100300506032b656e04220420", "hex");
const mlKemSpki = Buffer.from("308204b2300b0609608648016503040402038204a100", "hex");

/** Returns the last bytes of a public key's DER form: the raw key. */
const raw = (key: KeyObject, sizeBytes: number) => key.export({ format: "der", type: "spki" }).subarray(-sizeBytes);

/** One side of Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b, as sections 5 and 9 of the specification have it. */
export class NoiseByHand {
	h: Uint8Array = Buffer.concat([text("Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b"), Buffer.alloc(27)]);
	readonly #psk: Uint8Array;
	readonly #own: KeyObject;
	#ck: Uint8Array = this.h;
	#k: Uint8Array = none;
	#nonce = 0;
	#theirs: Uint8Array = none;

	constructor(options: { psk?: Uint8Array; prologue?: Uint8Array; ephemeral?: Uint8Array } = {}) {
		this.#psk = options.psk ?? publicPsk;
		this.#own = options.ephemeral
			? createPrivateKey({ key: Buffer.concat([x25519Pkcs8, options.ephemeral]), format: "der", type: "pkcs8" })
			: generateKeyPairSync("x25519").privateKey;
		this.#mixHash(options.prologue ?? prologue);
	}

	#mixHash(...data: Uint8Array[]): void {
		this.h = hash(this.h, ...data);
	}

	#hkdf(input: Uint8Array, outputs: number): Uint8Array[] {
		const key = mac(this.#ck, input);
		const made: Uint8Array[] = [];
		for (let count = 1; count <= outputs; count++) made.push(mac(key, made.at(-1) ?? none, Uint8Array.of(count)));
		return made;
	}

	#mixKey(input: Uint8Array): void {
		const [ck, k] = this.#hkdf(input, 2);
		this.#ck = ck!;
		this.#k = k!.subarray(0, 32);
		this.#nonce = 0;
	}

	#mixPsk(): void {
		const [ck, h, k] = this.#hkdf(this.#psk, 3);
		this.#ck = ck!;
		this.#mixHash(h!);
		this.#k = k!.subarray(0, 32);
		this.#nonce = 0;
	}

	#mixShared(): void {
		const theirs = createPublicKey({ key: Buffer.concat([x25519Spki, this.#theirs]), format: "der", type: "spki" });
		this.#mixKey(diffieHellman({ privateKey: this.#own, publicKey: theirs }));
	}

	#seal(payload: Uint8Array): Uint8Array {
		const sealed = encryptAead(this.#k, nonceOf(this.#nonce++), this.h, payload);
		this.#mixHash(sealed);
		return sealed;
	}

	#open(sealed: Uint8Array): Uint8Array {
		const payload = decryptAead(this.#k, nonceOf(this.#nonce++), this.h, sealed);
		this.#mixHash(sealed);
		return payload;
	}

	/** `publicKey` takes the place of the one that belongs there. */
	writeFirst(payload: Uint8Array, publicKey: Uint8Array = raw(createPublicKey(this.#own), 32)): Uint8Array {
		this.#mixPsk();
		this.#mixHash(publicKey);
		this.#mixKey(publicKey);
		return concatBytes(publicKey, this.#seal(payload));
	}

	readFirst(message: Uint8Array): Uint8Array {
		this.#mixPsk();
		this.#theirs = message.subarray(0, 32);
		this.#mixHash(this.#theirs);
		this.#mixKey(this.#theirs);
		return this.#open(message.subarray(32));
	}

	writeSecond(payload: Uint8Array): Uint8Array {
		const publicKey = raw(createPublicKey(this.#own), 32);
		this.#mixHash(publicKey);
		this.#mixKey(publicKey);
		this.#mixShared();
		return concatBytes(publicKey, this.#seal(payload));
	}

	readSecond(message: Uint8Array): Uint8Array {
		this.#theirs = message.subarray(0, 32);
		this.#mixHash(this.#theirs);
		this.#mixKey(this.#theirs);
		this.#mixShared();
		return this.#open(message.subarray(32));
	}

	split(): readonly [Uint8Array, Uint8Array] {
		const [first, second] = this.#hkdf(none, 2);
		return [first!.subarray(0, 32), second!.subarray(0, 32)];
	}
}

export function nonceOf(count: number): Uint8Array {
	const nonce = Buffer.alloc(12);
	nonce.writeBigUInt64LE(BigInt(count), 4);
	return nonce;
}

/** The keys of the channel, from both exchanges. */
export function keysOf(state: NoiseByHand, shared: Uint8Array) {
	const secret = concatBytes(...state.split(), shared);
	const [guest, host, exporter] = ["guest", "host", "exporter"].map(
		(what) => new Uint8Array(hkdfSync("sha256", secret, state.h, lvCat(text("real-talk/2 noise"), text(what)), 32)),
	);
	return { guest: guest!, host: host!, exporter: exporter! };
}

/** Begins as a guest; OpenSSL makes the ML-KEM-768 key. */
export function guestByHand(options: ConstructorParameters<typeof NoiseByHand>[0] & { publicKey?: Uint8Array } = {}) {
	const state = new NoiseByHand(options);
	const kem = generateKeyPairSync("ml-kem-768");
	return {
		message: state.writeFirst(raw(kem.publicKey, 1_184), options.publicKey),
		finish: (answer: Uint8Array) => keysOf(state, decapsulate(kem.privateKey, state.readSecond(answer))),
	};
}

/** Answers as a host. */
export function hostByHand(first: Uint8Array) {
	const state = new NoiseByHand();
	const theirs = state.readFirst(first);
	const key = createPublicKey({ key: Buffer.concat([mlKemSpki, theirs]), format: "der", type: "spki" });
	const { ciphertext, sharedKey } = encapsulate(key);
	const message = state.writeSecond(ciphertext);
	return { message, keys: keysOf(state, sharedKey) };
}
