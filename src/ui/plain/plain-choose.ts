// `rt join` without saying where, in line mode: lists the rooms on this network and asks which one.
import { setTimeout as wait } from "node:timers/promises";
import type { Engine } from "../../engine/api/api.ts";
import type { LanRoom } from "../../engine/api/lan.ts";
import type { Dialogue } from "../lines/dialogue.ts";
import { readTarget } from "../words/join-target-words.ts";
import {
	bestKnownFirst,
	lanRoomLines,
	noLan,
	noLanRooms,
	standardLookMs,
	wordsExplained,
} from "../words/room-words.ts";

export interface ChooseOptions {
	readonly engine: Engine;
	readonly dialogue: Dialogue;
	readonly stop: AbortSignal;
	/** For tests. */
	readonly lookMs?: number;
}

/** The target to join; `undefined`: the input ended. The network is asked only while the list is made. */
export async function chooseRoom(options: ChooseOptions): Promise<string | undefined> {
	const { dialogue } = options;
	let rooms = await look(options);
	for (;;) {
		const answer = await dialogue.ask(
			"Which room? Type its number, ADDRESS PORT or an invite; or just press Enter to look again.",
		);
		if (answer.kind === "ended") return undefined;
		const text = answer.text.trim();
		if (text === "") {
			rooms = await look(options);
			continue;
		}
		const chosen = /^\d{1,3}$/.test(text) ? rooms[Number(text) - 1] : undefined;
		if (chosen !== undefined) return chosen.target;
		const read = readTarget(text.split(/\s+/));
		if (read.kind === "target") return read.target;
		dialogue.say(/^\d+$/.test(text) ? "There is no room with that number." : read.message);
	}
}

async function look({ engine, dialogue, stop, lookMs = standardLookMs }: ChooseOptions): Promise<readonly LanRoom[]> {
	const begun = await engine.perform({ kind: "browseLan", isOn: true });
	if (begun.kind === "refused") {
		dialogue.say(begun.message);
		return [];
	}
	dialogue.say("Asking everyone on this network for their rooms …");
	await wait(lookMs, undefined, { signal: stop }).catch(() => undefined);
	const { lanRooms = [], hasNoLan } = engine.snapshot();
	await engine.perform({ kind: "browseLan", isOn: false });
	const rooms = bestKnownFirst(lanRooms);
	if (hasNoLan) dialogue.say(noLan);
	else if (rooms.length === 0) dialogue.say(noLanRooms);
	rooms.forEach((room, index) => {
		dialogue.say(...lanRoomLines(room, `${index + 1}. `));
	});
	if (rooms.length > 0) dialogue.say(wordsExplained);
	return rooms;
}
