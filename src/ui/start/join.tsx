// The join dialog: where to, under which name, then live what happens on the way in, the password and the tries left.
import { type ReactNode, useEffect, useEffectEvent, useState } from "react";
import type { Command, RecentRoom } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { LanRoom } from "../../engine/api/lan.ts";
import { Help } from "../help/help.tsx";
import { emptyField, type FieldState, fieldOf, pressField } from "../screen/field-state.ts";
import { Screen, ScrollScreen, useLook } from "../screen/screen.tsx";
import type { Press } from "../terminal/key-press.ts";
import { friendsTarget } from "../words/pasted-target.ts";
import { refusalWords } from "../words/refusals.ts";
import { type Finding, useHostSearch } from "./find-host.ts";
import {
	type EndedPhase,
	failedRows,
	type JoinFocus,
	type JoinFormState,
	joinStops,
	type LivePhase,
	layFailed,
	layJoinForm,
	layJoinLive,
	type OfferedRooms,
} from "./join-frames.ts";

interface JoinFormProps {
	readonly name: string;
	/** The text in the address field when the dialog opens. */
	readonly target: string;
	/** Says why that target did not do; it is empty at first. */
	readonly problem: string;
	readonly recentRooms: readonly RecentRoom[];
	/** The person is asked; otherwise the target is about to be dialled, and the form is seen for a moment. */
	readonly isOpen: boolean;
	/** The rooms on the same network; absent while nobody looks for them. */
	readonly lanRooms: readonly LanRoom[] | undefined;
	readonly hasNoLan: boolean;
	/** The proxy through which everything goes. */
	readonly proxy: string | undefined;
	readonly perform: (command: Command) => Promise<Outcome>;
	readonly onBack: () => void;
	readonly onLeave: () => void;
}

// A whole message around the way to a room is fine; the engine says what is wrong with anything else.
const targetOf = (focus: JoinFocus, typed: string): string =>
	focus.kind === "room" ? focus.target : (friendsTarget(typed) ?? typed);

async function joinAs({ focus, target, name: field }: JoinFormState, props: JoinFormProps): Promise<string> {
	const name = field.edit.text.trim();
	if (name !== "" && name !== props.name) {
		const renamed = await props.perform({ kind: "rename", name });
		if (renamed.kind === "refused") return refusalWords(renamed);
	}
	const outcome = await props.perform({ kind: "join", target: targetOf(focus, target.edit.text) });
	return outcome.kind === "refused" ? refusalWords(outcome) : "";
}

// Everyone on the network is asked for rooms while the dialog is open, and not a moment longer.
function useLanRooms({ perform, isOpen }: JoinFormProps): void {
	useEffect(() => {
		if (!isOpen) return;
		void perform({ kind: "browseLan", isOn: true });
		return () => void perform({ kind: "browseLan", isOn: false });
	}, [perform, isOpen]);
}

const isSameFocus = (one: JoinFocus, other: JoinFocus): boolean =>
	one.kind === "room" && other.kind === "room" ? one.target === other.target : one.kind === other.kind;

const firstFocus: JoinFocus = { kind: "address" };

function useJoinForm(props: JoinFormProps, offered: OfferedRooms, openHelp: () => void) {
	const [target, setTarget] = useState(() => fieldOf(props.target));
	const [name, setName] = useState(() => fieldOf(props.name));
	const [wanted, setFocus] = useState(firstFocus);
	const [message, setMessage] = useState(props.problem);
	useLanRooms(props);
	const stops = joinStops(offered);
	// A room may leave the list while it is chosen: then none is.
	const at = Math.max(
		0,
		stops.findIndex((stop) => isSameFocus(stop, wanted)),
	);
	const focus = stops[at] ?? firstFocus;
	const state: JoinFormState = { target, name, focus, message, proxy: props.proxy };
	const move = (step: number) => () => setFocus(stops[(at + step + stops.length) % stops.length] ?? firstFocus);
	const isGone = !isSameFocus(focus, wanted);
	const keys: Readonly<Record<string, () => void>> = {
		enter: () => (isGone ? setFocus(firstFocus) : void joinAs(state, props).then(setMessage)),
		escape: props.onBack,
		"ctrl+c": props.onLeave,
		f1: openHelp,
		tab: move(1),
		down: move(1),
		up: move(-1),
		"shift+tab": move(-1),
	};
	const onPress = (press: Press) => {
		const act = press.kind === "key" ? keys[press.name] : undefined;
		if (act !== undefined) return act();
		// Typing while a room is chosen goes on in the address.
		const isName = focus.kind === "name";
		// Only the way to the room is kept of a pasted message: a field has one line.
		const pasted = press.kind === "paste" && !isName ? friendsTarget(press.text) : undefined;
		const next = pasted === undefined ? pressField(isName ? name : target, press) : fieldOf(pasted);
		if (next === undefined) return;
		if (isName) setName(next);
		else setTarget(next);
		if (!isName) setFocus(firstFocus);
		setMessage("");
	};
	return { state, onPress };
}

/** Asks where to join, and under which name. */
export function JoinForm(props: JoinFormProps): ReactNode {
	const look = useLook();
	const [isHelpOpen, setHelpOpen] = useState(false);
	const offered: OfferedRooms = { recent: props.recentRooms, lan: props.lanRooms, hasNoLan: props.hasNoLan };
	const { state, onPress } = useJoinForm(props, offered, () => setHelpOpen(true));
	if (isHelpOpen) return <Help place="join" onClose={() => setHelpOpen(false)} />;
	return <Screen frame={layJoinForm(state, offered, look)} onPress={onPress} />;
}

interface JoinLiveProps {
	readonly phase: LivePhase;
	readonly name: string;
	/** The proxy through which everything goes. */
	readonly proxy: string | undefined;
	readonly perform: (command: Command) => Promise<Outcome>;
	/** Is called with what stands in the password's field, whenever that changes: it may be meant for the room that comes next. */
	readonly keepTyped: (text: string) => void;
	readonly onBack: () => void;
	readonly onLeave: () => void;
}

// What is typed while the password is checked goes on in its field: it is there, hidden, if the password was wrong.
function useJoinLive({ phase, proxy, perform, keepTyped, onBack, onLeave }: JoinLiveProps, openHelp: () => void) {
	const [password, setPassword] = useState<FieldState>(emptyField);
	const [isShown, setShown] = useState(false);
	const [message, setMessage] = useState("");
	const forget = useEffectEvent(() => keepTyped(""));
	useEffect(() => forget(), []);
	const change = (next: FieldState) => {
		setPassword(next);
		keepTyped(next.edit.text);
	};
	const tryPassword = () => {
		if (password.edit.text === "") return setMessage("Please type the password your friend told you.");
		setMessage("");
		change(emptyField);
		void perform({ kind: "password", password: password.edit.text }).then((outcome) => {
			if (outcome.kind === "refused") setMessage(refusalWords(outcome));
		});
	};
	const onPress = (press: Press) => {
		const key = press.kind === "key" ? press.name : "";
		if (key === "ctrl+c") return onLeave();
		if (key === "escape") return onBack();
		if (key === "f1") return openHelp();
		if (key === "enter") return phase.kind === "passwordNeeded" ? tryPassword() : undefined;
		if (key === "ctrl+r") return setShown(!isShown);
		setMessage("");
		change(pressField(password, press) ?? password);
	};
	return { state: { password, isShown, message, proxy }, onPress };
}

/** Shows the way into a room: dialling, the password, entering. */
export function JoinLive(props: JoinLiveProps): ReactNode {
	const look = useLook();
	const [isHelpOpen, setHelpOpen] = useState(false);
	const { state, onPress } = useJoinLive(props, () => setHelpOpen(true));
	if (isHelpOpen) return <Help place="password" onClose={() => setHelpOpen(false)} />;
	return <Screen frame={layJoinLive(state, props.phase, props.name, look)} onPress={onPress} />;
}

interface JoinFailedProps {
	readonly phase: EndedPhase;
	readonly finding: Finding;
	/** Tries the same room again. */
	readonly onAgain: () => void;
	readonly onBack: () => void;
	readonly onLeave: () => void;
}

/** Shows why it did not work: what to do, what was tried, and the reason of each failure. */
export function JoinFailed({ phase, finding, onAgain, onBack, onLeave }: JoinFailedProps): ReactNode {
	const look = useLook();
	const { search, onText } = useHostSearch(phase.code, finding);
	const onPress = (press: Press) => {
		if (press.kind === "text") onText(press.text);
		if (press.kind !== "key") return;
		if (press.name === "enter") search?.found === undefined ? onAgain() : finding.join(search.found.target);
		if (press.name === "escape") onBack();
		if (press.name === "ctrl+c") onLeave();
	};
	return (
		<ScrollScreen
			bodyRows={failedRows(phase, search, look)}
			lay={(scroll) => layFailed(phase, search, look, scroll)}
			onPress={onPress}
		/>
	);
}
