// A person in one row, as the sidebar and the lists show them: how well known, name, role, and whether they are here just now.
import type { Person } from "../../engine/api/people.ts";
import { fit, widthOf } from "../text/width.ts";
import { awayWords, paintTrust, roleWords, trustMark } from "./person-words.ts";
import type { Theme } from "./theme.ts";

/** One painted row of at most `width` columns (more only where not even three letters of the name fit). `selfMark` stands before oneself. */
export function personRow(theme: Theme, person: Person, width: number, selfMark = "›"): string {
	const mark = person.isSelf ? selfMark : trustMark(person.trust);
	const paintedMark = person.isSelf ? theme.paint("accent", mark) : paintTrust(theme, person.trust, mark);
	const role = spaced(roleWords(person));
	const away = spaced(awayWords(person));
	const name = fit(person.name, Math.max(3, width - widthOf(mark) - 1 - widthOf(role) - widthOf(away)));
	const painted = theme.paintName(person.fingerprint, name);
	return `${paintedMark} ${painted}${theme.paint("faint", role)}${theme.paint("warning", away)}`;
}

const spaced = (words: string): string => (words === "" ? "" : ` ${words}`);
