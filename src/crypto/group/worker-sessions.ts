// The groups of one worker thread: does what it is told, in order, one at a time, for whichever group it is.
import type { Answer, FromWorker, Request, ToWorker } from "./messages.ts";
import { ownedBuffers } from "./messages.ts";
import { GroupSession } from "./session.ts";
import type { SuiteHpke } from "./suite/mls-suite.ts";

/** The end of the channel that is in the worker. */
interface Port {
	on(event: "message", listener: (message: ToWorker) => void): unknown;
	postMessage(message: FromWorker, moved: ArrayBuffer[]): void;
}

type Work = Exclude<ToWorker, { readonly kind: "rehearse" }>;

interface ServeOptions {
	/** Is what the groups encapsulate keys with. */
	readonly hpke: SuiteHpke;
	/** Is what a worker in which nothing was done yet does when it is told to rehearse (rehearsal.ts); without it that is nothing. */
	readonly rehearse?: (certificate: Uint8Array, isWanted: () => boolean) => Promise<unknown>;
	/** Is called with each request before anything is done: tests let the worker hang there. */
	readonly before?: (request: Request) => void;
}

/** Begins to answer what comes in by `port`. */
export function serveGroups(port: Port, { hpke, rehearse, before }: ServeOptions): void {
	const sessions = new Map<number, GroupSession>();
	const sessionOf = (group: number): GroupSession => {
		const session = sessions.get(group);
		if (session === undefined) throw new Error(`no group ${group}`);
		return session;
	};

	const answer = async (message: Work): Promise<Answer | undefined> => {
		switch (message.kind) {
			case "open": {
				const { roomId, isOffRecord } = message.start;
				const { image } = message;
				const opened = image
					? await GroupSession.revive(hpke, roomId, isOffRecord, image)
					: GroupSession.make(hpke, roomId, isOffRecord);
				sessions.set(message.group, opened);
				return undefined;
			}
			case "ask":
				before?.(message.request);
				return { kind: "reply", reply: await sessionOf(message.group).handle(message.request) };
			case "image":
				return { kind: "image", image: sessionOf(message.group).image() };
			case "close":
				sessions.get(message.group)?.close();
				sessions.delete(message.group);
				return undefined;
		}
	};

	const carryOut = async (message: Work): Promise<void> => {
		const answered = await answer(message);
		// An image is made of what the group still has: it is copied, and a reply is moved.
		if (answered) port.postMessage(answered, answered.kind === "reply" ? ownedBuffers(answered.reply) : []);
	};

	// One at a time: two at once would start from the same state and use a key twice.
	let last: Promise<void> = Promise.resolve();
	let done: "nothing" | "rehearsal" | "work" = "nothing";
	port.on("message", (message) => {
		if (message.kind === "rehearse") {
			// Where something was done the code is warm, or others wait. Nothing waits for the rehearsal, and one that fails has only warmed less.
			if (done !== "nothing") return;
			done = "rehearsal";
			void rehearse?.(message.certificate, () => done === "work").catch(() => undefined);
			return;
		}
		done = "work";
		last = last
			.then(() => carryOut(message))
			.catch((error: unknown) => port.postMessage({ kind: "broken", detail: String(error) }, []));
	});
	port.postMessage({ kind: "started" }, []);
}
