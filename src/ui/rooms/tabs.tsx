// Several rooms on one screen: each has a tab, which keeps its draft, its place and its search while another one is shown.
import {
	createContext,
	memo,
	type ReactNode,
	useContext,
	useEffect,
	useEffectEvent,
	useLayoutEffect,
	useMemo,
	useRef,
	useState,
	useSyncExternalStore,
} from "react";
import type { Engine, RoomSummary } from "../../engine/api/api.ts";
import type { RoomKey } from "../../engine/api/room-key.ts";
import { AccessContext, LookContext, StageContext } from "../screen/screen.tsx";
import { afterDelay } from "../terminal/after.ts";
import type { Press } from "../terminal/key-press.ts";
import { RoomWindow } from "./room-window.ts";
import { nextWithNews, type TabFacts, type TabWish, tabRow, tabWish, tabWords } from "./tab-state.ts";

/** Below this height the row of tabs stands in place of the screen's own first row. */
const rowAboveFrom = 14;

/** A Tab is one tab, with the engine as the tab has it. */
interface Tab {
	readonly id: number;
	readonly window: RoomWindow;
}

/** Lets a screen go to other rooms. */
export interface Rooms {
	/** Lists the other rooms in words, each with what goes there. */
	readonly others: readonly { readonly words: string; readonly go: () => void }[];
	readonly next: () => void;
	readonly another: () => void;
	/** A line that is to be shown in its room. */
	readonly wanted: { readonly room: RoomKey; readonly id: string } | undefined;
	/** Goes to a line of a room; `false`: no tab has that room. */
	readonly show: (line: { readonly room: RoomKey; readonly id: string }) => boolean;
	/** The line that was wanted is on the screen, or not to be had. */
	readonly arrived: () => void;
}

const RoomsContext = createContext<Rooms>({
	others: [],
	next: () => {},
	another: () => {},
	wanted: undefined,
	show: () => false,
	arrived: () => {},
});

/** Returns what goes to other rooms. */
export const useRooms = (): Rooms => useContext(RoomsContext);

const factsOf = ({ id, window }: Tab): TabFacts => (window.room === undefined ? { id } : { id, room: window.room });

/** What is unread in a busy room is counted on the screen as often as its lines are drawn. */
const coalesceMs = 100;

/** Calls `listener` some time after a change, once for all that come meanwhile. Returns what stops it. */
function followSlowly(engine: Engine, listener: () => void): () => void {
	let cancel: (() => void) | undefined;
	const stop = engine.subscribe(() => {
		cancel ??= afterDelay(coalesceMs, () => {
			cancel = undefined;
			listener();
		});
	});
	return () => {
		stop();
		cancel?.();
	};
}

function useSummaries(engine: Engine): readonly RoomSummary[] {
	const [follow] = useState(() => (listener: () => void) => followSlowly(engine, listener));
	const text = useSyncExternalStore(follow, () => JSON.stringify(engine.snapshot("nowhere").rooms));
	return useMemo((): readonly RoomSummary[] => JSON.parse(text), [text]);
}

const isOpen = ({ state }: RoomSummary): boolean => state !== "ended" && state !== "idle";

// A room that was begun elsewhere gets a tab; a tab whose room was left goes, unless it is the last one.
function follow(
	tabs: readonly Tab[],
	engine: Engine,
	rooms: readonly RoomSummary[],
	newId: () => number,
): readonly Tab[] {
	const isGone = ({ window }: Tab): boolean =>
		window.room !== undefined && !window.isBeginning && rooms.every(({ room }) => room !== window.room);
	const kept = tabs.filter((tab) => !isGone(tab));
	const left = kept.length === 0 ? tabs.slice(-1) : kept;
	if (left.some(({ window }) => window.isBeginning && window.room === undefined)) return left;
	const fresh = rooms.filter((one) => isOpen(one) && left.every(({ window }) => window.room !== one.room));
	const added = fresh.map(({ room }): Tab => ({ id: newId(), window: new RoomWindow(engine, room) }));
	const all = [...left, ...added];
	return all.length === tabs.length && all.every((tab, index) => tab === tabs[index]) ? tabs : all;
}

function useTabs(engine: Engine) {
	const lastId = useRef(0);
	const newId = () => {
		lastId.current += 1;
		return lastId.current;
	};
	const [tabs, setTabs] = useState<readonly Tab[]>(() => [{ id: 0, window: new RoomWindow(engine) }]);
	const [wanted, setWanted] = useState(0);
	const rooms = useSummaries(engine);
	const update = useEffectEvent(() => setTabs((now) => follow(now, engine, engine.snapshot("nowhere").rooms, newId)));
	useEffect(() => {
		update();
		return engine.subscribe(update);
	}, [engine]);
	// The tab that was shown may be gone: the one that takes its place stays, whatever comes after.
	const isThere = tabs.some(({ id }) => id === wanted);
	const current = isThere ? wanted : (tabs.at(-1)?.id ?? 0);
	if (!isThere) setWanted(current);
	const another = () => {
		const empty = tabs.find(({ window }) => window.room === undefined);
		const tab = empty ?? { id: newId(), window: new RoomWindow(engine) };
		if (empty === undefined) setTabs([...tabs, tab]);
		setWanted(tab.id);
	};
	const act = (wish: TabWish) => {
		if (wish.kind === "another") return another();
		const facts = tabs.map(factsOf);
		const to = wish.kind === "go" ? facts[wish.index] : nextWithNews(facts, current, rooms);
		if (to !== undefined) setWanted(to.id);
	};
	return { tabs, current, rooms, act, go: setWanted };
}

// What is on show counts as read.
function useReading(engine: Engine, room: string | undefined, rooms: readonly RoomSummary[]): void {
	const { tty } = useContext(AccessContext);
	const unread = rooms.find((one) => one.room === room)?.unread ?? 0;
	useEffect(() => {
		if (room !== undefined && unread > 0 && tty?.input.hasFocus() !== false)
			void engine.perform({ kind: "read", room });
	}, [engine, room, unread, tty]);
}

/** Gives a tab the terminal, or an empty stage where it goes on unseen: with its own keyboard, which nobody presses. */
function TabStage({
	isShown,
	above,
	onWish,
	children,
}: {
	readonly isShown: boolean;
	readonly above: string | undefined;
	/** Takes a key that is for the tabs. */
	readonly onWish: ((wish: TabWish) => void) | undefined;
	readonly children: ReactNode;
}): ReactNode {
	const access = useContext(AccessContext);
	const look = useContext(LookContext);
	const stage = useContext(StageContext);
	const keys = useRef<((press: Press) => void) | undefined>(undefined);
	const clicks = useRef<((x: number, y: number) => void) | undefined>(undefined);
	const onPress = useEffectEvent((press: Press) => {
		const wish = press.kind === "key" && onWish !== undefined ? tabWish(press.name) : undefined;
		if (wish === undefined) keys.current?.(press);
		else onWish?.(wish);
	});
	useLayoutEffect(() => {
		if (!isShown) return undefined;
		const handle = (press: Press) => onPress(press);
		access.keys.current = handle;
		return () => {
			if (access.keys.current === handle) access.keys.current = undefined;
		};
	}, [access, isShown]);
	const isAbove = above !== undefined && look.size.rows >= rowAboveFrom;
	const seen = useMemo(() => {
		if (!isShown) return { ...access, tty: undefined, keys, clicks, voice: { ...access.voice, title: () => {} } };
		return { ...access, keys };
	}, [access, isShown]);
	const rows = isAbove ? look.size.rows - 1 : look.size.rows;
	const smaller = useMemo(() => ({ ...look, size: { ...look.size, rows } }), [look, rows]);
	const covered = useMemo(() => {
		const { onFrame: _, ...silent } = stage;
		if (!isShown) return silent;
		return above === undefined ? stage : { ...stage, tabs: { row: above, isAbove } };
	}, [stage, isShown, above, isAbove]);
	return (
		<LookContext value={smaller}>
			<AccessContext value={seen}>
				<StageContext value={covered}>{children}</StageContext>
			</AccessContext>
		</LookContext>
	);
}

type Draw = (window: Engine, isFirst: boolean) => ReactNode;

/** A tab's body is drawn anew by what happens in its room, and not by what is counted in the row of tabs. */
const TabBody = memo(function TabBody({
	window,
	isFirst,
	draw,
}: {
	readonly window: Engine;
	readonly isFirst: boolean;
	readonly draw: Draw;
}): ReactNode {
	return draw(window, isFirst);
});

/** Draws the tab on show, and keeps the others. `draw` makes what is in a tab; the first one begins with what was asked for on the command line. */
export function Tabs({ engine, draw }: { readonly engine: Engine; readonly draw: Draw }): ReactNode {
	const { tabs, current, rooms, act, go } = useTabs(engine);
	const { theme, size } = useContext(LookContext);
	const facts = tabs.map(factsOf);
	useReading(engine, facts.find(({ id }) => id === current)?.room, rooms);
	const isOne = tabs.length === 1;
	const above = isOne ? undefined : tabRow(theme, facts, current, rooms, size.columns);
	const [wanted, setWanted] = useState<Rooms["wanted"]>();
	const latest = useRef(act);
	useLayoutEffect(() => {
		latest.current = act;
	});
	const context = useMemo((): Rooms => {
		const others = tabs.map(factsOf).filter(({ id }) => id !== current);
		return {
			others: others.map((tab) => ({ words: tabWords(tab, rooms), go: () => go(tab.id) })),
			next: () => latest.current({ kind: "next" }),
			another: () => latest.current({ kind: "another" }),
			wanted,
			show: (line) => {
				const tab = tabs.find(({ window }) => window.room === line.room);
				if (tab === undefined) return false;
				go(tab.id);
				setWanted(line);
				return true;
			},
			arrived: () => setWanted(undefined),
		};
	}, [tabs, current, rooms, go, wanted]);
	return (
		<RoomsContext value={context}>
			{tabs.map(({ id, window }) => (
				<TabStage key={id} isShown={id === current} above={above} onWish={isOne ? undefined : act}>
					<TabBody window={window} isFirst={id === 0} draw={draw} />
				</TabStage>
			))}
		</RoomsContext>
	);
}
