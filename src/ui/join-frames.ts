// How the join dialog looks: the form, and the way in. Pure.
import type { Phase, RecentRoom } from "../engine/api.ts";
import { buildBody } from "./body.ts";
import { endingOf } from "./endings.ts";
import type { FieldState } from "./field-state.ts";
import { barOf } from "./keys.ts";
import { type Frame, layPage } from "./page.ts";
import type { Look } from "./screen.tsx";
import { fit } from "./width.ts";

/** What the form shows. `focus`: 0 = address, 1 = name, from 2 on the recent rooms. */
export interface JoinFormState {
	readonly target: FieldState;
	readonly name: FieldState;
	readonly focus: number;
	readonly message: string;
}

/** As many recent rooms are listed. */
export const shownRooms = 5;

/** The frame of the form. */
export function layJoinForm(state: JoinFormState, rooms: readonly RecentRoom[], { theme, size }: Look): Frame {
	const body = buildBody(theme, size);
	body.text("Where is the room? Type or paste what your friend told you", "title");
	body.field({
		edit: state.target.edit,
		isFocused: state.focus === 0,
		placeholder: "ADDRESS PORT, e.g. 192.168.1.5 40213",
	});
	if (state.message === "") body.gap();
	else body.text(state.message, "warning");
	body.text("Your name there");
	body.field({ edit: state.name.edit, isFocused: state.focus === 1 });
	if (rooms.length > 0) {
		body.gap();
		body.text("Rooms you were in", "faint");
		rooms.slice(0, shownRooms).forEach(({ target }, index) => {
			const text = fit(target, body.width - 2);
			if (state.focus === index + 2) body.focus();
			body.row(state.focus === index + 2 ? theme.paint("accent", `› ${text}`) : `  ${text}`);
		});
	}
	return layPage({ size, theme, title: "Join a room", body: body.finish(), bar: barOf("join") });
}

/** The phases on the way into a room. */
export type LivePhase = Extract<Phase, { kind: "connecting" | "passwordNeeded" | "ended" }>;

/** What a person has typed on the way in. */
interface JoinLiveState {
	readonly password: FieldState;
	readonly isShown: boolean;
	readonly message: string;
}

const steps = ["dialling", "checkingPassword", "entering"] as const;

const stepWords: Record<(typeof steps)[number], string> = {
	dialling: "Calling the other computer",
	checkingPassword: "Checking the password: this takes a moment",
	entering: "Entering the room",
};

/** "1 try left." and so on. */
const triesLeft = (count: number): string => (count === 1 ? "1 try left." : `${count} tries left.`);

function layPassword(state: JoinLiveState, phase: Extract<Phase, { kind: "passwordNeeded" }>, look: Look): Frame {
	const { theme, size } = look;
	const body = buildBody(theme, size);
	body.text(fit(phase.target, body.width), "faint");
	body.text("Please enter the password of this room", "title");
	body.field({ edit: state.password.edit, isFocused: true, isMasked: !state.isShown });
	if (state.message !== "") body.text(state.message, "warning");
	else if (phase.wasWrong) body.text(`That was not the password. ${triesLeft(phase.attemptsLeft)}`, "warning");
	else body.text(triesLeft(phase.attemptsLeft), "faint");
	if (phase.attemptsLeft === 1) {
		body.gap();
		body.text(
			"If this one is wrong too, you are disconnected and the host is told. Better ask your friend first.",
			"faint",
		);
	}
	const bar = barOf("password").map((item) =>
		state.isShown && item.keys === "Ctrl-R" ? { ...item, words: "hide it" } : item,
	);
	return layPage({ size, theme, title: "Join a room", body: body.finish(), bar });
}

function layConnecting(phase: Extract<Phase, { kind: "connecting" }>, name: string, { theme, size }: Look): Frame {
	const body = buildBody(theme, size);
	body.text(fit(`Joining ${phase.target} as ${name}`, body.width), "title");
	body.gap();
	const current = steps.indexOf(phase.step);
	steps.slice(0, current + 1).forEach((step, index) => {
		if (index < current) body.text(`✓ ${stepWords[step]}`, "good");
		else body.text(`› ${stepWords[step]} …`, "accent");
	});
	const bar = [{ keys: "Esc", words: "give up" }];
	return layPage({ size, theme, title: "Join a room", body: body.finish(), bar });
}

function layFailed(phase: Extract<Phase, { kind: "ended" }>, { theme, size }: Look): Frame {
	const body = buildBody(theme, size);
	const { title, advice, isAlarm = false } = endingOf(phase.code);
	body.text(title, isAlarm ? "alarm" : "warning");
	body.text(advice);
	// The engine's own words may hold details, e.g. a version; not needed when they say the same.
	if (phase.message !== "" && phase.message !== title) {
		body.gap();
		body.text(phase.message, "faint");
	}
	const bar = [
		{ keys: "Enter", words: "try again" },
		{ keys: "Esc", words: "back to the start" },
	];
	return layPage({ size, theme, title: "Join a room", body: body.finish(), bar });
}

/** The frame of a phase on the way in. */
export function layJoinLive(state: JoinLiveState, phase: LivePhase, name: string, look: Look): Frame {
	switch (phase.kind) {
		case "passwordNeeded":
			return layPassword(state, phase, look);
		case "connecting":
			return layConnecting(phase, name, look);
		case "ended":
			return layFailed(phase, look);
	}
}
