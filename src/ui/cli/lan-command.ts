// `rt lan`: looks once for the rooms that show themselves on this network, and prints them.
import type { Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { Engine } from "../../engine/api/api.ts";
import { commandName } from "../text/command-name.ts";
import { type ExitCode, exitCodeOf, exitOk } from "../words/exit-codes.ts";
import { refusalWords } from "../words/refusals.ts";
import {
	bestKnownFirst,
	lanRoomLines,
	noLan,
	noLanRooms,
	standardLookMs,
	wordsExplained,
} from "../words/room-words.ts";

interface LanCommandOptions {
	readonly engine: Engine;
	readonly output: Writable;
	readonly stop: AbortSignal;
	/** The time for which the network is asked, for tests. */
	readonly lookMs?: number;
}

/** Runs the command. The engine stays open. */
export async function runLanCommand({
	engine,
	output,
	stop,
	lookMs = standardLookMs,
}: LanCommandOptions): Promise<ExitCode> {
	const say = (...lines: readonly string[]): void => void output.write(lines.map((line) => `${line}\n`).join(""));
	const begun = await engine.perform({ kind: "browseLan", isOn: true });
	if (begun.kind === "refused") {
		say(refusalWords(begun));
		return exitCodeOf(begun.code);
	}
	say("Asking everyone on this network for their rooms …");
	await wait(lookMs, undefined, { signal: stop }).catch(() => undefined);
	const { lanRooms = [], hasNoLan } = engine.snapshot();
	await engine.perform({ kind: "browseLan", isOn: false });
	if (hasNoLan) say(noLan);
	else if (lanRooms.length === 0) say(noLanRooms);
	for (const room of bestKnownFirst(lanRooms)) {
		say(...lanRoomLines(room, ""), `  to join: ${commandName} ${room.target}`, "");
	}
	if (lanRooms.length > 0) say(wordsExplained);
	return exitOk;
}
