// Stands in the place of fast-check while changes to the sources are tried (tests-in-process.ts): a property is shown for a few cases and not for thousands,
// since it is asked again for every change.
import real from "fast-check";

/** A change that so few cases do not notice is said to be unnoticed, so the figures err on that side. */
const CASES = 50;

function assertFew<T>(property: real.IRawProperty<T>, settings?: real.Parameters<T>): void | Promise<void> {
	return real.assert(property, { ...settings, numRuns: Math.min(settings?.numRuns ?? CASES, CASES) });
}

// biome-ignore lint/style/noDefaultExport: it stands in the place of one
export default { ...real, assert: assertFew };
