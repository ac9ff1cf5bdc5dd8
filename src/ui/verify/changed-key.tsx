// The screen that interrupts when a name comes with another key: it cannot be closed by Enter or Escape, only by a choice.
import { type ReactNode, useEffect, useEffectEvent, useState } from "react";
import type { Command } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { Person } from "../../engine/api/people.ts";
import { useKeyWords } from "../screen/key-words.tsx";
import { Screen, useLook, useTerminalVoice } from "../screen/screen.tsx";
import { useSettings } from "../settings/use-settings.tsx";
import type { Press } from "../terminal/key-press.ts";
import { bell } from "../terminal/words.ts";
import { refusalWords } from "../words/refusals.ts";
import { freshAlarm, pressAlarm } from "./alarm-press.ts";
import { layAlarm } from "./changed-key-frame.ts";
import { type AlarmChoice, alarmChoices } from "./choices.ts";

interface ChangedKeyProps {
	readonly person: Person;
	/** Tells whether the person in front of the screen is the host. */
	readonly isHost: boolean;
	readonly perform: (command: Command) => Promise<Outcome>;
	readonly onVerify: () => void;
	/** Is called when the person knows; the mark stays. */
	readonly onGoOn: () => void;
	readonly onLeaveRoom: () => void;
	/** Leaves Real Talk. */
	readonly onLeave: () => void;
}

const leaveWords = "Press Ctrl-C again to leave.";

function useBell(): void {
	const voice = useTerminalVoice();
	const { settings } = useSettings();
	const ring = useEffectEvent(() => {
		if (settings.bell) voice.say(() => bell);
	});
	useEffect(() => ring(), []);
}

/** Interrupts until it is decided what to do about the person. Render it with the fingerprint as its key: each person begins with nothing chosen. */
export function ChangedKey(props: ChangedKeyProps): ReactNode {
	const { person, isHost, perform } = props;
	const look = useLook();
	const [alarm, setAlarm] = useState(freshAlarm);
	const { chosen, message } = alarm;
	const setMessage = (words: string) => setAlarm((now) => ({ ...now, message: words }));
	useBell();
	const words = useKeyWords([person, ...(person.formerKeys ?? [])].map((key) => key.fingerprint));
	const send = async (command: Command) => {
		const outcome = await perform(command);
		if (outcome.kind === "refused") setMessage(refusalWords(outcome));
	};
	const { fingerprint } = person;
	const acts: Record<AlarmChoice, () => void> = {
		verify: props.onVerify,
		goOn: props.onGoOn,
		leave: props.onLeaveRoom,
		remove: () => void send({ kind: "kick", fingerprint }),
		block: () => void send({ kind: "block", address: fingerprint, isRemoving: true }),
	};
	const onPress = (press: Press) => {
		const isInterrupt = press.kind === "key" && press.name === "ctrl+c";
		if (isInterrupt) return message === leaveWords ? props.onLeave() : setMessage(leaveWords);
		const { state, taken } = pressAlarm(alarm, alarmChoices(person, isHost), press);
		setAlarm(state);
		if (taken !== undefined) acts[taken]();
	};
	const frame = layAlarm({ person, chosen, message, isHost, words, now: Date.now() }, look);
	return <Screen frame={frame} onPress={onPress} />;
}
