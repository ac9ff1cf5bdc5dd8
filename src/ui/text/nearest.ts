// Finds the known word somebody most likely meant: by how many letters must be added, dropped, changed or swapped (optimal string alignment).

/** Longer words are no slips of the finger, and comparing them would cost. */
const longestCompared = 40;

/** Returns the known word that is at most a third of its letters away (but at least one), or `undefined`. */
export function nearest(word: string, known: readonly string[]): string | undefined {
	if (word.length > longestCompared) return undefined;
	const ranked = known
		.map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate) }))
		.filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
		.toSorted((one, other) => one.distance - other.distance);
	return ranked[0]?.candidate;
}

/** Returns how many letters must be added, dropped, changed or swapped with their neighbour to make one word the other. */
function editDistance(one: string, other: string): number {
	let beforePrevious: readonly number[] = [];
	let previous: readonly number[] = Array.from({ length: other.length + 1 }, (_, column) => column);
	for (let row = 1; row <= one.length; row += 1) {
		const current = [row];
		for (let column = 1; column <= other.length; column += 1) {
			const isSame = one[row - 1] === other[column - 1];
			const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
			current.push(
				Math.min(
					cell(previous, column) + 1,
					cell(current, column - 1) + 1,
					cell(previous, column - 1) + (isSame ? 0 : 1),
					isSwap ? cell(beforePrevious, column - 2) + 1 : Number.POSITIVE_INFINITY,
				),
			);
		}
		beforePrevious = previous;
		previous = current;
	}
	return cell(previous, other.length);
}

function cell(row: readonly number[], column: number): number {
	return row[column] ?? Number.POSITIVE_INFINITY;
}
