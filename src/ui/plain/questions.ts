// Line mode's questions: which room to join, and the steps of a verification.
import { setTimeout as wait } from "node:timers/promises";
import type { Command, Engine } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { LanRoom } from "../../engine/api/lan.ts";
import type { Person } from "../../engine/api/people.ts";
import type { Dialogue } from "../lines/dialogue.ts";
import { friendsTarget, shortTarget } from "../words/pasted-target.ts";
import { refusalWords } from "../words/refusals.ts";
import {
	anywhereWords,
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
	/** The time for which the network is asked, for tests. */
	readonly lookMs?: number;
}

/** Asks for a room until one can be joined, and joins it. Returns `undefined` when the input ended. The network is asked only while the list is made. */
export async function joinChosenRoom(options: ChooseOptions): Promise<Outcome | undefined> {
	const { dialogue, engine } = options;
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
		const outcome = await engine.perform({ kind: "join", target: chosen?.target ?? friendsTarget(text) ?? text });
		if (outcome.kind === "done" || outcome.code !== "bad_target") return outcome;
		dialogue.say(/^\d+$/.test(text) ? "There is no room with that number." : refusalWords(outcome));
	}
}

async function look(options: ChooseOptions): Promise<readonly { readonly target: string }[]> {
	const { engine, dialogue } = options;
	const rooms = await lookOnLan(options);
	const { recentRooms, routeTerms } = engine.snapshot();
	const isHere = new Set(rooms.map(({ fingerprint }) => `${fingerprint}`));
	const known = routeTerms.dht === undefined ? [] : recentRooms;
	const anywhere = known.flatMap(({ later: target, hostName, fingerprint = "" }) =>
		target === undefined || isHere.has(fingerprint) ? [] : [{ target, hostName }],
	);
	anywhere.forEach(({ hostName }, index) => {
		dialogue.say(`${rooms.length + index + 1}. Look for a room of ${anywhereWords(hostName)}`);
	});
	return [...rooms, ...anywhere];
}

async function lookOnLan({
	engine,
	dialogue,
	stop,
	lookMs = standardLookMs,
}: ChooseOptions): Promise<readonly LanRoom[]> {
	const begun = await engine.perform({ kind: "browseLan", isOn: true });
	if (begun.kind === "refused") {
		dialogue.say(refusalWords(begun));
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

/**
 * Returns the room that was meant by what was typed in place of a password, when it is the way to one and the person says so. They are asked because a
 * password may be anything.
 */
export async function roomMeantBy(typed: string, dialogue: Dialogue): Promise<string | undefined> {
	const target = friendsTarget(typed);
	if (target === undefined) return undefined;
	const answer = await dialogue.ask(
		`That leads to a friend's room. Press Enter to join ${shortTarget(target)}, or type “password” if it is your password.`,
	);
	return answer.kind === "text" && answer.text.trim() === "" ? target : undefined;
}

/** Returns what is to be done with what was typed: nothing when the input ended. `of` is the person who is asked; without it we answer whoever asks us. */
export async function secretCommands(
	dialogue: Dialogue,
	of: Pick<Person, "name" | "fingerprint"> | undefined,
): Promise<readonly Command[]> {
	if (of === undefined) {
		const answer = await dialogue.askSecret("Please type the secret. It is never sent. (Enter alone declines.)");
		if (answer.kind === "ended") return [];
		return [answer.text === "" ? { kind: "verifyAbort" } : { kind: "verifyAnswer", secret: answer.text }];
	}
	const asked = await dialogue.ask(`A question that tells "${of.name}" which secret is meant (Enter alone: none).`);
	if (asked.kind === "ended") return [];
	const typed = await dialogue.askSecret(`Please type the secret, as "${of.name}" will. It is never sent.`);
	if (typed.kind === "ended") return [];
	const question = asked.text.trim();
	const { fingerprint } = of;
	return [{ kind: "verifyAsk", fingerprint, secret: typed.text, ...(question === "" ? {} : { question }) }];
}
