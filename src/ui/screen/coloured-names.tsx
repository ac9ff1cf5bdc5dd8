// Paints the names of the people in a room in colours that differ.
import { type ReactNode, useMemo, useState } from "react";
import type { Person } from "../../engine/api/people.ts";
import { colouredNames, type NameColours } from "../look/name-colours.ts";
import { LookContext, useLook } from "./screen.tsx";

const noColours: NameColours = new Map();

/** Gives everything inside it a look in which the names of `people` differ in colour. */
export function ColouredNames({
	people,
	children,
}: {
	readonly people: readonly Person[];
	readonly children: ReactNode;
}): ReactNode {
	const { theme, size } = useLook();
	const [before, setBefore] = useState(noColours);
	// One's own name is painted otherwise where it could be mistaken for somebody's.
	const keys = people.filter(({ isSelf }) => !isSelf).map(({ fingerprint }) => fingerprint);
	const colours = colouredNames(before, keys, theme.nameColours, theme.nameColourOf);
	if (colours !== before) setBefore(colours);
	const look = useMemo(() => ({ theme: theme.withNames(colours), size }), [theme, size, colours]);
	return <LookContext value={look}>{children}</LookContext>;
}
