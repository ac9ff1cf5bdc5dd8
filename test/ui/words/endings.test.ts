// What is said when a room is over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { endHeading, endingOf, endMessage } from "../../../src/ui/words/endings.ts";

test("An end is one line of text for the shell and JSON-RPC: what happened, then what to do.", () => {
	assert.equal(
		endMessage({ code: "room_closed" }),
		"The host closed the room. Ask them to start it again, then join again.",
	);
	assert.equal(endMessage({ code: "left" }), "You have left the room.");
});

test("Whoever could not come in because of their own key is told to look at it, and is not made to suspect the host.", () => {
	const { title, advice, isAlarm } = endingOf({ code: "identity_refused" });
	assert.match(title, /^Your own key/);
	assert.match(advice, /rt key show/);
	assert.doesNotMatch(title + advice, /their computer|other end/);
	assert.equal(isAlarm, undefined);
});

test("After the third and after the sixth wrong password the same words are true: no further try is promised.", () => {
	const message = endMessage({ code: "wrong_password" });
	assert.match(message, /after six wrong ones in all you are blocked/);
	assert.doesNotMatch(message, /once more|three more/);
});

test("Whoever was removed is not told that the room is over, which goes on without them.", () => {
	assert.equal(endHeading({ code: "kicked" }), "You were removed");
	assert.equal(endHeading({ code: "room_closed" }), "The room is over");
});

test("Whoever comes back to a host that was started again is told what may have happened, and nothing of an invite they may not have.", () => {
	const message = endMessage({ code: "another_room" });
	assert.match(message, /Perhaps the host has started a new room, perhaps somebody else has this address now/);
	assert.doesNotMatch(message, /invite/);
});

test("A guest whose invite is of a room that is over is not told that somebody else has answered: it may be the host with a new room.", () => {
	assert.match(endMessage({ code: "wrong_host" }), /Perhaps the host has opened a new room since/);
});

test("A room that stays is closed only to be over: nobody is sent to ask for it to be started again.", () => {
	assert.match(
		endMessage({ code: "room_closed", roomKind: "standing" }),
		/^The host has ended this room for everybody/,
	);
	for (const roomKind of ["buddy", "offRecord"] as const) {
		const words = endMessage({ code: "room_closed", roomKind });
		assert.match(words, /^The other one has ended this room of you two/);
		assert.doesNotMatch(words, /start it again/);
	}
});

test("Whoever came for files and has them all is told that it is done, and how the talk would go on.", () => {
	const end = { code: "room_closed", haveFilesCome: true } as const;
	assert.equal(endHeading(end), "The files are here");
	assert.equal(
		endMessage(end),
		"All the files you took are here, and the host has closed the room. Nothing is missing. If you want to go on talking, ask them to start it again.",
	);
	assert.match(endMessage({ ...end, roomKind: "standing" }), /^The host has ended this room for everybody/);
});
