// Calls the person to the screen while they look elsewhere: by the bell, by desktop notifications and by the title of the window, as they have set it.
import { useEffect, useEffectEvent, useState } from "react";
import type { Engine } from "../../engine/api/api.ts";
import type { Event } from "../../engine/api/events.ts";
import { usePresence, useTerminalVoice, useWindowTitle } from "../screen/screen.tsx";
import { useSettings } from "../settings/use-settings.tsx";
import { afterDelay } from "../terminal/after.ts";
import { bell, notificationOf } from "../terminal/words.ts";
import { createAlerter } from "../words/alert-words.ts";
import { alertCallOf, callOf, titleWords } from "./call-words.ts";

interface Unread {
	readonly count: number;
	readonly isMentioned: boolean;
}

const nothing: Unread = { count: 0, isMentioned: false };

/** Calls for as long as the component is shown. In a room of one's own (`isHost`) its alerts call too, of which a join is one. */
export function useCalls(engine: Engine, isHost: boolean): void {
	const voice = useTerminalVoice();
	const { bell: mayRing, calls } = useSettings().settings;
	const [unread, setUnread] = useState(nothing);
	const hasFocus = usePresence(() => setUnread(nothing));
	useWindowTitle(calls.title ? titleWords(unread.count, unread.isMentioned) : undefined);
	const callFor = (event: Event) => {
		const call = (isHost ? alertCallOf(event, calls.names) : undefined) ?? callOf(event, calls.names);
		const way = call === undefined ? "off" : calls[call.cause];
		return {
			words: call?.words ?? "",
			rings: way === "bell" || way === "both",
			shows: way === "desktop" || way === "both",
		};
	};
	const count = (event: Event) => {
		if ((event.kind !== "message" && event.kind !== "fileOffered") || event.own) return;
		const isMention = event.kind === "message" && event.mentionsMe === true;
		setUnread((now) => ({ count: now.count + 1, isMentioned: now.isMentioned || isMention }));
	};
	const ring = useEffectEvent(() => mayRing && voice.say(() => bell));
	const show = useEffectEvent((words: string) => voice.say((env) => notificationOf(words, env)));
	const onEvent = useEffectEvent((event: Event) => {
		if (hasFocus() === true) return undefined;
		count(event);
		return callFor(event);
	});
	useEffect(() => {
		const bells = createAlerter(() => ring(), afterDelay);
		const notices = createAlerter((words) => show(words), afterDelay);
		const stop = engine.onEvent((event) => {
			const call = onEvent(event);
			if (call?.rings === true) bells.alert(call.words);
			if (call?.shows === true) notices.alert(call.words);
		});
		return () => {
			stop();
			bells.stop();
			notices.stop();
		};
	}, [engine]);
}
