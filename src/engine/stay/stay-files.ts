// The files of one stay, as either kind of stay makes them.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Carrier } from "../files/carrier.ts";
import { FilesLink } from "../files/files-link.ts";
import { RoomFiles } from "../files/room-files.ts";
import type { StayContext, WhoStays } from "./stay.ts";

/** Makes the files of a room, while we stay. */
export function newFiles(
	{ files, now, uptime, emit, changed }: StayContext,
	self: Fingerprint,
	carrier: Carrier,
	stay: WhoStays,
): RoomFiles {
	return new RoomFiles({
		self,
		carrier,
		disk: files.disk,
		limits: [files.giving, files.taking],
		kept: files.kept,
		isKept: () => stay.room()?.terms.kept !== undefined,
		isHost: stay.room()?.host === self,
		say: (body, id) => stay.member()?.say(body, now(), id),
		person: (fingerprint) => stay.room()?.person(fingerprint),
		receivers: () => (stay.room()?.people() ?? []).map(({ fingerprint }) => fingerprint),
		onUnseen: () => stay.room()?.problem("offersUnseen"),
		now,
		uptime,
		emit,
		changed,
	});
}

/** Makes what a guest has of the files in a room, and its Link for them. */
export function guestFiles(
	context: StayContext,
	self: Fingerprint,
	stay: WhoStays,
): { readonly files: RoomFiles; readonly link: FilesLink } {
	const link = new FilesLink(context.files, context.uptime);
	return { link, files: newFiles(context, self, link, stay) };
}
