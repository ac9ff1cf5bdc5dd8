// Who is here and how well they are known, for guests. A host has the admin panel.
import type { ReactNode } from "react";
import type { Person } from "../engine/api.ts";
import { barOf } from "./keys.ts";
import { bodyWidth, layPage } from "./page.ts";
import { ScrollScreen, useLook } from "./screen.tsx";
import type { Theme } from "./theme.ts";
import { grouped, paintTrust, roleWords, trustWords } from "./trust.ts";
import { fit, widthOf, wrap } from "./width.ts";

function personRows(theme: Theme, person: Person, width: number): readonly string[] {
	const role = roleWords(person);
	const name = fit(person.name, width - 1 - widthOf(role));
	const trust = person.isSelf ? [] : wrap(trustWords(person.trust), width - 2);
	const facts = [grouped(person.fingerprint), person.location?.label ?? ""].filter((fact) => fact !== "");
	return [
		`${theme.paintName(person.fingerprint, name)} ${theme.paint("faint", role)}`,
		...trust.map((row) => `  ${paintTrust(theme, person.trust, row)}`),
		...facts.flatMap((fact) => wrap(fact, width - 2)).map((row) => `  ${theme.paint("faint", row)}`),
	];
}

/** Lists everyone. */
export function People({
	people,
	onClose,
}: {
	readonly people: readonly Person[];
	readonly onClose: () => void;
}): ReactNode {
	const { theme, size } = useLook();
	const rows = people.flatMap((person) => personRows(theme, person, bodyWidth(size)));
	const title = `People (${people.length})`;
	return (
		<ScrollScreen
			bodyRows={rows.length}
			lay={(scroll) => layPage({ size, theme, title, body: { rows }, bar: barOf("people"), scroll })}
			onPress={(press) => {
				const isClosing =
					press.kind === "key" ? ["escape", "f3", "enter", "ctrl+c"].includes(press.name) : press.text === "q";
				if (isClosing) onClose();
			}}
		/>
	);
}
