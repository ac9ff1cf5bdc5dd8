// How far a file is, in words and by a bar: for the line that offers it, the list of files, and line mode. Pure.

import type { FileShare, FileState, FileView } from "../../../engine/api/files/files.ts";
import { counted } from "../../text/counted.ts";
import { fileFailureWords, sizeWords } from "./file-words.ts";

/** A few words, and how they are meant: whoever draws them paints them so. */
export interface StateWords {
	readonly text: string;
	readonly tone: "calm" | "good" | "asking" | "bad";
}

/** Says how states are told. `bar` counts the columns of a bar, 0 for none; without `hasMotion` nothing changes but by steps of ten in a hundred. */
export interface StateLook {
	readonly bar: number;
	readonly hasMotion: boolean;
	/** Says "~" for this folder at the beginning of a path. */
	readonly home?: string;
}

const second = 1;
const minute = 60;
const hour = 60 * minute;

/** Returns how long something still takes, such as "3 s", "4 min" or "2 h 5 min"; "" where nobody can know. */
export function timeLeft(bytes: number, bytesPerSecond: number): string {
	const seconds = Math.ceil(bytes / bytesPerSecond);
	if (bytesPerSecond < 1 || seconds > 99 * hour) return "";
	if (seconds < minute) return `${Math.max(second, seconds)} s left`;
	if (seconds < hour) return `${Math.ceil(seconds / minute)} min left`;
	return `${Math.floor(seconds / hour)} h ${Math.floor((seconds % hour) / minute)} min left`;
}

/** Returns so much of a whole in hundredths; never a hundred before all of it is there, and not nothing once there is something. */
function hundredths(done: number, size: number, hasMotion: boolean): number {
	if (size === 0 || done >= size) return 100;
	const exact = Math.min(99, Math.floor((done * 100) / size));
	return hasMotion ? exact : Math.floor(exact / 10) * 10;
}

function barOf(percent: number, columns: number): string {
	const full = Math.floor((percent * columns) / 100);
	return columns === 0 ? "" : `${"█".repeat(full)}${"░".repeat(columns - full)} `;
}

function runningWords(
	{ sizeBytes, isOwn }: FileView,
	state: Extract<FileState, { kind: "running" }>,
	look: StateLook,
): string {
	const { doneBytes, bytesPerSecond } = state;
	const percent = hundredths(doneBytes, sizeBytes, look.hasMotion);
	const way = isOwn ? " to the host" : "";
	if (!look.hasMotion) return `on its way${way}, ${percent} %`;
	const parts = [
		`${barOf(percent, look.bar)}${percent} %${way}`,
		`${sizeWords(doneBytes)} of ${sizeWords(sizeBytes)}`,
		`${sizeWords(bytesPerSecond)}/s`,
		timeLeft(sizeBytes - doneBytes, bytesPerSecond),
	];
	return parts.filter((part) => part !== "").join(" · ");
}

const waits: Readonly<Record<Extract<FileState, { kind: "waiting" }>["why"], (file: FileView) => string>> = {
	person: () => "on hold (/continue)",
	source: ({ from, isOwn }) => (isOwn ? "waits for its turn" : `waits for ${from.name}`),
	holder: () => "nobody here who has it has answered; it comes when they do",
	link: () => "waits for a connection",
};

const shortPath = (path: string, home: string | undefined): string =>
	home !== undefined && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;

/** Says how far a file is. */
export function stateWords(file: FileView, look: StateLook): StateWords {
	const { state, sizeBytes, isOwn } = file;
	const percent = (done: number) => `${hundredths(done, sizeBytes, look.hasMotion)} %`;
	switch (state.kind) {
		case "reading":
			return { text: `reading it before it is offered, ${percent(state.doneBytes)}`, tone: "calm" };
		case "offered":
			return isOwn
				? { text: "offered to everybody here", tone: "calm" }
				: { text: "waits for you: /accept or /decline", tone: "asking" };
		case "waiting":
			return {
				text: `${waits[state.why](file)}, ${percent(state.doneBytes)} ${isOwn ? "given" : "here"}`,
				tone: "calm",
			};
		case "running":
			return { text: runningWords(file, state, look), tone: "calm" };
		case "done":
			return { text: `✓ here: ${shortPath(state.path, look.home)}`, tone: "good" };
		case "declined":
			return { text: "✗ you did not take it", tone: "calm" };
		case "cancelled":
			return { text: isOwn ? "✗ taken back" : "✗ stopped", tone: "calm" };
		case "failed":
			return { text: `✗ ${fileFailureWords(state.code)}`, tone: "bad" };
	}
}

/** Says how much somebody has, how fast it comes to them and how long that takes. */
function shareWords(
	{ name, doneBytes, bytesPerSecond, isLeftOut }: FileShare,
	sizeBytes: number,
	look: StateLook,
): string {
	if (isLeftOut) return `not shown to ${name}`;
	const percent = hundredths(doneBytes, sizeBytes, look.hasMotion);
	const running =
		bytesPerSecond === undefined || !look.hasMotion
			? []
			: [`${sizeWords(bytesPerSecond)}/s`, timeLeft(sizeBytes - doneBytes, bytesPerSecond)];
	const bar = look.hasMotion ? barOf(percent, look.bar) : "";
	return [`${name} ${bar}${percent} %`, ...running].filter((part) => part !== "").join(", ");
}

/** Says who has how much of an own file; "" where nobody has any of it. Whoever has all of it comes first. */
export function sharesWords({ shares = [], sizeBytes, state, isOwn }: FileView, look: StateLook): string {
	const whole = shares.filter(({ isDone }) => isDone).map(({ name }) => name);
	const part = shares.filter(({ isDone }) => !isDone);
	const parts = part.map((share) => shareWords(share, sizeBytes, look));
	const all = whole.length === 0 ? [] : [`✓ ${whole.join(", ")} ${whole.length === 1 ? "has" : "have"} it`];
	const none = isOwn && shares.length === 0 && state.kind === "offered" ? ["nobody has taken it yet"] : [];
	return [...all, ...parts, ...none].join(" · ");
}

/** Says what a file is: its size, and for a folder how many files are in it. */
export const measureWords = (sizeBytes: number, files?: number): string =>
	files === undefined ? sizeWords(sizeBytes) : `folder, ${counted(files, "file")}, ${sizeWords(sizeBytes)}`;

/** Lists all files, a line each or two, for who hears them. The newest come last. */
export function fileLines(files: readonly FileView[]): readonly string[] {
	if (files.length === 0) return ["No files have been offered in this room."];
	return files.map((file) => {
		const { name, from, isOwn, sizeBytes, folder } = file;
		const shares = sharesWords(file, { bar: 0, hasMotion: true });
		const whose = isOwn ? "yours" : `from "${from.name}"`;
		const state = stateWords(file, { bar: 0, hasMotion: true }).text;
		return `"${name}" (${measureWords(sizeBytes, folder?.files)}), ${whose}: ${state}${shares === "" ? "" : `; ${shares}`}`;
	});
}
