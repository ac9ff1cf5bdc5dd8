// Installs packages for setup.sh into a folder of their own and then puts that in the place of node_modules, so that there is the old or
// the new, whole. Arguments: "run" or "all", "node" or "no-node", the folder. Plain JavaScript, because it runs with whatever Node the system has.
import { execFile, execFileSync, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { join } from "node:path";
import { nodePackage, packageSet } from "./package-set.mjs";
import { trim } from "./trim.mjs";

const STOPPED = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const MAX_LOG_LINES = 25;
/** A registry that has not answered by then does not answer. */
const ANSWER_TIMEOUT_MS = 8_000;
const [purpose, node, folder] = process.argv.slice(2);
const isAll = purpose === "all";
const isTerminal = process.stderr.isTTY === true;

/** Says what went wrong in one sentence and ends. */
function fail(sentence) {
	console.error(`rt: ${sentence}`);
	process.exit(1);
}

/** The person's own npm settings may name another registry or a proxy. Where they cannot be had nothing is tried out beforehand. */
function npmSettings() {
	try {
		const keys = ["registry", "https-proxy", "proxy"];
		const text = execFileSync("npm", ["config", "get", ...keys], {
			encoding: "utf8",
			stdio: ["ignore", "pipe", "ignore"],
		});
		return Object.fromEntries(text.split("\n").map((line) => /^([\w-]+)=(.*)$/.exec(line)?.slice(1) ?? []));
	} catch {
		return {};
	}
}

/** Finds out at once whether the registry can be reached; npm would try for more than a minute. */
async function checkNetwork() {
	const { registry, "https-proxy": secureProxy, proxy } = npmSettings();
	if (registry === undefined || !URL.canParse(registry)) return;
	if ([secureProxy, proxy].some((one) => one !== undefined && one !== "null" && one !== "")) return;
	const { hostname, protocol } = new URL(registry);
	const { request } = protocol === "http:" ? http : https;
	// Nothing is taken from this answer, so it does not matter whose certificate it comes with; npm looks at that.
	const asking = request(registry, { method: "HEAD", rejectUnauthorized: false, timeout: ANSWER_TIMEOUT_MS });
	const reached = await new Promise((resolve) => {
		asking.once("response", () => resolve(true));
		asking.once("error", () => resolve(false));
		asking.once("timeout", () => resolve(false));
		asking.end();
	});
	asking.destroy();
	if (!reached)
		fail(
			`${hostname} cannot be reached, and rt needs packages from there the first time. Connect to the internet, then run this again.`,
		);
}

/** Says in one sentence what npm's error code means; else `undefined`. */
function sentenceFor(code) {
	if (code === undefined) return undefined;
	if (code === "EINTEGRITY")
		return "What the npm registry sent is not what package-lock.json says. Nothing of it was used.";
	if (code === "ENOSPC") return "The disk is full. Make room (about 300 MB), then run this again.";
	if (code === "EACCES" || code === "EPERM" || code === "EROFS") return `npm may not write where it has to (${code}).`;
	if (/^(?:EAI_AGAIN|ENOTFOUND|ECONN|ENET|EHOST|ETIMEDOUT|ERR_SOCKET|FETCH_ERROR)/.test(code)) {
		return `The connection to the npm registry failed (${code}). Check the network, then run this again.`;
	}
	return undefined;
}

/** Shows how much has arrived: one line that is written over and over on a terminal, elsewhere a line now and then. Returns what ends it. */
function showProgress() {
	const begun = Date.now();
	const show = () =>
		execFile("du", ["-sk", folder], (_error, stdout) => {
			const megabytes = Math.round((Number.parseInt(stdout, 10) || 0) / 1024);
			const line = `      ${megabytes} MB so far, ${Math.round((Date.now() - begun) / 1000)} s`;
			if (!isEnded) process.stderr.write(isTerminal ? `\r${line} ` : `${line}\n`);
		});
	let isEnded = false;
	const clock = setInterval(show, isTerminal ? 1_000 : 15_000);
	return () => {
		isEnded = true;
		clearInterval(clock);
		if (isTerminal) process.stderr.write("\r\u001b[K");
	};
}

/** Runs `npm ci` in the folder. Resolves to its exit code and what it wrote. It is ended on Ctrl-C, which npm alone passes over now and then. */
function runNpm() {
	// Said here because a person's own settings may leave out development or optional packages. No package's script is run.
	const flags = ["--include=dev", "--include=optional", "--ignore-scripts", "--no-progress", "--no-audit", "--no-fund"];
	// npm itself would go on for minutes with a network that has gone, or with a file that is not what it should be.
	const patience = [
		"--fetch-retries=2",
		"--fetch-retry-mintimeout=1000",
		"--fetch-retry-maxtimeout=4000",
		"--fetch-timeout=60000",
	];
	const npm = spawn("npm", ["ci", ...flags, ...patience], {
		cwd: folder,
		detached: true,
		stdio: ["ignore", "pipe", "pipe"],
	});
	let log = "";
	for (const output of [npm.stdout, npm.stderr]) {
		output.setEncoding("utf8").on("data", (text) => {
			log += text;
		});
	}
	const endProgress = showProgress();
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
	return new Promise((resolve) => {
		npm.on("error", (error) => fail(`npm could not be started: ${error.message}`));
		npm.on("close", (code) => {
			endProgress();
			resolve({ code: code ?? 1, log });
		});
	});
}

await checkNetwork();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
const read = (file) => JSON.parse(readFileSync(file, "utf8"));
const manifest = read("package.json");
const ours = nodePackage(process.platform, process.arch);
if (node === "node" && manifest.optionalDependencies?.[ours] === undefined) {
	fail("Node.js 24 has to be installed on this system first: there is none for it among the packages.");
}
const set = packageSet(manifest, read("package-lock.json"), { isAll, ...(node === "node" ? { node: ours } : {}) });
for (const [file, content] of Object.entries({ "package.json": set.manifest, "package-lock.json": set.lock })) {
	writeFileSync(join(folder, file), JSON.stringify(content));
}
if (existsSync(".npmrc")) copyFileSync(".npmrc", join(folder, ".npmrc"));
const { code, log } = await runNpm();
if (code !== 0) {
	const sentence = sentenceFor(/^npm (?:error|ERR!) code (\w+)/m.exec(log)?.[1]);
	if (sentence !== undefined) fail(sentence);
	console.error(log.split("\n").slice(0, MAX_LOG_LINES).join("\n"));
	process.exit(code);
}
const fresh = join(folder, "node_modules");
mkdirSync(fresh, { recursive: true });
if (!isAll) trim(fresh, [`${process.platform}-${process.arch}`]);
// What setup.sh compares: everything is here, or what running needs.
copyFileSync("package-lock.json", join(fresh, isAll ? ".rt-lock" : ".rt-run-lock"));
const old = join(folder, "old");
if (existsSync("node_modules")) renameSync("node_modules", old);
renameSync(fresh, "node_modules");
rmSync(folder, { recursive: true, force: true });
