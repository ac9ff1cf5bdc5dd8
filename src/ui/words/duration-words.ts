// A number of seconds in words.

const units = [
	["week", 604_800],
	["day", 86_400],
	["hour", 3600],
	["minute", 60],
	["second", 1],
] as const;

/** Returns "90 seconds", "5 minutes" or "1 day": the time in the largest unit of which it is a whole number. */
export function durationWords(seconds: number): string {
	const [unit, size] = units.find(([, size]) => seconds >= size && seconds % size === 0) ?? (["second", 1] as const);
	const count = Math.round(seconds / size);
	return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
