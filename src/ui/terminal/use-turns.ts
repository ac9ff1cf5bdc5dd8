// Gives presses one at a time: a hook for the component in which all of them come in.
import { useEffect, useEffectEvent, useReducer, useRef } from "react";

/**
 * Returns a function that runs what it is given, one after the other. Several presses can arrive at once ("hello\r", a held Backspace). Each gets
 * its turn after React has drawn the one before and has run the effects of that drawing, because a screen's handler knows the state of its last
 * drawing: the counter is drawn with what the press changed, and its effect runs after those of the screens. A single press is handled at once.
 */
export function useTurns(): (act: () => void) => void {
	const waiting = useRef<(() => void)[]>([]);
	const isBusy = useRef(false);
	const [turn, endTurn] = useReducer((count: number) => count + 1, 0);
	const next = () => {
		const act = waiting.current.shift();
		isBusy.current = act !== undefined;
		if (act === undefined) return;
		act();
		endTurn();
	};
	// The next press does not run within the drawing itself, because React takes a chain of those for an endless loop.
	const onDrawn = useEffectEvent(() => void setImmediate(next));
	useEffect(() => {
		if (turn > 0) onDrawn();
	}, [turn]);
	return (act) => {
		waiting.current.push(act);
		if (!isBusy.current) next();
	};
}
