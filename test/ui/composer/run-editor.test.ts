// Tests the person's own editor: which program runs, on what file, and that nothing of it is left.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { editorsOf, wordsOf } from "../../../src/ui/composer/editor-command.ts";
import { makePrivateFile } from "../../../src/ui/composer/private-file.ts";
import { runEditor } from "../../../src/ui/composer/run-editor.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

test("A command is parted as a shell would part it, with quotes and backslashes and nothing else.", () => {
	assert.deepEqual(wordsOf("vim"), ["vim"]);
	assert.deepEqual(wordsOf("  code --wait  "), ["code", "--wait"]);
	assert.deepEqual(wordsOf(`'/my apps/ed' "a \\"b\\" $HOME" c\\ d e''f`), ["/my apps/ed", 'a "b" $HOME', "c d", "ef"]);
	assert.deepEqual(wordsOf("ed; rm -rf ~ `x` $(y)"), ["ed;", "rm", "-rf", "~", "`x`", "$(y)"]);
	assert.deepEqual(wordsOf("''"), [""]);
	for (const open of ["'vim", 'vim "', "vim \\", "", "   "]) assert.equal(wordsOf(open), undefined, open);
});

test("Words that a shell would quote come back as they were.", () => {
	const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
	fc.assert(
		fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (words) => {
			assert.deepEqual(wordsOf(words.map(quoted).join(" ")), words);
		}),
	);
	fc.assert(fc.property(fc.string(), (line) => void wordsOf(line)));
});

test("$VISUAL comes before $EDITOR; without both what is usually there is tried.", () => {
	assert.deepEqual(editorsOf({ VISUAL: "a b", EDITOR: "c" }, "linux"), { kind: "editors", commands: [["a", "b"]] });
	assert.deepEqual(editorsOf({ VISUAL: " ", EDITOR: "c" }, "linux"), { kind: "editors", commands: [["c"]] });
	assert.deepEqual(editorsOf({}, "linux"), { kind: "editors", commands: [["nano"], ["vi"]] });
	assert.deepEqual(editorsOf({}, "win32"), { kind: "editors", commands: [["notepad"]] });
	assert.equal(editorsOf({ EDITOR: "vim '" }, "linux").kind, "wrong");
});

const runtimeOf = (home: string): string => {
	const runtime = join(home, "runtime");
	mkdirSync(runtime, { mode: 0o700 });
	return runtime;
};

test("The file and its folder can be read by the person alone, are in memory where the system allows it, and are gone afterwards.", (t) => {
	const runtime = runtimeOf(temporaryHome(t));
	const file = makePrivateFile("secret", { XDG_RUNTIME_DIR: runtime });
	assert.equal(file.isOnDisk, false);
	assert.equal(dirname(dirname(file.path)), runtime);
	assert.equal(statSync(file.path).mode & 0o777, 0o600);
	assert.equal(statSync(dirname(file.path)).mode & 0o777, 0o700);
	assert.equal(file.read(100), "secret");
	assert.equal(file.read(5), undefined);
	file.remove();
	file.remove();
	assert.deepEqual(readdirSync(runtime), []);
});

test("Copies an editor leaves beside the file go too, and a link in their place harms nothing.", (t) => {
	const home = temporaryHome(t);
	const runtime = runtimeOf(home);
	const precious = join(home, "precious");
	writeFileSync(precious, "mine");
	const file = makePrivateFile("secret", { XDG_RUNTIME_DIR: runtime });
	writeFileSync(`${file.path}~`, "secret");
	symlinkSync(precious, join(dirname(file.path), "link"));
	file.remove();
	assert.deepEqual(readdirSync(runtime), []);
	assert.equal(statSync(precious).size, 4);
});

/** Writes an editor: a shell script that gets the file as $1. */
function editorThat(t: TestContext, does: string): { readonly env: { VISUAL: string; XDG_RUNTIME_DIR: string } } {
	const home = temporaryHome(t);
	const path = join(home, "editor");
	writeFileSync(path, `#!/bin/sh\n${does}\n`);
	chmodSync(path, 0o755);
	return { env: { VISUAL: `'${path}'`, XDG_RUNTIME_DIR: runtimeOf(home) } };
}

const leavesNothing = (env: { readonly XDG_RUNTIME_DIR: string }): void =>
	assert.deepEqual(readdirSync(env.XDG_RUNTIME_DIR), []);

test("The text that the editor wrote comes back; the editor found the draft with a line end.", async (t) => {
	const { env } = editorThat(t, 'cat "$1" "$1" > "$1.new" && mv "$1.new" "$1"');
	assert.deepEqual(await runEditor("draft", env), { kind: "written", text: "draft\ndraft\n" });
	leavesNothing(env);
});

const failures: Readonly<Record<string, readonly [does: string, words: RegExp]>> = {
	"an editor that fails": ["exit 3", /stays as it was.*ended with 3/],
	"an editor that is killed": ["kill -9 $$", /ended by SIGKILL/],
	"a file that is removed": ['rm "$1"', /the file is gone/],
	"a file that is far too long": ['head -c 2000000 /dev/zero > "$1"', /far too long/],
};

for (const [what, [does, words]] of Object.entries(failures)) {
	test(`After ${what} the draft stays, the person is told why, and no file is left.`, async (t) => {
		const { env } = editorThat(t, does);
		const outcome = await runEditor("draft", env);
		assert.match(outcome.kind === "failed" ? outcome.message : "", words);
		leavesNothing(env);
	});
}

test("A person whose editor does not exist is told what to do.", async (t) => {
	const { env } = editorThat(t, "");
	const outcome = await runEditor("draft", { ...env, VISUAL: "/no/such/editor" });
	assert.match(outcome.kind === "failed" ? outcome.message : "", /There is no \/no\/such\/editor here\. Set \$VISUAL/);
	leavesNothing(env);
});

test("Words of the environment are never read by a shell.", async (t) => {
	const { env } = editorThat(t, 'for last; do :; done; echo "$1" > "$last"');
	const trace = join(env.XDG_RUNTIME_DIR, "trace");
	const outcome = await runEditor("", { ...env, VISUAL: `${env.VISUAL} "; touch '${trace}'; $(touch '${trace}')"` });
	assert.equal(outcome.kind === "written" ? outcome.text : "", `; touch '${trace}'; $(touch '${trace}')\n`);
	assert.equal(existsSync(trace), false);
});

test("A program that ends while the editor is open, also by a crash, leaves no file.", (t) => {
	const runtime = runtimeOf(temporaryHome(t));
	for (const end of ["process.exit(1)", "throw new Error('crash')", "process.emitWarning('x')"]) {
		const script = `import { makePrivateFile } from ${JSON.stringify(new URL("../../../src/ui/composer/private-file.ts", import.meta.url).href)};
makePrivateFile("secret", { XDG_RUNTIME_DIR: ${JSON.stringify(runtime)} });
${end};`;
		spawnSync(process.execPath, ["--input-type=module", "--eval", script], { timeout: 30_000 });
		assert.deepEqual(readdirSync(runtime), [], end);
	}
});
