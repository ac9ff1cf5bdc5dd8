// The first picture: the home screen drawn by the same function as later, before React, Ink and all other screens are loaded.
import type { HomeView, Phase } from "../../engine/api/api.ts";
import { type Environment, themeFor, wishOf as themeWish } from "../look/theme.ts";
import type { Frame } from "../screen/page.ts";
import { pictureOf } from "../screen/picture.ts";
import type { Look } from "../screen/screen.tsx";
import { isTooSmall, sizeForScreens } from "../screen/small-window.ts";
import type { Settings } from "../settings/settings.ts";
import type { Tty } from "../terminal/tty.ts";
import type { Intent } from "../words/intent.ts";
import { freshHome, homeOf, layHome } from "./home-frame.ts";

/** Holds the state at the beginning, as far as the first picture shows it. */
export type FirstView = HomeView & { readonly phase: Phase };

/** Says what is known when the first picture is drawn. `offered` is the password that the home screen will open with. */
interface FirstPicture {
	readonly first: FirstView;
	readonly intent: Intent;
	readonly version: string;
	readonly offered: string;
}

/** Returns the frame that the screens will draw first; `undefined` where that is another screen than home, or changes at once. */
export function layFirstPicture({ first, intent, version, offered }: FirstPicture, look: Look): Frame | undefined {
	const { identity, phase, rooms } = first;
	if (intent.kind === "join" || phase.kind !== "idle" || rooms.length > 0) return undefined;
	if (intent.name !== undefined && identity.kind === "ready" && identity.name !== intent.name) return undefined;
	const shown = homeOf(first, [], () => {});
	return shown && layHome(freshHome(offered, intent.wish), shown, version, look);
}

/** Draws that frame, for somebody whose background is not known yet; nothing where there is none, or no room for it. */
export function drawFirstPicture(
	{ output, painter }: Pick<Tty, "output" | "painter">,
	{ env, settings, ...known }: FirstPicture & { readonly env: Environment; readonly settings: Settings },
): void {
	const size = output.size();
	if (isTooSmall(size)) return;
	const theme = themeFor(env, themeWish(env) ?? settings.theme);
	const frame = layFirstPicture(known, { theme, size: sizeForScreens(size) });
	if (frame !== undefined) painter.draw(pictureOf(frame, size));
}
