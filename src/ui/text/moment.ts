// Reads which moment a person means by "2026-11-20", "yesterday" or "14:00". Pure.

/** A MomentWish is a moment in milliseconds since the epoch, or says what to type instead. */
export type MomentWish =
	| { readonly kind: "moment"; readonly at: number }
	| { readonly kind: "wrong"; readonly message: string };

const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

const wrong: MomentWish = {
	kind: "wrong",
	message: "Please say a day or a time: /date 2026-11-20, /date yesterday, /date monday, /date 14:00",
};

interface Day {
	readonly year: number;
	readonly month: number;
	readonly day: number;
}

/** Returns local midnight of a day; `undefined` for a day that there is not (31 February). */
function midnight({ year, month, day }: Day): Date | undefined {
	const date = new Date(year, month, day);
	// Years below 100 would be taken for 19xx.
	date.setFullYear(year, month, day);
	return date.getMonth() === month && date.getDate() === day ? date : undefined;
}

const daysBefore = (now: Date, days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() - days);

function dayOf(words: string, now: Date): Date | undefined {
	const exact = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(words);
	if (exact !== null) {
		return midnight({ year: Number(exact[1]), month: Number(exact[2]) - 1, day: Number(exact[3]) });
	}
	if (words === "today") return daysBefore(now, 0);
	if (words === "yesterday") return daysBefore(now, 1);
	const weekday = words.length < 3 ? -1 : weekdays.findIndex((name) => name.startsWith(words));
	// The last one that is over: on a Monday, "monday" is a week ago, as "today" has its own word.
	return weekday < 0 ? undefined : daysBefore(now, ((now.getDay() - weekday + 6) % 7) + 1);
}

function minutesOf(words: string): number | undefined {
	const match = /^(\d{1,2}):(\d{2})$/.exec(words);
	if (match === null) return undefined;
	const [hours, minutes] = [Number(match[1]), Number(match[2])];
	return hours < 24 && minutes < 60 ? hours * 60 + minutes : undefined;
}

/** Reads what was typed behind /date: a day, a time of day, or both. A time alone is the last one that has been: yesterday's if today's is still to come. */
export function momentOf(typed: string, now: number): MomentWish {
	const words = typed.trim().toLowerCase().split(/\s+/);
	const [first = "", second] = words;
	const today = new Date(now);
	if (words.length > 2 || first === "") return wrong;
	const minutes = minutesOf(second ?? first);
	if (second !== undefined && minutes === undefined) return wrong;
	const isTimeAlone = second === undefined && minutes !== undefined;
	const day = isTimeAlone ? daysBefore(today, 0) : dayOf(first, today);
	if (day === undefined) return wrong;
	const on = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate(), 0, minutes ?? 0).getTime();
	const at = on(day);
	return { kind: "moment", at: isTimeAlone && at > now ? on(daysBefore(today, 1)) : at };
}
