// Shows what Real Talk is and whose data it uses. The key a of the help opens it.
import type { ReactNode } from "react";
import { bodyWidth, layPage, paragraph } from "../screen/page.ts";
import { ScrollScreen, useLook } from "../screen/screen.tsx";
import { aboutTexts, attributions, licenceNote } from "./about-texts.ts";

/** Shows the texts about Real Talk. Escape, Enter, a or q close it. */
export function About({ onClose }: { readonly onClose: () => void }): ReactNode {
	const { theme, size } = useLook();
	const width = bodyWidth(size);
	const texts = (paragraphs: readonly string[]) => paragraphs.flatMap((text) => [...paragraph(theme, text, width), ""]);
	const rows = [
		...texts(aboutTexts),
		theme.paint("title", "Data about addresses"),
		...texts(attributions),
		...paragraph(theme, licenceNote, width, "faint"),
	];
	const bar = [{ keys: "Esc", words: "back" }];
	return (
		<ScrollScreen
			bodyRows={rows.length}
			lay={(scroll) => layPage({ size, theme, title: "About Real Talk", body: { rows }, bar, scroll })}
			onPress={(press) => {
				const isClosing =
					press.kind === "key" ? ["escape", "enter", "ctrl+c"].includes(press.name) : /^[aq]$/.test(press.text);
				if (isClosing) onClose();
			}}
		/>
	);
}
