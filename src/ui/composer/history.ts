// What was sent before, walked with the up and down keys. Kept in memory only and forgotten with the room.

/** `position` = `sent.length` while the person writes something new; `draft` is that text while they look back. */
export interface History {
	readonly sent: readonly string[];
	readonly position: number;
	readonly draft: string;
}

/** Nothing sent yet. */
export const emptyHistory: History = { sent: [], position: 0, draft: "" };

const maxSent = 200;

/** Remembers a sent text; the same text twice in a row is kept once. */
export function remember(history: History, text: string): History {
	const sent = history.sent.at(-1) === text ? history.sent : [...history.sent, text].slice(-maxSent);
	return { sent, position: sent.length, draft: "" };
}

/** One step back (-1) or forward (1) from `current`, the text now in the editor; `undefined` at the end of the road. */
export function recall(
	history: History,
	step: -1 | 1,
	current: string,
): { readonly history: History; readonly text: string } | undefined {
	const position = history.position + step;
	if (position < 0 || position > history.sent.length) return undefined;
	const draft = history.position === history.sent.length ? current : history.draft;
	const text = position === history.sent.length ? draft : (history.sent[position] ?? "");
	return { history: { ...history, position, draft }, text };
}
