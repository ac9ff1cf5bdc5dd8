// `rt told`: says what is on this computer's disk. What others learned of an open room is known to the program that has it open.
import type { Engine } from "../../engine/api/api.ts";
import { type ExitCode, exitOk } from "../words/exit-codes.ts";
import { diskSection, toldLines } from "../words/told-words.ts";

/** Runs the command. `say` prints one line. The engine stays open. */
export async function runToldCommand(engine: Engine, say: (line: string) => void): Promise<ExitCode> {
	const told = await engine.told();
	for (const line of toldLines([diskSection(told)])) say(line);
	say("");
	say(
		told.disk.some(({ kind }) => kind === "openRooms")
			? "A room may be open in another window. What others have learned in it, that window says: type /told there. It cannot be asked from here yet."
			: "No room of yours is open. In an open room, /told says what others have learned so far.",
	);
	return exitOk;
}
