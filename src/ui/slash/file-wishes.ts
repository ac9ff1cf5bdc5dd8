// What is done about files without a question, because the person has set it so: the limit of speed, and what comes by itself. Pure.
import type { Command } from "../../engine/api/api.ts";
import type { Event } from "../../engine/api/events.ts";
import { fileCommand } from "../actions/file-meant.ts";
import type { FileSettings } from "../settings/file-settings.ts";

const bytesPerMb = 1_000_000;
const bytesPerKb = 1_000;

/** Returns the command that sets the limit of speed, or `undefined` where none is set. */
export const limitWish = ({ limitKbPerSecond }: FileSettings): Command | undefined =>
	limitKbPerSecond === undefined ? undefined : { kind: "limitFiles", bytesPerSecond: limitKbPerSecond * bytesPerKb };

/** Returns the command that takes what was just offered, where the person takes such files by themselves: those of verified people, up to a size. */
export function offerWish(event: Event, { acceptVerifiedMb, folder }: FileSettings): Command | undefined {
	if (event.kind !== "fileOffered" || event.own || event.from.trust !== "verified") return undefined;
	return event.size <= acceptVerifiedMb * bytesPerMb && acceptVerifiedMb > 0
		? fileCommand("accept", event.id, folder)
		: undefined;
}
