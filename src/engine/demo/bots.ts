// What the bots of `rt demo` can do: come in, talk with pauses as people do, answer and react to whoever tries the program.
import { setTimeout as sleep } from "node:timers/promises";
import type { Command, Engine } from "../api/api.ts";
import type { Event } from "../api/events.ts";
import { demoSecret } from "./guide.ts";

/** Says where the room is, and how fast things go. */
export interface Stage {
	readonly port: number;
	readonly password: string;
	/** One beat in ms; most pauses are a few of them. */
	readonly beatMs: number;
	readonly signal: AbortSignal;
}

type Message = Extract<Event, { kind: "message" }>;

const adasAnswers = [
	"I see. Tell me more!",
	"That is what I would have said, if I were not a bot.",
	"Noted.",
	"Interesting! I have only a handful of answers, though.",
] as const;
const bobsEmoji = ["👍", "🎉", "😄", "👀"] as const;

/** Waits so many beats; rejects when the play is over. */
export function pause({ beatMs, signal }: Stage, beats: number): Promise<void> {
	return sleep(beats * beatMs, undefined, { signal });
}

/** Makes a handler for the end of a pause: only the pauses are ever cut short, and anything else is a bug. */
export function ignoreEnd({ signal }: Stage): (error: unknown) => void {
	return (error) => {
		if (!signal.aborted) throw error;
	};
}

/** Comes in with a password; resolves when the bot is in, was asked again (it was wrong), or will never be in. */
export async function enter(bot: Engine, { port, signal }: Stage, password: string): Promise<void> {
	await bot.perform({ kind: "join", target: `127.0.0.1 ${port}` });
	let hasTyped = false;
	await until(bot, signal, () => {
		const { phase } = bot.snapshot();
		const isAsked = phase.kind === "passwordNeeded";
		if (isAsked && !hasTyped) {
			hasTyped = true;
			void bot.perform({ kind: "password", password });
		}
		return phase.kind === "inRoom" || phase.kind === "ended" || (isAsked && phase.wasWrong);
	});
}

/** Resolves when `fact` holds, asked again after each change of what the bot sees, or when the play is over. */
function until(bot: Engine, signal: AbortSignal, fact: () => boolean): Promise<void> {
	return new Promise((resolve) => {
		const look = (): void => {
			if (!signal.aborted && !fact()) return;
			stop();
			resolve();
		};
		const stop = bot.subscribe(look);
		signal.addEventListener("abort", look, { once: true });
		look();
	});
}

/** Lets a bot type for a while, then do it. It returns the id of what it said. */
export async function say(
	bot: Engine,
	command: Extract<Command, { kind: "send" }>,
	stage: Stage,
): Promise<string | undefined> {
	await bot.perform({ kind: "typing", isTyping: true });
	await pause(stage, 2);
	const outcome = await bot.perform(command);
	return outcome.kind === "done" ? outcome.id : undefined;
}

/** Lets Ada answer what the person says, one thing at a time. */
export function answerFrom(ada: Engine, stage: Stage): () => void {
	let isBusy = false;
	let turn = 0;
	const answer = async (message: Message): Promise<void> => {
		isBusy = true;
		const text = message.text.trim().endsWith("?")
			? "Good question. I'm only a bot, so: perhaps."
			: adasAnswers[turn % adasAnswers.length];
		turn += 1;
		await pause(stage, 1);
		await say(ada, { kind: "send", text: text ?? "", replyTo: idOf(message) }, stage);
	};
	return ada.onEvent((event) => {
		if (event.kind !== "message" || !event.from.isHost || isBusy) return;
		void answer(event)
			.catch(ignoreEnd(stage))
			.finally(() => {
				isBusy = false;
			});
	});
}

/** Lets Bob react to what the person says. */
export function reactFrom(bob: Engine, stage: Stage): () => void {
	let turn = 0;
	const react = async (message: Message): Promise<void> => {
		const emoji = bobsEmoji[turn % bobsEmoji.length] ?? "👍";
		turn += 1;
		await pause(stage, 1);
		await bob.perform({ kind: "react", id: idOf(message), emoji });
	};
	return bob.onEvent((event) => {
		if (event.kind === "message" && event.from.isHost) void react(event).catch(ignoreEnd(stage));
	});
}

/** Lets a bot type the secret whenever it is asked. */
export function answerSecrets(bot: Engine): () => void {
	return bot.onEvent((event) => {
		if (event.kind === "verification" && event.state === "asked")
			void bot.perform({ kind: "verifyAnswer", secret: demoSecret });
	});
}

function idOf({ from, id }: Message): string {
	return `${from.fingerprint} ${id}`;
}

/** Returns the newest line of `author` that `reader` has, as soon as there is one. */
export async function heard(reader: Engine, author: Engine, { signal }: Stage): Promise<string | undefined> {
	await until(reader, signal, () => lastOf(reader, author) !== undefined);
	return lastOf(reader, author);
}

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
