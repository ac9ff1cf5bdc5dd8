// The launcher as a person meets it: wherever it stands, whatever is missing, two at once, interrupted. No network: npm is a stand-in.
import assert from "node:assert/strict";
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
	chmodSync,
	cpSync,
	existsSync,
	lstatSync,
	lutimesSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	realpathSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { tarball } from "./support/geoip/geoip-data.ts";
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

/** Ends with a test, or with all tests of this file. */
interface Ends {
	after(undo: () => void): void;
}

/** An empty folder for a copy, which goes with the test. */
function placeFor(t: Ends): Copy {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), "rt test launcher-")));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	const root = join(folder, "a copy of rt");
	return { root, bin: join(folder, "bin"), rt: join(root, "rt") };
}

/** The launcher, its scripts and a small program in a folder of their own. Nothing is installed. */
function copyOf(t: Ends): Copy {
	const copy = placeFor(t);
	const { root, bin } = copy;
	mkdirSync(join(root, "src", "crypto"), { recursive: true });
	mkdirSync(bin);
	cpSync(join(project, "rt"), join(root, "rt"));
	cpSync(join(project, "scripts"), join(root, "scripts"), { recursive: true });
	writeLock(root, `sha512-${"A".repeat(86)}==`);
	writeFileSync(join(root, "scripts", "bundle-together.ts"), 'export const TOGETHER = { program: ["src/main.ts"] };\n');
	writeFileSync(join(root, "src", "main.ts"), program("hello"));
	writeFileSync(join(root, "src", "part.ts"), "export {};\n");
	writeFileSync(join(root, "src", "crypto", "group-worker.ts"), "export {};\n");
	for (const folder of ["page", "shim"]) mkdirSync(join(root, "src", "web", folder), { recursive: true });
	for (const file of ["main.ts", "shim/globals.ts", "page/style.css"])
		writeFileSync(join(root, "src", "web", file), "");
	symlinkSync(process.execPath, join(bin, "node"));
	return copy;
}

/** Writes package.json and its lock file: no packages but a Node with the hash `integrity`, for systems that have none. */
function writeLock(root: string, integrity: string): void {
	const optionalDependencies = { [nodePackage]: "24.0.0" };
	const top = { name: "rt", version: "1.0.0", type: "module", optionalDependencies };
	const node = {
		version: "24.0.0",
		resolved: `https://registry.npmjs.org/${nodePackage}/-/${nodePackage}-24.0.0.tgz`,
		integrity,
		bin: { node: "bin/node" },
	};
	const packages = { "": top, [`node_modules/${nodePackage}`]: { ...node, optional: true } };
	writeFileSync(join(root, "package.json"), JSON.stringify(top));
	writeFileSync(join(root, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
}

/** What `npm ci` would bring, as far as a build needs it. */
const installing = [
	"rm -rf node_modules",
	"mkdir -p node_modules",
	`for one in esbuild @esbuild; do ln -s "${realModules}/$one" node_modules/; done`,
].join("\n");

/** The package with a Node for this system. */
const nodePackage = `node-${process.platform}-${process.arch}`;

/** Puts a program in place that comes first in PATH. */
function give({ bin }: Copy, name: string, script: string): void {
	const path = join(bin, name);
	rmSync(path, { force: true });
	writeFileSync(path, `#!/bin/sh\n${script}\n`);
	chmodSync(path, 0o755);
}

/** Puts an `npm` in place that installs like this, and knows no settings. Each installation adds a line to the file "npm-runs". */
function giveNpm(copy: Copy, work: string): void {
	give(copy, "npm", `[ "$1" != config ] || exit 0\necho "$*" >>"${copy.bin}/npm-runs"\n${work}`);
}

/** Lets the system's Node be one that is too old: setup.sh asks it with -e, and install.mjs runs with it. */
function giveOldNode(copy: Copy): void {
	give(copy, "node", `[ "$1" != -e ] || exit 0\nexec "${process.execPath}" "$@"`);
}

function npmRuns({ bin }: Copy): readonly string[] {
	const path = join(bin, "npm-runs");
	return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
}

const surroundings = ({ bin }: Copy) => ({ PATH: `${bin}:/usr/bin:/bin`, HOME: bin });

function setUp(): Copy {
	const copy = copyOf({ after });
	giveNpm(copy, installing);
	const first = spawnSync(copy.rt, { env: surroundings(copy), encoding: "utf8" });
	assert.equal(first.status, 0, first.stderr);
	rmSync(join(copy.bin, "npm"));
	rmSync(join(copy.bin, "npm-runs"));
	return copy;
}

/** Set up and built once, for all tests. */
const ready = setUp();

/** Returns a copy that is set up and built. It keeps the times of its files: they tell that the build is newer than its sources. */
function installed(t: TestContext): Copy {
	const copy = placeFor(t);
	const copied = spawnSync("cp", ["-a", `${dirname(ready.root)}/.`, dirname(copy.root)], { encoding: "utf8" });
	assert.equal(copied.status, 0, copied.stderr);
	return copy;
}

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

/** Whether there is a link, wherever it leads. */
function isLink(path: string): boolean {
	return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
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
	symlinkSync(join(realModules, "better-sqlite3"), join(root, "node_modules", "better-sqlite3"));
	symlinkSync(process.execPath, join(root, "node_modules", ".rt-node"));
	cpSync(join(root, "package-lock.json"), join(root, "node_modules", ".rt-run-lock"));
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

/** A release: the built program without scripts, and with a Node of its own if `hasNode`. */
function releaseCopy(t: TestContext, hasNode: boolean): Copy {
	const copy = builtCopy(t);
	rmSync(join(copy.root, "scripts"), { recursive: true });
	rmSync(join(copy.root, "node_modules", ".rt-node"));
	if (hasNode) symlinkSync(process.execPath, join(copy.root, "node"));
	return copy;
}

test("A release starts with its own Node and writes nothing into its folder; without one it takes the system's", (t) => {
	for (const hasNode of [true, false]) {
		const copy = releaseCopy(t, hasNode);
		const before = readdirSync(join(copy.root, "node_modules"));
		if (hasNode) giveOldNode(copy);
		const { stdout, stderr, status } = spawnSync(copy.rt, ["--version"], { env: surroundings(copy), encoding: "utf8" });
		assert.match(stdout, /^Real Talk \d/);
		assert.deepEqual([stderr, status], ["", 0]);
		assert.deepEqual(readdirSync(join(copy.root, "node_modules")), before);
	}
});

test("A release without a Node of its own says what to install where the system's is too old", (t) => {
	const copy = releaseCopy(t, false);
	give(copy, "node", "echo v20.19.0");
	const { stderr, status } = spawnSync(copy.rt, ["--version"], { env: surroundings(copy), encoding: "utf8" });
	assert.equal(status, 1);
	assert.match(stderr, /^rt: Node\.js 24 or newer is needed, .*\n$/);
});

test("OpenPGP.js is a file of its own, and the one that a person puts in its place is used", (t) => {
	const copy = releaseCopy(t, true);
	const folder = join(copy.root, "node_modules", "openpgp");
	mkdirSync(folder);
	writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", exports: "./own.mjs" }));
	const theirs = readFileSync(join(realModules, "openpgp/dist/node/openpgp.mjs"), "utf8");
	writeFileSync(join(folder, "own.mjs"), `console.log("my own");\n${theirs}`);
	const options = { env: surroundings(copy), encoding: "utf8" } as const;
	// Nothing needs it before somebody's key is read.
	const { stdout, stderr } = spawnSync(
		copy.rt,
		["key", "import", join(folder, "package.json"), "--home", join(copy.bin, "home")],
		options,
	);
	assert.match(stdout, /^my own$/m, stderr);
});

test("rt licences shows who has written what, also to somebody who reads only the beginning", (t) => {
	const copy = releaseCopy(t, true);
	const whole = spawnSync(copy.rt, ["licences"], { env: surroundings(copy), encoding: "utf8" });
	assert.deepEqual([whole.status, whole.stderr], [0, ""]);
	const file = readFileSync(join(copy.root, "dist", "THIRD-PARTY-LICENCES"), "utf8");
	assert.ok(whole.stdout === file, `${whole.stdout.length} characters of ${file.length} are shown`);
	const head = spawnSync("sh", ["-c", '"$0" licences | head -n 1', copy.rt], {
		env: surroundings(copy),
		encoding: "utf8",
	});
	assert.match(head.stdout, /^Real Talk itself is under the MIT licence[^\n]*\n$/);
	// Whether it is told depends on how much the pipe took before its reader went; there is never a stack trace.
	assert.match(head.stderr, /^(?:rt: Not everything could be written [^\n]* has stopped reading\.\n)?$/);
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
		"licences all",
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
	assert.match(npmRuns(copy)[0] ?? "", /^ci .*--ignore-scripts/);
	assert.deepEqual(
		readdirSync(copy.root).filter((name) => name.startsWith(".setup")),
		[],
	);
});

test("A Node of the system that is new enough is used, and none is installed", async (t) => {
	const copy = copyOf(t);
	giveNpm(copy, `cp package.json "${copy.bin}/asked"\n${installing}`);
	assert.equal((await ended(start(copy))).code, 0);
	assert.doesNotMatch(readFileSync(join(copy.bin, "asked"), "utf8"), /node-/);
	assert.equal(realpathSync(join(copy.root, "node_modules", ".rt-node")), realpathSync(process.execPath));
});

test("Where the system's Node is too old, or goes away later, the one for this system comes with the packages", async (t) => {
	const copy = copyOf(t);
	const bring = `mkdir -p node_modules/${nodePackage}/bin\nln -s "${process.execPath}" node_modules/${nodePackage}/bin/node`;
	giveOldNode(copy);
	giveNpm(copy, `cp package.json "${copy.bin}/asked"\n${installing}\n${bring}`);
	const { code, err } = await ended(start(copy));
	assert.equal(code, 0, err);
	assert.equal(JSON.parse(readFileSync(join(copy.bin, "asked"), "utf8")).dependencies[nodePackage], "24.0.0");
	assert.equal(readlinkSync(join(copy.root, "node_modules", ".rt-node")), `${nodePackage}/bin/node`);
	const later = installed(t);
	rmSync(join(later.root, "node_modules", ".rt-node"));
	giveOldNode(later);
	giveNpm(later, `${installing}\n${bring}`);
	assert.equal((await ended(start(later))).code, 0);
	assert.equal(npmRuns(later).length, 1);
});

test("Inside npm run, where the Node that came with the packages is the first one, it comes with the next packages again", async (t) => {
	const copy = copyOf(t);
	// A link of its own to the file, so that it is in the folder of the packages as the one that npm brings is.
	const bring = [
		`mkdir -p node_modules/.bin node_modules/${nodePackage}/bin`,
		`ln "${process.execPath}" node_modules/${nodePackage}/bin/node || cp "${process.execPath}" node_modules/${nodePackage}/bin/node`,
		`ln -s ../${nodePackage}/bin/node node_modules/.bin/node`,
	].join("\n");
	giveOldNode(copy);
	giveNpm(copy, `cp package.json "${copy.bin}/asked"\n${installing}\n${bring}`);
	assert.equal((await ended(start(copy))).code, 0);
	const { PATH, HOME } = surroundings(copy);
	const env = { PATH: `${join(copy.root, "node_modules", ".bin")}:${PATH}`, HOME };
	const all = spawnSync("sh", [join(copy.root, "scripts", "setup.sh")], { env, encoding: "utf8" });
	assert.equal(all.status, 0, all.stderr);
	assert.equal(npmRuns(copy).length, 2);
	assert.equal(JSON.parse(readFileSync(join(copy.bin, "asked"), "utf8")).dependencies[nodePackage], "24.0.0");
	assert.equal(readlinkSync(join(copy.root, "node_modules", ".rt-node")), `${nodePackage}/bin/node`);
});

test("Packages that only developers need are not installed by a start, and are kept when they are there", async (t) => {
	const copy = copyOf(t);
	const manifest = JSON.parse(readFileSync(join(copy.root, "package.json"), "utf8"));
	const lock = JSON.parse(readFileSync(join(copy.root, "package-lock.json"), "utf8"));
	writeFileSync(join(copy.root, "package.json"), JSON.stringify({ ...manifest, devDependencies: { tool: "1.0.0" } }));
	lock.packages["node_modules/tool"] = { version: "1.0.0", dev: true };
	writeFileSync(join(copy.root, "package-lock.json"), JSON.stringify(lock));
	giveNpm(copy, `cp package-lock.json "${copy.bin}/asked"\n${installing}`);
	const asked = () => readFileSync(join(copy.bin, "asked"), "utf8");
	assert.equal((await ended(start(copy))).code, 0);
	assert.doesNotMatch(asked(), /"node_modules\/tool"/);
	// What npm run check and npm test do.
	const all = spawnSync("sh", [join(copy.root, "scripts", "setup.sh")], { env: surroundings(copy), encoding: "utf8" });
	assert.equal(all.status, 0, all.stderr);
	assert.match(asked(), /"node_modules\/tool"/);
	lock.packages["node_modules/tool"].version = "1.0.1";
	writeFileSync(join(copy.root, "package-lock.json"), JSON.stringify(lock));
	assert.equal((await ended(start(copy))).code, 0);
	assert.match(asked(), /"node_modules\/tool":\{"version":"1\.0\.1"/);
	assert.equal(npmRuns(copy).length, 3);
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
	writeLock(copy.root, `sha512-${"B".repeat(86)}==`);
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
	giveNpm(copy, "mkdir -p node_modules\necho 'npm error the moon is full' >&2\nexit 1");
	const failed = await ended(start(copy));
	assert.equal(failed.code, 1);
	assert.match(failed.err, /the moon is full.*rt: The packages could not be installed\./s);
	for (const [code, sentence] of [
		["EINTEGRITY", /^rt: What the npm registry sent is not what package-lock\.json says\./m],
		["ENOSPC", /^rt: The disk is full\./m],
		["ECONNRESET", /^rt: The connection to the npm registry failed \(ECONNRESET\)\./m],
	] as const) {
		giveNpm(copy, `echo 'npm error code ${code}' >&2\nexit 1`);
		const { err } = await ended(start(copy));
		assert.match(err, sentence);
		assert.doesNotMatch(err, /npm error/);
		rmSync(join(copy.bin, "npm-runs"));
	}
	giveNpm(copy, installing);
	assert.equal((await ended(start(copy))).code, 0);
	assert.equal(npmRuns(copy).length, 1);
});

test("Without a network the first start says so at once, in one sentence and nothing of npm's", async (t) => {
	const copy = copyOf(t);
	// Nobody listens at this port (RFC 1700, tcpmux), so it is refused as soon as it is asked.
	give(copy, "npm", `[ "$1" = config ] && echo registry=http://127.0.0.1:1/\necho "$*" >>"${copy.bin}/npm-runs"`);
	const { code, err } = await ended(start(copy));
	assertOffline(copy, code, err);
});

test("A registry that takes the connection and never answers is told in the same sentence, and npm is not begun", async (t) => {
	const copy = copyOf(t);
	const silent = createServer(() => {});
	await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
	t.after(() => silent.close().closeAllConnections());
	const { port } = silent.address() as AddressInfo;
	const log = `echo "$*" >>"${copy.bin}/npm-runs"`;
	give(copy, "npm", `[ "$1" = config ] && echo registry=http://127.0.0.1:${port}/\n${log}`);
	const { code, err } = await ended(start(copy));
	assertOffline(copy, code, err);
});

/** One sentence was said, nothing of npm's, and npm was not asked for packages. */
function assertOffline(copy: Copy, code: number | null, err: string): void {
	assert.equal(code, 1);
	assert.match(err, /^rt: 127\.0\.0\.1 cannot be reached, .* Connect to the internet, then run this again\.$/m);
	assert.deepEqual(
		npmRuns(copy).filter((line) => line.startsWith("ci")),
		[],
	);
	assert.equal(
		err
			.trim()
			.split("\n")
			.filter((line) => !line.includes("1/2")).length,
		3,
		err,
	);
}

test("A registry that sends another Node than the lock file pins is refused, and that Node never runs", async (t) => {
	const copy = copyOf(t);
	giveOldNode(copy);
	const evil = tarball(
		{
			"package.json": Buffer.from(JSON.stringify({ name: nodePackage, version: "24.0.0", bin: { node: "bin/node" } })),
			"bin/node": Buffer.from(`#!/bin/sh\ntouch "${copy.bin}/evil"\n`),
		},
		"package",
	);
	const integrity = (bytes: Buffer) => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
	const server = createServer((request, response) => {
		const dist = { tarball: new URL(`${nodePackage}-24.0.0.tgz`, url()).href, integrity: integrity(evil) };
		const versions = { "24.0.0": { name: nodePackage, version: "24.0.0", dist } };
		if (request.url?.endsWith(".tgz")) response.end(evil);
		else response.end(JSON.stringify({ name: nodePackage, "dist-tags": { latest: "24.0.0" }, versions }));
	});
	t.after(() => server.close());
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	writeLock(copy.root, integrity(Buffer.from("the true one")));
	const env = { ...surroundings(copy), npm_config_registry: url(), npm_config_cache: join(copy.bin, "cache") };
	const refused = await ended(start(copy, [], { env }));
	assert.equal(refused.code, 1);
	assert.match(refused.err, /^rt: What the npm registry sent is not what package-lock\.json says\./m);
	// The way is the right one: with the hash of what is sent it would be installed and run.
	writeLock(copy.root, integrity(evil));
	assert.equal(existsSync(join(copy.bin, "evil")), false);
	await ended(start(copy, [], { env }));
	assert.equal(existsSync(join(copy.bin, "evil")), true);
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
	const lock = join(copy.root, ".setup-lock");
	giveNpm(copy, `mkdir node_modules\nsleep 60`);
	const child = start(copy, [], { detached: true });
	await until(() => npmRuns(copy).length > 0, "npm runs");
	process.kill(-(child.pid ?? Number.NaN), "SIGKILL");
	await ended(child);
	assert.equal(isLink(lock), true);
	giveNpm(copy, installing);
	assert.equal((await ended(start(copy))).code, 0);
	assert.equal(isLink(lock), false);
});

test("the number of a setup that was killed may be another process's by now: it holds nobody up", async (t) => {
	const copy = copyOf(t);
	const lock = join(copy.root, ".setup-lock");
	giveNpm(copy, installing);
	const stranger = spawn("sleep", ["60"]);
	t.after(() => stranger.kill());
	const here = `${hostname()}/${readlinkSync("/proc/self/ns/pid")}`;
	symlinkSync(`${stranger.pid} 1 ${here}`, lock);
	assert.equal((await ended(start(copy))).code, 0);
	assert.equal(isLink(lock), false);
	// Made on another computer, long ago.
	rmSync(join(copy.root, "node_modules"), { recursive: true });
	symlinkSync(`${stranger.pid} 1 elsewhere/`, lock);
	lutimesSync(lock, 1, 1);
	assert.equal((await ended(start(copy))).code, 0);
	assert.equal(isLink(lock), false);
});

test("a lock that was just made on another computer is waited for", async (t) => {
	const copy = copyOf(t);
	const lock = join(copy.root, ".setup-lock");
	giveNpm(copy, installing);
	symlinkSync("1 1 elsewhere/", lock);
	const child = start(copy);
	const end = ended(child);
	await new Promise<void>((resolve) => {
		child.stderr?.on("data", (text) => String(text).includes("another start of it") && resolve());
	});
	assert.equal(npmRuns(copy).length, 0);
	rmSync(lock);
	assert.equal((await end).code, 0);
	assert.equal(npmRuns(copy).length, 1);
});

test("a Node that does not run on this system is not used, and rt says what to do", async (t) => {
	const copy = copyOf(t);
	giveOldNode(copy);
	const node = `node_modules/${nodePackage}/bin/node`;
	giveNpm(copy, `${installing}\nmkdir -p ${dirname(node)}\nprintf '#!/nowhere\\n' >${node}\nchmod +x ${node}`);
	const { code, err } = await ended(start(copy));
	assert.equal(code, 1);
	assert.match(err, /^rt: The Node\.js 24 that was downloaded does not run on this system\. Install Node\.js 24/m);
});

test("rt sets itself up in a path with umlauts, and with files that are closed to others", async (t) => {
	const copy = copyOf(t);
	const moved = join(dirname(copy.root), "Übung – Grüße");
	renameSync(copy.root, moved);
	giveNpm(copy, installing);
	const { code, out, err } = await ended(
		spawn("sh", ["-c", 'umask 077; exec "$0"', join(moved, "rt")], { env: surroundings(copy) }),
	);
	assert.equal(code, 0, err);
	assert.equal(JSON.parse(out).greeting, "hello");
	assert.equal(statSync(join(moved, "dist")).mode & 0o077, 0);
});

test("rt that was set up by somebody else, and cannot be written to, starts and builds nothing", async (t) => {
	const copy = installed(t);
	writeFileSync(join(copy.root, "src", "main.ts"), program("changed"));
	const folder = dirname(copy.root);
	chmodSync(folder, 0o755);
	// Root may write anywhere: then somebody else starts it.
	const isRoot = process.getuid?.() === 0;
	if (!isRoot) spawnSync("chmod", ["-R", "a-w", copy.root]);
	t.after(() => spawnSync("chmod", ["-R", "u+w", copy.root]));
	const { code, out, err } = await ended(start(copy, [], isRoot ? { uid: 65_534, gid: 65_534 } : {}));
	assert.deepEqual([code, err], [0, ""]);
	assert.equal(JSON.parse(out).greeting, "hello");
});
