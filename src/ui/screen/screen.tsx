// What every screen is made with: the look of the terminal, what it can be asked for, and the components that draw a frame and take its keys.
import {
	createContext,
	type ReactNode,
	type RefObject,
	useContext,
	useEffect,
	useEffectEvent,
	useLayoutEffect,
	useMemo,
	useState,
} from "react";
import { type Theme, themeFor } from "../look/theme.ts";
import { useSettings } from "../settings/use-settings.tsx";
import { keyPress, type Press } from "../terminal/key-press.ts";
import type { Tty } from "../terminal/tty.ts";
import type { TerminalEnvironment } from "../terminal/words.ts";
import { newLineKeys } from "./edit-keys.ts";
import { type ClickTarget, targetAt } from "./mouse.ts";
import { type Frame, maxScroll, type Size } from "./page.ts";
import { pictureOf } from "./picture.ts";

/** Holds what screens need to know of the terminal. */
export interface Look {
	readonly theme: Theme;
	readonly size: Size;
}

/** Says something to the terminal beside the picture. Nothing is said while the terminal is somebody else's. */
export interface TerminalVoice {
	say(words: (env: TerminalEnvironment) => string | undefined): void;
	/** Fills the clipboard, and returns in words what became of it. `what` is for example "the message". */
	copy(what: string, text: string): string;
	/** Shows a title in the bar of the window, or the person's own when it is `undefined`. */
	title(words: string | undefined): void;
}

/** The terminal as screens have it, and where the screen on show says who takes presses and clicks. It stays the same while anything is drawn. */
export interface Access {
	readonly tty: Tty | undefined;
	readonly keys: RefObject<((press: Press) => void) | undefined>;
	readonly clicks: RefObject<((x: number, y: number) => void) | undefined>;
	readonly voice: TerminalVoice;
	readonly handOver: (work: () => Promise<void>) => Promise<void>;
}

/** Says what frames are drawn on. `cover` is shown in place of every frame, and `onFrame` hears of each. */
export interface Stage {
	readonly size: Size;
	readonly cover?: Frame;
	/** The row of tabs while there are several rooms: above the frame, or in place of its first row. */
	readonly tabs?: { readonly row: string; readonly isAbove: boolean };
	readonly onFrame?: (frame: Frame) => void;
}

const size80 = { columns: 80, rows: 24 };
/** Provides the look; <Terminal> does (terminal.tsx). */
export const LookContext = createContext<Look>({ theme: themeFor({}), size: size80 });
/** Provides what frames are drawn on. */
export const StageContext = createContext<Stage>({ size: size80 });
/** Provides the terminal. */
export const AccessContext = createContext<Access>({
	tty: undefined,
	keys: { current: undefined },
	clicks: { current: undefined },
	voice: { say: () => {}, copy: () => "", title: () => {} },
	handOver: (work) => work(),
});

/** Returns the look and the size of the terminal, the size following it. */
export const useLook = (): Look => useContext(LookContext);

const useAccess = (): Access => useContext(AccessContext);

/** Returns what rings the bell, notifies the desktop and fills the clipboard. */
export const useTerminalVoice = (): TerminalVoice => useAccess().voice;

/** Returns what gives the terminal to another program while `work` goes on. The room goes on too; nothing is drawn meanwhile. */
export const useHandOver = (): Access["handOver"] => useAccess().handOver;

/** Lets the wheel scroll and areas be clicked while a screen is shown, unless the person has turned the mouse off. Elsewhere the mouse selects text, as it does in a terminal. */
export function useMouse(): void {
	const { tty } = useAccess();
	const { mouse } = useSettings().settings;
	useLayoutEffect(() => {
		tty?.modes.set("mouse", mouse);
		return () => tty?.modes.set("mouse", false);
	}, [tty, mouse]);
}

/** Calls `listener` when the person turns to another window, in terminals that tell. */
export function useLookAway(listener: () => void): void {
	const { tty } = useAccess();
	const onAway = useEffectEvent(listener);
	useLayoutEffect(() => tty?.input.listen((event) => event.kind === "focus" && !event.hasFocus && onAway()), [tty]);
}

/** Shows a title in the bar of the window while the component is shown. */
export function useWindowTitle(words: string | undefined): void {
	const { voice } = useAccess();
	useLayoutEffect(() => voice.title(words), [voice, words]);
	useLayoutEffect(() => () => voice.title(undefined), [voice]);
}

/**
 * Calls `listener` whenever the person shows that they are here: by a key, a click, or by turning to this window. Returns what says whether the window has
 * the focus, where the terminal tells.
 */
export function usePresence(listener: () => void): () => boolean | undefined {
	const { tty } = useAccess();
	const onHere = useEffectEvent(listener);
	useLayoutEffect(
		() =>
			tty?.input.listen((event) => {
				const isHere = event.kind === "focus" ? event.hasFocus : hereKinds.has(event.kind);
				if (isHere) onHere();
			}),
		[tty],
	);
	return () => tty?.input.hasFocus();
}

const hereKinds: ReadonlySet<string> = new Set(["text", "paste", "key", "click"]);

type PressHandler = (press: Press) => void;

// The screen on show has the keyboard; there is only one at a time.
function useKeys(handler: PressHandler): void {
	const { keys } = useAccess();
	useLayoutEffect(() => {
		keys.current = handler;
		return () => {
			if (keys.current === handler) keys.current = undefined;
		};
	}, [keys, handler]);
}

// Puts the row of tabs in its place.
function withTabs(frame: Frame, { row, isAbove }: NonNullable<Stage["tabs"]>): Frame {
	const rows = [row, ...frame.rows.slice(isAbove ? 0 : 1)];
	const { cursor } = frame;
	return { ...frame, rows, ...(cursor !== undefined && isAbove ? { cursor: { ...cursor, y: cursor.y + 1 } } : {}) };
}

function Rows({ frame }: { readonly frame: Frame }): ReactNode {
	const { size, cover, tabs, onFrame } = useContext(StageContext);
	const { tty } = useAccess();
	const shown = useMemo(() => cover ?? (tabs === undefined ? frame : withTabs(frame, tabs)), [cover, frame, tabs]);
	useLayoutEffect(() => {
		tty?.painter.draw(pictureOf(shown, size));
	}, [tty, shown, size]);
	useEffect(() => onFrame?.(shown), [shown, onFrame]);
	return null;
}

// A click on an area that stands for a key is that key.
function useClicks({ areas = [] }: Frame, onPress: PressHandler, onClick?: (target: ClickTarget) => void): void {
	const { clicks } = useAccess();
	const { tabs } = useContext(StageContext);
	const down = tabs?.isAbove === true ? 1 : 0;
	useLayoutEffect(() => {
		const handle = (x: number, y: number) => {
			const target = targetAt(areas, x, y - down);
			if (target?.kind === "press") onPress(target.press);
			else if (target !== undefined) onClick?.(target);
		};
		clicks.current = handle;
		return () => {
			if (clicks.current === handle) clicks.current = undefined;
		};
	}, [clicks, areas, down, onPress, onClick]);
}

/** Draws a finished frame that has the keyboard, and the mouse where `useMouse` is. */
export function Screen({
	frame,
	onPress,
	onClick,
	hasLines = false,
}: {
	readonly frame: Frame;
	readonly onPress: (press: Press) => void;
	readonly onClick?: (target: ClickTarget) => void;
	/**
	 * Says whether the keys for a new line begin one. Elsewhere they mean Enter, which arrives as Ctrl-J when it was typed before the program could read keys.
	 */
	readonly hasLines?: boolean;
}): ReactNode {
	const isNewLine = (press: Press) => !hasLines && press.kind === "key" && newLineKeys.has(press.name);
	useKeys((press) => onPress(isNewLine(press) ? keyPress("enter") : press));
	useClicks(frame, onPress, onClick);
	return <Rows frame={frame} />;
}

/** Draws a screen to read: the frame of `lay` for how far it is scrolled. Presses that do not scroll go to `onPress`. */
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

/** Returns the rows that a key scrolls by, negative upwards; `undefined` when it does not scroll. */
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
