// A guest with the real handshake and entry that then only counts lines, so that fifty of them leave the computer to the host. Speakers encrypt beforehand.
import { randomBytes } from "node:crypto";
import { Group } from "../src/crypto/group/group.ts";
import type { Signer } from "../src/crypto/identity/identity.ts";
import { createLocalIdentity } from "../src/crypto/identity/local.ts";
import { enterRoom } from "../src/engine/guest/entering.ts";
import { proveToHost } from "../src/engine/guest/opening/handshake-guest.ts";
import type { ProvenHost } from "../src/engine/guest/opening/opening.ts";
import { encodeBody } from "../src/engine/wire/codec.ts";
import { decodeCommit } from "../src/engine/wire/entering-frames.ts";
import { encodeFrame, frameType } from "../src/engine/wire/frame.ts";
import { KeepAlive } from "../src/engine/wire/keep-alive.ts";
import type { Order } from "../src/engine/wire/transcript.ts";
import { tcpTransport } from "../src/net/tcp/tcp.ts";

const forever = new AbortController().signal;

interface Door {
	readonly port: number;
	readonly password: string;
}

async function prove({ port, password }: Door): Promise<{ readonly host: ProvenHost; readonly signer: Signer }> {
	const { signer } = await createLocalIdentity({ name: "guest" });
	const dialled = await tcpTransport().dial({ host: "127.0.0.1", port }, { signal: forever, timeoutMs: 10_000 });
	if (dialled.kind === "failed") throw new Error(dialled.detail);
	const nothing = (): void => {};
	const asked = { askPassword: async () => password, onProven: nothing, onChecking: nothing };
	const host = await proveToHost(dialled.link.stream, { signer, name: "guest", ...asked }, forever);
	if (host.kind === "ended") throw new Error(host.detail);
	return { host, signer };
}

export class CountingGuest {
	heard = 0;
	readonly #host: ProvenHost;
	readonly #group: Group;
	readonly #order: Order;
	readonly #isSpeaker: boolean;
	readonly #prepared: Uint8Array[] = [];
	#nextPrepared = 0;
	readonly #waiting: { readonly count: number; readonly resolve: (at: number) => void }[] = [];
	/** Until the group has taken in all commits that have come. */
	#isUpToDate: Promise<unknown> = Promise.resolve();

	private constructor(host: ProvenHost, group: Group, order: Order, isSpeaker: boolean) {
		this.#host = host;
		this.#group = group;
		this.#order = order;
		this.#isSpeaker = isSpeaker;
		void this.#listen();
	}

	/** Proves password and key to the host, and goes away again. */
	static async knock(room: Door): Promise<void> {
		const { host } = await prove(room);
		host.stream.destroy();
	}

	/** Resolves when in the room. Only a speaker keeps its group. */
	static async enter(room: Door, isSpeaker: boolean): Promise<CountingGuest> {
		const { host, signer } = await prove(room);
		const { frames, roomId, certificate } = host;
		const group = await Group.open({ roomId });
		const who = { signer, name: "guest", host: certificate };
		const entered = await enterRoom({ frames, roomId, group, isComingBack: false, ...who }, forever);
		if (entered.kind === "ended") throw new Error(entered.detail);
		if (!isSpeaker) await group.close();
		return new CountingGuest(host, group, entered.order, isSpeaker);
	}

	/** Encrypts lines to be sent by `speak`; gives the size of the frame in which others get one, in bytes. */
	async prepare(text: string, lines: number): Promise<number> {
		let frameBytes = 0;
		await this.#isUpToDate;
		const { seq, head } = this.#order;
		for (let number = 1; number <= lines; number += 1) {
			const content = encodeBody({
				v: 1,
				kind: "text",
				id: randomBytes(16),
				at: Date.now(),
				seen: { seq, head },
				text,
			});
			const encrypted = await this.#group.encrypt(content);
			if (encrypted.kind !== "encrypted") throw new Error("not encrypted");
			const body = Buffer.alloc(4 + encrypted.message.length);
			body.writeUInt32BE(number);
			body.set(encrypted.message, 4);
			this.#prepared.push(body);
			frameBytes = encodeFrame(frameType.line, new Uint8Array(8 + encrypted.message.length)).length;
		}
		return frameBytes;
	}

	speak(): void {
		for (const body of this.#prepared) this.#host.frames.send(frameType.submit, body);
	}

	/** Sends the next of what is prepared. */
	speakOne(): void {
		const body = this.#prepared[this.#nextPrepared++];
		if (body === undefined) throw new Error("nothing more was prepared");
		this.#host.frames.send(frameType.submit, body);
	}

	/** Resolves when so many lines have been heard in all: with the moment, by `performance.now()`. */
	hears(count: number): Promise<number> {
		return new Promise((resolve) => {
			this.#waiting.push({ count, resolve });
		});
	}

	#heardOne(): void {
		this.heard += 1;
		while (this.#waiting[0] && this.#waiting[0].count <= this.heard) this.#waiting.shift()?.resolve(performance.now());
	}

	async #listen(): Promise<void> {
		const { frames } = this.#host;
		const keepAlive = new KeepAlive(frames);
		for (;;) {
			const next = await frames.next(forever);
			if (next.kind !== "frame") break;
			const { type, body } = next.frame;
			if (type === frameType.line || type === frameType.echo) this.#heardOne();
			if (type === frameType.commit && this.#isSpeaker) this.#follow(body);
			if (type === frameType.close) break;
		}
		keepAlive.stop();
		this.#host.stream.destroy();
	}

	#follow(body: Uint8Array): void {
		const decoded = decodeCommit(body);
		if (decoded.kind === "refused") throw new Error(decoded.detail);
		const { message, certificate } = decoded.value;
		this.#isUpToDate = this.#group.receive({ message, certificates: certificate ? [certificate] : [] });
	}
}
