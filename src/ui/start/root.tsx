// The screens as React has them, drawn by Ink. This is loaded when the first picture stands on the terminal already (start.ts): it takes longer than all else.
import { type Instance, render } from "ink";
import { type ReactNode, useEffect, useState } from "react";
import type { Engine } from "../../engine/api/api.ts";
import { type Environment, wishOf } from "../look/theme.ts";
import { useTheme } from "../look/use-theme.ts";
import { Terminal } from "../screen/terminal.tsx";
import type { Settings } from "../settings/settings.ts";
import { SettingsProvider } from "../settings/use-settings.tsx";
import { inkOptions, silentOutput } from "../terminal/ink-output.ts";
import type { Tty } from "../terminal/tty.ts";
import type { TerminalEnvironment } from "../terminal/words.ts";
import type { Intent } from "../words/intent.ts";
import { App } from "./app.tsx";
import type { AppProps } from "./journey.ts";
import type { Pauses } from "./pause.ts";

/** Returns the user name as a name to offer; none that is odd, or that says nothing. */
export function suggestedNameOf({ USER, USERNAME }: Environment): string {
	const name = USER ?? USERNAME ?? "";
	return /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$/u.test(name) && !/^(?:root|admin|user|administrator)$/i.test(name)
		? name
		: "";
}

/** Holds what the screens are drawn with. */
export interface RootProps {
	readonly engine: Engine;
	readonly intent: Intent;
	readonly version: string;
	readonly env: Environment & TerminalEnvironment;
	readonly settings: Settings;
	readonly tty: Tty;
	readonly pauses: Pauses;
	readonly takePassword: AppProps["takePassword"];
	readonly offer: AppProps["offer"];
	/** Calls back when a signal asks to leave. */
	readonly onStop: (listener: () => void) => () => void;
	readonly onLeave: (lastWords?: string) => void;
}

function Themed(props: RootProps): ReactNode {
	const { onStop, onLeave, engine, intent, version, env, tty, pauses, takePassword, offer } = props;
	const theme = useTheme(env, tty.input);
	const [isLeaving, setLeaving] = useState(false);
	useEffect(() => onStop(() => setLeaving(true)), [onStop]);
	const leave = (lastWords?: string) => {
		setLeaving(true);
		onLeave(lastWords);
	};
	return (
		<Terminal {...{ theme, env, tty }} onSuspend={pauses.suspend} onHandOver={pauses.handOver} onQuit={() => leave()}>
			<App
				{...{ engine, intent, version, isLeaving, takePassword, offer }}
				suggestedName={suggestedNameOf(env)}
				onLeave={leave}
			/>
		</Terminal>
	);
}

function Root(props: RootProps): ReactNode {
	const { settings, env } = props;
	return (
		<SettingsProvider initial={{ ...settings, theme: wishOf(env) ?? settings.theme }}>
			<Themed {...props} />
		</SettingsProvider>
	);
}

/** Draws the screens from now on. */
export const drawScreens = (props: RootProps): Instance =>
	render(<Root {...props} />, { stdout: silentOutput(), ...inkOptions });
