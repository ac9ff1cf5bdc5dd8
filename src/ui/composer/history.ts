// Keeps what was sent before, for the up and down keys. It is in memory only and forgotten with the room. Pure.

/**
 * Holds what was sent, the newest last. `position` is the index of the text on show, or `sent.length` while the person writes something new; `draft` keeps that
 * meanwhile.
 */
export interface History {
	readonly sent: readonly string[];
	readonly position: number;
	readonly draft: string;
}

/** The history of somebody who has sent nothing. */
export const emptyHistory: History = { sent: [], position: 0, draft: "" };

const maxSent = 200;

/** Remembers a text that was sent. The same text twice in a row is kept once. */
export function remember(history: History, text: string): History {
	const sent = history.sent.at(-1) === text ? history.sent : [...history.sent, text].slice(-maxSent);
	return { sent, position: sent.length, draft: "" };
}

/** Goes one step back (-1) or forward (1) from `current`, the text in the box now. Returns `undefined` where there is no further step. */
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
