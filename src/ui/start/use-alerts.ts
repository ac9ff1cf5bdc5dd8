// Calls the host by the terminal's bell and by desktop notifications, as far as they have switched these on; the bell only where settings let it ring.
import { useEffect, useEffectEvent } from "react";
import type { Engine } from "../../engine/api/api.ts";
import type { GateSettings } from "../../engine/api/gate.ts";
import { useTerminalVoice } from "../screen/screen.tsx";
import { realClock } from "../screen/use-engine.ts";
import { useSettings } from "../settings/use-settings.tsx";
import { bell, notificationOf } from "../terminal/words.ts";
import { alertWords, createAlerter } from "../words/alert-words.ts";

/** For as long as the component is shown. `settings` are absent for guests, who are not called. */
export function useAlerts(engine: Engine, settings: GateSettings | undefined): void {
	const voice = useTerminalVoice();
	const wishes = useSettings().settings;
	const tell = useEffectEvent((words: string) => {
		if (settings?.hasBell === true && wishes.bell) voice.say(() => bell);
		if (settings?.hasDesktopNotifications === true) voice.say((env) => notificationOf(words, env));
	});
	useEffect(() => {
		const alerter = createAlerter((words) => tell(words), realClock.after);
		const stop = engine.onEvent((event) => {
			const words = alertWords(event);
			if (words !== undefined) alerter.alert(words);
		});
		return () => {
			stop();
			alerter.stop();
		};
	}, [engine]);
}
