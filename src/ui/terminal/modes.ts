// The modes of the terminal that Real Talk switches on, so that all of them can be given back at any moment and taken again.

/** Every mode, in the order in which they are switched on. They are switched off in the opposite order. */
const sequences = {
	/** A screen of its own, so that the shell's comes back as it was (xterm's 1049). */
	alternateScreen: { on: "\u001B[?1049h\u001B[?25l", off: "\u001B[0m\u001B[?1049l\u001B[?25h" },
	/** The window's title is put by, so that the person's own comes back (xterm's title stack). */
	title: { on: "\u001B[22;2t", off: "\u001B[23;2t" },
	/** Rows are cut at the edge and do not flow into the next (DECAWM off): a terminal may take an emoji for wider than we do. */
	cutRows: { on: "\u001B[?7l", off: "\u001B[?7h" },
	/** A paste comes between marks, so that it can be told from typing. */
	bracketedPaste: { on: "\u001B[?2004h", off: "\u001B[?2004l" },
	/** With this mode the terminal tells when it goes from dark to light. */
	colourScheme: { on: "\u001B[?2031h", off: "\u001B[?2031l" },
	/** With this mode the terminal tells when the person turns to another window, and comes back. */
	focus: { on: "\u001B[?1004h", off: "\u001B[?1004l" },
	/** The terminal sends the code of a key where its old bytes would not tell it from another one, as Shift-Enter from Enter: kitty's protocol (flags 1 and 4) and, for those that do not know it, xterm's modifyOtherKeys. */
	keyCodes: { on: "\u001B[=5u\u001B[>4;1m", off: "\u001B[>4m\u001B[=0u" },
	/** The cursor is a block that does not blink (DECSCUSR); off, it is as the person has set it. */
	steadyCursor: { on: "\u001B[2 q", off: "\u001B[0 q" },
	/** Clicks and the wheel come to the program, as SGR reports. */
	mouse: { on: "\u001B[?1000h\u001B[?1006h", off: "\u001B[?1006l\u001B[?1000l" },
} as const;

/** Names a mode. */
export type Mode = keyof typeof sequences;

const order: readonly Mode[] = [
	"alternateScreen",
	"title",
	"cutRows",
	"bracketedPaste",
	"colourScheme",
	"focus",
	"keyCodes",
	"steadyCursor",
	"mouse",
];

/** The modes that are wanted of one terminal. They are on from `take` to `giveBack`. */
export class TerminalModes {
	readonly #write: (sequence: string) => void;
	readonly #wanted = new Set<Mode>();
	#isGivenBack = true;

	constructor(write: (sequence: string) => void) {
		this.#write = write;
	}

	/** Switches a mode on or off. While the terminal is somebody else's it is only remembered. */
	set(mode: Mode, isOn: boolean): void {
		if (this.#wanted.has(mode) === isOn) return;
		if (isOn) this.#wanted.add(mode);
		else this.#wanted.delete(mode);
		if (!this.#isGivenBack) this.#write(sequences[mode][isOn ? "on" : "off"]);
	}

	/** Switches all modes off and remembers them. */
	giveBack(): void {
		if (this.#isGivenBack) return;
		this.#isGivenBack = true;
		this.#write(this.#joined("off", order.toReversed()));
	}

	/** Switches all wanted modes on, also those that should be on already: somebody else may have switched them off. */
	take(): void {
		this.#isGivenBack = false;
		this.#write(this.#joined("on", order));
	}

	#joined(which: "on" | "off", modes: readonly Mode[]): string {
		return modes.flatMap((mode) => (this.#wanted.has(mode) ? [sequences[mode][which]] : [])).join("");
	}
}
