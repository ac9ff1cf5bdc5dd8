// Keeps the worker thread of the groups from one test to the next, as in a program that is in several rooms: starting it and compiling its code anew takes
// longer than most tests of a room.
import { after } from "node:test";
import { Group } from "../../../src/crypto/group/group.ts";

let kept: Promise<Group> | undefined;

after(async () => (await kept)?.close());

/** Opens a group of nobody, so that the thread does not end with the last room of a test. What opens rooms in the test's own process calls it. */
export function keepGroupThread(): void {
	kept ??= Group.open({ roomId: new Uint8Array(16) });
}
