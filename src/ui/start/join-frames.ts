// How the join dialog looks: the form, and the way in. Pure.
import type { Phase, RecentRoom } from "../../engine/api/api.ts";
import type { Attempt } from "../../engine/api/attempt.ts";
import type { LanRoom } from "../../engine/api/lan.ts";
import type { Style } from "../look/palettes.ts";
import { trustMark } from "../look/person-words.ts";
import type { Theme } from "../look/theme.ts";
import type { FieldState } from "../screen/field-state.ts";
import { type Body, type Frame, layPage } from "../screen/page.ts";
import { type BodyBuilder, buildBody } from "../screen/page-body.ts";
import type { Look } from "../screen/screen.tsx";
import { barOf } from "../settings/keys.ts";
import { fit, widthOf, wrap } from "../text/width.ts";
import { endingOf } from "../words/endings.ts";
import { attemptRow, bestKnownFirst, noLan, noLanRooms, roomWords, wordsExplained } from "../words/room-words.ts";
import { throughProxy } from "../words/ways/proxy-words.ts";
import { type HostSearch, searchBar, searchWords } from "./find-host.ts";

/** The place of the focus in the form: a field, or the room to join by its target. A list that changes never puts another room under the person's finger. */
export type JoinFocus =
	| { readonly kind: "address" }
	| { readonly kind: "name" }
	| { readonly kind: "room"; readonly target: string };

/** Holds what the form shows. */
export interface JoinFormState {
	readonly target: FieldState;
	readonly name: FieldState;
	readonly focus: JoinFocus;
	readonly message: string;
	/** The proxy through which everything goes. */
	readonly proxy?: string | undefined;
}

/** The rooms that the form offers. `lan` is absent while nobody looks for them. */
export interface OfferedRooms {
	readonly recent: readonly RecentRoom[];
	readonly lan: readonly LanRoom[] | undefined;
	readonly hasNoLan: boolean;
}

/** At most this many recent rooms are listed. */
const shownRooms = 5;

/** Returns everything on which the focus can be, from top to bottom. */
export function joinStops({ lan = [], recent }: OfferedRooms): readonly JoinFocus[] {
	const here = new Set(lan.map(({ fingerprint }) => `${fingerprint}`));
	const elsewhere = recent.slice(0, shownRooms).filter(({ fingerprint = "" }) => !here.has(fingerprint));
	const targets = [...bestKnownFirst(lan), ...elsewhere].map(({ target }) => target);
	const rooms = [...new Set(targets)].map((target) => ({ kind: "room", target }) as const);
	return [{ kind: "address" }, { kind: "name" }, ...rooms];
}

function layLanRoom(body: BodyBuilder, room: LanRoom, isChosen: boolean, theme: Theme): void {
	const sign = room.isOwn ? "(yours)" : trustMark(room.trust);
	const where = `${room.address} ${room.port}`;
	// The name is cut before what tells it from another of the same name.
	const name = fit(room.name, Math.max(8, body.width - 6 - widthOf(sign) - widthOf(where)));
	const text = fit(`${name}  ${sign}  ${where}`, body.width - 2);
	if (isChosen) body.row(theme.paint("accent", `› ${text}`));
	else if (room.trust === "changed") body.row(theme.paint("alarm", `  ${text}`));
	else body.row(`  ${text}`);
	for (const row of wrap(room.words.join(" "), body.width - 4)) {
		// All of the words are in sight, too.
		if (isChosen) body.focus();
		body.row(theme.paint("faint", `    ${row}`));
	}
}

function layLanRooms(body: BodyBuilder, { lan, hasNoLan }: OfferedRooms, focus: JoinFocus, theme: Theme): void {
	if (lan === undefined) return;
	body.gap();
	body.text("Rooms on this network", "faint");
	if (hasNoLan) body.text(noLan);
	else if (lan.length === 0) body.text(noLanRooms);
	for (const room of bestKnownFirst(lan)) {
		layLanRoom(body, room, focus.kind === "room" && focus.target === room.target, theme);
	}
	if (lan.length > 0) body.text(wordsExplained, "faint");
}

/** Lays out the form. */
export function layJoinForm(state: JoinFormState, offered: OfferedRooms, { theme, size }: Look): Frame {
	const { focus } = state;
	const body = buildBody(theme, size);
	body.text("Where is the room? Type or paste what your friend told you", "title");
	body.field({
		edit: state.target.edit,
		isFocused: focus.kind === "address",
		placeholder: "ADDRESS PORT, or an invite: rt://…",
	});
	if (state.message === "") body.gap();
	else body.text(state.message, "warning");
	body.text("Your name there");
	body.field({ edit: state.name.edit, isFocused: focus.kind === "name" });
	if (state.proxy !== undefined) body.text(throughProxy(state.proxy), "faint");
	layLanRooms(body, offered, focus, theme);
	const recent = offered.recent.slice(0, shownRooms);
	// A host whom we know and who is on this network now stands above, with the address of today.
	const onLan = new Set(offered.lan?.flatMap(({ target, fingerprint }) => [target, `${fingerprint}`]));
	const elsewhere = recent.filter(({ target, fingerprint = "" }) => !onLan.has(target) && !onLan.has(fingerprint));
	if (elsewhere.length > 0) {
		body.gap();
		body.text("Rooms you were in", "faint");
	}
	for (const room of elsewhere) {
		const text = fit(roomWords(room), body.width - 2);
		const isChosen = focus.kind === "room" && focus.target === room.target;
		if (isChosen) body.focus();
		body.row(isChosen ? theme.paint("accent", `› ${text}`) : `  ${text}`);
	}
	return layPage({ size, theme, title: "Join a room", body: body.finish(), bar: barOf("join") });
}

/** The phases on the way into a room. */
export type LivePhase = Extract<Phase, { kind: "connecting" | "passwordNeeded" }>;

/** The phase after a way in that led nowhere. */
export type EndedPhase = Extract<Phase, { kind: "ended" }>;

/** Holds what a person has typed on the way in. */
interface JoinLiveState {
	readonly password: FieldState;
	readonly isShown: boolean;
	readonly message: string;
	/** The proxy through which everything goes. */
	readonly proxy?: string | undefined;
}

const steps = ["dialling", "checkingPassword", "entering"] as const;

const stepWords: Record<(typeof steps)[number], string> = {
	dialling: "Calling the other computer",
	checkingPassword: "Checking the password: this takes a moment",
	entering: "Entering the room",
};

/** Returns "1 try left." and so on. */
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

const attemptStyles: Readonly<Record<Attempt["state"], Style>> = {
	trying: "accent",
	answered: "good",
	calledOff: "faint",
	failed: "warning",
};

function layAttempts(body: BodyBuilder, attempts: readonly Attempt[]): void {
	for (const attempt of attempts) body.text(attemptRow(attempt), attemptStyles[attempt.state]);
}

/** Returns how many attempts are shown, the newest, on a screen where not all have room beside the steps. */
const shownAttempts = ({ rows }: Look["size"]): number => Math.max(2, Math.floor((rows - 7) / 2));

function layConnecting(
	phase: Extract<Phase, { kind: "connecting" }>,
	name: string,
	{ theme, size }: Look,
	proxy: string | undefined,
): Frame {
	const body = buildBody(theme, size);
	body.text(fit(`Joining ${phase.target} as ${name}`, body.width), "title");
	if (proxy !== undefined) body.text(throughProxy(proxy), "faint");
	body.gap();
	const current = steps.indexOf(phase.step);
	steps.slice(0, current + 1).forEach((step, index) => {
		if (index < current) body.text(`✓ ${stepWords[step]}`, "good");
		else body.text(`› ${stepWords[step]} …`, "accent");
		if (step === "dialling") layAttempts(body, (phase.attempts ?? []).slice(-shownAttempts(size)));
	});
	const bar = [{ keys: "Esc", words: "give up" }];
	return layPage({ size, theme, title: "Join a room", body: body.finish(), bar });
}

/** Lays out why it did not work, at whatever length: it is to be scrolled. */
function failedBody(phase: EndedPhase, search: HostSearch | undefined, { theme, size }: Look): Body {
	const body = buildBody(theme, size);
	const { title, advice, isAlarm = false } = endingOf(phase);
	body.text(title, isAlarm ? "alarm" : "warning");
	body.text(advice);
	if (search !== undefined) {
		body.gap();
		body.text(...searchWords(search));
	}
	const failed = (phase.attempts ?? []).filter(({ state }) => state === "failed");
	if (failed.length > 0) {
		body.gap();
		body.text("What was tried", "faint");
		layAttempts(body, failed);
	}
	return body.finish();
}

/** Returns how many rows there are to scroll through. */
export const failedRows = (phase: EndedPhase, search: HostSearch | undefined, look: Look): number =>
	failedBody(phase, search, look).rows.length;

/** Lays out why it did not work, scrolled down by `scroll` rows. */
export function layFailed(phase: EndedPhase, search: HostSearch | undefined, look: Look, scroll: number): Frame {
	const { theme, size } = look;
	const bar = [...searchBar(search, "try again"), { keys: "Esc", words: "back" }];
	return layPage({ size, theme, title: "Join a room", body: failedBody(phase, search, look), bar, scroll });
}

/** Lays out a phase on the way in. */
export function layJoinLive(state: JoinLiveState, phase: LivePhase, name: string, look: Look): Frame {
	switch (phase.kind) {
		case "passwordNeeded":
			return layPassword(state, phase, look);
		case "connecting":
			return layConnecting(phase, name, look, state.proxy);
	}
}
