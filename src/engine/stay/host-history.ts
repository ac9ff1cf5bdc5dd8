// What a host decides of the history of a room that is kept: what it wishes when the room begins to be kept, and what it writes down and tells later.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Outcome } from "../api/codes.ts";
import { refuse } from "../api/outcome.ts";
import type { KeepWish } from "../api/room-key.ts";
import { type HostRecord, type RoomPolicy, usualPolicy } from "../kept/records.ts";
import type { Mouth } from "../member/own-lines.ts";
import type { Room } from "../room/room.ts";
import type { StayContext } from "./stay.ts";
import { isHistoryDays, StayHistory, withHistory } from "./stay-history.ts";

/** Returns by what a room is kept, as its host wishes; or why not. */
export function policyOf({
	days = usualPolicy.days,
	megabytes = usualPolicy.megabytes,
	historyDays,
}: KeepWish): RoomPolicy | Outcome {
	if (historyDays !== undefined && !isHistoryDays(historyDays))
		return refuse({ code: "bad_setting", why: "historyDays" });
	return withHistory({ ...usualPolicy, days, megabytes }, historyDays ?? "off");
}

/** A Hosted is what the history needs of a room on this computer. */
interface Hosted {
	readonly member: Pick<Mouth, "say">;
	readonly offRecordWith?: Fingerprint | undefined;
	changeRecord(change: (record: HostRecord) => HostRecord): HostRecord | undefined;
}

/** Makes the history of a host's stay: another policy is written down and told to everybody. */
export function hostHistory(
	{ histories, key, now }: Pick<StayContext, "histories" | "key" | "now">,
	hosted: Hosted,
	room: Room,
): StayHistory {
	return new StayHistory({
		histories,
		key,
		isOffRecord: hosted.offRecordWith !== undefined,
		room: () => room,
		written: () => hosted.changeRecord((same) => same),
		setOwnDays: (ownHistoryDays) => void hosted.changeRecord((record) => ({ ...record, ownHistoryDays })),
		setPolicy: (policy) => {
			const changed = hosted.changeRecord((record) => ({ ...record, policy, areTermsUntold: true }));
			if (changed) hosted.member.say({ kind: "keep", name: changed.name, ...policy }, now());
		},
	});
}
