// The root of everything that is drawn: takes what comes from the keyboard and the mouse to the screen on show, and follows the size of the window.
import {
	type ReactNode,
	useEffectEvent,
	useLayoutEffect,
	useMemo,
	useRef,
	useState,
	useSyncExternalStore,
} from "react";
import type { Theme } from "../look/theme.ts";
import { useSettings } from "../settings/use-settings.tsx";
import type { InputEvent } from "../terminal/input-machine.ts";
import type { Press } from "../terminal/key-press.ts";
import type { Tty } from "../terminal/tty.ts";
import { useTurns } from "../terminal/use-turns.ts";
import { clipboardOf, copiedWords, type TerminalEnvironment, titleOf } from "../terminal/words.ts";
import type { Frame, Size } from "./page.ts";
import { type Access, AccessContext, LookContext, type Stage, StageContext, type TerminalVoice } from "./screen.tsx";
import { isTooSmall, laySmallWindow, sizeForScreens } from "./small-window.ts";

// The cursor is the only thing on the screen that moves by itself; it stands still for people who want nothing to move.
function useSteadyCursor(tty: Tty): void {
	const { motion } = useSettings().settings;
	useLayoutEffect(() => {
		tty.modes.set("steadyCursor", !motion);
		return () => tty.modes.set("steadyCursor", false);
	}, [tty, motion]);
}

function useSize({ output }: Tty): Size {
	const [read] = useState(() => {
		let last: Size = output.size();
		return () => {
			const { columns, rows } = output.size();
			if (columns !== last.columns || rows !== last.rows) last = { columns, rows };
			return last;
		};
	});
	const [follow] = useState(() => (listener: () => void) => output.onResize(listener));
	return useSyncExternalStore(follow, read);
}

interface TerminalProps {
	readonly tty: Tty;
	readonly theme: Theme;
	readonly env: TerminalEnvironment;
	/** Stops the program, as Ctrl-Z wants it; resolves when the person is back. */
	readonly onSuspend: () => Promise<void>;
	/** Gives the terminal to another program while `work` goes on. */
	readonly onHandOver: (work: () => Promise<void>) => Promise<void>;
	/** Leaves: Ctrl-C was pressed twice in a window too small for the screens, which else decide what it means. */
	readonly onQuit: () => void;
	/** Hears of every frame, as it was laid out. */
	readonly onFrame?: (frame: Frame) => void;
	readonly children: ReactNode;
}

// In a window too small for them the screens keep their state and get no keys: nobody should press what they cannot see.
function useCover({ tty, theme, onQuit, onFrame }: TerminalProps) {
	const size = useSize(tty);
	const [isLeaving, setLeaving] = useState(false);
	const isCovered = isTooSmall(size);
	if (isLeaving && !isCovered) setLeaving(false);
	const stage = useMemo(
		(): Stage => ({
			size,
			...(isCovered ? { cover: laySmallWindow(size, isLeaving, theme) } : {}),
			...(onFrame === undefined ? {} : { onFrame }),
		}),
		[size, isCovered, isLeaving, theme, onFrame],
	);
	const look = useMemo(() => ({ theme, size: sizeForScreens(size) }), [theme, size]);
	const onCoverPress = (press: Press) => {
		if (press.kind !== "key" || press.name !== "ctrl+c") return;
		if (isLeaving) onQuit();
		setLeaving(true);
	};
	return { stage, look, ...(isCovered ? { onCoverPress } : {}) };
}

function useVoice({ tty, env }: TerminalProps): TerminalVoice {
	return useMemo(() => {
		const say: TerminalVoice["say"] = (words) => {
			const sequence = words(env);
			if (sequence !== undefined) tty.say(sequence);
		};
		const copy: TerminalVoice["copy"] = (what, text) => {
			say(() => clipboardOf(text, env));
			return copiedWords(what, text, env);
		};
		const title: TerminalVoice["title"] = (words) =>
			tty.setTitle((words === undefined ? undefined : titleOf(words, env)) ?? "");
		return { say, copy, title };
	}, [tty, env]);
}

function useAccessOf(props: TerminalProps): Access {
	const { tty, onHandOver } = props;
	const voice = useVoice(props);
	const keys: Access["keys"] = useRef(undefined);
	const clicks: Access["clicks"] = useRef(undefined);
	return useMemo(() => ({ tty, keys, clicks, voice, handOver: onHandOver }), [tty, voice, onHandOver]);
}

/** Is the root of everything that is drawn. */
export function Terminal(props: TerminalProps): ReactNode {
	const { tty, onSuspend, children } = props;
	const { stage, look, onCoverPress } = useCover(props);
	const access = useAccessOf(props);
	const { keys, clicks } = access;
	const takeTurn = useTurns();
	useSteadyCursor(tty);
	const onPress = (press: Press) => {
		if (press.kind === "key" && press.name === "ctrl+z") void onSuspend();
		else (onCoverPress ?? keys.current)?.(press);
	};
	const onClick = (x: number, y: number) => {
		if (onCoverPress === undefined) clicks.current?.(x, y);
	};
	const press = useEffectEvent(onPress);
	const click = useEffectEvent(onClick);
	const onEvent = useEffectEvent((event: InputEvent) => {
		if (event.kind === "click") takeTurn(() => click(event.x, event.y));
		else if (event.kind === "text" || event.kind === "paste" || event.kind === "key") takeTurn(() => press(event));
	});
	useLayoutEffect(() => tty.input.listen((event) => onEvent(event)), [tty]);
	return (
		<LookContext value={look}>
			<AccessContext value={access}>
				<StageContext value={stage}>{children}</StageContext>
			</AccessContext>
		</LookContext>
	);
}
