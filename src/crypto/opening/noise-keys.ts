// The handshake of the channel from a browser: Noise_NNpsk0_25519_ChaChaPoly_BLAKE2b (Noise revision 34) with ML-KEM-768 (FIPS 203) in its two payloads, and the
// keys that come of both (docs/protocol.md, section 4.1).
import { hkdfSync } from "node:crypto";
import { createMlKem768 } from "mlkem";
import Noise from "noise-handshake";
import { concatBytes, lvCat } from "../length-value.ts";
import { channelSuite } from "./binding.ts";
import { EXPORTER_BYTES, PUBLIC_PSK } from "./channel-outcome.ts";

/** A Diffie-Hellman key and the tag of a payload take this many bytes of each message. */
const NOISE_BYTES = 32 + 16;
/** The guest's message: an encapsulation key of 1,184 bytes in it. */
export const FIRST_MESSAGE_BYTES = NOISE_BYTES + 1_184;
/** The host's message: a ciphertext of 1,088 bytes in it. */
export const SECOND_MESSAGE_BYTES = NOISE_BYTES + 1_088;

const KEY_BYTES = 32;
const ascii = new TextEncoder();
const DOMAIN = ascii.encode("real-talk/2 noise");
const PROLOGUE = lvCat(
	DOMAIN,
	Uint8Array.of(channelSuite.noise >> 8, channelSuite.noise & 0xff),
	ascii.encode("guest>host"),
);

/** Holds what comes of a handshake: the keys for what each side sends, and what both export. */
export interface NoiseKeys {
	readonly guest: Uint8Array<ArrayBuffer>;
	readonly host: Uint8Array<ArrayBuffer>;
	readonly exporter: Uint8Array<ArrayBuffer>;
}

/** Decides the keys of one side, for vectors: 32 bytes of X25519, and the 64 (guest) or 32 (host) random bytes of ML-KEM. */
export interface NoiseSeeds {
	readonly ephemeral: Uint8Array;
	readonly kem: Uint8Array;
}

function noise(isInitiator: boolean, seeds: NoiseSeeds | undefined): Noise {
	const state = new Noise("NNpsk0", isInitiator, null, { psk: PUBLIC_PSK });
	state.initialise(PROLOGUE);
	if (seeds) state.e = state.curve.generateKeyPair(seeds.ephemeral.slice());
	return state;
}

/** Derives from both key exchanges: whoever breaks only one of them has nothing. The keys of Noise itself are used for nothing else. */
function deriveKeys(
	hash: Uint8Array | null,
	ofGuest: Uint8Array | null,
	ofHost: Uint8Array | null,
	kem: Uint8Array,
): NoiseKeys {
	if (!hash || !ofGuest || !ofHost) throw new Error("the handshake is not over");
	const secret = concatBytes(ofGuest, ofHost, kem);
	const derive = (what: "guest" | "host" | "exporter", sizeBytes: number) =>
		new Uint8Array(hkdfSync("sha256", secret, hash, lvCat(DOMAIN, ascii.encode(what)), sizeBytes));
	const keys = {
		guest: derive("guest", KEY_BYTES),
		host: derive("host", KEY_BYTES),
		exporter: derive("exporter", EXPORTER_BYTES),
	};
	for (const used of [secret, ofGuest, ofHost, kem]) used.fill(0);
	return keys;
}

/** Begins as the guest: gives the first message, and reads the second. `finish` throws when the host's message is not right. */
export async function guestHandshake(seeds?: NoiseSeeds): Promise<{
	readonly message: Uint8Array;
	finish(answer: Uint8Array): NoiseKeys;
}> {
	const kem = await createMlKem768();
	const [publicKey, secretKey] = seeds ? kem.deriveKeyPair(seeds.kem) : kem.generateKeyPair();
	const state = noise(true, seeds);
	return {
		message: state.send(publicKey),
		finish(answer) {
			const ciphertext = state.recv(Uint8Array.from(answer));
			const shared = kem.decap(Uint8Array.from(ciphertext), secretKey);
			secretKey.fill(0);
			return deriveKeys(state.hash, state.tx, state.rx, shared);
		},
	};
}

/** Answers as the host: reads the guest's message and gives the one that ends the handshake. Throws when the guest's message is not right. */
export async function hostHandshake(
	first: Uint8Array,
	seeds?: NoiseSeeds,
): Promise<{ readonly message: Uint8Array; readonly keys: NoiseKeys }> {
	const kem = await createMlKem768();
	const state = noise(false, seeds);
	const publicKey = state.recv(Uint8Array.from(first));
	const [ciphertext, shared] = kem.encap(Uint8Array.from(publicKey), seeds?.kem);
	const message = state.send(ciphertext);
	return { message, keys: deriveKeys(state.hash, state.rx, state.tx, shared) };
}
