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

/** Longer ones are cut by most desktops. */
const notificationLimit = 160;
/** The longest base64 that terminals take at least (hterm, xterm and iTerm2 are known to). The longest message is shorter. */
const clipboardLimit = 100_000;
/** GNU screen passes on only strings of less than 768 bytes. */
const screenPart = 512;

const multiplexerOf = ({ TMUX, STY }: TerminalEnvironment): "tmux" | "screen" | "none" =>
	(TMUX ?? "") !== "" ? "tmux" : (STY ?? "") !== "" ? "screen" : "none";

const partsForScreen = new RegExp(`[^]{1,${screenPart}}`, "g");

/**
 * Wraps a sequence for tmux, which passes it on if the person allows it (allow-passthrough); otherwise, like screen without a terminal that understands it, it
 * drops it silently.
 */
function passedOn(sequence: string, env: TerminalEnvironment): string {
	switch (multiplexerOf(env)) {
		case "tmux":
			return `\u001BPtmux;${sequence.replaceAll("\u001B", "\u001B\u001B")}\u001B\\`;
		case "screen":
			// The parts come out one behind the other, as if they were one.
			return (sequence.match(partsForScreen) ?? []).map((part) => `\u001BP${part}\u001B\\`).join("");
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

/** A title is for the bar of a window or a tab. */
const titleLimit = 60;

/** Sets the title of the window (OSC 2). `undefined` where the terminal is known to have none, and would show it. */
export function titleOf(text: string, { TERM }: TerminalEnvironment): string | undefined {
	if (TERM === "linux" || TERM === "dumb") return undefined;
	return `\u001B]2;${Array.from(harmless(text)).slice(0, titleLimit).join("")}\u001B\\`;
}

/**
 * Returns a desktop notification titled "Real Talk", by OSC 777 (VTE, foot, urxvt), OSC 99 (kitty) or OSC 9 (iTerm2, WezTerm, Ghostty); by the first and the
 * last where the terminal is not known, since it drops what it does not understand. OSC 9 begins with a letter: a number would be another order (ConEmu,
 * progress bars).
 */
export function notificationOf(text: string, env: TerminalEnvironment): string {
	const points = Array.from(harmless(text));
	const shown =
		points.length > notificationLimit ? `${points.slice(0, notificationLimit - 1).join("")}…` : points.join("");
	const osc9 = passedOn(`\u001B]9;Real Talk: ${shown}\u0007`, env);
	const osc777 = passedOn(`\u001B]777;notify;Real Talk;${shown}\u0007`, env);
	if (multiplexerOf(env) === "none") {
		if (/kitty/.test(env.TERM ?? ""))
			return `\u001B]99;i=rt:d=0:p=title;Real Talk\u001B\\\u001B]99;i=rt:d=1:p=body;${shown}\u001B\\`;
		if ((env.VTE_VERSION ?? "") !== "" || /^(?:foot|rxvt)/.test(env.TERM ?? "")) return osc777;
		if (/^(?:iTerm\.app|WezTerm|ghostty)$/.test(env.TERM_PROGRAM ?? "")) return osc9;
	}
	return osc9 + osc777;
}

/** Puts a text into the person's clipboard (OSC 52), where their terminal allows it; it does not say. `undefined` when the text is too long or the terminal is known not to. */
export function clipboardOf(text: string, env: TerminalEnvironment): string | undefined {
	const encoded = Buffer.from(text).toString("base64");
	if (encoded.length > clipboardLimit || cannotCopy(env)) return undefined;
	const sequence = `\u001B]52;c;${encoded}\u0007`;
	const wrapped = passedOn(sequence, env);
	// tmux takes it by itself where set-clipboard is on, and passes it on where allow-passthrough is; it may do either.
	return multiplexerOf(env) === "tmux" ? sequence + wrapped : wrapped;
}

/** Terminals that are known not to let programs fill the clipboard. */
const cannotCopy = (env: TerminalEnvironment): boolean =>
	multiplexerOf(env) === "none" && (env.TERM === "linux" || env.TERM_PROGRAM === "Apple_Terminal");

/** Returns what became of copying, in words. `what` is for example "the message of grace". */
export function copiedWords(what: string, text: string, env: TerminalEnvironment): string {
	const bySelf = "hold Shift and drag over it, or /mouse off and drag";
	if (cannotCopy(env)) return `This terminal does not let programs copy. To copy ${what}, ${bySelf}.`;
	if (clipboardOf(text, env) === undefined) return `That is too long to copy in one go: ${bySelf}.`;
	return `Copied ${what}. If it can't be pasted, your terminal does not allow it: ${bySelf}.`;
}
