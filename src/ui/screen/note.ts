// What a screen tells the person beneath a field or the message box.

/** A Note is told above the message box until the next key press. */
export interface Note {
	readonly tone: "info" | "warning";
	readonly text: string;
}
