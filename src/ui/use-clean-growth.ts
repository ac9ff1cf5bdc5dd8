// A window that grows is drawn anew as a whole: some terminals keep what once stood where the window was cut off, and show it again.
import { useStdout } from "ink";
import { useEffect } from "react";

const homeAndErase = "\u001B[H\u001B[J";

/** For as long as something is drawn. */
export function useCleanGrowth(): void {
	const { stdout, write } = useStdout();
	useEffect(() => {
		// Ink declares less than it gives.
		const terminal = stdout as NodeJS.WriteStream;
		let { columns, rows } = terminal;
		const onResize = () => {
			const hasGrown = terminal.columns > columns || terminal.rows > rows;
			({ columns, rows } = terminal);
			// Ink then draws its last frame whole; the new one follows at once.
			if (hasGrown) write(homeAndErase);
		};
		// Before Ink hears of it, which draws only what it takes for changed.
		terminal.prependListener("resize", onResize);
		return () => void terminal.off("resize", onResize);
	}, [stdout, write]);
}
