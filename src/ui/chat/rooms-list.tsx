// Shows one's rooms and buddies. It follows while it is open.
import type { ReactNode } from "react";
import type { Theme } from "../look/theme.ts";
import { paragraph } from "../screen/page.ts";
import { ReadingPage } from "./reading-page.tsx";

interface RoomsListProps {
	/** One line of text for each. */
	readonly lines: readonly string[];
	readonly onClose: () => void;
}

const how = "Alt-1 to Alt-9 go to the rooms on this screen, Alt-A to the next with something new.";

/** Lists them. */
export function RoomsList({ lines, onClose }: RoomsListProps): ReactNode {
	const layRows = (theme: Theme, width: number) =>
		[...lines, how].flatMap((line) => [...paragraph(theme, line, width), ""]);
	return <ReadingPage title="Your rooms and buddies" layRows={layRows} onClose={onClose} />;
}
