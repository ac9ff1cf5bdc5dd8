// What can have the keyboard in the room in place of the message box for a while: choosing a message, searching.
import type { Foot } from "./chat-frame.ts";
import type { BarItem } from "./keys.ts";
import type { Press } from "./press.ts";

/** Drawn and asked instead of the message box; the draft waits untouched. Escape must always lead out of it. */
export interface RoomMode {
	readonly foot: Foot;
	readonly bar: readonly BarItem[];
	readonly onPress: (press: Press) => void;
}
