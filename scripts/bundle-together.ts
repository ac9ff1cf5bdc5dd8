// Says which sources of the program are loaded together, and so stand in one file of the bundle.
import type { Together } from "./bundle-joined.ts";

/**
 * Holds what every start loads, then what the first screen needs beside it: test/e2e/screen/first-screen-loads.test.ts finds what is missing. They are several, because help
 * shows settings without a home, a relay cleans text without either, and rooms without a screen have words.
 */
export const TOGETHER: Together = {
	program: ["src/main.ts", "src/ui/lines/stop-signals.ts"],
	settings: [
		"src/ui/cli/settings-file.ts",
		"src/ui/settings/routes.ts",
		"src/ui/settings/file-settings.ts",
		"src/ui/cli/tools/page-command.ts",
	],
	text: ["src/engine/text/clean.ts", "src/store/failure.ts"],
	home: [
		"src/engine/remote/attach-to.ts",
		"src/engine/remote/background-wish.ts",
		"src/auto-background.ts",
		"src/engine/at-rest.ts",
	],
	words: [
		"src/ui/words/endings.ts",
		"src/ui/words/password-words.ts",
		"src/ui/words/room-words.ts",
		"src/ui/words/rooms/room-list.ts",
	],
	"first-screen": ["src/ui/start/start.ts"],
};
