// The whole full-screen view on a test screen, over a fake engine.
import { App } from "../../src/ui/app.tsx";
import type { Intent } from "../../src/ui/intent.ts";
import { Terminal } from "../../src/ui/screen.tsx";
import { type Settings, standardSettings } from "../../src/ui/settings.ts";
import type { TerminalEnvironment } from "../../src/ui/terminal-words.ts";
import { type Environment, themeFor } from "../../src/ui/theme.ts";
import { SettingsProvider } from "../../src/ui/use-settings.tsx";
import type { FakeEngine } from "./fake-engine.ts";
import { openScreen, type TestScreen } from "./screen.ts";

/** A screen, and what the person left with: `undefined` while they are still there, "" without last words. */
export interface AppScreen extends TestScreen {
	lastWords(): string | undefined;
}

/** Opens the view as startScreen would. */
export function openApp(
	engine: FakeEngine,
	options: {
		readonly size?: { readonly columns: number; readonly rows: number };
		readonly env?: Environment & TerminalEnvironment;
		readonly intent?: Intent;
		readonly suggestedName?: string;
		readonly platform?: NodeJS.Platform;
		/** From a file, for the room in `intent`. */
		readonly password?: string;
		readonly settings?: Partial<Settings>;
	} = {},
): AppScreen {
	let lastWords: string | undefined;
	let { password } = options;
	const takePassword = () => {
		const taken = password;
		password = undefined;
		return taken;
	};
	const screen = openScreen(
		<SettingsProvider initial={{ ...standardSettings, ...options.settings }}>
			<Terminal
				theme={themeFor(options.env ?? { TERM: "xterm-256color" })}
				env={options.env ?? {}}
				platform={options.platform ?? "linux"}
				onSuspend={async () => {}}
			>
				<App
					engine={engine}
					intent={options.intent ?? { kind: "home" }}
					version="1.2.3"
					suggestedName={options.suggestedName ?? ""}
					isLeaving={false}
					takePassword={takePassword}
					onLeave={(words = "") => {
						lastWords = words;
					}}
				/>
			</Terminal>
		</SettingsProvider>,
		options.size ?? { columns: 80, rows: 24 },
	);
	return { ...screen, lastWords: () => lastWords };
}

/** The sizes every screen must look right at. */
export const sizes = [
	{ columns: 80, rows: 24 },
	{ columns: 40, rows: 12 },
	{ columns: 200, rows: 60 },
] as const;
