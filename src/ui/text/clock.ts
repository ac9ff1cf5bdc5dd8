// The time of day as people read it, and whether two times are on the same day.

const twoDigits = (value: number): string => String(value).padStart(2, "0");

/** Local time of day, "14:02". */
export function clockOf(at: number): string {
	const date = new Date(at);
	return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

/** Whether both times (ms since the epoch) are on one day here. */
export const isSameDay = (first: number, second: number): boolean =>
	new Date(first).toDateString() === new Date(second).toDateString();
