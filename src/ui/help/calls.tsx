// Shows what calls the person while they look elsewhere, and changes it: the one place for that, for hosts and guests.
import { type ReactNode, useState } from "react";
import { type CallRow, callRows, changedCalls, keepCallsWords } from "../actions/calls.ts";
import { layPage } from "../screen/page.ts";
import { buildBody } from "../screen/page-body.ts";
import { Screen, useLook } from "../screen/screen.tsx";
import { barOf } from "../settings/keys.ts";
import { useSettings } from "../settings/use-settings.tsx";
import { closesPage, type Press } from "../terminal/key-press.ts";
import { pad } from "../text/width.ts";

const labelColumns = 12;
const moves: Readonly<Record<string, number>> = { up: -1, wheelUp: -1, down: 1, wheelDown: 1 };

function stepOf(press: Press): 1 | -1 | undefined {
	if (press.kind === "text") return press.text === " " ? 1 : undefined;
	if (press.kind !== "key") return undefined;
	if (press.name === "left") return -1;
	return press.name === "right" || press.name === "enter" ? 1 : undefined;
}

/** Lists what can call; ← and → change how. Escape, F3 or q close it. */
export function CallsScreen({ onClose }: { readonly onClose: () => void }): ReactNode {
	const { theme, size } = useLook();
	const { settings, change } = useSettings();
	const rows = callRows(settings.calls);
	const [wish, setWish] = useState(0);
	const chosen = Math.max(0, Math.min(wish, rows.length - 1));
	const onPress = (press: Press) => {
		const move = press.kind === "key" ? moves[press.name] : undefined;
		if (move !== undefined) return setWish(Math.max(0, Math.min(chosen + move, rows.length - 1)));
		const step = stepOf(press);
		const row = rows[chosen];
		if (step !== undefined && row) return change({ calls: changedCalls(settings.calls, row.name, step) });
		if (closesPage(press, "f3")) onClose();
	};
	const body = buildBody(theme, size);
	const paint = ({ name, value }: CallRow, isChosen: boolean) =>
		`${isChosen ? theme.paint("accent", "› ") : "  "}${theme.paint(isChosen ? "strong" : "plain", pad(name, labelColumns))}${theme.paint("accent", isChosen ? `‹ ${value} ›` : `  ${value}`)}`;
	for (const [index, row] of rows.entries()) {
		if (index === chosen) body.focus();
		body.row(paint(row, index === chosen));
	}
	body.gap();
	body.text(rows[chosen]?.words ?? "");
	body.text(settings.bell ? keepCallsWords : `The bell is off: /bell on. ${keepCallsWords}`, "faint");
	const frame = layPage({ size, theme, title: "What calls you", body: body.finish(), bar: barOf("calls") });
	return <Screen frame={frame} onPress={onPress} />;
}
