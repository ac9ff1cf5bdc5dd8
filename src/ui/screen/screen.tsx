// What every screen stands on: the look of the terminal, one place where keys come in, and one component that draws finished rows.
import { useInput, usePaste, useStdout, useWindowSize } from "ink";
import {
	createContext,
	type ReactNode,
	type RefObject,
	useContext,
	useEffect,
	useEffectEvent,
	useLayoutEffect,
	useMemo,
	useRef,
	useState,
} from "react";
import { type Theme, themeFor } from "../look/theme.ts";
import { useSettings } from "../settings/use-settings.tsx";
import { keyPress, type Press, pressesOf } from "../terminal/key-press.ts";
import type { Painter } from "../terminal/painter.ts";
import {
	startFocus,
	startMouse,
	stopReports,
	type TerminalVoice,
	usePainter,
	usePause,
	useTap,
	useTurns,
	useVoice,
} from "../terminal/use-terminal.ts";
import type { TerminalEnvironment } from "../terminal/words.ts";
import { type ClickTarget, targetAt } from "./mouse.ts";
import { type Frame, maxScroll, type Size } from "./page.ts";
import { isTooSmall, laySmallWindow, sizeForScreens } from "./small-window.ts";

type PressHandler = (press: Press) => void;

/** What screens need to know of the terminal. */
export interface Look {
	readonly theme: Theme;
	readonly size: Size;
}

const LookContext = createContext<Look>({ theme: themeFor({}), size: { columns: 80, rows: 24 } });
/** Where the screen on show says what it wants of the terminal's input. The same for as long as the terminal is ours. */
interface Wishes {
	readonly keys: RefObject<PressHandler | undefined>;
	readonly clicks: RefObject<((x: number, y: number) => void) | undefined>;
	/** What turns the reports on that it wants, so that a pause can turn them off and on again. */
	readonly reports: RefObject<string>;
	/** Called when the person turns to another window. */
	readonly lookAway: Set<() => void>;
}

const noWishes = (): Wishes => ({
	keys: { current: undefined },
	clicks: { current: undefined },
	reports: { current: "" },
	lookAway: new Set(),
});

const WishesContext = createContext(noWishes());

/** What frames are drawn on. `cover`: shown in place of every frame; `onFrame`: hears of each. */
interface Stage {
	readonly size: Size;
	readonly painter?: Painter;
	readonly cover?: Frame;
	readonly onFrame?: (frame: Frame) => void;
}

const StageContext = createContext<Stage>({ size: { columns: 80, rows: 24 } });

const VoiceContext = createContext<TerminalVoice>({ say: () => {}, copy: () => "" });

const HandOverContext = createContext<(work: () => Promise<void>) => Promise<void>>((work) => work());

/** Gives the terminal to another program while `work` goes on. The room goes on too; nothing is drawn meanwhile. */
export const useHandOver = (): ((work: () => Promise<void>) => Promise<void>) => useContext(HandOverContext);

/** How to ring the bell, notify the desktop and fill the clipboard. */
export const useTerminalVoice = (): TerminalVoice => useContext(VoiceContext);

/** The terminal's look and size, the size following it. */
export const useLook = (): Look => useContext(LookContext);

// The screen on show has the keyboard; there is only one at a time.
function useKeys(handler: PressHandler): void {
	const { keys } = useContext(WishesContext);
	useLayoutEffect(() => {
		keys.current = handler;
		return () => {
			if (keys.current === handler) keys.current = undefined;
		};
	}, [keys, handler]);
}

/** Lets the wheel scroll and areas be clicked while a screen is shown, unless the person has turned the mouse off. Elsewhere the mouse selects text, as it does in a terminal. */
export function useMouse(): void {
	const { stdout } = useStdout();
	const { mouse } = useSettings().settings;
	const { reports } = useContext(WishesContext);
	useEffect(() => {
		reports.current = mouse ? startFocus + startMouse : startFocus;
		stdout.write(reports.current);
		return () => {
			reports.current = "";
			stdout.write(stopReports);
		};
	}, [stdout, reports, mouse]);
}

/** Calls `listener` when the person turns to another window, in terminals that tell. */
export function useLookAway(listener: () => void): void {
	const { lookAway } = useContext(WishesContext);
	const onAway = useEffectEvent(listener);
	useEffect(() => {
		const call = () => onAway();
		lookAway.add(call);
		return () => void lookAway.delete(call);
	}, [lookAway]);
}

/** Ink on Windows repaints everything when a frame is as tall as the terminal, so there it is a row less. */
const drawableSize = (columns: number, rows: number, platform: NodeJS.Platform): Size => ({
	columns,
	rows: platform === "win32" ? rows - 1 : rows,
});

interface TerminalProps {
	readonly theme: Theme;
	readonly env: TerminalEnvironment;
	readonly platform: NodeJS.Platform;
	/** Ctrl-Z; resolves when the person is back. */
	readonly onSuspend: () => Promise<void>;
	/** Gives the terminal to another program while `work` goes on. */
	readonly onHandOver: (work: () => Promise<void>) => Promise<void>;
	/** Ctrl-C twice in a window too small for the screens, which else decide what it means. */
	readonly onQuit: () => void;
	/** Hears of every frame, as it was laid out. */
	readonly onFrame?: (frame: Frame) => void;
	readonly children: ReactNode;
}

// In a window too small for them the screens keep their state and get no keys: nobody should press what they cannot see.
function useStage({ theme, platform, onQuit, onFrame }: TerminalProps) {
	const { columns, rows } = useWindowSize();
	const [isLeaving, setLeaving] = useState(false);
	const size = useMemo(() => drawableSize(columns, rows, platform), [columns, rows, platform]);
	const painter = usePainter();
	const isCovered = isTooSmall(size);
	if (isLeaving && !isCovered) setLeaving(false);
	const stage = useMemo(
		(): Stage => ({
			size,
			painter,
			...(isCovered ? { cover: laySmallWindow(size, isLeaving, theme) } : {}),
			...(onFrame === undefined ? {} : { onFrame }),
		}),
		[size, painter, isCovered, isLeaving, theme, onFrame],
	);
	const look = useMemo(() => ({ theme, size: sizeForScreens(size) }), [theme, size]);
	const onCoverPress = (press: Press) => {
		if (press.kind !== "key" || press.name !== "ctrl+c") return;
		if (isLeaving) onQuit();
		setLeaving(true);
	};
	return { stage, look, painter, ...(isCovered ? { onCoverPress } : {}) };
}

/** Everything that is drawn stands inside: reads keys, pastes and the wheel, and knows the look. */
export function Terminal(props: TerminalProps): ReactNode {
	const { env, onSuspend, onHandOver, children } = props;
	const { stage, look, painter, onCoverPress } = useStage(props);
	const [wishes] = useState(noWishes);
	const { keys, clicks, reports, lookAway } = wishes;
	const takeTurn = useTurns();
	const isPaused = useRef(false);
	const pause = usePause(reports, isPaused, painter);
	const handOver = (work: () => Promise<void>) => pause(() => onHandOver(work));
	const voice = useVoice(isPaused, env);
	const handle = (press: Press) =>
		takeTurn(() => {
			if (press.kind === "key" && press.name === "ctrl+z") void pause(onSuspend);
			else (onCoverPress ?? keys.current)?.(press);
		});
	// Before the tap: with a "readable" listener in place, a "data" listener no longer makes the stream flow.
	useInput((input, key) => {
		for (const press of pressesOf(input, key)) handle(press);
	});
	usePaste((text) => handle({ kind: "paste", text }));
	useTap((event) => {
		if (event.kind === "press") handle(event.press);
		else if (event.kind === "click")
			takeTurn(() => {
				if (onCoverPress === undefined) clicks.current?.(event.x, event.y);
			});
		else if (!event.isLookedAt) for (const listener of lookAway) listener();
	});
	return (
		<LookContext value={look}>
			<WishesContext value={wishes}>
				<VoiceContext value={voice}>
					<HandOverContext value={handOver}>
						<StageContext value={stage}>{children}</StageContext>
					</HandOverContext>
				</VoiceContext>
			</WishesContext>
		</LookContext>
	);
}

// Never more rows than the screen has. Ink draws nothing of it.
function Rows({ frame }: { readonly frame: Frame }): ReactNode {
	const { size, painter, cover, onFrame } = useContext(StageContext);
	const shown = cover ?? frame;
	useLayoutEffect(() => {
		const rows = shown.rows.slice(0, size.rows);
		const { cursor } = shown;
		const isInSight = cursor !== undefined && cursor.y < rows.length;
		painter?.draw({ rows, columns: size.columns, height: size.rows, ...(isInSight ? { cursor } : {}) });
	}, [painter, shown, size]);
	useEffect(() => onFrame?.(shown), [shown, onFrame]);
	return null;
}

// A click on an area that stands for a key is that key.
function useClicks({ areas = [] }: Frame, onPress: PressHandler, onClick?: (target: ClickTarget) => void): void {
	const { clicks } = useContext(WishesContext);
	useLayoutEffect(() => {
		const handle = (x: number, y: number) => {
			const target = targetAt(areas, x, y);
			if (target?.kind === "press") onPress(target.press);
			else if (target !== undefined) onClick?.(target);
		};
		clicks.current = handle;
		return () => {
			if (clicks.current === handle) clicks.current = undefined;
		};
	}, [clicks, areas, onPress, onClick]);
}

/** A finished frame that has the keyboard, and the mouse where `useMouse` is. */
export function Screen({
	frame,
	onPress,
	onClick,
	hasLines = false,
}: {
	readonly frame: Frame;
	readonly onPress: (press: Press) => void;
	readonly onClick?: (target: ClickTarget) => void;
	/** Ctrl-J begins a line. Elsewhere it means Enter, which arrives so when it was typed before the program could read keys. */
	readonly hasLines?: boolean;
}): ReactNode {
	const isLineFeed = (press: Press) => !hasLines && press.kind === "key" && press.name === "ctrl+j";
	useKeys((press) => onPress(isLineFeed(press) ? keyPress("enter") : press));
	useClicks(frame, onPress, onClick);
	return <Rows frame={frame} />;
}

/** A screen to read: the frame of `lay` for how far it is scrolled. Presses that do not scroll go to `onPress`. */
export function ScrollScreen({
	lay,
	bodyRows,
	onPress,
}: {
	readonly lay: (scroll: number) => Frame;
	readonly bodyRows: number;
	readonly onPress: (press: Press) => void;
}): ReactNode {
	const { size } = useLook();
	const [wish, setWish] = useState(0);
	const most = maxScroll(size, bodyRows);
	const scroll = Math.min(wish, most);
	const onAnyPress = (press: Press) => {
		const step = press.kind === "key" ? scrollStep(press.name, size) : undefined;
		if (step === undefined) onPress(press);
		else setWish(Math.max(0, Math.min(most, scroll + step)));
	};
	return <Screen frame={lay(scroll)} onPress={onAnyPress} />;
}

/** Rows a key scrolls by, negative = up; `undefined` when it does not scroll. */
export function scrollStep(key: string, size: Size): number | undefined {
	const page = Math.max(1, size.rows - 4);
	const steps: Readonly<Record<string, number>> = {
		up: -1,
		down: 1,
		wheelUp: -3,
		wheelDown: 3,
		pageUp: -page,
		pageDown: page,
		home: Number.NEGATIVE_INFINITY,
		end: Number.POSITIVE_INFINITY,
	};
	return steps[key];
}
