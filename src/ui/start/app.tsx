// Chooses the screen by what is known of the person's identity and of the room.
import { type ComponentProps, type ReactNode, useCallback, useEffect, useMemo } from "react";
import type { Engine, Phase, Snapshot } from "../../engine/api/api.ts";
import type { HistoryQuery } from "../../engine/api/content.ts";
import type { KnockFilter } from "../../engine/api/gate.ts";
import type { RoomKey } from "../../engine/api/room-key.ts";
import { Chat } from "../chat/chat.tsx";
import { draftOf, withDraft } from "../composer/drafts.ts";
import { Posts } from "../posts/posts.tsx";
import { Tabs, useRooms } from "../rooms/tabs.tsx";
import { ColouredNames } from "../screen/coloured-names.tsx";
import { KeyWords } from "../screen/key-words.tsx";
import { bodyWidth, layPage, paragraph } from "../screen/page.ts";
import { Screen, useLook } from "../screen/screen.tsx";
import { endMessage } from "../words/endings.ts";
import type { Intent } from "../words/intent.ts";
import { nameOfRoom, roomLines } from "../words/rooms/room-list.ts";
import { Ended } from "./ended.tsx";
import { FirstName } from "./first-name.tsx";
import { Home } from "./home.tsx";
import { homeOf } from "./home-frame.ts";
import { JoinFailed, JoinForm, JoinLive } from "./join.tsx";
import { type AppProps, type Journey, useIntent, useJourney, wishOf } from "./journey.ts";
import { Unlock } from "./unlock.tsx";
import { useCalls } from "./use-calls.ts";
import { useOlderOf } from "./use-older-of.ts";

function AtRest({ props, journey }: { readonly props: AppProps; readonly journey: Journey }): ReactNode {
	const { snapshot, perform, place, goHome, openJoin, isEndShown, leave } = journey;
	const { identity, recentRooms, phase, lanRooms, hasNoLan = false } = snapshot;
	const { others } = useRooms();
	const { readPosts } = useReads(props.engine, snapshot);
	const shown = homeOf(snapshot, others, openJoin);
	if (identity.kind !== "ready" || shown === undefined) return undefined;
	if (place.kind === "join" && phase.kind !== "openingRoom") {
		return (
			<JoinForm
				key={place.problem}
				{...{ target: place.target, problem: place.problem, isOpen: !place.isUnderWay }}
				{...{ name: identity.name, recentRooms, lanRooms, hasNoLan, proxy: snapshot.proxy, perform }}
				onBack={goHome}
				onLeave={leave}
			/>
		);
	}
	const problem = phase.kind === "ended" && isEndShown ? endMessage(phase) : "";
	return (
		<Home
			{...{ shown, version: props.version, offer: props.offer, isOpening: phase.kind === "openingRoom" }}
			readPosts={(onClose) => <Posts {...{ readPosts, perform, onClose }} />}
			wish={wishOf(props.intent)}
			problem={place.kind === "home" && place.problem !== "" ? place.problem : problem}
			actions={{ perform, onJoin: openJoin, onLeave: leave }}
		/>
	);
}

/** Provides what the room asks the engine without changing anything. */
function useReads(
	engine: Engine,
	snapshot: Snapshot,
): Pick<ComponentProps<typeof Chat>, "reads" | "readTold" | "readPosts" | "onEvent"> {
	const reads = useMemo(
		() => ({
			knocks: (filter: KnockFilter) => engine.knocks({ filter }),
			previewBlock: (address: string) => engine.previewBlock(address),
		}),
		[engine],
	);
	// Another function each time that something may have changed: then it is asked again.
	// biome-ignore lint/correctness/useExhaustiveDependencies: a new snapshot says that something may have changed.
	const readTold = useCallback(() => engine.told(), [engine, snapshot]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: a new snapshot says that something may have changed.
	const readPosts = useCallback((of?: string) => engine.posts(of), [engine, snapshot]);
	const onEvent = useCallback<Engine["onEvent"]>((listener) => engine.onEvent(listener), [engine]);
	return { reads, readTold, readPosts, onEvent };
}

const noFiles: NonNullable<Snapshot["files"]> = [];
const comingBack = { kind: "inRoom", role: "guest", isReconnecting: true } as const;

function InRoom({
	props,
	journey,
	phase: now,
}: {
	readonly props: AppProps;
	readonly journey: Journey;
	/** The phase of the room. Whoever comes back to a room sees it on the way, and is asked for the password in it. */
	readonly phase: Extract<Phase, { kind: "inRoom" | "connecting" | "passwordNeeded" }>;
}): ReactNode {
	const phase = now.kind === "inRoom" ? now : comingBack;
	const asked = now.kind === "passwordNeeded" ? now : undefined;
	const { snapshot, perform, goHome, leave, dialled, drafts, typedAhead } = journey;
	const { people, timeline, hosting, gate, talk, kept } = snapshot;
	const { engine } = props;
	const own = people.find((person) => person.isSelf)?.name;
	useCalls(engine, gate !== undefined);
	const reads = useReads(engine, snapshot);
	const older = useOlderOf(engine, snapshot, perform);
	const previewFiles = useCallback((paths: readonly string[]) => engine.previewFiles(paths), [engine]);
	useEffect(() => {
		typedAhead.current = "";
	}, [typedAhead]);
	const keepDraft = useCallback(
		(text: string) => {
			drafts.current = withDraft(drafts.current, dialled, text);
		},
		[drafts, dialled],
	);
	const readWords = useCallback((fingerprint: string) => engine.keyWords(fingerprint), [engine]);
	return (
		<KeyWords read={readWords}>
			<ColouredNames people={people}>
				<Chat
					{...{
						phase,
						asked,
						name: own ?? nameOf(snapshot),
						routeTerms: snapshot.routeTerms,
						buddies: snapshot.buddies ?? [],
						room: snapshot.room,
						roomLines: () => roomLines(snapshot),
						history: (query: HistoryQuery) => engine.history(query),
						nameOfRoom: (room: RoomKey) => nameOfRoom(snapshot, room),
						isKept: snapshot.rooms.some(({ room, kind }) => room === snapshot.room && kind !== "passing"),
						pairWith: snapshot.buddies?.find(({ room }) => room === snapshot.room),
						people,
						timeline,
						hosting,
						gate,
						talk,
						files: snapshot.files ?? noFiles,
						previewFiles,
						older,
						kept,
						...reads,
						keepDraft,
						perform,
					}}
					draft={draftOf(drafts.current, dialled)}
					typedAhead={typedAhead.current}
					isDemo={props.intent.kind === "host" && props.intent.isDemo === true}
					onHome={goHome}
					onLeave={leave}
				/>
			</ColouredNames>
		</KeyWords>
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
	const isOnTheWay = phase.kind === "connecting" || phase.kind === "passwordNeeded";
	if (phase.kind === "inRoom" || (isOnTheWay && phase.isComingBack === true))
		return <InRoom {...{ props, journey, phase }} />;
	const again = () => void join(dialled);
	const { recentRooms, lanRooms, hasNoLan = false } = snapshot;
	const known = recentRooms.find(({ target }) => target === dialled);
	const mayUseDht = snapshot.routeTerms.dht !== undefined;
	const finding = { known, mayUseDht, join: (target: string) => void join(target), lanRooms, hasNoLan, perform };
	if (phase.kind === "ended" && isEndShown && trail.wasInRoom) {
		const isGuest = dialled !== "";
		return (
			<Ended
				{...{ phase, people, timeline, finding }}
				draft={draftOf(journey.drafts.current, dialled)}
				{...(isGuest ? { onAgain: again } : {})}
				onHome={goHome}
				onLeave={leave}
			/>
		);
	}
	if (isOnTheWay) {
		return (
			<JoinLive
				{...{ phase, name: nameOf(snapshot), proxy: snapshot.proxy, perform }}
				keepTyped={(text) => {
					journey.typedAhead.current = text;
				}}
				onBack={goHome}
				onLeave={leave}
			/>
		);
	}
	if (phase.kind === "ended" && isEndShown && dialled !== "") {
		return <JoinFailed {...{ phase, finding }} onAgain={again} onBack={goHome} onLeave={leave} />;
	}
	return <AtRest {...{ props, journey }} />;
}

function Leaving({ isHost }: { readonly isHost: boolean }): ReactNode {
	const { theme, size } = useLook();
	const words = isHost ? "Closing the room and telling everyone …" : "Leaving …";
	const rows = paragraph(theme, words, bodyWidth(size), "accent");
	return <Screen frame={layPage({ size, theme, title: "Real Talk", body: { rows }, bar: [] })} onPress={() => {}} />;
}

/** Draws all rooms, each in a tab of its own; while there is one, nothing of tabs is seen. */
export function App(props: AppProps): ReactNode {
	const { engine, takePassword } = props;
	const later: Intent = { kind: "home", wish: {} };
	return (
		<Tabs
			engine={engine}
			draw={(window, isFirst) => (
				<OneRoom
					{...props}
					engine={window}
					intent={isFirst ? props.intent : later}
					takePassword={isFirst ? takePassword : () => undefined}
				/>
			)}
		/>
	);
}

/** Draws the screen that belongs to the phase of one room. */
function OneRoom(props: AppProps): ReactNode {
	const journey = useJourney(props);
	useIntent(props, journey);
	if (props.isLeaving) return <Leaving isHost={journey.snapshot.hosting !== undefined} />;
	return <Route {...{ props, journey }} />;
}
