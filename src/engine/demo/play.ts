// The play of `rt demo`: the bots come in and talk, things to try are proposed and ticked off, and what they need happens when it is their turn.
import { once } from "node:events";
import type { Engine } from "../api/api.ts";
import type { DemoTask, Notice } from "../api/notices.ts";
import { answerFrom, answerSecrets, enter, heard, ignoreEnd, pause, reactFrom, type Stage, say } from "./bots.ts";
import {
	currentTask,
	demoSecret,
	doubleWord,
	freshGuide,
	type Guide,
	isAdaVerified,
	proposal,
	taskOf,
	ticked,
} from "./guide.ts";

/** Says who plays. `cleo` knocks with a wrong password first; `double` has Bob's name and another key. */
export interface Cast {
	readonly you: Engine & { tell(notice: Notice): void };
	readonly ada: Engine;
	readonly bob: Engine;
	readonly cleo: () => Promise<Engine | undefined>;
	readonly double: () => Promise<Engine | undefined>;
}

const hello = "I'm Ada, a bot on your own computer. Nothing that is said here goes anywhere.";

/** Plays until the signal ends it. It never rejects. */
export async function play(cast: Cast, stage: Stage): Promise<void> {
	const { ada, bob } = cast;
	const stops = [answerFrom(ada, stage), reactFrom(bob, stage), answerSecrets(ada), answerSecrets(bob)];
	try {
		// Nobody sees what was said before they came, so both come first.
		await Promise.all([ada, bob].map((bot) => enter(bot, stage, stage.password)));
		if (!stage.signal.aborted) await Promise.all([guide(cast, stage), opening(cast, stage)]);
	} catch (error) {
		ignoreEnd(stage)(error);
	} finally {
		for (const stop of stops) stop();
	}
}

const fingerprintOf = ({ identity }: ReturnType<Engine["snapshot"]>): string =>
	identity.kind === "ready" ? identity.fingerprint : "";

const nameOf = ({ identity }: ReturnType<Engine["snapshot"]>): string =>
	identity.kind === "ready" ? identity.name : "";

async function opening({ you, ada, bob }: Cast, stage: Stage): Promise<void> {
	const greeting = await say(ada, { kind: "send", text: `Hello ${nameOf(you.snapshot())}! ${hello}` }, stage);
	await pause(stage, 1);
	await say(bob, { kind: "send", text: "waves", isAction: true }, stage);
	const first = await heard(bob, ada, stage);
	if (first) await bob.perform({ kind: "react", id: first, emoji: "👋" });
	await pause(stage, 2);
	const edited = `Hello ${nameOf(you.snapshot())}! ${hello} (I have just changed this.)`;
	if (greeting) await ada.perform({ kind: "edit", id: greeting, text: edited });
	if (first)
		await say(bob, { kind: "send", text: "True. Say something, and one of us answers.", replyTo: first }, stage);
}

/** Proposes and ticks for as long as the room is there; what a task needs, and what follows it, happens beside. */
async function guide(cast: Cast, stage: Stage): Promise<void> {
	const { you } = cast;
	let state: Guide = freshGuide;
	const prepared = new Set<DemoTask>();
	const works = new Set<Promise<void>>();
	const beside = (work: Promise<void>): void => void works.add(work.catch(ignoreEnd(stage)));
	const prepare = (): void => {
		const id = currentTask(state);
		if (id === undefined || prepared.has(id)) return;
		prepared.add(id);
		beside(before(id, cast, stage));
	};
	const tick = (id: DemoTask | undefined): void => {
		if (id === undefined || state.done.has(id)) return;
		const [next, notices] = ticked(state, id);
		state = next;
		for (const one of notices) you.tell(one);
		prepare();
		beside(after(id, cast, stage));
	};
	const stops = [
		onceSaid(you, doubleWord, () => beside(comeAsDouble(cast, stage))),
		you.onEvent((event) => tick(taskOf(event))),
		you.subscribe(() => tick(isAdaVerified(you.snapshot().people) ? "verify" : undefined)),
	];
	try {
		await pause(stage, 2);
		you.tell(proposal(state));
		prepare();
		await once(stage.signal, "abort");
	} finally {
		for (const stop of stops) stop();
		await Promise.all(works);
	}
}

/** Runs `work` when the person first says the word. */
function onceSaid(you: Engine, word: string, work: () => void): () => void {
	const stop = you.onEvent((event) => {
		if (event.kind !== "message" || !event.own || !event.text.toLowerCase().includes(word)) return;
		stop();
		work();
	});
	return stop;
}

async function before(id: DemoTask, cast: Cast, stage: Stage): Promise<void> {
	if (id === "verify") await sayWords(cast, stage);
	if (id === "answer") await askForSecret(cast, stage);
}

async function after(id: DemoTask, cast: Cast, stage: Stage): Promise<void> {
	if (id === "edit") await knock(cast, stage);
	if (id === "answer") await comeLate(cast, stage);
}

async function sayWords({ you, ada }: Cast, stage: Stage): Promise<void> {
	await pause(stage, 3);
	const outcome = await ada.perform({ kind: "verifyWords", fingerprint: fingerprintOf(you.snapshot()) });
	if (outcome.kind !== "done" || !outcome.words) return;
	await say(ada, { kind: "send", text: `My words for you and me: ${outcome.words.join(" ")}` }, stage);
	await say(ada, { kind: "send", text: `Or ask me for our secret. It is "${demoSecret}".` }, stage);
}

/** Asks until the engine lets it: whoever has just been compared must wait a little before the next time. */
async function askForSecret({ you, bob }: Cast, stage: Stage): Promise<void> {
	const command = {
		kind: "verifyAsk",
		fingerprint: fingerprintOf(you.snapshot()),
		secret: demoSecret,
		question: "Which word did the guide tell you?",
	} as const;
	for (;;) {
		await pause(stage, 4);
		if ((await bob.perform(command)).kind === "done") return;
	}
}

/** Guesses wrong as somebody outside would, once, and goes. */
async function knock({ cleo: find, you }: Cast, stage: Stage): Promise<void> {
	const cleo = await find();
	await pause(stage, 3);
	if (!cleo || stage.signal.aborted) return;
	await enter(cleo, stage, "not the password");
	await cleo.perform({ kind: "leave" });
	await pause(stage, 1);
	you.tell({ code: "demoKnock" });
}

async function comeLate({ cleo: find }: Cast, stage: Stage): Promise<void> {
	const cleo = await find();
	await pause(stage, 3);
	if (!cleo || stage.signal.aborted) return;
	await enter(cleo, stage, stage.password);
	await say(
		cleo,
		{ kind: "send", text: "Hello, I'm late. I have seen nothing of what you said before: nobody can." },
		stage,
	);
	await pause(stage, 12);
	await cleo.perform({ kind: "leave" });
}

async function comeAsDouble({ double: find }: Cast, stage: Stage): Promise<void> {
	const double = await find();
	await pause(stage, 2);
	if (!double || stage.signal.aborted) return;
	await enter(double, stage, stage.password);
	await say(double, { kind: "send", text: "It's me, Bob, on a new computer. Trust me!" }, stage);
	await pause(stage, 40);
	await double.perform({ kind: "leave" });
}
