// Tells a person plainly how good their own room password is.

/** Says how good a password is. A `refused` one is too short to be used; the others may be used. `words` say why, in a whole sentence. */
interface Strength {
	readonly kind: "refused" | "weak" | "fair" | "strong";
	readonly words: string;
}

/** A shorter password is refused. It is counted in Unicode code points. */
const minPasswordLength = 8;

const wellKnown =
	/^(?:p[a@]ssw[o0]rd|qwert[yz]|letmein|welcome|iloveyou|admin|abc123|realtalk|dragon|monkey|football)/i;

// Runs like "aaaa", "1234", "dcba" add next to nothing: each run counts as two characters.
function effectiveLength(points: readonly string[]): number {
	let length = 0;
	let run = 0;
	points.forEach((point, index) => {
		const step = (point.codePointAt(0) ?? 0) - (points[index - 1]?.codePointAt(0) ?? -100);
		run = Math.abs(step) <= 1 ? run + 1 : 0;
		if (run < 2) length++;
	});
	return length;
}

function alphabetSize(password: string): number {
	const classes: readonly (readonly [RegExp, number])[] = [
		[/[a-z]/, 26],
		[/[A-Z]/, 26],
		[/\d/, 10],
		[/[ -/:-@[-`{-~]/, 33],
		[/[^\u0000-\u007F]/, 100],
	];
	return classes.reduce((size, [pattern, count]) => (pattern.test(password) ? size + count : size), 0);
}

const weakBelowBits = 40;

/** Estimates how many bits somebody who knows nothing of the person has to guess. */
const bitsOf = (points: readonly string[]): number =>
	effectiveLength(points) * Math.log2(Math.max(2, alphabetSize(points.join(""))));

/** Judges a password. It is an estimate for advice; what really protects a room is that guesses are few and online. */
export function strengthOf(password: string): Strength {
	const points = [...password.trim().normalize("NFC")];
	if (points.length < minPasswordLength) {
		const missing = minPasswordLength - points.length;
		const more = missing === 1 ? "1 more character" : `${missing} more characters`;
		return { kind: "refused", words: `Too short to be safe: ${more}, please (${minPasswordLength} at least).` };
	}
	// Words that an offered password can begin with are well known too: what follows them may be strong by itself.
	const rest = password.replace(wellKnown, "");
	if (rest !== password && bitsOf([...rest]) < weakBelowBits) {
		return { kind: "weak", words: "Weak: it begins like the passwords people try first." };
	}
	const bits = bitsOf(points);
	if (bits < weakBelowBits) return { kind: "weak", words: "Weak: it could be guessed. Longer is better." };
	if (bits < 60) return { kind: "fair", words: "Fair: fine among friends. Longer is better." };
	return { kind: "strong", words: "Strong." };
}
