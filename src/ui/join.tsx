// The join dialog: where to, under which name, then live what happens on the way in, the password and the tries left.
import { type ReactNode, useState } from "react";
import type { Command, Outcome, Phase, RecentRoom } from "../engine/api.ts";
import { emptyField, type FieldState, fieldOf, pressField } from "./field-state.ts";
import { Help } from "./help.tsx";
import { type JoinFormState, type LivePhase, layJoinForm, layJoinLive, shownRooms } from "./join-frames.ts";
import type { Press } from "./press.ts";
import { Screen, useLook } from "./screen.tsx";
import { readTarget, type TargetRead } from "./target.ts";

// Where to join from what a person typed or pasted: the host's whole line "./rt ADDRESS PORT" is fine.
function targetOf(typed: string): TargetRead {
	const words = typed.trim().split(/\s+/);
	const isCommand = /^(?:\.[/\\])?rt(?:\.cmd|\.exe)?$/.test(words[0] ?? "");
	return readTarget(isCommand ? words.slice(1) : words);
}

interface JoinFormProps {
	readonly name: string;
	/** In the address field when the dialog opens. */
	readonly target: string;
	/** Why that target did not do; empty at first. */
	readonly problem: string;
	readonly recentRooms: readonly RecentRoom[];
	readonly perform: (command: Command) => Promise<Outcome>;
	readonly onBack: () => void;
	readonly onLeave: () => void;
}

async function joinAs(state: JoinFormState, props: JoinFormProps): Promise<string> {
	const room = props.recentRooms[state.focus - 2];
	const read: TargetRead =
		room === undefined ? targetOf(state.target.edit.text) : { kind: "target", target: room.target };
	if (read.kind === "unclear") return read.message;
	const name = state.name.edit.text.trim();
	if (name !== "" && name !== props.name) {
		const renamed = await props.perform({ kind: "rename", name });
		if (renamed.kind === "refused") return renamed.message;
	}
	const outcome = await props.perform({ kind: "join", target: read.target });
	return outcome.kind === "refused" ? outcome.message : "";
}

function useJoinForm(props: JoinFormProps, openHelp: () => void) {
	const [target, setTarget] = useState(() => fieldOf(props.target));
	const [name, setName] = useState(() => fieldOf(props.name));
	const [focus, setFocus] = useState(0);
	const [message, setMessage] = useState(props.problem);
	const state: JoinFormState = { target, name, focus, message };
	const stops = 2 + Math.min(shownRooms, props.recentRooms.length);
	const keys: Readonly<Record<string, () => void>> = {
		enter: () => void joinAs(state, props).then(setMessage),
		escape: props.onBack,
		"ctrl+c": props.onLeave,
		f1: openHelp,
		tab: () => setFocus((focus + 1) % stops),
		down: () => setFocus((focus + 1) % stops),
		up: () => setFocus((focus + stops - 1) % stops),
		"shift+tab": () => setFocus((focus + stops - 1) % stops),
	};
	const onPress = (press: Press) => {
		const act = press.kind === "key" ? keys[press.name] : undefined;
		if (act !== undefined) return act();
		// Typing while a recent room is chosen goes on in the address.
		const isName = focus === 1;
		const next = pressField(isName ? name : target, press);
		if (next === undefined) return;
		if (isName) setName(next);
		else setTarget(next);
		if (focus > 1) setFocus(0);
		setMessage("");
	};
	return { state, onPress };
}

/** Asks where to join, and under which name. */
export function JoinForm(props: JoinFormProps): ReactNode {
	const look = useLook();
	const [isHelpOpen, setHelpOpen] = useState(false);
	const { state, onPress } = useJoinForm(props, () => setHelpOpen(true));
	if (isHelpOpen) return <Help place="join" onClose={() => setHelpOpen(false)} />;
	return <Screen frame={layJoinForm(state, props.recentRooms, look)} onPress={onPress} />;
}

interface JoinLiveProps {
	readonly phase: LivePhase;
	readonly name: string;
	readonly perform: (command: Command) => Promise<Outcome>;
	/** After it did not work: the same again. */
	readonly onAgain: () => void;
	readonly onBack: () => void;
	readonly onLeave: () => void;
}

function useJoinLive({ phase, perform, onAgain, onBack, onLeave }: JoinLiveProps, openHelp: () => void) {
	const [password, setPassword] = useState<FieldState>(emptyField);
	const [isShown, setShown] = useState(false);
	const [message, setMessage] = useState("");
	const tryPassword = () => {
		if (password.edit.text === "") return setMessage("Please type the password your friend told you.");
		setMessage("");
		setPassword(emptyField);
		void perform({ kind: "password", password: password.edit.text }).then((outcome) => {
			if (outcome.kind === "refused") setMessage(outcome.message);
		});
	};
	const onEnter: Record<Phase["kind"], () => void> = {
		passwordNeeded: tryPassword,
		ended: onAgain,
		idle: () => {},
		openingRoom: () => {},
		connecting: () => {},
		inRoom: () => {},
	};
	const onPress = (press: Press) => {
		const key = press.kind === "key" ? press.name : "";
		if (key === "ctrl+c") return onLeave();
		if (key === "escape") return onBack();
		if (key === "enter") return onEnter[phase.kind]();
		if (key === "f1") return openHelp();
		if (phase.kind !== "passwordNeeded") return;
		if (key === "ctrl+r") return setShown(!isShown);
		setMessage("");
		setPassword(pressField(password, press) ?? password);
	};
	return { state: { password, isShown, message }, onPress };
}

/** Shows the way into a room: dialling, the password, entering, or why it did not work. */
export function JoinLive(props: JoinLiveProps): ReactNode {
	const look = useLook();
	const [isHelpOpen, setHelpOpen] = useState(false);
	const { state, onPress } = useJoinLive(props, () => setHelpOpen(true));
	if (isHelpOpen) return <Help place="password" onClose={() => setHelpOpen(false)} />;
	return <Screen frame={layJoinLive(state, props.phase, props.name, look)} onPress={onPress} />;
}
