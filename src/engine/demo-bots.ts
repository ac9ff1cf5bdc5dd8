// The two bots of `rt demo`: they come in, talk, answer and react to whoever tries the program, one leaves and comes back.
import { setTimeout as sleep } from "node:timers/promises";
import type { Command, Engine, Event } from "./api.ts";

/** What both bots type when they are asked for a shared secret. */
export const demoSecret = "demo";

export interface Cast {
	readonly ada: Engine;
	readonly bob: Engine;
	readonly port: number;
	readonly password: string;
	/** One beat; most pauses are a few of them. */
	readonly beatMs: number;
	readonly signal: AbortSignal;
}

const adasAnswers = [
	"I see. Tell me more!",
	"That is what I would have said, if I were not a bot.",
	"Noted. Did you know that you can edit what you have said?",
	"Interesting! I have only a handful of answers, though.",
] as const;
const bobsEmoji = ["👍", "🎉", "😄", "👀"] as const;

type Message = Extract<Event, { kind: "message" }>;

/** Plays until `signal` ends it, or both bots were sent away. Never rejects. */
export async function play(cast: Cast): Promise<void> {
	const stops = [answerFrom(cast), reactFrom(cast), ...[cast.ada, cast.bob].map((bot) => answerSecrets(bot))];
	try {
		await script(cast);
		await leaveAndComeBack(cast);
	} catch (error) {
		// Only the pauses are ever cut short; anything else is a bug.
		if (!cast.signal.aborted) throw error;
	} finally {
		if (cast.signal.aborted) for (const stop of stops) stop();
	}
}

/** Comes in with the right password; resolves when the bot is in, or will never be. */
async function enter(bot: Engine, { port, password, signal }: Cast): Promise<void> {
	await bot.perform({ kind: "join", target: `127.0.0.1 ${port}` });
	await new Promise<void>((resolve) => {
		let hasTyped = false;
		const look = (): void => {
			const { kind } = bot.snapshot().phase;
			if (kind === "passwordNeeded" && !hasTyped) {
				hasTyped = true;
				void bot.perform({ kind: "password", password });
			}
			if (kind !== "inRoom" && kind !== "ended" && !signal.aborted) return;
			stop();
			resolve();
		};
		const stop = bot.subscribe(look);
		signal.addEventListener("abort", look, { once: true });
		look();
	});
}

/** A bot types for a while, then does it. Returns the id of what it said. */
async function say(bot: Engine, command: Extract<Command, { kind: "send" }>, cast: Cast): Promise<string | undefined> {
	await bot.perform({ kind: "typing", isTyping: true });
	await pause(cast, 2);
	const outcome = await bot.perform(command);
	return outcome.kind === "done" ? outcome.id : undefined;
}

async function script(cast: Cast): Promise<void> {
	const { ada, bob } = cast;
	await pause(cast, 1);
	// Nobody sees what was said before they came, so both come first.
	await Promise.all([enter(ada, cast), enter(bob, cast)]);
	const hello = "Hello, I'm Ada. I'm a bot on your own computer; nothing you say here goes anywhere.";
	const greeting = await say(ada, { kind: "send", text: hello }, cast);
	await pause(cast, 1);
	await say(bob, { kind: "send", text: "waves", isAction: true }, cast);
	const heard = lastOf(bob, ada);
	if (heard) await bob.perform({ kind: "react", id: heard, emoji: "👋" });
	await pause(cast, 2);
	if (greeting) await ada.perform({ kind: "edit", id: greeting, text: `${hello} (You can edit, too.)` });
	if (heard)
		await say(bob, { kind: "send", text: "True. Say something, and one of us answers.", replyTo: heard }, cast);
	await say(ada, { kind: "send", text: `To try how people are verified: our secret is "${demoSecret}".` }, cast);
}

async function leaveAndComeBack(cast: Cast): Promise<void> {
	const { bob } = cast;
	await pause(cast, 20);
	await say(bob, { kind: "send", text: "I'm off for a moment." }, cast);
	await pause(cast, 2);
	await bob.perform({ kind: "leave" });
	await pause(cast, 6);
	await enter(bob, cast);
	await say(bob, { kind: "send", text: "Back again. I have not seen what you said meanwhile: nobody can." }, cast);
}

/** Ada answers what the person says, one thing at a time. */
function answerFrom(cast: Cast): () => void {
	const { ada } = cast;
	let isBusy = false;
	let turn = 0;
	const answer = async (message: Message): Promise<void> => {
		isBusy = true;
		const text = message.text.trim().endsWith("?")
			? "Good question. I'm only a bot, so: perhaps."
			: adasAnswers[turn % adasAnswers.length];
		turn += 1;
		await pause(cast, 1);
		await say(ada, { kind: "send", text: text ?? "", replyTo: idOf(message) }, cast);
	};
	return ada.onEvent((event) => {
		if (event.kind !== "message" || !event.from.isHost || isBusy) return;
		void answer(event)
			.catch(ignoreEnd(cast))
			.finally(() => {
				isBusy = false;
			});
	});
}

/** Bob reacts to what the person says. */
function reactFrom(cast: Cast): () => void {
	const { bob } = cast;
	let turn = 0;
	const react = async (message: Message): Promise<void> => {
		const emoji = bobsEmoji[turn % bobsEmoji.length] ?? "👍";
		turn += 1;
		await pause(cast, 1);
		await bob.perform({ kind: "react", id: idOf(message), emoji });
	};
	return bob.onEvent((event) => {
		if (event.kind === "message" && event.from.isHost) void react(event).catch(ignoreEnd(cast));
	});
}

function answerSecrets(bot: Engine): () => void {
	return bot.onEvent((event) => {
		if (event.kind === "verification" && event.state === "asked")
			void bot.perform({ kind: "verifyAnswer", secret: demoSecret });
	});
}

function pause({ beatMs, signal }: Cast, beats: number): Promise<void> {
	return sleep(beats * beatMs, undefined, { signal });
}

function ignoreEnd({ signal }: Cast): (error: unknown) => void {
	return (error) => {
		if (!signal.aborted) throw error;
	};
}

function idOf({ from, id }: Message): string {
	return `${from.fingerprint} ${id}`;
}

/** The newest line of `author` that `reader` sees. */
function lastOf(reader: Engine, author: Engine): string | undefined {
	const { identity } = author.snapshot();
	const { timeline } = reader.snapshot();
	for (let index = timeline.length - 1; index >= 0; index--) {
		const entry = timeline.at(index);
		if (entry?.kind !== "line" || identity.kind !== "ready") continue;
		if (entry.from.fingerprint === identity.fingerprint) return entry.id;
	}
	return undefined;
}
