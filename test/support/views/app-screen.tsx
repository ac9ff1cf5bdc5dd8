// The whole full-screen view on a test screen, over a fake engine.
import { type ComponentProps, useMemo } from "react";
import type { Background } from "../../../src/ui/look/palettes.ts";
import { type Environment, themeFor, wishOf } from "../../../src/ui/look/theme.ts";
import type { Frame } from "../../../src/ui/screen/page.ts";
import { Terminal } from "../../../src/ui/screen/terminal.tsx";
import { type Settings, standardSettings } from "../../../src/ui/settings/settings.ts";
import { SettingsProvider, useSettings } from "../../../src/ui/settings/use-settings.tsx";
import { App } from "../../../src/ui/start/app.tsx";
import type { Tty } from "../../../src/ui/terminal/tty.ts";
import type { TerminalEnvironment } from "../../../src/ui/terminal/words.ts";
import type { Intent } from "../../../src/ui/words/intent.ts";
import { offerPassword } from "../../../src/ui/words/password-words.ts";
import { openScreen, type ScreenSize, type TestScreen } from "../terminal/screen.ts";
import type { FakeEngine } from "./fake-engine.ts";

/** A screen, and what the person left with: `undefined` while they are still there, "" without last words. */
export interface AppScreen extends TestScreen {
	lastWords(): string | undefined;
	/** The newest frame, as it was laid out: Ink has not cut anything yet. */
	frame(): Frame | undefined;
}

// As startScreen does it, for a terminal whose background is known.
function Themed({
	env,
	background,
	...rest
}: Omit<ComponentProps<typeof Terminal>, "theme"> & { readonly env: Environment; readonly background: Background }) {
	const { theme: wish } = useSettings().settings;
	const theme = useMemo(() => themeFor(env, wishOf(env) ?? wish, background), [env, wish, background]);
	return <Terminal {...rest} env={env} theme={theme} />;
}

/** Opens the view as startScreen would. */
export function openApp(
	engine: FakeEngine,
	options: {
		readonly size?: ScreenSize;
		readonly env?: Environment & TerminalEnvironment;
		readonly intent?: Intent;
		readonly suggestedName?: string;
		/** From a file, for the room in `intent`. */
		readonly password?: string;
		readonly settings?: Partial<Settings>;
		readonly background?: Background;
		/** The password that the first screen opens with; without it a random one. */
		readonly offered?: string;
	} = {},
): AppScreen {
	let lastWords: string | undefined;
	let frame: Frame | undefined;
	const env = options.env ?? { TERM: "xterm-256color" };
	let { password } = options;
	const takePassword = () => {
		const taken = password;
		password = undefined;
		return taken;
	};
	const draw = (tty: Tty) => (
		<SettingsProvider initial={{ ...standardSettings, ...options.settings }}>
			<Themed
				env={env}
				background={options.background ?? "unknown"}
				tty={tty}
				onSuspend={async () => {}}
				onHandOver={(work) => tty.lend(work)}
				onQuit={() => {
					lastWords = "";
				}}
				onFrame={(newest) => {
					frame = newest;
				}}
			>
				<App
					engine={engine}
					intent={options.intent ?? { kind: "home", wish: {} }}
					version="1.2.3"
					suggestedName={options.suggestedName ?? ""}
					isLeaving={false}
					takePassword={takePassword}
					offer={() => options.offered ?? offerPassword()}
					onLeave={(words = "") => {
						lastWords = words;
					}}
				/>
			</Themed>
		</SettingsProvider>
	);
	const screen = openScreen(draw, options.size ?? { columns: 80, rows: 24 });
	return { ...screen, lastWords: () => lastWords, frame: () => frame };
}

/** The sizes every screen must look right at. */
export const sizes = [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
	{ columns: 200, rows: 60 },
] as const;
