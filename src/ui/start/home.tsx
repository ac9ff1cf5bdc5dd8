// The first screen: starts a room with one Enter, or shows the way to someone else's.
import { type ReactNode, useState } from "react";
import type { Command } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { HostWish } from "../../engine/api/hosting.ts";
import { Help } from "../help/help.tsx";
import { fieldOf, offeredField, pressField } from "../screen/field-state.ts";
import { Screen, useLook } from "../screen/screen.tsx";
import type { Press } from "../terminal/key-press.ts";
import { strengthOf } from "../words/password-strength.ts";
import { offerPassword } from "../words/password-words.ts";
import { friendsTarget } from "../words/pasted-target.ts";
import { refusalWords } from "../words/refusals.ts";
import {
	freshHome,
	type HomeShown,
	type HomeState,
	layHome,
	type Reach,
	reachAfter,
	reachOf,
	shownRooms,
} from "./home-frame.ts";

/** Says what the home screen may do. */
interface HomeActions {
	readonly perform: (command: Command) => Promise<Outcome>;
	/** Goes to the join dialog; with a target it joins that. */
	readonly onJoin: (target?: string) => void;
	readonly onLeave: () => void;
}

interface HomeProps {
	readonly shown: HomeShown;
	/** Draws the screen where posts are read until `onClose`. */
	readonly readPosts: (onClose: () => void) => ReactNode;
	readonly isOpening: boolean;
	/** Says why the room could not be opened; it is empty if nothing is wrong. */
	readonly problem: string;
	readonly version: string;
	/** Holds what the command line wishes for a new room. */
	readonly wish: HostWish;
	/** Returns the password that the field opens with. */
	readonly offer: () => string;
	readonly actions: HomeActions;
}

/** Returns the wish with the way to be found that was chosen; what the command line asked for stays as it was asked. */
function wishFor(wish: HostWish, reach: Reach): HostWish {
	if (reach === reachOf(wish)) return { ...wish, routes: wish.routes ?? [] };
	const { isOnlyByRoutes: _, ...others } = wish;
	if (reach === "tor") return { ...others, routes: ["tor"], isOnlyByRoutes: true };
	return { ...others, routes: reach === "direct" ? [] : [reach] };
}

function useHome(props: HomeProps, openHelp: () => void, openPosts: () => void) {
	const { isOpening, problem, wish, actions } = props;
	const { recentRooms, kept, unreadPosts, asking, terms } = props.shown;
	const [fresh] = useState(() => freshHome(props.offer(), wish));
	const [password, setPassword] = useState(fresh.password);
	const [focus, setFocus] = useState(fresh.focus);
	const [message, setMessage] = useState(fresh.message);
	const [reach, setReach] = useState(fresh.reach);
	const [isPasswordSure, setPasswordSure] = useState(false);
	const friendsRoom = isPasswordSure || password.isOffered ? undefined : friendsTarget(password.edit.text);
	const rooms = recentRooms.slice(0, shownRooms);
	const before = kept.length + (unreadPosts > 0 ? 1 : 0);
	const answer = (choice: "accept" | "decline") => {
		if (asking === undefined) return;
		const { fingerprint } = asking;
		void actions.perform({ kind: "answerBuddy", fingerprint, answer: choice }).then((outcome) => {
			if (outcome.kind === "refused") setMessage(refusalWords(outcome));
		});
	};
	const start = () => {
		const choice = kept[focus];
		if (choice !== undefined) return choice.go();
		if (unreadPosts > 0 && focus === kept.length) return openPosts();
		const room = rooms[focus - before];
		if (room !== undefined) return actions.onJoin(room.target);
		if (friendsRoom !== undefined) return actions.onJoin(friendsRoom);
		const strength = strengthOf(password.edit.text);
		if (strength.kind === "refused") return setMessage(strength.words);
		setMessage("");
		const opened = { password: password.edit.text, wish: wishFor(wish, reach) };
		void actions.perform({ kind: "host", ...opened }).then((outcome) => {
			if (outcome.kind === "refused") setMessage(refusalWords(outcome));
		});
	};
	const keys: Readonly<Record<string, () => void>> = {
		enter: start,
		tab: () => actions.onJoin(),
		f1: openHelp,
		escape: actions.onLeave,
		"ctrl+t": () => setReach(reachAfter(reach, terms)),
		"ctrl+o": () => setPasswordSure(true),
		"ctrl+n": () => setPassword(offeredField(offerPassword())),
		"ctrl+y": () => answer("accept"),
		"ctrl+x": () => answer("decline"),
		down: () => setFocus(Math.min(focus + 1, before + rooms.length - 1)),
		up: () => setFocus(Math.max(focus - 1, -1)),
	};
	const onPress = (press: Press) => {
		if (press.kind === "key" && press.name === "ctrl+c") return actions.onLeave();
		if (isOpening) return;
		const act = press.kind === "key" ? keys[press.name] : undefined;
		if (act !== undefined) return act();
		// Only the way to the room is kept of a pasted message: a field has one line.
		const pasted = press.kind === "paste" ? friendsTarget(press.text) : undefined;
		const next = pasted === undefined ? pressField(password, press) : fieldOf(pasted);
		if (next === undefined) return;
		setPassword(next);
		setPasswordSure(false);
		setFocus(-1);
		setMessage("");
	};
	const state: HomeState = {
		...{ password, focus, isOpening },
		message: message === "" ? problem : message,
		...(friendsRoom !== undefined && { friendsRoom }),
		reach,
	};
	return { state, onPress };
}

/** Asks for the password of a new room, and shows the way to other rooms. */
export function Home(props: HomeProps): ReactNode {
	const look = useLook();
	const [isHelpOpen, setHelpOpen] = useState(false);
	const [isReading, setReading] = useState(false);
	const { state, onPress } = useHome(
		props,
		() => setHelpOpen(true),
		() => setReading(true),
	);
	if (isHelpOpen) return <Help place="home" onClose={() => setHelpOpen(false)} />;
	if (isReading) return props.readPosts(() => setReading(false));
	return <Screen frame={layHome(state, props.shown, props.version, look)} onPress={onPress} />;
}
