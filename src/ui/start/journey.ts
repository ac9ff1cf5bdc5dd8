// Where a person is between the start page, a join and a room: what is remembered of phases gone by, and what the command line began.
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { Engine, Phase } from "../../engine/api/api.ts";
import type { HostWish } from "../../engine/api/hosting.ts";
import { noDrafts } from "../composer/drafts.ts";
import { useEngine } from "../screen/use-engine.ts";
import { endMessage } from "../words/endings.ts";
import type { Intent } from "../words/intent.ts";
import { refusalWords } from "../words/refusals.ts";

/** Holds what the program starts the screens with. */
export interface AppProps {
	readonly engine: Engine;
	readonly intent: Intent;
	readonly version: string;
	/** A name to offer to a new person; it may be empty. */
	readonly suggestedName: string;
	/** Returns the password of `--password-file`, the first time it is asked for; then it is forgotten. */
	readonly takePassword: () => string | undefined;
	/** Returns a password to offer for a new room. */
	readonly offer: () => string;
	/** The person is being taken out: everyone is told. */
	readonly isLeaving: boolean;
	/** Is called when the person wants to leave Real Talk. `lastWords` says why a room ended by others' doing, if that was on screen. */
	readonly onLeave: (lastWords?: string) => void;
}

// The page that is shown while no room is open.
type StartPage =
	| { readonly kind: "home"; readonly problem: string }
	/** The join dialog is shown. With `isUnderWay` the target is known, and dialled as soon as can be. */
	| { readonly kind: "join"; readonly target: string; readonly problem: string; readonly isUnderWay: boolean };

// What must be remembered of phases gone by: the room last dialled, whether we were in, and whether its end was read.
interface Trail {
	readonly target: string;
	readonly wasInRoom: boolean;
	readonly isEndRead: boolean;
}

function follow(trail: Trail, phase: Phase): Trail {
	switch (phase.kind) {
		case "connecting":
		case "passwordNeeded":
			if (phase.isComingBack === true) return { ...trail, isEndRead: false };
			return { target: phase.typed ?? phase.target, wasInRoom: false, isEndRead: false };
		case "openingRoom":
			return { target: "", wasInRoom: false, isEndRead: false };
		case "inRoom":
			return { target: phase.role === "host" ? "" : trail.target, wasInRoom: true, isEndRead: false };
		case "idle":
		case "ended":
			return trail;
	}
}

function useTrail(phase: Phase): readonly [Trail, () => void] {
	const [trail, setTrail] = useState<Trail>({ target: "", wasInRoom: false, isEndRead: false });
	const next = follow(trail, phase);
	const isSame =
		next.target === trail.target && next.wasInRoom === trail.wasInRoom && next.isEndRead === trail.isEndRead;
	if (!isSame) setTrail(next);
	return [isSame ? trail : next, () => setTrail((now) => ({ ...now, isEndRead: true }))];
}

/** Follows the person from page to page and from room to room. */
export function useJourney({ engine, intent, onLeave }: AppProps) {
	const { snapshot, perform } = useEngine(engine);
	const { phase } = snapshot;
	const [trail, readEnd] = useTrail(phase);
	const [place, setPlace] = useState<StartPage>(
		intent.kind === "join"
			? { kind: "join", target: intent.target ?? "", problem: "", isUnderWay: intent.target !== undefined }
			: { kind: "home", problem: "" },
	);
	const drafts = useRef(noDrafts);
	// What stood in the field of the room's password when the room opened.
	const typedAhead = useRef("");
	const join = async (target: string) => {
		setPlace({ kind: "join", target, problem: "", isUnderWay: true });
		const outcome = await perform({ kind: "join", target });
		if (outcome.kind === "refused")
			setPlace({ kind: "join", target, problem: refusalWords(outcome), isUnderWay: false });
	};
	const goHome = () => {
		readEnd();
		setPlace({ kind: "home", problem: "" });
		if (phase.kind !== "idle" && phase.kind !== "ended") void perform({ kind: "leave" });
	};
	const openJoin = (target?: string) => {
		if (target === undefined) setPlace({ kind: "join", target: "", problem: "", isUnderWay: false });
		else void join(target);
	};
	const isEndShown = phase.kind === "ended" && phase.code !== "left" && !trail.isEndRead;
	const leave = () => onLeave(isEndShown ? endMessage(phase) : undefined);
	// Empty when the room was our own.
	const dialled = trail.target === "" && place.kind === "join" ? place.target : trail.target;
	return {
		snapshot,
		perform,
		trail,
		dialled,
		place,
		setPlace,
		join,
		goHome,
		openJoin,
		isEndShown,
		leave,
		drafts,
		typedAhead,
	};
}

export type Journey = ReturnType<typeof useJourney>;

/** Does what the command line asked for: `rt ADDRESS PORT` dials as soon as there is an identity, `rt host` with a password from a file opens the room; `--name` is set first. */
export function useIntent({ intent, takePassword }: AppProps, { snapshot, perform, join, setPlace }: Journey): void {
	const isDone = useRef(false);
	const { identity, phase } = snapshot;
	const open = async () => {
		const password = intent.kind === "host" ? takePassword() : undefined;
		if (password === undefined) return;
		const outcome = await perform({ kind: "host", password, wish: wishOf(intent) });
		if (outcome.kind === "refused") setPlace({ kind: "home", problem: refusalWords(outcome) });
	};
	const begin = async (name: string) => {
		if (intent.name !== undefined && intent.name !== name) await perform({ kind: "rename", name: intent.name });
		if (intent.kind !== "join") await open();
		else if (intent.target !== undefined) await join(intent.target);
	};
	useEffect(() => {
		if (isDone.current || identity.kind !== "ready") return;
		isDone.current = true;
		void begin(identity.name);
	});
	// The password in the file is that of the room on the command line, and of no other.
	const askingTarget = phase.kind === "passwordNeeded" ? (phase.typed ?? phase.target) : undefined;
	const answer = useEffectEvent((target: string) => {
		const password = takePassword();
		if (password !== undefined && intent.kind === "join" && intent.target === target) {
			void perform({ kind: "password", password });
		}
	});
	useEffect(() => {
		if (askingTarget !== undefined) answer(askingTarget);
	}, [askingTarget]);
}

/** Returns what is wished for a room of one's own. Whoever came to join and opens one after all wished nothing for it. */
export function wishOf(intent: Intent): HostWish {
	return intent.kind === "join" ? {} : intent.wish;
}
