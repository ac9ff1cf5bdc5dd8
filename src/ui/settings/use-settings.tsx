// The person's settings for all screens. What is changed while the program runs holds until it ends.
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { type Settings, standardSettings } from "./settings.ts";

interface SettingsAccess {
	readonly settings: Settings;
	readonly change: (part: Partial<Settings>) => void;
}

const SettingsContext = createContext<SettingsAccess>({ settings: standardSettings, change: () => {} });

/** The settings now, and how to change some of them. */
export const useSettings = (): SettingsAccess => useContext(SettingsContext);

/** Stands around everything that is drawn. */
export function SettingsProvider({
	initial,
	children,
}: {
	readonly initial: Settings;
	readonly children: ReactNode;
}): ReactNode {
	const [settings, setSettings] = useState(initial);
	const access = useMemo(
		() => ({ settings, change: (part: Partial<Settings>) => setSettings((now) => ({ ...now, ...part })) }),
		[settings],
	);
	return <SettingsContext value={access}>{children}</SettingsContext>;
}
