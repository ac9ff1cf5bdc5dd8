// The settings a host has, as rows of the admin panel. Pure.
import type { GateSettings, PlaceDetail } from "../../engine/api/gate.ts";
import { placeDetailWords } from "../words/gate-words.ts";

/** Limits of `GateSettings.memberCap`. */
export const memberCaps = { least: 2, most: 200 } as const;

/** A SettingRow is one setting. `value` and `help` are in words; `step` says what ← (-1) and → (1) change; `opens` is a page that Enter opens. */
interface SettingRow {
	readonly label: string;
	readonly value: (settings: GateSettings) => string;
	readonly help: string;
	readonly step?: (settings: GateSettings, step: 1 | -1) => Partial<GateSettings>;
	readonly opens?: "cap" | "password" | "closeRoom" | "ways" | "calls";
}

const details: readonly PlaceDetail[] = ["nothing", "country", "city"];

function nextDetail({ placeDetail }: GateSettings, step: 1 | -1): Partial<GateSettings> {
	const place = details.indexOf(placeDetail) + step + details.length;
	return { placeDetail: details[place % details.length] ?? "country" };
}

function nextCap({ memberCap }: GateSettings, step: 1 | -1): Partial<GateSettings> {
	return { memberCap: Math.max(memberCaps.least, Math.min(memberCaps.most, memberCap + step)) };
}

/** Lists the rows, top to bottom. */
export const settingRows: readonly SettingRow[] = [
	{
		label: "Let new people in",
		value: ({ isPaused }) => (isPaused ? "no" : "yes"),
		help: "No: nobody new gets in, whoever is here stays. A new room begins with yes.",
		step: ({ isPaused }) => ({ isPaused: !isPaused }),
	},
	{
		label: "People at most",
		value: ({ memberCap }) => String(memberCap),
		help: "You are one of them. Enter: type a number.",
		step: nextCap,
		opens: "cap",
	},
	{
		label: "Place others see",
		value: ({ placeDetail }) => placeDetailWords[placeDetail],
		help: "What the others learn of where somebody who joins comes from. You always see all that is known.",
		step: nextDetail,
	},
	{
		label: "What calls you …",
		value: () => "",
		help: "The bell or a message on your desktop, when somebody joins, guesses wrong, is blocked, or says something.",
		opens: "calls",
	},
	{
		label: "Show on this network",
		value: ({ visibleOnLan }) => (visibleOnLan ? "yes" : "no"),
		help: "Yes: everyone on this WiFi or cable sees your name and key, and that a room is open; who has the password can come in. A new room begins with no.",
		step: ({ visibleOnLan }) => ({ visibleOnLan: !visibleOnLan }),
	},
	{
		label: "How friends find you …",
		value: () => "",
		help: "Which ways lead into the room, and what can be done where the router lets nobody in.",
		opens: "ways",
	},
	{
		label: "Change the password …",
		value: () => "",
		help: "Nobody who is here has to leave. Whoever comes from then on needs the new one.",
		opens: "password",
	},
	{
		label: "Close the room …",
		value: () => "",
		help: "Everyone is told and leaves. Nothing of what was said is kept.",
		opens: "closeRoom",
	},
];
