// What is said to the terminal itself besides the picture: the bell, a desktop notification, a text for the clipboard. Pure; none of it moves the cursor.

/** The environment variables that tell which terminal this is and what stands between. */
export interface TerminalEnvironment {
	readonly TMUX?: string | undefined;
	readonly STY?: string | undefined;
	readonly TERM?: string | undefined;
	readonly TERM_PROGRAM?: string | undefined;
	readonly VTE_VERSION?: string | undefined;
}

/** Rings, flashes or does nothing, as the person has set their terminal. */
export const bell = "\u0007";

/** Longer ones are cut by most desktops; GNU screen passes on strings of less than 768 bytes only. */
const notificationLimit = 160;
const clipboardLimit = 500;

const multiplexerOf = ({ TMUX, STY }: TerminalEnvironment): "tmux" | "screen" | "none" =>
	(TMUX ?? "") !== "" ? "tmux" : (STY ?? "") !== "" ? "screen" : "none";

/** tmux passes it on if the person allows it (allow-passthrough); otherwise, like screen without a terminal that understands it, it drops it silently. */
function passedOn(sequence: string, env: TerminalEnvironment): string {
	switch (multiplexerOf(env)) {
		case "tmux":
			return `\u001BPtmux;${sequence.replaceAll("\u001B", "\u001B\u001B")}\u001B\\`;
		case "screen":
			return `\u001BP${sequence}\u001B\\`;
		case "none":
			return sequence;
	}
}

// Control characters would end the sequence and give orders to the terminal; a semicolon begins its next part.
const harmless = (text: string): string =>
	text
		.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, " ")
		.replaceAll(";", ",")
		.trim();

/**
 * A desktop notification titled "Real Talk", by OSC 777 (VTE, foot, urxvt) or OSC 9 (iTerm2, kitty, WezTerm, Ghostty); by both where the
 * terminal is not known, since it drops what it does not understand. OSC 9 begins with a letter: a number would be another order (ConEmu, progress bars).
 */
export function notificationOf(text: string, env: TerminalEnvironment): string {
	const points = Array.from(harmless(text));
	const shown =
		points.length > notificationLimit ? `${points.slice(0, notificationLimit - 1).join("")}…` : points.join("");
	const osc9 = passedOn(`\u001B]9;Real Talk: ${shown}\u0007`, env);
	const osc777 = passedOn(`\u001B]777;notify;Real Talk;${shown}\u0007`, env);
	if (multiplexerOf(env) === "none") {
		if ((env.VTE_VERSION ?? "") !== "" || /^(?:foot|rxvt)/.test(env.TERM ?? "")) return osc777;
		if (/^(?:iTerm\.app|WezTerm|ghostty)$/.test(env.TERM_PROGRAM ?? "") || /kitty/.test(env.TERM ?? "")) return osc9;
	}
	return osc9 + osc777;
}

/** Puts a short text into the person's clipboard (OSC 52), where their terminal allows it. `undefined` when the text is too long. */
export function clipboardOf(text: string, env: TerminalEnvironment): string | undefined {
	if (text.length > clipboardLimit) return undefined;
	const sequence = `\u001B]52;c;${Buffer.from(text).toString("base64")}\u0007`;
	const wrapped = passedOn(sequence, env);
	// tmux takes it by itself where set-clipboard is on, and passes it on where allow-passthrough is; it may do either.
	return multiplexerOf(env) === "tmux" ? sequence + wrapped : wrapped;
}
