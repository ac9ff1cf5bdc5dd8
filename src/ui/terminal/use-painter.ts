// The painter of the view: knows when somebody else may have written on the terminal.
import { useStdout } from "ink";
import { useEffect, useState } from "react";
import { Painter } from "./painter.ts";

/** A new size is drawn as soon as React knows it. When a window has come back to the size it had, React has nothing to draw. */
const restoreMs = 50;

/** For as long as something is drawn. */
export function usePainter(): Painter {
	const { stdout } = useStdout();
	const [painter] = useState(() => new Painter((text) => void stdout.write(text)));
	useEffect(() => {
		let timer: NodeJS.Timeout | undefined;
		const onResize = () => {
			painter.forget();
			clearTimeout(timer);
			timer = setTimeout(() => painter.restore(), restoreMs);
		};
		// Before React hears of it and draws.
		stdout.prependListener("resize", onResize);
		return () => {
			clearTimeout(timer);
			stdout.off("resize", onResize);
		};
	}, [stdout, painter]);
	return painter;
}
