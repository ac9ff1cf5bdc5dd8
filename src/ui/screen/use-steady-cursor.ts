// The cursor does not blink for people who want nothing to move: the only thing on the screen that moves by itself.
import { useStdout } from "ink";
import { useEffect } from "react";
import { useSettings } from "../settings/use-settings.tsx";

/** A block that does not blink (DECSCUSR), and the cursor as the person has set it in their terminal. */
export const steadyCursor = "\u001B[2 q";
export const usualCursor = "\u001B[0 q";

/** Holds for as long as something is drawn. Inside the settings. */
export function useSteadyCursor(): void {
	const { stdout } = useStdout();
	const { motion } = useSettings().settings;
	useEffect(() => {
		if (motion) return;
		stdout.write(steadyCursor);
		return () => void stdout.write(usualCursor);
	}, [stdout, motion]);
}
