// Starts ui-program.ts, the full-screen view over a fake engine, in a real terminal.
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";
import { temporaryHome } from "../../support/temporary-home.ts";
import { openPty, type Pty } from "../../support/terminal/pty.ts";

const root = resolve(import.meta.dirname, "../../..");

/** The file to which the program adds a byte at each SIGUSR2, and one with the program's process id. */
export interface UiPty extends Pty {
	readonly pulse: string;
	readonly pidFile: string;
}

/** Opens the program at `where`. A `script` for `sh` runs it as "$PROGRAM". */
export function openUi(t: TestContext, where: string, script = "exec $PROGRAM"): UiPty {
	const home = temporaryHome(t);
	const pulse = join(home, "pulse");
	const pidFile = join(home, "pid");
	const words = [
		process.execPath,
		"--import",
		resolve(root, "test/support/tsx-loader.ts"),
		resolve(root, "test/ui/start/ui-program.ts"),
		where,
		pulse,
	];
	const program = `sh -c 'echo $$ >${pidFile}; exec "$@"' sh ${words.join(" ")}`;
	// Compiled once for all programs and runs (scripts/test-environment.sh).
	const { PATH = "", HOME = "", NODE_COMPILE_CACHE = join(root, "node_modules/.cache/tests") } = process.env;
	const terminal = openPty({
		command: "sh",
		args: ["-c", script.replaceAll("$PROGRAM", () => program)],
		cwd: root,
		env: { PATH, HOME, NODE_COMPILE_CACHE, CI: "true", NODE_ENV: "production", TERM: "xterm-256color" },
	});
	t.after(() => terminal.close());
	return { ...terminal, pulse, pidFile };
}
