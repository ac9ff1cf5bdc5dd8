// Shows all files of the room: whose they are, how far they are, who has them, and what can be done with the one that is chosen.

import { type ReactNode, useState } from "react";
import type { Command } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { FileView } from "../../engine/api/files/files.ts";
import type { FileLine } from "../actions/action.ts";
import { canDo, fileCommand } from "../actions/file-meant.ts";
import { listMoves } from "../screen/list-moves.ts";
import { layPage } from "../screen/page.ts";
import { Screen, useLook } from "../screen/screen.tsx";
import { barOf } from "../settings/keys.ts";
import { useSettings } from "../settings/use-settings.tsx";
import { closesPage, type Press } from "../terminal/key-press.ts";
import { refusalWords } from "../words/refusals.ts";
import { filesBody } from "./files-body.ts";
import { openPath } from "./open-path.ts";

interface FilesProps {
	readonly files: readonly FileView[];
	readonly perform: (command: Command) => Promise<Outcome>;
	readonly onClose: () => void;
}

const steps = listMoves(5);

/** What each key can mean; the first that can be done with the chosen file is done. */
const doings: Readonly<Record<string, readonly FileLine["what"][]>> = {
	a: ["accept"],
	x: ["decline", "cancel"],
	p: ["hold", "continue"],
};

const opensWith = (file: FileView | undefined): string | undefined =>
	file?.state.kind === "done" ? file.state.path : undefined;

/** Returns the keys that do nothing with the chosen file. */
function idleKeys(file: FileView | undefined): readonly string[] {
	const idle = Object.entries(doings).flatMap(([key, whats]) =>
		file !== undefined && whats.some((what) => canDo(what, file)) ? [] : [key],
	);
	return opensWith(file) === undefined ? [...idle, "o"] : idle;
}

/** Lists the files, the newest last and chosen at first. Escape, F6 and q close the list. */
export function Files({ files, perform, onClose }: FilesProps): ReactNode {
	const { theme, size } = useLook();
	const { motion, files: wishes } = useSettings().settings;
	// The chosen file is held by its id, because the list may grow and shrink above it.
	const [chosenId, setChosenId] = useState(() => files.at(-1)?.id);
	const [note, setNote] = useState("");
	const place = files.findIndex(({ id }) => id === chosenId);
	const chosen = place < 0 ? files.length - 1 : place;
	const file = files[chosen];
	const act = async (command: Command) => {
		const outcome = await perform(command);
		setNote(outcome.kind === "refused" ? refusalWords(outcome) : "");
	};
	const doWith = (key: string) => {
		const what = file && doings[key]?.find((one) => canDo(one, file));
		const path = opensWith(file);
		if (file !== undefined && what !== undefined) {
			void act(fileCommand(what, file.id, what === "accept" ? wishes.folder : undefined));
		} else if (key === "o" && path !== undefined) void openPath(path).then((words) => setNote(words ?? ""));
		else setNote("");
	};
	const onPress = (press: Press) => {
		const key = press.kind === "key" ? press.name : press.text.toLowerCase();
		const step = press.kind === "key" ? steps[key] : undefined;
		if (step !== undefined) {
			setNote("");
			return setChosenId(files[Math.max(0, Math.min(chosen + step, files.length - 1))]?.id);
		}
		if (closesPage(press, "f6")) onClose();
		else if (press.kind === "text") doWith(key);
	};
	const body = filesBody({ files, chosen, note, isStill: !motion }, { theme, size });
	const title = files.length === 0 ? "Files" : `Files (${files.length})`;
	return (
		<Screen frame={layPage({ size, theme, title, body, bar: barOf("files", idleKeys(file)) })} onPress={onPress} />
	);
}
