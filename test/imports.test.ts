// The import rule: main → ui → engine → {net, crypto, store}, and inside each layer only downwards, read from every file in src/. Also the shape every file there has.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";
import { type Import, importedPath, importsOf, readSources, type Sources } from "./support/runner/source-imports.ts";

const LAYERS = ["web", "ui", "engine", "net", "crypto", "store"] as const;
type Layer = "main" | (typeof LAYERS)[number];

/** Folders a layer may import from besides its own. `ui` also has engine/api/, types only. */
const BELOW: Readonly<Record<Layer, readonly Layer[]>> = {
	main: LAYERS.filter((layer) => layer !== "web"),
	/** The page for a browser: the guest's own code with a view of its own, and the words of the other views. */
	web: ["ui", "engine", "net", "crypto", "store"],
	ui: [],
	engine: ["net", "crypto", "store"],
	net: [],
	crypto: [],
	store: [],
};

/**
 * Which folders of its own layer a folder may import from, named without the layer; "." is the layer's own folder. From top to bottom:
 * a row names only folders whose rows stand below it, so no circle of folders can come about. A new folder is a new row.
 */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
	web: ["page", "shim"],
	"web/page": ["session"],
	"web/session": [],
	"web/shim": [],
	"ui/start": [
		"chat",
		"composer",
		"help",
		"lines",
		"look",
		"posts",
		"rooms",
		"screen",
		"settings",
		"slash",
		"terminal",
		"text",
		"timeline",
		"words",
		"words/rooms",
		"words/ways",
	],
	"ui/chat": [
		"chat/palette",
		"actions",
		"admin",
		"composer",
		"files",
		"help",
		"look",
		"posts",
		"rooms",
		"screen",
		"settings",
		"slash",
		"terminal",
		"text",
		"timeline",
		"verify",
		"vi",
		"words",
		"words/kept",
		"words/posts",
		"words/ways",
	],
	"ui/chat/palette": ["actions", "look", "rooms", "screen", "settings", "terminal", "text", "timeline"],
	"ui/posts": ["actions", "screen", "settings", "terminal", "text", "words", "words/posts"],
	"ui/files": [
		"actions",
		"composer",
		"look",
		"screen",
		"settings",
		"terminal",
		"text",
		"timeline",
		"words",
		"words/files",
	],
	"ui/admin": ["help", "look", "screen", "settings", "terminal", "text", "timeline", "words", "words/kept"],
	"ui/daemon": ["lines", "rpc", "text", "words", "words/rooms", "words/tools"],
	"ui/cli": [
		"cli/arguments",
		"cli/tools",
		"lines",
		"rpc",
		"settings",
		"text",
		"words",
		"words/files",
		"words/kept",
		"words/tools",
	],
	"ui/cli/tools": [
		"cli/arguments",
		"lines",
		"slash",
		"text",
		"words",
		"words/posts",
		"words/rooms",
		"words/tools",
		"words/ways",
	],
	"ui/cli/arguments": ["text", "words"],
	"ui/composer": ["actions", "screen", "settings", "terminal", "text", "timeline", "vi", "words", "words/posts"],
	"ui/help": ["actions", "look", "screen", "settings", "terminal", "text", "timeline"],
	"ui/plain": [
		"actions",
		"lines",
		"settings",
		"slash",
		"text",
		"timeline",
		"words",
		"words/files",
		"words/kept",
		"words/posts",
		"words/rooms",
		"words/ways",
	],
	"ui/rpc": ["actions", "lines", "timeline", "words", "words/files", "words/ways"],
	"ui/slash": ["actions", "settings", "text", "words/kept", "words/posts"],
	"ui/lines": ["text", "words"],
	"ui/rooms": ["look", "screen", "terminal", "text", "timeline", "words/kept", "words/rooms"],
	"ui/timeline": ["actions", "look", "screen", "settings", "terminal", "text", "words", "words/files"],
	"ui/verify": ["look", "screen", "settings", "terminal", "text", "words"],
	"ui/vi": ["screen", "terminal", "text"],
	"ui/screen": ["look", "settings", "terminal", "text"],
	"ui/words/tools": ["text", "words", "words/rooms", "words/ways"],
	"ui/words": ["look", "text", "words/files", "words/kept", "words/posts", "words/ways"],
	"ui/words/kept": ["text"],
	"ui/words/ways": ["text"],
	"ui/words/posts": ["text", "words/files", "words/rooms"],
	"ui/words/files": ["text"],
	"ui/words/rooms": [],
	"ui/look": ["actions", "settings", "terminal", "text"],
	"ui/terminal": ["text"],
	"ui/settings": ["actions"],
	"ui/actions": ["text"],
	"ui/text": [],
	"engine/demo": [".", "api"],
	"engine/remote": [".", "api", "api/posts", "wire"],
	engine: [
		"account",
		"api",
		"api/forge",
		"api/files",
		"api/posts",
		"posts",
		"forge",
		"bounds",
		"files",
		"gate",
		"guest",
		"guest/feeds",
		"history",
		"host",
		"host/ways",
		"kept",
		"places",
		"room",
		"routes",
		"routes/dht",
		"routes/relay",
		"routes/tor",
		"stay",
		"text",
		"told",
		"wire",
	],
	"engine/forge": ["account", "api/forge", "text", "wire"],
	"engine/tools": ["api", "places", "routes/relay", "routes/tor", "text"],
	"engine/guest/feeds": ["guest", "guest/opening", "posts", "routes", "wire"],
	"engine/guest": [
		"guest/opening",
		"account",
		"api",
		"api/files",
		"bounds",
		"files",
		"kept",
		"member",
		"room",
		"routes",
		"stay",
		"text",
		"wire",
	],
	"engine/guest/opening": ["api", "room", "wire"],
	"engine/host": [
		"account",
		"api",
		"api/files",
		"bounds",
		"files",
		"files/desk",
		"gate",
		"gate/guesses",
		"host/ways",
		"kept",
		"member",
		"order",
		"posts",
		"room",
		"routes",
		"stay",
		"text",
		"told",
		"wire",
		"wire/files",
	],
	"engine/host/ways": ["api", "bounds", "gate", "kept", "routes", "stay", "told", "wire"],
	"engine/order": ["account", "bounds", "kept", "member", "wire"],
	"engine/stay": [
		"account",
		"api",
		"api/files",
		"files",
		"files/pieces",
		"gate",
		"history",
		"kept",
		"member",
		"posts",
		"room",
		"routes",
		"told",
		"wire",
	],
	"engine/told": ["api", "bounds", "text"],
	"engine/routes/tor": ["api", "routes", "text", "wire"],
	"engine/routes/dht": ["api", "routes", "text", "wire"],
	"engine/routes/relay": ["api", "routes", "text", "wire"],
	"engine/routes": ["api", "wire"],
	"engine/gate": ["gate/guesses", "api", "bounds", "places", "text", "wire"],
	"engine/gate/guesses": ["bounds"],
	"engine/room": ["account", "api", "bounds", "files", "history", "member", "places", "posts", "text", "wire"],
	"engine/history": ["api", "text"],
	"engine/posts": ["account", "api", "api/posts", "bounds", "files", "files/pieces", "text", "wire"],
	"engine/files": ["api", "api/files", "bounds", "files/desk", "files/pieces", "member", "text", "wire", "wire/files"],
	"engine/files/desk": ["files/pieces", "wire"],
	"engine/files/pieces": ["wire", "wire/files"],
	"engine/account": ["api", "text"],
	"engine/places": ["api", "bounds", "text", "wire"],
	"engine/kept": ["api", "member", "text", "wire"],
	"engine/member": ["api", "wire"],
	"engine/text": ["wire"],
	"engine/api": ["api/files", "api/posts"],
	"engine/api/forge": [],
	"engine/api/posts": [],
	"engine/api/files": [],
	"engine/bounds": [],
	"engine/wire/files": ["wire"],
	"engine/wire": [],
	"net/dht": ["address", "link", "tcp"],
	"net/tor": ["link", "relay", "socks"],
	"net/proxy": ["address", "link", "socks"],
	"net/socks": ["address", "link"],
	"net/relay": ["address", "link", "tcp"],
	"net/udp": ["address", "link", "tcp"],
	"net/lan": ["address", "link"],
	"net/portmap": ["address", "link"],
	"net/local": [],
	"net/tcp": ["address", "link"],
	"net/geoip-update": ["geoip"],
	"net/geoip": ["address"],
	"net/link": ["address"],
	"net/address": [],
	"crypto/file": ["."],
	"crypto/opening": [".", "identity", "password"],
	"crypto/group": [".", "group/suite", "identity"],
	"crypto/group/suite": ["."],
	"crypto/posts": [".", "identity"],
	"crypto/off-record": [".", "identity"],
	"crypto/identity": [".", "password"],
	"crypto/password": ["."],
	"crypto/vault": ["."],
	crypto: [],
	"store/files": ["."],
	"store/history": ["."],
	store: [],
};

const MOST_FILES = 20;
const FEW_LINES = 300;
const TOO_MANY_LINES = 400;
const VAGUE_NAME = /(?:^|[-.])(?:utils?|helpers?|manager|misc|common|index)(?:[-.]|$)/;
const SCREEN_PACKAGE = /^(?:ink|react)(?:\/|$)/;

function layerOf(path: string): Layer | undefined {
	if (/^src\/[^/]+\.ts$/.test(path)) return "main";
	return LAYERS.find((layer) => path.startsWith(`src/${layer}/`));
}

/** The row of `FOLDERS` a file belongs to, "net/udp" for "src/net/udp/link.ts". */
const folderOf = (path: string): string => posix.dirname(path).slice("src/".length);

/** The folders, with their layer, that a row of the table allows. */
const allowedIn = (folder: string): readonly string[] =>
	(FOLDERS[folder] ?? []).map((name) => posix.join(folder.split("/")[0] ?? "", name));

function wrongImports(path: string, sources: Sources): readonly string[] {
	const layer = layerOf(path);
	if (layer === undefined) return [`${path} is in none of the layers`];
	return importsOf(sources.get(path) ?? "").flatMap((one) => {
		const wrong = whatIsWrong(path, layer, one, sources);
		return wrong === undefined ? [] : [`${path} ${wrong} ("${one.from}")`];
	});
}

function whatIsWrong(path: string, layer: Layer, { from, kind }: Import, sources: Sources): string | undefined {
	if (kind === "reexport") return "hands on what another file exports";
	if (from === "(computed)") return "imports something that is only known when it runs";
	const imported = importedPath(path, from);
	if (imported === undefined) {
		return layer !== "ui" && SCREEN_PACKAGE.test(from) ? "draws, and only ui may" : undefined;
	}
	if (imported.endsWith(".json")) return undefined;
	if (!sources.has(imported)) return "imports a file that is not in src/, or without its ending";
	if (layer === "ui" && /^src\/engine\/api\//.test(imported)) {
		return kind === "type" ? undefined : `imports more than types from ${imported}`;
	}
	const below = layerOf(imported);
	if (below === undefined) return "imports against the rule";
	if (below !== layer) return BELOW[layer].includes(below) ? undefined : "imports against the rule";
	const folder = folderOf(path);
	if (folder === folderOf(imported) || allowedIn(folder).includes(folderOf(imported))) return undefined;
	return `imports ${imported}, and the table of folders does not allow that`;
}

/** Files that import each other in a circle, types included; `undefined` when there is none. */
function circleOfFiles(sources: Sources): readonly string[] | undefined {
	const done = new Set<string>();
	const walk = (path: string, way: readonly string[]): readonly string[] | undefined => {
		if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
		if (done.has(path)) return undefined;
		for (const { from } of importsOf(sources.get(path) ?? "")) {
			const next = importedPath(path, from);
			const circle = next !== undefined && sources.has(next) ? walk(next, [...way, path]) : undefined;
			if (circle) return circle;
		}
		done.add(path);
		return undefined;
	};
	for (const path of sources.keys()) {
		const circle = walk(path, []);
		if (circle) return circle;
	}
	return undefined;
}

/** The way from `path` to something that draws, along imports that happen at once; `undefined` when there is none. */
function wayToTheScreen(path: string, sources: Sources, seen = new Set<string>()): readonly string[] | undefined {
	if (path.endsWith(".tsx")) return [path];
	seen.add(path);
	for (const { from, kind } of importsOf(sources.get(path) ?? "")) {
		if (kind === "type" || kind === "dynamic") continue;
		if (SCREEN_PACKAGE.test(from)) return [path, from];
		const next = importedPath(path, from);
		const way = next !== undefined && !seen.has(next) ? wayToTheScreen(next, sources, seen) : undefined;
		if (way) return [path, ...way];
	}
	return undefined;
}

test("every import in src/ points down: main → ui → engine → {net, crypto, store}, and inside a layer by the table of folders", () => {
	const sources = readSources("src");
	assert.ok(sources.size > 50, "src/ was read");
	assert.deepEqual(
		[...sources.keys()].flatMap((path) => wrongImports(path, sources)),
		[],
	);
});

test("a row of the table of folders names only folders whose rows stand below it", () => {
	const rows = Object.keys(FOLDERS);
	for (const [index, folder] of rows.entries()) {
		for (const allowed of allowedIn(folder)) {
			assert.ok(rows.indexOf(allowed) > index, `${folder} may import ${allowed}, which does not stand below it`);
		}
	}
});

test("every folder in src/ has its row in the table, every row its folder, and none holds more than 20 files", () => {
	const counts = new Map<string, number>();
	for (const path of readSources("src").keys()) counts.set(folderOf(path), (counts.get(folderOf(path)) ?? 0) + 1);
	counts.delete(folderOf("src/main.ts"));
	assert.deepEqual([...counts.keys()].toSorted(), Object.keys(FOLDERS).toSorted());
	for (const [folder, count] of counts) assert.ok(count <= MOST_FILES, `src/${folder} holds ${count} files`);
});

test("no folder in test/ holds more than 20 files", () => {
	const counts = new Map<string, number>();
	for (const entry of readdirSync("test", { recursive: true, withFileTypes: true })) {
		if (entry.isFile()) counts.set(entry.parentPath, (counts.get(entry.parentPath) ?? 0) + 1);
	}
	assert.deepEqual(
		[...counts].filter(([, count]) => count > MOST_FILES),
		[],
	);
});

test("no files in src/ import each other in a circle, types included", () => {
	assert.deepEqual(circleOfFiles(readSources("src")), undefined);
	const circle = new Map([
		["src/net/a.ts", 'import type { B } from "./b.ts";'],
		["src/net/b.ts", 'import { c } from "./c.ts";'],
		["src/net/c.ts", 'import { a } from "./a.ts";'],
	]);
	assert.deepEqual(circleOfFiles(circle), ["src/net/a.ts", "src/net/b.ts", "src/net/c.ts", "src/net/a.ts"]);
});

test("main starts without loading anything that draws", () => {
	const sources = readSources("src");
	assert.ok(sources.has("src/main.ts"));
	assert.equal(wayToTheScreen("src/main.ts", sources)?.join(" → "), undefined);
});

test("every file in src/ says in its first line what it is for, has a telling name and stays readable in length", (t) => {
	for (const [path, source] of readSources("src")) {
		assert.match(source, /^\/[/*].*\w/, `${path} does not begin with a comment`);
		assert.doesNotMatch(posix.basename(path), VAGUE_NAME, `${path} could hold anything`);
		const lines = source.trimEnd().split("\n").length;
		assert.ok(lines <= TOO_MANY_LINES, `${path} has ${lines} lines`);
		if (lines > FEW_LINES) t.diagnostic(`${path} has ${lines} lines; ${FEW_LINES} are enough for one concept`);
	}
});

const forbidden: Readonly<Record<string, readonly [path: string, line: string]>> = {
	"a bottom layer importing its neighbour": ["src/net/x.ts", 'import { a } from "../crypto/a.ts";'],
	"even only a type of it": ["src/store/x.ts", 'import type { A } from "../crypto/a.ts";'],
	"a bottom layer importing upwards": ["src/crypto/x.ts", 'import type { Event } from "../engine/api/api.ts";'],
	"the engine importing a screen": ["src/engine/x.ts", 'import { chat } from "../ui/chat.tsx";'],
	"a screen importing the engine's inside": ["src/ui/x.ts", 'import type { E } from "../engine/engine.ts";'],
	"a screen importing more than types": ["src/ui/x.ts", 'import { type Event } from "../engine/api/api.ts";'],
	"a screen importing past the engine": ["src/ui/x.ts", 'import {\n\ta,\n} from "../net/link.ts";'],
	"a late import against the rule": ["src/net/x.ts", 'const a = await import("../crypto/a.ts");'],
	"an import nobody can read": ["src/engine/x.ts", "const a = await import(name);"],
	"a side effect against the rule": ["src/net/x.ts", 'import "../store/db.ts";'],
	"drawing outside ui": ["src/engine/x.ts", 'import { Text } from "ink";'],
	"an import without its ending": ["src/net/x.ts", 'import { a } from "./link";'],
	"an import from the tests": ["src/net/x.ts", 'import { a } from "../../test/a.ts";'],
	"a barrel": ["src/net/x.ts", 'export * from "./link.ts";'],
	"handing on one name": ["src/net/x.ts", 'export { type Link } from "./link.ts";'],
	"a folder importing one above it in its own layer": ["src/net/link/x.ts", 'import { a } from "../tcp/tcp.ts";'],
	"even only a type of one above it": ["src/engine/api/x.ts", 'import type { E } from "../engine.ts";'],
	"a folder outside the layers": ["src/other/x.ts", ""],
};

for (const [what, [path, line]] of Object.entries(forbidden)) {
	test(`the rule catches ${what}`, () => {
		const files = [
			"net/link.ts",
			"net/tcp/tcp.ts",
			"crypto/a.ts",
			"store/db.ts",
			"engine/api/api.ts",
			"engine/engine.ts",
			"ui/chat.tsx",
		];
		const sources = new Map([...files.map((file) => [`src/${file}`, ""] as const), [path, line]]);
		assert.equal(wrongImports(path, sources).length, 1);
	});
}

test("the rule allows what it should", () => {
	const engine = `// import { no } from "../ui/no.ts";
import { readFile } from "node:fs";
import type { Link } from "../net/link.ts";
export type { Own };
import manifest from "../../package.json" with { type: "json" };
`;
	const sources = new Map([
		["src/engine/x.ts", engine],
		["src/net/link.ts", ""],
		["src/engine/api/api.ts", ""],
		["src/ui/x.tsx", 'import type { Event } from "../engine/api/api.ts";\nimport { Text } from "ink";'],
	]);
	for (const path of sources.keys()) assert.deepEqual(wrongImports(path, sources), []);
});

test("the way to the screen is found through other files, and not along types or late imports", () => {
	const sources = new Map([
		["src/main.ts", 'import { start } from "./engine/start.ts";\nawait import("./ui/app.tsx");'],
		["src/engine/start.ts", 'import type { Props } from "../ui/app.tsx";\nimport { a } from "./a.ts";'],
		["src/engine/a.ts", 'import { start } from "./start.ts";'],
	]);
	assert.equal(wayToTheScreen("src/main.ts", sources), undefined);
	sources.set("src/engine/a.ts", 'import { useState } from "react";');
	assert.deepEqual(wayToTheScreen("src/main.ts", sources), [
		"src/main.ts",
		"src/engine/start.ts",
		"src/engine/a.ts",
		"react",
	]);
});
