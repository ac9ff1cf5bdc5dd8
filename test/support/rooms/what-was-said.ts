// What the timeline of a room has, as a person with an engine sees it.
import type { Engine, Entry, Timeline } from "../../../src/engine/api/api.ts";
import type { LineEntry } from "../../../src/engine/api/content.ts";
import type { TestEngine } from "./real-engine.ts";

type Person = Pick<TestEngine<Engine>, "engine">;

/** Returns all entries of a timeline, oldest first. */
export const entriesIn = (timeline: Timeline): readonly Entry[] =>
	Array.from({ length: timeline.length }, (_, index) => timeline.at(index)).filter((entry) => entry !== undefined);

/** Returns the lines in the room that a person sees. */
export const linesOf = ({ engine }: Person, room?: string): readonly LineEntry[] =>
	entriesIn(engine.snapshot(room).timeline).filter((entry) => entry.kind === "line");

/** Returns the texts of those lines. */
export const textsOf = (one: Person): readonly string[] => linesOf(one).map(({ text }) => text);

/** Says something, and waits until it has its place. */
export async function says(one: TestEngine, text: string): Promise<void> {
	await one.does({ kind: "send", text });
	await one.told("message", (event) => event.own && event.text === text);
}

/** Returns what others said, as it was told, and whether it was missed at the time. */
export const heardBy = ({ events }: Pick<TestEngine, "events">): readonly (readonly [string, boolean])[] =>
	events.flatMap((event) =>
		event.kind === "message" && !event.own ? [[event.text, event.missed ?? false] as const] : [],
	);
