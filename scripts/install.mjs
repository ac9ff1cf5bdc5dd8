// Runs `npm ci` for setup.sh: shows how much has arrived, and ends all of it on Ctrl-C, which npm alone passes over while an install
// script runs. Plain JavaScript, because it runs with whatever Node the system has.
import { execFile, spawn } from "node:child_process";

const STOPPED = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const MAX_LOG_LINES = 25;
const isTerminal = process.stderr.isTTY === true;
const begun = Date.now();
let log = "";

// Said here because a person's own settings may leave out development packages (Node 24 is one) or install scripts (it needs one).
const flags = ["--include=dev", "--include=optional", "--ignore-scripts=false", "--no-progress"];
// A process group of its own, so that install scripts can be ended together with npm.
const npm = spawn("npm", ["ci", ...flags], { detached: true, stdio: ["ignore", "pipe", "pipe"] });
for (const output of [npm.stdout, npm.stderr]) {
	output.setEncoding("utf8").on("data", (text) => {
		log += text;
	});
}

// One line that is written over and over on a terminal; elsewhere a line now and then.
const progress = setInterval(
	() => {
		execFile("du", ["-sk", "node_modules"], (_error, stdout) => {
			const megabytes = Math.round((Number.parseInt(stdout, 10) || 0) / 1024);
			const seconds = Math.round((Date.now() - begun) / 1000);
			const line = `      ${megabytes} MB so far, ${seconds} s`;
			process.stderr.write(isTerminal ? `\r${line} ` : `${line}\n`);
		});
	},
	isTerminal ? 1_000 : 15_000,
);

function endProgress() {
	clearInterval(progress);
	if (isTerminal) process.stderr.write("\r\x1b[K");
}

for (const [signal, code] of Object.entries(STOPPED)) {
	process.on(signal, () => {
		endProgress();
		try {
			process.kill(-npm.pid, "SIGKILL");
		} catch {
			// It has ended by itself.
		}
		process.exit(code);
	});
}

npm.on("error", (error) => {
	endProgress();
	console.error(`npm could not be started: ${error.message}`);
	process.exit(1);
});
npm.on("close", (code) => {
	endProgress();
	if (code !== 0) console.error(log.split("\n").slice(0, MAX_LOG_LINES).join("\n"));
	process.exit(code ?? 1);
});
