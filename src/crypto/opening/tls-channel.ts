// The encrypted channel, before anything is proven: TLS 1.3 with hybrid post-quantum key exchange over any byte stream. The pre-shared key is public and
// authenticates nobody; it stands in the place of certificates. Who is at the other end is proven inside, over the channel's exporter.
import type { Duplex } from "node:stream";
import type { SecureContextOptions, Server, TLSSocket } from "node:tls";
import { channelSuite } from "./binding.ts";
import {
	type ChannelFailed,
	type ChannelFailure,
	type ChannelOptions,
	type ChannelOutcome,
	EXPORTER_BYTES,
	failed,
	type OpenChannel,
	PSK_IDENTITY,
	PUBLIC_PSK,
	readable,
} from "./channel-outcome.ts";
import { FirstBytes } from "./first-bytes.ts";

/** Loads Node's TLS when a channel is opened and not before: the first screen does not wait for it. */
const nodeTls = () => process.getBuiltinModule("node:tls");

/**
 * A host waits this long for a guest's first byte. Programs of version 1 wait for the host's first word instead, for 10 s. A guest of this version is taken for
 * one of those when its first packet is lost twice, or its computer is too busy to send it, so this is not much less.
 */
export const SILENCE_MS = 8_000;

const EXPORTER_LABEL = "EXPORTER-real-talk-2";
const GROUP = "X25519MLKEM768";
/** The type of a TLS record that carries handshake messages (RFC 8446 §5.1). */
const HANDSHAKE_RECORD = 0x16;
/** The first byte a host of version 1 sends, in hexadecimal: the length of its hello begins with it. */
const FIRST_BYTE_OF_VERSION_1 = "00";
/** What a host of this version says to a guest that it takes for one of version 1, since it heard nothing (docs/protocol.md §2). */
const SAID_TO_VERSION_1 = "00000401a1617602";
/** The longest ClientHello taken, in bytes; that of this program has about 1,500. A longer one could name a thousand keys to look for. */
const MAX_CLIENT_HELLO_BYTES = 16_000;
/** The size of what begins a ClientHello: five bytes of the record, one of the message's type, three of its length. */
const CLIENT_HELLO_HEADER_BYTES = 9;

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

type Finished = { readonly kind: "finished"; readonly tls: TLSSocket } | ChannelFailed;
type Settle = (outcome: Finished) => void;

function startGuest(stream: Duplex, settle: Settle): void {
	const tls = nodeTls().connect({
		...SUITE,
		socket: stream,
		pskCallback: () => ({ psk: PUBLIC_PSK, identity: PSK_IDENTITY }),
		// Reached only by a host who answers with a certificate in place of the key.
		checkServerIdentity: () => new Error("the host answered with a certificate"),
	});
	tls.on("secureConnect", () => settle({ kind: "finished", tls }));
	tls.on("error", (error) => settle(failed(error.message, failureOf(stream))));
	stream.on("close", () => tls.destroy());
}

/** Tells by what the host said first, if anything was remembered of it, what it may be. It is hearsay: nobody has signed it. */
function failureOf(stream: Duplex): ChannelFailure {
	const first = stream instanceof FirstBytes ? stream.first : undefined;
	if (first === undefined) return "other";
	if (first === SAID_TO_VERSION_1) return "unheard";
	if (first.startsWith(FIRST_BYTE_OF_VERSION_1)) return "formerVersion";
	// A handshake record, or an alert, which is TLS, too (RFC 8446 §5.1).
	return /^1[56]/.test(first) ? "other" : "otherProtocol";
}

/** As OpenSSL's ssl.h has it. Node's own list of these would have to be asked for in the page for browsers too, whose code this is as well and which must stay small. */
const SSL_OP_NO_TICKET = 1 << 14;

let server: Server | undefined;

/**
 * Returns the server that never listens and makes all channels. One for each would cost every stranger 0.1 ms when it is made, and as much again when it is collected, in one
 * pause with those of all others. A ticket must not hold a session itself, or whoever has the ticket could resume that session on another
 * channel, past the key and past the exporter. With this option a ticket only names a session that the server has kept, and the server keeps none.
 */
function theServer(): Server {
	server ??= nodeTls().createServer({
		...SUITE,
		secureOptions: SSL_OP_NO_TICKET,
		pskCallback: (_socket, identity) => (identity === PSK_IDENTITY ? PUBLIC_PSK : null),
	});
	return server;
}

/**
 * Hands the stream to the server, as if it had listened, and hears what it tells of this stream: a bare TLSSocket in the host's role would not close on a tampered record (node
 * lib/internal/tls/wrap.js, _releaseControl). The server tells by the object that was given the stream, so each channel has one of its own, which is the server in all else but `emit`.
 */
function startHost(stream: Duplex, settle: Settle): void {
	const tell = (event: string, first: TLSSocket | Error, second?: TLSSocket): boolean => {
		if (event === "secureConnection") settle({ kind: "finished", tls: first as TLSSocket });
		if (event === "tlsClientError") {
			second?.destroy();
			settle(failed((first as Error).message));
		}
		return true;
	};
	const all = theServer();
	const own: Server = Object.create(all, { emit: { value: tell } });
	Reflect.apply(all.emit, own, ["connection", stream]);
}

/** Looks at the beginning of what a guest sends, and leaves it in the stream. It returns `undefined` when it may be the hello of a TLS client. */
async function objectionToGuest(stream: Duplex, signal: AbortSignal): Promise<ChannelFailed | undefined> {
	const begun = performance.now();
	let head: Buffer = Buffer.alloc(0);
	while (head.length < CLIENT_HELLO_HEADER_BYTES) {
		const chunk: Buffer | null = stream.read();
		if (chunk !== null) {
			head = Buffer.concat([head, chunk]);
			if (head[0] !== HANDSHAKE_RECORD) return failed("the first byte is none of TLS", "otherProtocol");
			continue;
		}
		if (stream.destroyed || stream.readableEnded) return failed("the other side closed");
		const leftMs = head.length === 0 ? SILENCE_MS - (performance.now() - begun) : undefined;
		const isHeard = await readable(stream, signal, leftMs);
		if (isHeard) continue;
		return signal.aborted || head.length > 0 ? failed("aborted") : failed("nothing came", "silent");
	}
	stream.unshift(head);
	const helloBytes = head.readUIntBE(CLIENT_HELLO_HEADER_BYTES - 3, 3);
	return helloBytes > MAX_CLIENT_HELLO_BYTES ? failed(`a hello of ${helloBytes} bytes is over the limit`) : undefined;
}

/**
 * Returns why a finished handshake is not good enough; `undefined` when it is. OpenSSL reports a PSK handshake as a reused session: that, and the absence of a
 * certificate, is the proof that the key was used. The guest sees which group was used, and without this group a public key would hide nothing; the host has
 * offered only one and OpenSSL tells servers nothing.
 */
function objection(tls: TLSSocket, role: ChannelOptions["role"]): string | undefined {
	if (tls.getProtocol() !== "TLSv1.3") return "not TLS 1.3";
	if (!tls.isSessionReused()) return "the shared key was not used";
	if (Object.keys(tls.getPeerCertificate() ?? {}).length > 0) return "a certificate was used";
	if (role === "host") return undefined;
	const key = tls.getEphemeralKeyInfo();
	return key !== null && "name" in key && key.name === GROUP ? undefined : "not the hybrid key exchange";
}

function handshake(stream: Duplex, start: typeof startGuest, signal: AbortSignal): Promise<Finished> {
	return new Promise((resolve) => {
		const onAbort = () => settle(failed("aborted"));
		// A turn later: when the channel itself gave up, its reason comes right after the stream's end.
		const onClose = () => setImmediate(settle, failed("the other side closed"));
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
		start(stream, settle);
	});
}

/**
 * Makes the channel over `stream`, whichever kind of stream it is. With any other protocol, group or way of authentication it fails. Never
 * throws for what the other side does, and leaves no error unhandled later: an error after the outcome shows as "close" of the channel's stream.
 */
export const tlsChannel: OpenChannel = (options) =>
	channelOver(options, (stream, settle) => startGuest(new FirstBytes(stream), settle));

/**
 * Makes the same channel for many bytes: the guest's end reads from the socket itself, with no stream of ours between, which takes more of the processor than the
 * encryption. What else may have answered in the host's place is not told apart: this is for a host to which there is a channel already.
 */
export const bulkTlsChannel: OpenChannel = (options) => channelOver(options, startGuest);

async function channelOver(
	{ stream, role, signal }: ChannelOptions,
	startAsGuest: typeof startGuest,
): Promise<ChannelOutcome> {
	stream.on("error", () => {});
	const objected = role === "host" ? await objectionToGuest(stream, signal) : undefined;
	const outcome = objected ?? (await handshake(stream, role === "guest" ? startAsGuest : startHost, signal));
	if (outcome.kind === "failed") {
		if (outcome.failure !== "silent") stream.destroy();
		return outcome;
	}
	const { tls } = outcome;
	// Node reports a tampered record as an error but leaves the socket open: after it nothing can be trusted.
	tls.on("error", () => tls.destroy());
	const detail = tls.destroyed ? "the other side closed" : objection(tls, role);
	if (detail !== undefined) {
		tls.destroy();
		stream.destroy();
		return failed(detail);
	}
	const exporter = new Uint8Array(tls.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0)));
	return { kind: "secured", channel: { suite: channelSuite.tls, stream: tls, exporter } };
}
