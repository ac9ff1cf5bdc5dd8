// The launcher as a person meets it: wherever it stands, whatever is missing, two at once, interrupted. No network: npm is a stand-in.
import assert from "node:assert/strict";
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import {
	chmodSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { until } from "./support/until.ts";

const project = dirname(import.meta.dirname);
const realModules = join(project, "node_modules");

interface Copy {
	/** The folder of the program; its path has spaces in it. */
	readonly root: string;
	/** First in PATH: holds `node`, and `npm` when the test puts one there. */
	readonly bin: string;
	readonly rt: string;
}

interface Ended {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly out: string;
	readonly err: string;
}

/** A small program under the real launcher: it says where it runs and with which arguments. */
const program = (greeting: string) =>
	`// A stand-in.\nimport "./part.ts";\nconsole.log(JSON.stringify({ greeting: "${greeting}", cwd: process.cwd(), argv: process.argv.slice(2) }));\n`;

/** The launcher, its scripts and a small program in a folder of their own. Nothing is installed. */
function copyOf(t: TestContext): Copy {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), "rt test launcher-")));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	const root = join(folder, "a copy of rt");
	const bin = join(folder, "bin");
	mkdirSync(join(root, "src", "crypto"), { recursive: true });
	mkdirSync(bin);
	cpSync(join(project, "rt"), join(root, "rt"));
	cpSync(join(project, "scripts"), join(root, "scripts"), { recursive: true });
	writeFileSync(join(root, "package.json"), '{ "type": "module" }');
	writeFileSync(join(root, "package-lock.json"), '{ "lockfileVersion": 3 }');
	writeFileSync(join(root, "src", "main.ts"), program("hello"));
	writeFileSync(join(root, "src", "part.ts"), "export {};\n");
	writeFileSync(join(root, "src", "crypto", "group-worker.ts"), "export {};\n");
	symlinkSync(process.execPath, join(bin, "node"));
	return { root, bin, rt: join(root, "rt") };
}

/** What `npm ci` would bring, as far as a build needs it. */
const installing = [
	"rm -rf node_modules",
	"mkdir -p node_modules",
	`for one in node esbuild @esbuild; do ln -s "${realModules}/$one" node_modules/; done`,
].join("\n");

/** Puts an `npm` in place that does this. Each run adds a line to the file "npm-runs". */
function giveNpm({ bin }: Copy, work: string): void {
	const path = join(bin, "npm");
	writeFileSync(path, `#!/bin/sh\necho "$*" >>"${bin}/npm-runs"\n${work}\n`);
	chmodSync(path, 0o755);
}

function npmRuns({ bin }: Copy): readonly string[] {
	const path = join(bin, "npm-runs");
	return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
}

function installed(t: TestContext): Copy {
	const copy = copyOf(t);
	giveNpm(copy, installing);
	const first = spawnSync(copy.rt, { env: surroundings(copy), encoding: "utf8" });
	assert.equal(first.status, 0, first.stderr);
	rmSync(join(copy.bin, "npm"));
	rmSync(join(copy.bin, "npm-runs"));
	return copy;
}

const surroundings = ({ bin }: Copy) => ({ PATH: `${bin}:/usr/bin:/bin`, HOME: bin });

function start(copy: Copy, args: readonly string[] = [], options: SpawnOptions = {}): ChildProcess {
	return spawn(copy.rt, args, { env: surroundings(copy), stdio: ["ignore", "pipe", "pipe"], ...options });
}

function ended(child: ChildProcess): Promise<Ended> {
	const { promise, resolve } = Promise.withResolvers<Ended>();
	let out = "";
	let err = "";
	child.stdout?.setEncoding("utf8").on("data", (text: string) => {
		out += text;
	});
	child.stderr?.setEncoding("utf8").on("data", (text: string) => {
		err += text;
	});
	child.on("close", (code, signal) => resolve({ code, signal, out, err }));
	return promise;
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
	} catch {
		return false;
	}
	// A process whose parent has gone stays for a moment as a zombie; where there is no /proc nothing lingers.
	const status = `/proc/${pid}/status`;
	return !existsSync(status) || !/^State:\s+Z/m.test(readFileSync(status, "utf8"));
}

/** The real program as it was built, where nobody changes its sources while a test runs it. */
function builtCopy(t: TestContext): Copy {
	const copy = copyOf(t);
	const { root } = copy;
	rmSync(join(root, "src"), { recursive: true });
	cpSync(join(project, "dist"), join(root, "dist"), { recursive: true });
	writeFileSync(join(root, "dist", ".begun"), "");
	mkdirSync(join(root, "node_modules"));
	for (const one of ["node", "better-sqlite3"]) symlinkSync(join(realModules, one), join(root, "node_modules", one));
	cpSync(join(root, "package-lock.json"), join(root, "node_modules", ".rt-lock"));
	return copy;
}

test("rt says its version from any folder, through links to links", (t) => {
	const { rt, bin } = builtCopy(t);
	symlinkSync(rt, join(bin, "first"));
	symlinkSync("first", join(bin, "second"));
	const { stdout, stderr, status } = spawnSync(join("..", basename(bin), "second"), ["--version"], {
		cwd: bin,
		encoding: "utf8",
	});
	const { version } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
	assert.deepEqual([stdout, stderr, status], [`Real Talk ${version}\n`, "", 0]);
});

test("whatever makes no sense on the command line ends with code 2 and one line of explanation", (t) => {
	const { rt } = builtCopy(t);
	const nonsense = [
		"--nonsense",
		"join 192.0.2.7 40213 more",
		"127.0.0.1",
		"127.0.0.1 99999",
		"host --rpc --plain",
		"key dance",
		"help cooking",
	];
	for (const line of nonsense) {
		const { status, stdout, stderr } = spawnSync(rt, line.split(" "), { encoding: "utf8" });
		assert.deepEqual([status, stdout], [2, ""], line);
		assert.match(stderr, /^rt: [^\n]+\n$/, line);
	}
});

test("rt runs where the person is, not where the program is, and hands on every argument as it was", async (t) => {
	const copy = installed(t);
	const args = ["two words", "", "--name", "Zoë 'n' \"Bob\"", "*"];
	const { code, out } = await ended(start(copy, args, { cwd: copy.bin }));
	assert.equal(code, 0);
	assert.deepEqual(JSON.parse(out), { greeting: "hello", cwd: copy.bin, argv: args });
});

test("the first start installs once, builds, and says what it does only on the error output", async (t) => {
	const copy = copyOf(t);
	giveNpm(copy, installing);
	const { code, out, err } = await ended(start(copy));
	assert.equal(code, 0, err);
	assert.equal(JSON.parse(out).greeting, "hello");
	assert.match(err, /Setting up Real Talk.*1\/2.*2\/2/s);
	assert.equal(npmRuns(copy).length, 1);
	assert.match(npmRuns(copy)[0] ?? "", /^ci .*--include=dev/);
});

test("the second start needs no npm, prints nothing of its own and builds nothing", async (t) => {
	const copy = installed(t);
	const begun = readFileSync(join(copy.root, "dist", "main.js"));
	const { code, err } = await ended(start(copy));
	assert.deepEqual([code, err], [0, ""]);
	assert.deepEqual(readFileSync(join(copy.root, "dist", "main.js")), begun);
});

test("a changed source is built before it starts, and so is one that went away", async (t) => {
	const copy = installed(t);
	writeFileSync(join(copy.root, "src", "main.ts"), program("changed"));
	assert.equal(JSON.parse((await ended(start(copy))).out).greeting, "changed");
	rmSync(join(copy.root, "src", "part.ts"));
	const broken = await ended(start(copy));
	assert.equal(broken.code, 1);
	assert.match(broken.err, /part\.ts.*rt: The program could not be built\./s);
});

test("a source that cannot be built does not replace the program that was built", async (t) => {
	const copy = installed(t);
	const good = readFileSync(join(copy.root, "dist", "main.js"));
	writeFileSync(join(copy.root, "src", "main.ts"), "this is no program");
	assert.equal((await ended(start(copy))).code, 1);
	assert.deepEqual(readFileSync(join(copy.root, "dist", "main.js")), good);
	writeFileSync(join(copy.root, "src", "main.ts"), program("mended"));
	assert.equal(JSON.parse((await ended(start(copy))).out).greeting, "mended");
	assert.deepEqual(
		readdirSync(copy.root).filter((name) => name.startsWith("dist")),
		["dist"],
	);
});

test("another lock file brings other packages", async (t) => {
	const copy = installed(t);
	giveNpm(copy, installing);
	writeFileSync(join(copy.root, "package-lock.json"), '{ "lockfileVersion": 3, "packages": {} }');
	assert.equal((await ended(start(copy))).code, 0);
	assert.equal(npmRuns(copy).length, 1);
});

test("two first starts at the same time install once, and both start", async (t) => {
	const copy = copyOf(t);
	giveNpm(copy, `sleep 0.5\n${installing}`);
	const both = await Promise.all([ended(start(copy)), ended(start(copy))]);
	for (const { code, out, err } of both) {
		assert.equal(code, 0, err);
		assert.equal(JSON.parse(out).greeting, "hello");
	}
	assert.equal(npmRuns(copy).length, 1);
	assert.equal(existsSync(join(copy.root, ".setup-lock")), false);
});

test("without npm rt says what to install, and ends with code 1", async (t) => {
	const copy = copyOf(t);
	const tools = ["sh", "dirname", "readlink", "cmp", "find", "head", "cat", "ln", "rm", "sleep", "ps"];
	for (const tool of tools) {
		const found = spawnSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).stdout.trim();
		if (found.startsWith("/")) symlinkSync(found, join(copy.bin, tool));
	}
	const { code, err } = await ended(start(copy, [], { env: { PATH: copy.bin } }));
	assert.equal(code, 1);
	assert.match(err, /^rt: npm is missing\. Install Node\.js/m);
});

test("when packages cannot be had, npm's reason is shown and the next start tries again", async (t) => {
	const copy = copyOf(t);
	giveNpm(copy, "mkdir -p node_modules\necho 'npm error network unreachable' >&2\nexit 1");
	const failed = await ended(start(copy));
	assert.equal(failed.code, 1);
	assert.match(failed.err, /network unreachable.*rt: The packages could not be installed\./s);
	giveNpm(copy, installing);
	assert.equal((await ended(start(copy))).code, 0);
	assert.equal(npmRuns(copy).length, 2);
});

test("Ctrl-C during the first start ends npm and all it started, and the next start begins anew", async (t) => {
	const copy = copyOf(t);
	const pidFile = join(copy.bin, "pid");
	giveNpm(
		copy,
		`trap '' INT\nmkdir -p node_modules\nsleep 60 &\necho $! >"${pidFile}.new"\nmv "${pidFile}.new" "${pidFile}"\nwait`,
	);
	// A process group of its own, as a terminal gives one; the signal goes to all of it.
	const child = start(copy, [], { detached: true });
	const end = ended(child);
	await until(() => existsSync(pidFile));
	process.kill(-(child.pid ?? Number.NaN), "SIGINT");
	const { code, signal, out } = await end;
	assert.ok(signal === "SIGINT" || code === 130, `code ${code}, signal ${signal}`);
	assert.equal(out, "");
	await until(() => !isAlive(Number(readFileSync(pidFile, "utf8"))));
	await until(() => !existsSync(join(copy.root, ".setup-lock")));
	giveNpm(copy, installing);
	assert.equal((await ended(start(copy))).code, 0);
});

test("the lock of a setup that was killed holds nobody up", async (t) => {
	const copy = copyOf(t);
	giveNpm(copy, installing);
	const { pid } = spawnSync("true");
	symlinkSync(String(pid), join(copy.root, ".setup-lock"));
	assert.equal((await ended(start(copy))).code, 0);
	assert.equal(existsSync(join(copy.root, ".setup-lock")), false);
});

test("a Node that does not run on this system is not used when the system has a new one", async (t) => {
	const copy = copyOf(t);
	giveNpm(
		copy,
		`${installing}\nrm node_modules/node\nmkdir -p node_modules/node/bin\nprintf '#!/nowhere\\n' >node_modules/node/bin/node\nchmod +x node_modules/node/bin/node`,
	);
	const { code, out, err } = await ended(start(copy));
	assert.equal(code, 0, err);
	assert.equal(JSON.parse(out).greeting, "hello");
});
