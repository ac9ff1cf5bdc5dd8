// The rule that the engine speaks codes and facts: no string below the views names a flag, a typed command, a key of the keyboard or the program's command line.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";

/** They start other programs, or set V8, whose flags are in their strings. */
const STARTERS: ReadonlySet<string> = new Set([
	"src/crypto/identity/gpg-process.ts",
	"src/crypto/identity/gpg.ts",
	"src/engine/files/pieces/garbage.ts",
	"src/net/geoip-update/make-process.ts",
	"src/net/tor/own-tor.ts",
]);

/** Comments and regular expressions are matched too, so that a quote in one begins no string. */
const TOKEN =
	/\/\*[\s\S]*?\*\/|\/\/[^\n]*|(?<=[=(,:!&|?[{;>\n]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/[dgimsuvy]*|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

/** What stands before a word in a sentence. */
const BEFORE = String.raw`(?:^|[\s("'“])`;

const FORBIDDEN: Readonly<Record<string, RegExp>> = {
	"a flag": new RegExp(`${BEFORE}--[a-z]`),
	"a typed command": new RegExp(String.raw`${BEFORE}/[a-z]+(?![\w/.-]*/)(?=[\s.,;:)"'”]|$)`),
	"a key of the keyboard": /\b(?:(?:Ctrl|Alt|Shift)-\S|(?:Ctrl|Esc|Escape|Enter|Tab|F[1-9]|F1[0-2])\b)/,
	"the program's command line": new RegExp(
		String.raw`\./rt\b|${BEFORE}rt (?:host|join|key|geoip|doctor|lan|blocks|dht-node|demo|help)\b`,
	),
};

/** The text of every string in a source file, but for what is imported. */
function stringsOf(source: string): readonly string[] {
	const code = source.replace(/^(?:import|export)\b[^;]*\bfrom "[^"]+"[^;]*;$/gm, "");
	const tokens = [...code.matchAll(TOKEN)].map(([token]) => token);
	return tokens.filter((token) => /^["`]/.test(token)).map((token) => token.slice(1, -1));
}

function wrongIn(path: string, source: string): readonly string[] {
	return stringsOf(source).flatMap((text) =>
		Object.entries(FORBIDDEN).flatMap(([what, pattern]) =>
			pattern.test(text) && !(what === "a flag" && STARTERS.has(path)) ? [`${path} names ${what}: ${text}`] : [],
		),
	);
}

test("No string of the engine, the network, the cryptography or the store names a flag, a typed command, a key or the command line.", () => {
	const folders = ["src/engine", "src/net", "src/crypto", "src/store"];
	const files = folders.flatMap((folder) =>
		readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => posix.join(folder, name)),
	);
	const sources = files
		.filter((path) => path.endsWith(".ts"))
		.map((path) => [path, readFileSync(path, "utf8")] as const);
	assert.ok(sources.length > 100, "the sources were read");
	assert.deepEqual(
		sources.flatMap(([path, source]) => wrongIn(path, source)),
		[],
	);
});

const wrong: readonly (readonly [what: string, source: string])[] = [
	["a flag", 'const a = "Choose another port with --port.";'],
	["a flag", "const a = `--dht-bootstrap is wrong`;"],
	["a typed command", 'const a = "/unblock lets them knock again.";'],
	["a typed command", "const a = `Compare the words: /verify NAME`;"],
	["a key of the keyboard", 'const a = "F3 shows who knocked.";'],
	["a key of the keyboard", 'const a = "Ctrl-C ends it.";'],
	["a key of the keyboard", 'const a = "Type something and press Enter.";'],
	["the program's command line", "const a = `./rt 192.0.2.1 4000`;"],
	["the program's command line", "const a = \"'rt key show' tells about it.\";"],
];

for (const [what, source] of wrong) {
	test(`The rule finds ${what} in ${source}`, () => {
		assert.deepEqual(
			wrongIn("src/engine/x.ts", source).map((found) => /names (.*?):/.exec(found)?.[1]),
			[what],
		);
	});
}

test("The rule leaves comments, regular expressions, imports, paths and media types alone.", () => {
	const source = `// Say it with --port, or press Enter.
import { a } from "./rt/a.ts";
/** /verify compares. */
const pattern = /^"--[a-z]"$/;
const paths = ["/proc/net/route", "text/xml", "a/b", "https://example.org/rt", "2001:db8::/64"];
const words = "Never entered: the port was rt's own";
`;
	assert.deepEqual(wrongIn("src/engine/x.ts", source), []);
	assert.deepEqual(wrongIn("src/crypto/identity/gpg.ts", 'const args = ["--batch"];'), []);
});
