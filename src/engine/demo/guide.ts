// What `rt demo` proposes to try, one thing after another, and how it is known that it was done. Pure.

import type { Person } from "../api/api.ts";
import type { Event } from "../api/events.ts";

/** The bot whose key is to be compared, and the one who asks by itself. */
export const adaName = "Ada";
export const bobName = "Bob";
/** What both bots type when they are asked for a shared secret. */
export const demoSecret = "demo";
/** Said anywhere in a line, it brings somebody with Bob's name and another key. */
export const doubleWord = "double";

export type TaskId = "say" | "react" | "reply" | "edit" | "verify" | "answer" | "disappear" | "double";

interface Task {
	readonly id: TaskId;
	/** What to do. */
	readonly todo: string;
	/** What was learned by it. */
	readonly done: string;
}

/** In the order in which they are proposed. They may be done in any other. */
const tasks: readonly Task[] = [
	{ id: "say", todo: "Type something and press Enter.", done: "Ada and Bob have it." },
	{
		id: "react",
		todo: "/react 👍 reacts to the last message of somebody else.",
		done: "Everybody sees your reaction.",
	},
	{
		id: "reply",
		todo: "/reply TEXT answers the last message; Alt-↑ chooses another one.",
		done: "What you answer is quoted.",
	},
	{ id: "edit", todo: "/edit TEXT changes the last message of yours.", done: "Everybody has the new text." },
	{
		id: "verify",
		todo: `Make sure that ${adaName} is who she says: /verify ${adaName}, and compare the words with those that she says. In earnest by phone, never in the chat.`,
		done: `● stands beside ${adaName} now, in every room: she is verified.`,
	},
	{
		id: "answer",
		todo: `${bobName} wants to make sure that it is you. F4 answers; the secret is ${demoSecret}.`,
		done: "Neither of you has sent the secret: both learned only whether it is the same.",
	},
	{
		id: "disappear",
		todo: "/disappear 1m lets everything that is said from now on disappear after a minute.",
		done: "Each message says how long it stays.",
	},
	{
		id: "double",
		todo: `Say the word ${doubleWord}, and somebody comes with the name ${bobName} and another key.`,
		done: "That is how it looks when somebody may pass for a friend.",
	},
];

const allDone =
	"That was everything. F1 and Ctrl-K show the rest; Ctrl-C twice leaves, and nothing of this stays on your computer.";

/** What has been done so far. */
export interface Guide {
	readonly done: ReadonlySet<TaskId>;
}

/** Nothing yet. */
export const freshGuide: Guide = { done: new Set() };

/** The proposal that stands; `undefined`: all is done. */
export const currentTask = ({ done }: Guide): TaskId | undefined => tasks.find(({ id }) => !done.has(id))?.id;

/** The proposal in words. */
export function proposal(guide: Guide): string {
	const place = tasks.findIndex(({ id }) => !guide.done.has(id));
	return place < 0 ? allDone : `Try (${place + 1} of ${tasks.length}): ${tasks[place]?.todo}`;
}

/** The guide after something was done, and what to tell. Nothing is told twice. */
export function ticked(guide: Guide, id: TaskId): readonly [Guide, readonly string[]] {
	if (guide.done.has(id)) return [guide, []];
	const next: Guide = { done: new Set(guide.done).add(id) };
	const words = `✓ ${tasks.find((task) => task.id === id)?.done}`;
	return [next, currentTask(guide) === id ? [words, proposal(next)] : [words]];
}

const stillRunning: ReadonlySet<string> = new Set(["asking", "asked", "checking"]);

/** What of the list the person in front of the screen has done by this event of their engine. */
export function taskOf(event: Event): TaskId | undefined {
	switch (event.kind) {
		case "message":
			if (!event.own) return undefined;
			return event.replyTo === undefined ? "say" : "reply";
		case "reaction":
			return event.by.isSelf && event.isOn ? "react" : undefined;
		case "messageEdited":
			return event.from.isSelf ? "edit" : undefined;
		case "disappearing":
			return event.seconds === undefined ? undefined : "disappear";
		case "keyChanged":
			return "double";
		case "verification":
			// Whatever comes of it: to decline is an answer too.
			return event.member.name === bobName && !stillRunning.has(event.state) ? "answer" : undefined;
		default:
			return undefined;
	}
}

/** Comparing words is no event: it shows by how well Ada is known. */
export const isAdaVerified = (people: readonly Person[]): boolean =>
	people.some(({ name, trust }) => name === adaName && trust === "verified");
