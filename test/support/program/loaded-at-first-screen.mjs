// Run before the program (`node --import`): when the screen shows RT_SCREEN_WORDS for the first time, it writes to RT_LOADED_FILE what has been loaded until then:
// Node's own modules by their names, and files by their addresses, one a line.
import fs from "node:fs";
import { registerHooks, syncBuiltinESMExports } from "node:module";

const files = [];
registerHooks({
	load(url, context, next) {
		files.push(url);
		return next(url, context);
	},
});

const { RT_LOADED_FILE: to, RT_SCREEN_WORDS: words } = process.env;
const { writeSync } = fs;
// The screen is written so, whatever `process.stdout` is.
fs.writeSync = (fd, bytes, ...rest) => {
	if (Buffer.from(bytes).includes(words)) {
		fs.writeSync = writeSync;
		syncBuiltinESMExports();
		fs.writeFileSync(to, [...process.moduleLoadList, ...files].join("\n"));
	}
	return writeSync(fd, bytes, ...rest);
};
syncBuiltinESMExports();
