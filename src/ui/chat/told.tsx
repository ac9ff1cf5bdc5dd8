// Shows what others have learned so far: outside the room, in it, and what is on the disk. It follows while it is open.
import type { ReactNode } from "react";
import type { Told } from "../../engine/api/told.ts";
import { bodyWidth, layPage, paragraph } from "../screen/page.ts";
import { ScrollScreen, useLook } from "../screen/screen.tsx";
import { useAnswer } from "../screen/use-answer.ts";
import { barOf } from "../settings/keys.ts";
import { toldSections } from "../words/told-words.ts";

interface ToldProps {
	readonly readTold: () => Promise<Told>;
	/** The room of which it is told. */
	readonly room: Parameters<typeof toldSections>[1];
	readonly onClose: () => void;
}

/** Shows it in sections. Escape, Enter or q close it. */
export function ToldScreen({ readTold, room, onClose }: ToldProps): ReactNode {
	const { theme, size } = useLook();
	const width = bodyWidth(size);
	const told = useAnswer("told", readTold, readTold);
	const sections = told === undefined ? [] : toldSections(told, room, Date.now());
	const rows = sections.flatMap(({ title, paragraphs }, index) => [
		...(index === 0 ? [] : [""]),
		...paragraph(theme, title, width, "title"),
		...paragraphs.flatMap((text) => ["", ...paragraph(theme, text, width)]),
	]);
	return (
		<ScrollScreen
			bodyRows={rows.length}
			lay={(scroll) => layPage({ size, theme, title: "Who learned what", body: { rows }, bar: barOf("told"), scroll })}
			onPress={(press) => {
				const isClosing =
					press.kind === "key" ? ["escape", "enter", "ctrl+c"].includes(press.name) : press.text === "q";
				if (isClosing) onClose();
			}}
		/>
	);
}
