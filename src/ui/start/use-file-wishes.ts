// Does what the person has set about files while a room is shown: the limit of speed, and what comes without a question.
import { useEffect, useEffectEvent } from "react";
import type { Engine } from "../../engine/api/api.ts";
import type { Event } from "../../engine/api/events.ts";
import { useSettings } from "../settings/use-settings.tsx";
import { limitWish, offerWish } from "../slash/file-wishes.ts";

/** Fulfils them for as long as the component is shown. Of a file that cannot be taken so the room tells as of every other. */
export function useFileWishes(engine: Engine): void {
	const { files } = useSettings().settings;
	const begin = useEffectEvent(() => {
		const command = limitWish(files);
		if (command !== undefined) void engine.perform(command);
	});
	const onEvent = useEffectEvent((event: Event) => {
		const command = offerWish(event, files);
		if (command !== undefined) void engine.perform(command);
	});
	useEffect(() => {
		begin();
		return engine.onEvent((event) => onEvent(event));
	}, [engine]);
}
