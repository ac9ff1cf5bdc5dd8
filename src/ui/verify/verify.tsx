// Compares keys with somebody: the overlay, and what of it lives on while it is closed.
import { type ReactNode, useRef, useState } from "react";
import type { Command } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { VerificationView } from "../../engine/api/content.ts";
import type { Person } from "../../engine/api/people.ts";
import { Screen, useLook } from "../screen/screen.tsx";
import { useSettings } from "../settings/use-settings.tsx";
import type { Press } from "../terminal/key-press.ts";
import { layVerify } from "./frames.ts";
import {
	openAnswer,
	openSecret,
	openWords,
	pressVerify,
	type VerifyFacts,
	type VerifyOutput,
	type VerifyRequest,
	type VerifyState,
	type VerifyStep,
	verifyAsked,
	verifyTold,
	wordsRequest,
} from "./state.ts";

/** Holds what the overlay needs of the room. */
interface VerifyRoom {
	readonly people: readonly Person[];
	readonly verification: VerificationView | undefined;
	readonly isHost: boolean;
	readonly perform: (command: Command) => Promise<Outcome>;
	readonly onLeaveRoom: () => void;
}

/** The overlay as it is open. `serial` numbers it: an answer to what an earlier one asked is none of this one's. */
interface Opened {
	readonly person: Person;
	readonly state: VerifyState;
	readonly serial: number;
}

/** Opens and closes the overlay. */
export interface Verifying {
	/** Says whom the overlay is about; while it is absent the overlay is closed. */
	readonly person: Person | undefined;
	readonly facts: VerifyFacts | undefined;
	readonly state: VerifyState | undefined;
	/** Shows the words. */
	readonly open: (person: Person) => void;
	readonly askSecret: (person: Person) => void;
	/** Answers whoever asks for a secret. It returns `false` when nobody does. */
	readonly answer: () => boolean;
	readonly onPress: (press: Press) => void;
}

// Whoever has left is shown as they were, the key being the same.
function factsOf({ person }: Opened, { people, verification, isHost }: VerifyRoom, answerKey: string): VerifyFacts {
	const { fingerprint } = person;
	return {
		person: people.find((one) => one.fingerprint === fingerprint) ?? person,
		verification: verification?.person.fingerprint === fingerprint ? verification : undefined,
		isHost,
		answerKey,
	};
}

const hasSecret = ({ page }: VerifyState): boolean =>
	(page.kind === "secret" || page.kind === "answer") && page.secret.edit.text !== "";

// What is open, and what it asks of the engine.
function useOpened({ perform, onLeaveRoom }: VerifyRoom) {
	const [opened, setOpened] = useState<Opened | undefined>();
	const serial = useRef(0);
	const take = (of: number, step: (now: Opened) => VerifyStep) => {
		setOpened((now) => {
			if (now?.serial !== of) return now;
			const [state, outputs] = step(now);
			return outputs.some(({ kind }) => kind === "close") ? undefined : { ...now, state };
		});
	};
	const send = async ({ command, purpose }: VerifyRequest, of: number) => {
		const outcome = await perform(command);
		take(of, ({ state }) => verifyTold(state, purpose, outcome));
	};
	const carryOut = (outputs: readonly VerifyOutput[], of: number) => {
		for (const output of outputs) {
			if (output.kind === "perform") void send(output, of);
			else if (output.kind === "leaveRoom") onLeaveRoom();
		}
	};
	const step = (from: Opened, [state, outputs]: VerifyStep) => {
		take(from.serial, () => [state, outputs]);
		carryOut(outputs, from.serial);
	};
	const start = (person: Person, state: VerifyState, outputs: readonly VerifyOutput[]) => {
		serial.current += 1;
		setOpened({ person, state, serial: serial.current });
		carryOut(outputs, serial.current);
	};
	return { opened, step, start };
}

/** Provides the overlay for as long as the room is shown; what was typed in it outlives a warning that is laid over it. */
export function useVerify(room: VerifyRoom): Verifying {
	const { opened, step, start } = useOpened(room);
	const { keymap } = useSettings().settings;
	const { verification } = room;
	const open = (person: Person) => start(person, openWords, [wordsRequest(person)]);
	const askSecret = (person: Person) => start(person, openSecret, [wordsRequest(person)]);
	const answer = () => {
		if (verification?.state !== "asked") return false;
		const isSame = opened?.person.fingerprint === verification.person.fingerprint;
		if (opened === undefined || !isSame) start(verification.person, openAnswer, []);
		else if (!hasSecret(opened.state)) step(opened, [verifyAsked(opened.state), []]);
		return true;
	};
	const facts = opened && factsOf(opened, room, keymap.wordsOf("verify"));
	const onPress = (press: Press) => {
		if (opened === undefined || facts === undefined) return;
		const isAnswer = press.kind === "key" && keymap.actionOf(press.name) === "verify";
		if (!isAnswer || !answer()) step(opened, pressVerify(opened.state, press, facts));
	};
	return { person: facts?.person, facts, state: opened?.state, open, askSecret, answer, onPress };
}

/** Shows the overlay, while it is open. */
export function Verify({ verifying }: { readonly verifying: Verifying }): ReactNode {
	const look = useLook();
	const { state, facts, onPress } = verifying;
	if (state === undefined || facts === undefined) return undefined;
	return <Screen frame={layVerify(state, facts, look)} onPress={onPress} />;
}
