// `rt told`: says what is on this computer's disk, and what others have learned from the background process, where one runs.
import type { Engine } from "../../engine/api/api.ts";
import { type ExitCode, exitOk } from "../words/exit-codes.ts";
import { diskSection, toldLines, toldSections } from "../words/told-words.ts";

interface ToldCommandOptions {
	readonly engine: Engine;
	/** The engine is that of the background process, and knows what others have learned from it. */
	readonly isBackground: boolean;
	readonly say: (line: string) => void;
	/** The time in ms since the epoch. */
	readonly now: number;
}

/** Runs the command. The engine stays open. */
export async function runToldCommand({ engine, isBackground, say, now }: ToldCommandOptions): Promise<ExitCode> {
	const told = await engine.told();
	if (isBackground) {
		for (const line of toldLines(toldSections(told, engine.snapshot(), now))) say(line);
		return exitOk;
	}
	for (const line of toldLines([diskSection(told)])) say(line);
	say("");
	say(
		told.disk.some(({ kind }) => kind === "openRooms")
			? "A room may be open in another window, which cannot be asked from here: type /told there, and it says what others have learned."
			: "No room of yours is open. In an open room, /told says what others have learned so far.",
	);
	return exitOk;
}
