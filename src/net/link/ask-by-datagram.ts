// One question by UDP and its answer: asked again while nothing comes, from a socket of its own that is closed afterwards.
import { createSocket, type RemoteInfo } from "node:dgram";
import { isIPv4 } from "node:net";
import type { HostAndPort } from "./link.ts";

/** Says what is asked, and of whom. */
export interface DatagramQuestion<Answer> {
	/** Says where the question goes. `host` is a literal address. */
	readonly to: HostAndPort;
	/** A literal address of this computer to ask from; when it is absent the system chooses. */
	readonly from?: string | undefined;
	readonly packet: Uint8Array;
	/** Lists the pauses between the tries, in milliseconds. After the last one nobody is waited for any more. */
	readonly retryAfterMs: readonly number[];
	/** Returns what a datagram says; `undefined` where it is not the answer, which is waited for then. */
	readonly accept: (message: Buffer, source: RemoteInfo) => Answer | undefined;
	/** Is called before each try. */
	readonly onTry?: () => void;
	readonly signal: AbortSignal;
}

/** Resolves with what `accept` returns, or with `undefined` when nobody answers, the port is closed, or `signal` aborts. It never rejects. */
export function askByDatagram<Answer>(question: DatagramQuestion<Answer>): Promise<Answer | undefined> {
	const { to, from, packet, retryAfterMs, accept, onTry, signal } = question;
	if (signal.aborted) return Promise.resolve(undefined);
	const socket = createSocket(isIPv4(to.host) ? "udp4" : "udp6");
	return new Promise((resolve) => {
		let timer: NodeJS.Timeout | undefined;
		let isSettled = false;
		const settle = (answer: Answer | undefined) => {
			if (isSettled) return;
			isSettled = true;
			clearTimeout(timer);
			signal.removeEventListener("abort", giveUp);
			socket.close();
			resolve(answer);
		};
		const giveUp = () => settle(undefined);
		const send = (attempt: number) => {
			const wait = retryAfterMs[attempt];
			if (wait === undefined) return giveUp();
			onTry?.();
			socket.send(packet, () => {});
			timer = setTimeout(send, wait, attempt + 1);
		};
		signal.addEventListener("abort", giveUp, { once: true });
		// ECONNREFUSED: nothing has that port.
		socket.on("error", giveUp);
		socket.on("message", (message: Buffer, source: RemoteInfo) => {
			const answer = accept(message, source);
			if (answer !== undefined) settle(answer);
		});
		// A connected socket gets datagrams of its peer only, on most systems; `accept` looks at the source for those that connect in name only.
		socket.bind({ port: 0, exclusive: true, ...(from !== undefined && { address: from }) }, () => {
			if (!isSettled) socket.connect(to.port, to.host, () => !isSettled && send(0));
		});
	});
}
