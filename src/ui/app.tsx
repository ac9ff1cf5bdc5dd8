// Chooses the screen by what is known of the person's identity and of the room.
import { type ReactNode, useEffect, useRef, useState } from "react";
import type { Engine, Phase, Snapshot } from "../engine/api.ts";
import { Chat } from "./chat.tsx";
import { Ended } from "./ended.tsx";
import { endingOf } from "./endings.ts";
import { FirstName } from "./first-name.tsx";
import { Home } from "./home.tsx";
import type { Intent } from "./intent.ts";
import { JoinForm, JoinLive } from "./join.tsx";
import { bodyWidth, layPage, paragraph } from "./page.ts";
import { Screen, useLook } from "./screen.tsx";
import { Unlock } from "./unlock.tsx";
import { useEngine } from "./use-engine.ts";

/** What the program starts the screens with. */
interface AppProps {
	readonly engine: Engine;
	readonly intent: Intent;
	readonly version: string;
	/** Offered to a new person as their name; may be empty. */
	readonly suggestedName: string;
	/** The person is being taken out: everyone is told. */
	readonly isLeaving: boolean;
	/** The person wants out of Real Talk. `lastWords`: why a room ended by others' doing, if that was on screen. */
	readonly onLeave: (lastWords?: string) => void;
}

type Place = { readonly kind: "home" } | { readonly kind: "join"; readonly target: string; readonly problem: string };

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
			return { target: phase.target, wasInRoom: false, isEndRead: false };
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

function useJourney({ engine, intent, onLeave }: AppProps) {
	const { snapshot, perform } = useEngine(engine);
	const { phase } = snapshot;
	const [trail, readEnd] = useTrail(phase);
	const [place, setPlace] = useState<Place>(
		intent.kind === "join" ? { kind: "join", target: intent.target, problem: "" } : { kind: "home" },
	);
	const join = async (target: string) => {
		setPlace({ kind: "join", target, problem: "" });
		const outcome = await perform({ kind: "join", target });
		if (outcome.kind === "refused") setPlace({ kind: "join", target, problem: outcome.message });
	};
	const goHome = () => {
		readEnd();
		setPlace({ kind: "home" });
		if (phase.kind !== "idle" && phase.kind !== "ended") void perform({ kind: "leave" });
	};
	const openJoin = (target?: string) => {
		if (target === undefined) setPlace({ kind: "join", target: "", problem: "" });
		else void join(target);
	};
	const isEndShown = phase.kind === "ended" && phase.code !== "left" && !trail.isEndRead;
	const leave = () => onLeave(isEndShown ? phase.message : undefined);
	// Empty when the room was our own.
	const dialled = trail.target === "" && place.kind === "join" ? place.target : trail.target;
	return { snapshot, perform, trail, dialled, place, join, goHome, openJoin, isEndShown, leave };
}

type Journey = ReturnType<typeof useJourney>;

// `rt ADDRESS PORT` dials as soon as there is an identity; `--name` is set first.
function useIntent({ intent }: AppProps, { snapshot, perform, join }: Journey): void {
	const isDone = useRef(false);
	const { identity } = snapshot;
	const begin = async (name: string) => {
		if (intent.name !== undefined && intent.name !== name) await perform({ kind: "rename", name: intent.name });
		if (intent.kind === "join") await join(intent.target);
	};
	useEffect(() => {
		if (isDone.current || identity.kind !== "ready") return;
		isDone.current = true;
		void begin(identity.name);
	});
}

function AtRest({ props, journey }: { readonly props: AppProps; readonly journey: Journey }): ReactNode {
	const { snapshot, perform, place, goHome, openJoin, isEndShown, leave } = journey;
	const { identity, recentRooms, phase } = snapshot;
	if (identity.kind !== "ready") return undefined;
	if (place.kind === "join" && phase.kind !== "openingRoom") {
		return (
			<JoinForm
				key={place.problem}
				{...{ name: identity.name, target: place.target, problem: place.problem, recentRooms, perform }}
				onBack={goHome}
				onLeave={leave}
			/>
		);
	}
	const { intent } = props;
	const listen =
		intent.kind === "host"
			? {
					...(intent.port === undefined ? {} : { port: intent.port }),
					...(intent.bind === undefined ? {} : { bind: intent.bind }),
				}
			: {};
	return (
		<Home
			{...{ identity, recentRooms, listen, version: props.version, isOpening: phase.kind === "openingRoom" }}
			problem={phase.kind === "ended" && isEndShown ? `${endingOf(phase.code).title} ${phase.message}` : ""}
			actions={{ perform, onJoin: openJoin, onLeave: leave }}
		/>
	);
}

function InRoom({
	props,
	journey,
	phase,
}: {
	readonly props: AppProps;
	readonly journey: Journey;
	readonly phase: Extract<Phase, { kind: "inRoom" }>;
}): ReactNode {
	const { snapshot, perform, goHome, leave } = journey;
	const { people, timeline, hosting, identity } = snapshot;
	const own = people.find((person) => person.isSelf)?.name;
	const name = own ?? (identity.kind === "none" ? "" : identity.name);
	return (
		<Chat
			{...{ role: phase.role, name, people, timeline, hosting, perform }}
			readBlocks={() => props.engine.blocks()}
			onHome={goHome}
			onLeave={leave}
		/>
	);
}

function nameOf({ identity }: Snapshot): string {
	return identity.kind === "none" ? "" : identity.name;
}

function Route({ props, journey }: { readonly props: AppProps; readonly journey: Journey }): ReactNode {
	const { snapshot, perform, trail, dialled, join, goHome, isEndShown, leave } = journey;
	const { identity, phase, people, timeline } = snapshot;
	const { version } = props;
	if (identity.kind === "none") {
		return (
			<FirstName suggestion={props.intent.name ?? props.suggestedName} {...{ version, perform }} onLeave={leave} />
		);
	}
	if (identity.kind === "locked") return <Unlock {...{ identity, version, perform }} onLeave={leave} />;
	if (phase.kind === "inRoom") return <InRoom {...{ props, journey, phase }} />;
	const again = () => void join(dialled);
	if (phase.kind === "ended" && isEndShown && trail.wasInRoom) {
		const isGuest = dialled !== "";
		return (
			<Ended
				{...{ phase, people, timeline }}
				{...(isGuest ? { onAgain: again } : {})}
				onHome={goHome}
				onLeave={leave}
			/>
		);
	}
	if (
		phase.kind === "connecting" ||
		phase.kind === "passwordNeeded" ||
		(phase.kind === "ended" && isEndShown && dialled !== "")
	) {
		return <JoinLive {...{ phase, name: nameOf(snapshot), perform }} onAgain={again} onBack={goHome} onLeave={leave} />;
	}
	return <AtRest {...{ props, journey }} />;
}

function Leaving({ isHost }: { readonly isHost: boolean }): ReactNode {
	const { theme, size } = useLook();
	const words = isHost ? "Closing the room and telling everyone …" : "Leaving …";
	const rows = paragraph(theme, words, bodyWidth(size), "accent");
	return <Screen frame={layPage({ size, theme, title: "Real Talk", body: { rows }, bar: [] })} onPress={() => {}} />;
}

/** All screens. */
export function App(props: AppProps): ReactNode {
	const journey = useJourney(props);
	useIntent(props, journey);
	if (props.isLeaving) return <Leaving isHost={journey.snapshot.hosting !== undefined} />;
	return <Route {...{ props, journey }} />;
}
