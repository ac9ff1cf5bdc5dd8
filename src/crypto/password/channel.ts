// The encrypted channel: TLS 1.3 with an external pre-shared key and hybrid post-quantum key exchange over any byte stream.
import { hkdfSync } from "node:crypto";
import type { Duplex } from "node:stream";
import { connect, createServer, type SecureContextOptions, type TLSSocket } from "node:tls";

/** Size of the pre-shared key. */
export const PSK_BYTES = 32;
/** Size of the exporter value both ends sign. */
export const EXPORTER_BYTES = 32;

const PSK_IDENTITY = "real-talk/1";
const PSK_INFO = "real-talk/1 tls13 external psk";
const EXPORTER_LABEL = "EXPORTER-real-talk-1-auth";
const GROUP = "X25519MLKEM768";

/**
 * An external PSK is bound to one hash (RFC 8446 §4.2.11), with Node's callbacks SHA-256: hence no AES-256 suite.
 * `ca: []`: no certificate authority is trusted, as there are no certificates here.
 */
const SUITE: SecureContextOptions = {
	minVersion: "TLSv1.3",
	maxVersion: "TLSv1.3",
	ciphers: "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256",
	ecdhCurve: GROUP,
	ca: [],
};

/** `signal` ends the wait for the other side; after "secured" it has no effect. */
export interface ChannelOptions {
	readonly stream: Duplex;
	readonly role: "guest" | "host";
	/** `PSK_BYTES` secret bytes; the caller wipes them when the outcome is there. */
	readonly psk: Uint8Array;
	readonly signal: AbortSignal;
}

export type ChannelOutcome =
	/** `tls` owns the stream: destroying it closes both. `exporter`: equal at both ends and nowhere else (RFC 8446 §7.5). */
	| { readonly kind: "secured"; readonly tls: TLSSocket; readonly exporter: Uint8Array<ArrayBuffer> }
	/** The stream is destroyed. `detail` is for logs; all failures mean the same to a person. */
	| { readonly kind: "failed"; readonly detail: string };

/** The channel's key from CPace's: HKDF-SHA-256 (RFC 5869), salted with the hash of everything said before. */
export function derivePsk(isk: Uint8Array, transcriptHash: Uint8Array): Uint8Array<ArrayBuffer> {
	return new Uint8Array(hkdfSync("sha256", isk, transcriptHash, PSK_INFO, PSK_BYTES));
}

type Finished =
	| { readonly kind: "finished"; readonly tls: TLSSocket }
	| { readonly kind: "failed"; readonly detail: string };
type Settle = (outcome: Finished) => void;

function startGuest(stream: Duplex, psk: Uint8Array, settle: Settle): void {
	const tls = connect({
		...SUITE,
		socket: stream,
		pskCallback: () => ({ psk, identity: PSK_IDENTITY }),
		// Reached only by a host who answers with a certificate in place of the key.
		checkServerIdentity: () => new Error("the host answered with a certificate"),
	});
	tls.on("secureConnect", () => settle({ kind: "finished", tls }));
	tls.on("error", (error) => settle({ kind: "failed", detail: error.message }));
	stream.on("close", () => tls.destroy());
}

/**
 * A server that never listens, one for each channel: a bare TLSSocket in the host's role would not close on a tampered
 * record (node lib/internal/tls/wrap.js, _releaseControl), and a context of its own means that its ticket keys die with it, so
 * that no session can be resumed elsewhere.
 */
function startHost(stream: Duplex, psk: Uint8Array, settle: Settle): void {
	const server = createServer({
		...SUITE,
		pskCallback: (_socket, identity) => (identity === PSK_IDENTITY ? psk : null),
	});
	server.on("secureConnection", (tls) => settle({ kind: "finished", tls }));
	server.on("tlsClientError", (error, tls) => {
		tls.destroy();
		settle({ kind: "failed", detail: error.message });
	});
	server.emit("connection", stream);
}

/**
 * Why a finished handshake is not good enough; `undefined` when it is. OpenSSL reports a PSK handshake as a reused session:
 * that, and the absence of a certificate, is the proof that the key was used. The guest sees which group was
 * used; the host has offered only one and OpenSSL tells servers nothing.
 */
function objection(tls: TLSSocket, role: ChannelOptions["role"]): string | undefined {
	if (tls.getProtocol() !== "TLSv1.3") return "not TLS 1.3";
	if (!tls.isSessionReused()) return "the shared key was not used";
	if (Object.keys(tls.getPeerCertificate() ?? {}).length > 0) return "a certificate was used";
	if (role === "host") return undefined;
	const key = tls.getEphemeralKeyInfo();
	return key !== null && "name" in key && key.name === GROUP ? undefined : "not the hybrid key exchange";
}

function handshake({ stream, role, signal }: ChannelOptions, psk: Uint8Array): Promise<Finished> {
	return new Promise((resolve) => {
		const onAbort = () => settle({ kind: "failed", detail: "aborted" });
		// A turn later: when the channel itself gave up, its reason comes right after the stream's end.
		const onClose = () => setImmediate(settle, { kind: "failed", detail: "the other side closed" });
		const settle = (outcome: Finished) => {
			signal.removeEventListener("abort", onAbort);
			stream.off("close", onClose).off("end", onClose);
			resolve(outcome);
		};
		if (signal.aborted) return onAbort();
		if (stream.destroyed) return void onClose();
		signal.addEventListener("abort", onAbort);
		// "end" too: a stream that may stay half open would otherwise never close.
		stream.on("close", onClose).on("end", onClose);
		if (role === "guest") startGuest(stream, psk, settle);
		else startHost(stream, psk, settle);
	});
}

/**
 * Makes the channel over `stream`, whichever kind of stream it is. Without the right key, or with any other protocol, group or
 * way of authentication, it fails. Never throws for what the other side does, and leaves no error unhandled later: an error after
 * the outcome shows as "close" of `tls`.
 */
export async function secureChannel(options: ChannelOptions): Promise<ChannelOutcome> {
	const { stream, role } = options;
	if (options.psk.length !== PSK_BYTES) throw new Error(`a pre-shared key has ${PSK_BYTES} bytes`);
	stream.on("error", () => {});
	const psk = Uint8Array.from(options.psk);
	const outcome = await handshake(options, psk);
	psk.fill(0);
	if (outcome.kind === "failed") {
		stream.destroy();
		return outcome;
	}
	const { tls } = outcome;
	// Node reports a tampered record as an error but leaves the socket open: after it nothing can be trusted.
	tls.on("error", () => tls.destroy());
	const detail = tls.destroyed ? "the other side closed" : objection(tls, role);
	if (detail !== undefined) {
		tls.destroy();
		stream.destroy();
		return { kind: "failed", detail };
	}
	const exporter = new Uint8Array(tls.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0)));
	return { kind: "secured", tls, exporter };
}
