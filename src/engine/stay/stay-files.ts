// The files of one stay, as either kind of stay makes them.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Carrier } from "../files/carrier.ts";
import { RoomFiles } from "../files/room-files.ts";
import type { Mouth } from "../member/own-lines.ts";
import type { Room } from "../room/room.ts";
import type { StayContext } from "./stay.ts";

/** Makes the files of a room, while we stay. */
export function newFiles(
	{ files, now, uptime, emit, changed }: StayContext,
	self: Fingerprint,
	carrier: Carrier,
	stay: { readonly room: () => Room | undefined; readonly member: () => Mouth | undefined },
): RoomFiles {
	return new RoomFiles({
		self,
		carrier,
		limits: [files.giving, files.taking],
		kept: files.kept,
		isKept: () => stay.room()?.kept !== undefined,
		isHost: stay.room()?.host === self,
		say: (body, id) => stay.member()?.say(body, now(), id),
		person: (fingerprint) => stay.room()?.person(fingerprint),
		now,
		uptime,
		emit,
		changed,
	});
}
