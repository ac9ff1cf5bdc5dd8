// What is said when a room is over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { moreOfEnd } from "../../../src/ui/words/endings.ts";

test("What the engine says of an end is not said twice, and not left out where it says more.", () => {
	assert.equal(moreOfEnd({ code: "room_closed", message: "The host has closed the room." }), "");
	assert.equal(moreOfEnd({ code: "identity_refused", message: "Your key was refused." }), "Your key was refused.");
});
