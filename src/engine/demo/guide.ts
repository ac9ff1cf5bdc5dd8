// What `rt demo` proposes to try, one thing after another, and how it is known that it was done. Pure.
import type { Event } from "../api/events.ts";
import type { DemoFacts, DemoTask, Notice } from "../api/notices.ts";
import type { Person } from "../api/people.ts";

/** The bot whose key is to be compared, and the one who asks by itself. */
export const adaName = "Ada";
export const bobName = "Bob";
/** Both bots type this when they are asked for a shared secret. */
export const demoSecret = "demo";
/** When somebody says this, anywhere in a line, somebody comes with Bob's name and another key. */
export const doubleWord = "double";

const facts: DemoFacts = { ada: adaName, bob: bobName, secret: demoSecret, word: doubleWord };

/** Lists the tasks in the order in which they are proposed. They may be done in any other. */
const tasks: readonly DemoTask[] = ["say", "react", "reply", "edit", "verify", "answer", "disappear", "double"];

/** Holds what has been done so far. */
export interface Guide {
	readonly done: ReadonlySet<DemoTask>;
}

/** Nothing has been done yet. */
export const freshGuide: Guide = { done: new Set() };

/** Returns the task that is proposed next; `undefined` when all are done. */
export const currentTask = ({ done }: Guide): DemoTask | undefined => tasks.find((task) => !done.has(task));

/** Returns the notice that proposes the next task, or that all are done. */
export function proposal(guide: Guide): Notice {
	const task = currentTask(guide);
	if (task === undefined) return { code: "demoOver" };
	return { code: "demoTask", task, place: tasks.indexOf(task) + 1, of: tasks.length, facts };
}

/** Returns the guide after a task was done, and the notices to tell. None is told twice. */
export function ticked(guide: Guide, task: DemoTask): readonly [Guide, readonly Notice[]] {
	if (guide.done.has(task)) return [guide, []];
	const next: Guide = { done: new Set(guide.done).add(task) };
	const praise: Notice = { code: "demoDone", task, facts };
	return [next, currentTask(guide) === task ? [praise, proposal(next)] : [praise]];
}

const stillRunning: ReadonlySet<string> = new Set(["asking", "asked", "checking"]);

/** Returns which task of the list the person in front of the screen has done by this event of their engine. */
export function taskOf(event: Event): DemoTask | undefined {
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

/** Tells whether Ada's words were compared, which is no event: it shows by how well she is known. */
export const isAdaVerified = (people: readonly Person[]): boolean =>
	people.some(({ name, trust }) => name === adaName && trust === "verified");
