// A line as a sequencer reads it: the header of an MLS message (RFC 9420 §6), and bytes that nobody can read behind it.
import { randomBytes } from "node:crypto";
import { encodeFrame, frameType } from "../src/engine/wire/frame.ts";

/** The epoch of the made-up group. */
export const lineEpoch = 1;
/** A place in the order is a number of so many bytes before the message. */
const placeBytes = 8;
const numberBytes = 4;

/** Returns a made-up message with which `bytes` are on the wire when it is passed on. */
function message(bytes: number): Uint8Array {
	const groupId = randomBytes(32);
	const header = Buffer.from([0, 1, 0, 2, groupId.length, ...groupId, 0, 0, 0, 0, 0, 0, 0, lineEpoch, 1]);
	// Four bytes of the frame's header: then it ends where its padding would begin.
	return Buffer.concat([header, randomBytes(bytes - placeBytes - 4 - header.length)]);
}

/** Returns what a speaker sends to say one such line, and how many bytes its echo has. */
export function saidLine(bytes: number): { readonly said: Uint8Array; readonly echoBytes: number } {
	const said = encodeFrame(frameType.submit, new Uint8Array(numberBytes), message(bytes));
	const echo = encodeFrame(frameType.echo, new Uint8Array(placeBytes + numberBytes));
	return { said, echoBytes: echo.length };
}
