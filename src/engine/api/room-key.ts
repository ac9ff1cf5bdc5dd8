// How a room is named among those that one engine has, and by what one is kept. Part of api.ts.

/** Names a room as long as the engine has it: eight letters and digits, which say nothing of the room. Others never see it. */
export type RoomKey = string;

/** Says by what a room is kept: all in it see the same. */
export interface KeptView {
	readonly name: string;
	/** Counts the days that what is said waits for who is away. */
	readonly days: number;
	/** Counts the MiB of what is said that wait, at most. */
	readonly megabytes: number;
	/** Members may keep what is said for themselves. */
	readonly history: boolean;
}

/** Is a room that is kept on this computer, open or not. */
export interface KeptSummary {
	readonly room: RoomKey;
	readonly name: string;
	readonly role: "host" | "guest";
}

/** Is how a host wishes to keep a room. What is left out is as usual: 14 days, 64 MiB, no history. */
export interface KeepWish {
	readonly name: string;
	readonly days?: number;
	readonly megabytes?: number;
}
