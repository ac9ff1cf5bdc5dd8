// A connection to Tor's control port (control-spec): commands with their replies, events, and the proof that both ends know the cookie.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { pairsIn, type Reply, ReplyReader } from "./replies.ts";

/** Says where a control port or a SOCKS port is: a UNIX socket, or a port of this computer. */
export type TorAddress = { readonly path: string } | { readonly host: string; readonly port: number };

/** The answer to a command. `failed`: Tor refused it, with its code and sentence, or the connection is over (code 0). */
export type ControlOutcome =
	| { readonly kind: "done"; readonly lines: readonly string[] }
	| { readonly kind: "failed"; readonly code: number; readonly detail: string };

/** Says why a control port cannot be used. `noCookie`: its cookie cannot be read · `impostor`: it does not know its own cookie · `wantsPassword`: that is its only way. */
export type ControlTrouble = "unreachable" | "noCookie" | "impostor" | "wantsPassword" | "refused" | "notTor";

/** An open and authenticated control port, or why there is none. */
export type ControlOpened =
	| { readonly kind: "open"; readonly control: TorControl }
	| { readonly kind: "failed"; readonly why: ControlTrouble };

/** Tor answers at once; it may be busy with its own start. */
const COMMAND_TIMEOUT_MS = 30_000;
/** At most this many commands may wait for their replies. */
const MAX_WAITING = 64;
/** RFC 2104 keys and nonces of control-spec §3.24. */
const COOKIE_BYTES = 32;
const SERVER_HASH = "Tor safe cookie authentication server-to-controller hash";
const CLIENT_HASH = "Tor safe cookie authentication controller-to-server hash";

type Hear = (text: string) => void;

/** Owns its socket. What Tor sends is bounded, and whatever breaks the rules ends the connection. */
export class TorControl {
	/** Resolves when the connection is over. */
	readonly closed: Promise<void>;
	readonly #socket: Socket;
	readonly #reader = new ReplyReader();
	readonly #waiting: ((reply: Reply | undefined) => void)[] = [];
	readonly #listeners = new Map<string, Set<Hear>>();

	constructor(socket: Socket) {
		this.#socket = socket;
		const closed = Promise.withResolvers<void>();
		this.closed = closed.promise;
		socket.setEncoding("latin1");
		socket.on("data", (text: string) => this.#take(text));
		// 'close' follows.
		socket.on("error", () => {});
		socket.on("close", () => {
			for (const answer of this.#waiting.splice(0)) answer(undefined);
			closed.resolve();
		});
	}

	/** Sends one command and resolves with what came of it. Never rejects. Throws for a line break in it (a bug of the caller). */
	async send(command: string): Promise<ControlOutcome> {
		if (/[\r\n]/.test(command)) throw new Error("a line break in a control command");
		if (this.#socket.destroyed || this.#waiting.length >= MAX_WAITING) return over;
		const { promise, resolve } = Promise.withResolvers<Reply | undefined>();
		this.#waiting.push(resolve);
		this.#socket.write(`${command}\r\n`, "latin1");
		// Replies come in the order of the commands: one that is missing makes nonsense of all that follow.
		const timer = setTimeout(() => this.close(), COMMAND_TIMEOUT_MS);
		const reply = await promise;
		clearTimeout(timer);
		if (reply === undefined) return over;
		const isDone = reply.code >= 200 && reply.code < 300;
		return isDone
			? { kind: "done", lines: reply.lines }
			: { kind: "failed", code: reply.code, detail: reply.lines.at(-1) ?? "" };
	}

	/** Calls `hear` with the text behind the name of each event of that name. Returns the function that stops it. */
	on(event: string, hear: Hear): () => void {
		const all = this.#listeners.get(event) ?? new Set();
		this.#listeners.set(event, all.add(hear));
		return () => all.delete(hear);
	}

	close(): void {
		this.#socket.destroy();
	}

	#take(text: string): void {
		const replies = this.#reader.take(text);
		if (replies === "broken") return void this.close();
		for (const reply of replies) {
			if (reply.code === 650) this.#tell(reply.lines[0] ?? "");
			else {
				const answer = this.#waiting.shift();
				// A reply to nothing.
				if (answer === undefined) return void this.close();
				answer(reply);
			}
		}
	}

	#tell(line: string): void {
		const [, name = "", text = ""] = /^(\S+) ?([\s\S]*)$/.exec(line) ?? [];
		for (const hear of this.#listeners.get(name) ?? []) hear(text);
	}
}

const over: ControlOutcome = { kind: "failed", code: 0, detail: "the connection to Tor's control port is over" };

/** Connects and authenticates. `cookiePath`: where the cookie is; absent: where Tor says. Never rejects. */
export async function openControl(address: TorAddress, cookiePath?: string): Promise<ControlOpened> {
	const socket = connect(address);
	const isConnected = await new Promise<boolean>((resolve) => {
		socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
		socket.setTimeout(COMMAND_TIMEOUT_MS, () => resolve(false));
	});
	if (!isConnected) {
		socket.destroy();
		return failed("unreachable");
	}
	socket.setTimeout(0);
	const control = new TorControl(socket);
	const why = await authenticate(control, cookiePath);
	if (why === undefined) return { kind: "open", control };
	control.close();
	return failed(why);
}

/**
 * Authenticates by SAFECOOKIE, or by nothing where Tor asks for nothing. The older COOKIE is never used: it would send 32 bytes of whatever file a false
 * control port names (control-spec §3.24).
 */
async function authenticate(control: TorControl, cookiePath?: string): Promise<ControlTrouble | undefined> {
	const info = await control.send("PROTOCOLINFO 1");
	const auth = info.kind === "done" ? info.lines.find((line) => line.startsWith("AUTH ")) : undefined;
	if (auth === undefined) return "notTor";
	const pairs = pairsIn(auth);
	const methods = (pairs.get("METHODS") ?? "").split(",");
	if (methods.includes("NULL")) return (await control.send("AUTHENTICATE")).kind === "done" ? undefined : "refused";
	if (!methods.includes("SAFECOOKIE")) return methods.includes("HASHEDPASSWORD") ? "wantsPassword" : "notTor";
	const cookie = await readFile(cookiePath ?? pairs.get("COOKIEFILE") ?? "").catch(() => undefined);
	if (cookie?.length !== COOKIE_BYTES) return "noCookie";
	const own = randomBytes(COOKIE_BYTES);
	const challenge = await control.send(`AUTHCHALLENGE SAFECOOKIE ${own.toString("hex")}`);
	const answer = pairsIn(challenge.kind === "done" ? (challenge.lines[0] ?? "") : "");
	const nonce = Buffer.from(answer.get("SERVERNONCE") ?? "", "hex");
	const hash = Buffer.from(answer.get("SERVERHASH") ?? "", "hex");
	const hashOf = (key: string): Buffer => createHmac("sha256", key).update(cookie).update(own).update(nonce).digest();
	const expected = hashOf(SERVER_HASH);
	if (hash.length !== expected.length || !timingSafeEqual(hash, expected)) return "impostor";
	const outcome = await control.send(`AUTHENTICATE ${hashOf(CLIENT_HASH).toString("hex")}`);
	return outcome.kind === "done" ? undefined : "refused";
}

const failed = (why: ControlTrouble): ControlOpened => ({ kind: "failed", why });
