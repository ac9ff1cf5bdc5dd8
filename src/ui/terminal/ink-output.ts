// The terminal as Ink gets it: Ink keeps the modes (alternate screen, bracketed paste) and hears keys and sizes, but draws nothing; frames are the painter's.

/** The part of a terminal's output needed here. */
interface Output {
	write(...args: readonly unknown[]): boolean;
}

// What Ink writes around and for its own, empty frames: line ends, moves, erasing, showing the cursor.
const frameOnly = /^(?:\n|\u001B\[\d*[A-HJK]|\u001B\[\?25[hl]|\u001B\[\?2026[hl])+$/;
// On its way out it shows the cursor again, alone.
const cursorOnly = /^\u001B\[\?25[hl]$/;

/** The same stream, on which Ink's own frames leave no trace. While it `isOurs` no longer (another program has the terminal), nothing does. */
export function frameless<Stream extends Output>(stream: Stream, isOurs: () => boolean = () => true): Stream {
	const write = (first: unknown, ...rest: readonly unknown[]) => {
		// Empty rather than nothing: whoever waits for it is called.
		if (!isOurs()) return stream.write("", ...rest);
		const isFrame = typeof first === "string" && frameOnly.test(first) && !cursorOnly.test(first);
		return stream.write(isFrame ? "" : first, ...rest);
	};
	return new Proxy(stream, {
		get(target, name) {
			if (name === "write") return write;
			const value: unknown = Reflect.get(target, name, target);
			return typeof value === "function" ? value.bind(target) : value;
		},
	});
}
