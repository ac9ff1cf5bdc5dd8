// Where a program has the files of a room a page has nothing: their lines are shown, and nothing is sent or taken.
import { refuse } from "../../engine/api/outcome.ts";
import type { GuestFiles } from "../../engine/stay/stay.ts";

/** Makes what a page has of files. */
export const noFiles = (): GuestFiles => ({
	link: { dialBy: () => {}, setIn: () => {} },
	files: {
		views: () => [],
		perform: () => refuse({ code: "no_such_file", why: "unknown" }),
		// The line that offers a file is shown all the same.
		heard: () => true,
		told: () => {},
		happened: () => {},
		entered: () => {},
		close: async () => {},
	},
});
