// Golden screens: what a person sees of each screen, in every theme, at the usual and at the smallest size. Each file was read by eye.
import { test } from "node:test";
import type { ThemeWish } from "../../src/ui/actions/theme-wish.ts";
import { noon } from "../support/views/fake-engine.ts";
import { openScene, roomScenes, type Scene, scenes } from "../support/views/scenes.ts";
import { assertGolden, type Picture, pictureOf } from "./golden.ts";

const ctrlU = "\u0015";
const all: readonly Scene[] = [...scenes, ...roomScenes];

function sceneNamed(name: string): Scene {
	const found = all.find((one) => one.name === name);
	if (found === undefined) throw new Error(`there is no scene ${name}`);
	return found;
}

const home = sceneNamed("home with rooms");
const golden: readonly (readonly [file: string, scene: Scene])[] = [
	// The offered password is another one each time.
	["home", { ...sceneNamed("home"), keys: [ctrlU, "correct-horse-battery"] }],
	["home-rooms", { ...home, keys: [ctrlU, "correct-horse-battery", ...home.keys] }],
	["first-name", sceneNamed("first name")],
	["chat", sceneNamed("talk")],
	["chosen-message", sceneNamed("chosen message")],
	["changed-key", sceneNamed("changed key")],
	["host", sceneNamed("host")],
	["join", sceneNamed("join form")],
	["password", sceneNamed("password")],
	["refused", sceneNamed("refused")],
	["admin-people", sceneNamed("admin people")],
	["admin-knocks", sceneNamed("admin knocks")],
	["admin-settings", sceneNamed("admin settings")],
	["help", sceneNamed("help")],
	["told", sceneNamed("told")],
	["offered-files", sceneNamed("offered files")],
	["files", sceneNamed("files")],
	["sending", sceneNamed("sending")],
	["posts", sceneNamed("posts")],
];

const themes: readonly ThemeWish[] = ["dark", "light", "high-contrast", "16-colours", "none"];

for (const size of [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
]) {
	for (const [file, scene] of golden) {
		test(`The screen ${file} at ${size.columns}×${size.rows} looks as it was recorded, in every theme.`, async (t) => {
			t.mock.timers.enable({ apis: ["Date"], now: noon + 5 * 60_000 });
			const pictures = new Map<string, Picture>();
			for (const theme of themes) {
				const screen = await openScene(scene, {
					size,
					settings: { theme },
					background: theme === "light" ? "light" : "dark",
				});
				await screen.lines();
				pictures.set(theme, await pictureOf(screen.raw(), size));
				screen.close();
			}
			assertGolden(file, size, pictures);
		});
	}
}
