// Shows what others have learned so far: outside the room, in it, and what is on the disk. It follows while it is open.
import type { ReactNode } from "react";
import type { Told } from "../../engine/api/told.ts";
import type { Theme } from "../look/theme.ts";
import { paragraph } from "../screen/page.ts";
import { useAnswer } from "../screen/use-answer.ts";
import { toldSections } from "../words/told-words.ts";
import { ReadingPage } from "./reading-page.tsx";

interface ToldProps {
	readonly readTold: () => Promise<Told>;
	/** The room of which it is told. */
	readonly room: Parameters<typeof toldSections>[1];
	readonly onClose: () => void;
}

/** Shows it in sections. */
export function ToldScreen({ readTold, room, onClose }: ToldProps): ReactNode {
	const told = useAnswer("told", readTold, readTold);
	const sections = told === undefined ? [] : toldSections(told, room, Date.now());
	const layRows = (theme: Theme, width: number) =>
		sections.flatMap(({ title, paragraphs }, index) => [
			...(index === 0 ? [] : [""]),
			...paragraph(theme, title, width, "title"),
			...paragraphs.flatMap((text) => ["", ...paragraph(theme, text, width)]),
		]);
	return <ReadingPage title="Who learned what" layRows={layRows} onClose={onClose} />;
}
