// Hands the person's settings to all screens. A change made while the program runs holds until it ends.
import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { type Settings, standardSettings } from "./settings.ts";

interface SettingsAccess {
	readonly settings: Settings;
	readonly change: (part: Partial<Settings>) => void;
}

const SettingsContext = createContext<SettingsAccess>({ settings: standardSettings, change: () => {} });

/** Returns the settings as they are now, and a function that changes some of them. */
export const useSettings = (): SettingsAccess => useContext(SettingsContext);

/** Gives the settings to all components inside it. */
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
