// How a room is named among those that one engine has. Part of api.ts.

/** Names a room as long as the engine has it: eight letters and digits, which say nothing of the room. Others never see it. */
export type RoomKey = string;
