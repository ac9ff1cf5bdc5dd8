// What ties everything that is proven in the opening to one channel and one hello (docs/protocol.md, "The opening").
import { lvCat } from "../length-value.ts";
import { sha256 } from "../sha256.ts";

/** The kinds of channel there are, by their number in the protocol: between programs, and from a browser. */
export const channelSuite = { tls: 1, noise: 2 } as const;
export type ChannelSuite = (typeof channelSuite)[keyof typeof channelSuite];

const ascii = new TextEncoder();
const CHANNEL_DOMAIN = ascii.encode("real-talk/2 channel");
const HELLO_DOMAIN = ascii.encode("real-talk/2 hello");
const ROOM_DOMAIN = ascii.encode("real-talk/2 room");
const ROOM_NAME_BYTES = 16;

/** Computes B, which names a channel: the same at its two ends and nowhere else. `exporter` is the channel's 32 exported bytes. */
export function channelBinding(suite: ChannelSuite, exporter: Uint8Array): Uint8Array<ArrayBuffer> {
	return sha256(lvCat(CHANNEL_DOMAIN, Uint8Array.of(suite >> 8, suite & 0xff), exporter));
}

/** Computes T, which names a channel and the hello that was said in it. `channel` is B. `hello` is the body of the frame. */
export function openingBinding(channel: Uint8Array, hello: Uint8Array): Uint8Array<ArrayBuffer> {
	return sha256(lvCat(HELLO_DOMAIN, channel, hello));
}

/** Computes the 16 bytes by which an invite names the room it is for, so that it can be told apart without giving the room's id away. */
export function roomName(roomId: Uint8Array): Uint8Array<ArrayBuffer> {
	return sha256(lvCat(ROOM_DOMAIN, roomId)).slice(0, ROOM_NAME_BYTES);
}
