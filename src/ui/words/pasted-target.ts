// Finds where a room is in what a friend sent: a bare address, a command line, an invite, or a whole message around one of them. Pure.
import { isIP } from "node:net";

/** A message longer than this is not looked through. */
const longestPaste = 8_000;
const commandWord = /^(?:\S*[/\\])?rt(?:\.cmd|\.exe)?$/;

const isPort = (word: string): boolean => /^\d{1,5}$/.test(word) && Number(word) >= 1 && Number(word) <= 65_535;

// Takes off what stands around a word in prose: quotes, brackets, a full stop. The brackets of an IPv6 address stay.
function bare(word: string): string {
	const opened = /^\[[^\]]+\]/.test(word)
		? word.replace(/[.,;:!?)>"'`»”’]+$/, "")
		: word.replace(/^[([{<"'`«“‘]+/, "").replace(/[\].,;!?)}>"'`»”’]+$/, "");
	return opened.endsWith("::") ? opened : opened.replace(/:$/, "");
}

// A computer on the network is certain when it is an address, or a name with a domain behind it: a password seldom looks like either.
const isCertain = (host: string): boolean =>
	isIP(host.replace(/^\[(.*)\]$/, "$1")) !== 0 ||
	(host.length <= 253 && /^[\p{L}\p{N}](?:[\p{L}\p{N}-]*\.)+\p{L}[\p{L}\p{N}-]*$/u.test(host));

function certainIn(word: string, next: string | undefined): string | undefined {
	const [, host = "", port = ""] = /^(\[[^\]]+\]|[^:[\]]+):(\d{1,5})$/.exec(word) ?? [];
	if (isPort(port) && isCertain(host)) return `${host}:${port}`;
	return next !== undefined && isPort(next) && isCertain(word) ? `${word} ${next}` : undefined;
}

function inviteIn(lines: readonly string[]): string | undefined {
	const at = lines.findIndex((line) => /rt:\/\//i.test(line));
	const [first = ""] = /rt:\/\/\S*/i.exec(lines[at] ?? "") ?? [];
	if (first === "" || !(lines[at] ?? "").endsWith(first)) return first === "" ? undefined : bare(first);
	// A narrow window has broken it: lines that are one word of its letters belong to it.
	const rest = lines.slice(at + 1);
	const end = rest.findIndex((line) => !/^(?:[a-z0-9]+|[A-Z0-9]+)[.,;)>"'`»”’]*$/.test(line));
	return bare(first + rest.slice(0, end === -1 ? rest.length : end).join(""));
}

function targetIn(lines: readonly string[]): string | undefined {
	const invite = inviteIn(lines);
	if (invite !== undefined) return invite;
	const words = lines.flatMap((line) => line.split(/\s+/)).map(bare);
	for (const [index, word] of words.entries()) {
		const certain = certainIn(word, words[index + 1]);
		if (certain !== undefined) return certain;
		if (!commandWord.test(word)) continue;
		const from = words[index + 1] === "join" ? index + 2 : index + 1;
		const [host = "", port = ""] = words.slice(from, from + 2);
		if (/^[\p{L}\p{N}]/u.test(host) && isPort(port)) return `${host} ${port}`;
	}
	return undefined;
}

/**
 * Returns where a room is in a text that can hardly be anything but the way to one, as the engine's join command takes it, or `undefined`. The text may
 * have the shell's "$ ", quotes, punctuation and prose around it, and a window may have broken it over several lines.
 */
export function friendsTarget(text: string): string | undefined {
	if (text.length > longestPaste) return undefined;
	// A window that breaks a line can break the port, which would else be another one.
	const mended = text.normalize("NFKC").replace(/([ \t]\d{1,4})\r?\n[ \t]*(\d{1,4}\W*)$/, "$1$2");
	const lines = mended.split(/[\r\n]+/).map((line) => line.trim());
	return targetIn(lines) ?? targetIn([lines.join("")]);
}

const shownCharacters = 28;

/** Returns where a room is, short enough for one row: only the beginning of an invite. */
export const shortTarget = (target: string): string =>
	target.length <= shownCharacters + 1 ? target : `${target.slice(0, shownCharacters)}…`;
