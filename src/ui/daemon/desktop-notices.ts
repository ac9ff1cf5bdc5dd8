// What the background process tells the desktop while no window is open: that somebody has written, or wants to be a buddy. Nothing unless the person asked for it.
import type { Engine } from "../../engine/api/api.ts";
import type { Event } from "../../engine/api/events.ts";

/** Says what the desktop is told: nothing, who has written in which room, or what they have written as well. */
export type DesktopDetail = "off" | "who" | "text";

/** A DesktopNotice is what the desktop shows: plain text, one line each. */
export interface DesktopNotice {
	readonly title: string;
	readonly body: string;
}

/** At most one notice is shown in this many milliseconds. Further ones are counted, and told with the next one. */
const everyMs = 5_000;
/** A title has this many characters at most, because the desktop shows no more than its beginning. */
const mostTitle = 60;
const mostBody = 200;

export interface DesktopNoticesOptions {
	readonly engine: Engine;
	readonly detail: DesktopDetail;
	/** Tells whether a window is open, where everything is to be seen. */
	readonly hasWindow: () => boolean;
	readonly show: (notice: DesktopNotice) => void;
	/** Returns ms of a clock that nobody sets. */
	readonly uptime: () => number;
}

/** Makes one line of a text, and cuts it: what others wrote must not give orders to whatever shows it. */
export function oneLine(text: string, most: number): string {
	const line = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
	const cut = [...line].slice(0, most).join("");
	return cut.length < line.length ? `${cut}…` : cut;
}

/** Begins to tell. Returns what ends it. */
export function tellDesktop({ engine, detail, hasWindow, show, uptime }: DesktopNoticesOptions): () => void {
	if (detail === "off") return () => {};
	let lastAt = Number.NEGATIVE_INFINITY;
	let untold = 0;
	return engine.onEvent((event) => {
		const notice = noticeOf(event, detail, (room) => nameOfRoom(engine, room));
		if (notice === undefined || hasWindow()) return;
		const at = uptime();
		if (at - lastAt < everyMs) {
			untold += 1;
			return;
		}
		const more = untold === 0 ? "" : ` (and ${untold} more)`;
		untold = 0;
		lastAt = at;
		show({ title: oneLine(notice.title, mostTitle), body: `${oneLine(notice.body, mostBody)}${more}` });
	});
}

function nameOfRoom(engine: Engine, room: string | undefined): string {
	const found = engine.snapshot().rooms.find((one) => one.room === room);
	return found === undefined || found.kind === "buddy" ? "" : ` in ${found.role === "host" ? "your room" : found.name}`;
}

function noticeOf(
	event: Event,
	detail: Exclude<DesktopDetail, "off">,
	inRoom: (room: string | undefined) => string,
): DesktopNotice | undefined {
	if (event.kind === "buddyProposed") return { title: "Real Talk", body: `${event.buddy.name} wants to be your buddy` };
	// What was missed is told when somebody looks, not as if it came now.
	if (event.kind !== "message" || event.own || event.missed) return undefined;
	const { name } = event.from;
	return detail === "text"
		? { title: `${name}${inRoom(event.room)}`, body: event.text }
		: { title: "Real Talk", body: `${name} has written${inRoom(event.room)}` };
}
