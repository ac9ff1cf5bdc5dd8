// Shows one's rooms and buddies. It follows while it is open.
import type { ReactNode } from "react";
import { bodyWidth, layPage, paragraph } from "../screen/page.ts";
import { ScrollScreen, useLook } from "../screen/screen.tsx";
import { barOf } from "../settings/keys.ts";

interface RoomsListProps {
	/** What there is to say of each, a line each. */
	readonly lines: readonly string[];
	readonly onClose: () => void;
}

/** Lists them. Escape, Enter or q close it. */
export function RoomsList({ lines, onClose }: RoomsListProps): ReactNode {
	const { theme, size } = useLook();
	const width = bodyWidth(size);
	const how = "Alt-1 to Alt-9 go to the rooms on this screen, Alt-A to the next with something new.";
	const rows = [...lines, how].flatMap((line) => [...paragraph(theme, line, width), ""]);
	return (
		<ScrollScreen
			bodyRows={rows.length}
			lay={(scroll) =>
				layPage({ size, theme, title: "Your rooms and buddies", body: { rows }, bar: barOf("told"), scroll })
			}
			onPress={(press) => {
				const isClosing =
					press.kind === "key" ? ["escape", "enter", "ctrl+c"].includes(press.name) : press.text === "q";
				if (isClosing) onClose();
			}}
		/>
	);
}
