// A page of the chat that is only read: rows of text below a title, which can be scrolled.
import type { ReactNode } from "react";
import type { Theme } from "../look/theme.ts";
import { bodyWidth, layPage } from "../screen/page.ts";
import { ScrollScreen, useLook } from "../screen/screen.tsx";
import { barOf } from "../settings/keys.ts";
import { closesPage } from "../terminal/key-press.ts";

interface ReadingPageProps {
	readonly title: string;
	/** Lays the rows out in so many columns. */
	readonly layRows: (theme: Theme, width: number) => readonly string[];
	readonly onClose: () => void;
}

/** Shows the rows. Escape, Enter or q close the page. */
export function ReadingPage({ title, layRows, onClose }: ReadingPageProps): ReactNode {
	const { theme, size } = useLook();
	const rows = layRows(theme, bodyWidth(size));
	return (
		<ScrollScreen
			bodyRows={rows.length}
			lay={(scroll) => layPage({ size, theme, title, body: { rows }, bar: barOf("told"), scroll })}
			onPress={(press) => {
				if (closesPage(press, "enter")) onClose();
			}}
		/>
	);
}
