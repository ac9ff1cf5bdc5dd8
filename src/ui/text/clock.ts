// The time of day as people read it, and whether two times are on the same day.

const twoDigits = (value: number): string => String(value).padStart(2, "0");

/** A Date goes no further from 1970 than this, in milliseconds (ECMA-262 §21.4.1.1). */
const furthestMs = 8.64e15;

/** Returns the date of a time in ms since the epoch, whatever number it is: a time that no date can be must not keep the rest of a screen from being drawn. */
export const dateOf = (at: number): Date => new Date(Math.min(furthestMs, Math.max(-furthestMs, at)) || 0);

/** Returns what writes the local day of a time as it is read in English. The formatter behind it is made when it is first used, for that takes as long as drawing a screen. */
export function dayWriter(options: Intl.DateTimeFormatOptions): (at: number) => string {
	let format: Intl.DateTimeFormat | undefined;
	return (at) => {
		format ??= new Intl.DateTimeFormat("en-GB", options);
		return format.format(dateOf(at));
	};
}

/** Returns the local time of day, "14:02". */
export function clockOf(at: number): string {
	const date = dateOf(at);
	return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

/** Returns the local day, "2026-11-20". */
export function localDayOf(at: number): string {
	const date = dateOf(at);
	return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`;
}

/** Returns the local day and time of day, "2026-11-20 14:02". */
export const stampOf = (at: number): string => `${localDayOf(at)} ${clockOf(at)}`;

/** Tells whether both times (milliseconds since the epoch) are on one day here. */
export const isSameDay = (first: number, second: number): boolean =>
	dateOf(first).toDateString() === dateOf(second).toDateString();
