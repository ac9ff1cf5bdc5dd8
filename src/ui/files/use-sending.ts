// Asks before files are sent: what they are, how much, and to how many people. The question has the keyboard in place of the message box.
import { useState } from "react";
import type { Command, FilesPreview } from "../../engine/api/api.ts";
import type { FilePreview } from "../../engine/api/files/files.ts";
import type { Writing } from "../composer/use-writing.ts";
import { editOf } from "../screen/edit.ts";
import { type Look, useLook } from "../screen/screen.tsx";
import type { BarItem } from "../settings/keys.ts";
import type { Press } from "../terminal/key-press.ts";
import { absolutePath } from "../text/absolute-path.ts";
import { pastedPaths } from "../text/typed-paths.ts";
import { wrap } from "../text/width.ts";
import { previewLines } from "../words/files/preview-words.ts";
import { refusalWords } from "../words/refusals.ts";

interface SendingProps {
	readonly writing: Writing;
	/** Counts the people here apart from the person. */
	readonly others: number;
	readonly previewFiles: (paths: readonly string[]) => Promise<FilesPreview>;
}

/** Holds what is asked about. `typed`: what stands in the message box because of it, and goes when the files are sent. */
interface Question {
	readonly files: readonly FilePreview[];
	readonly typed: string;
	/** The files were dropped on the window or pasted: not sending them leaves the paths as text. */
	readonly isPasted: boolean;
}

interface Mode {
	readonly foot: { readonly rows: readonly string[] };
	readonly bar: readonly BarItem[];
	readonly onPress: (press: Press) => void;
}

/** Holds what the room needs to know of it. */
interface Sending {
	/** The mode that stands in place of the message box, and takes the keys. */
	readonly mode: Mode | undefined;
	/** Asks about paths that were typed behind /send; `text` is the whole line, and comes back when they are not sent. */
	readonly ask: (paths: readonly string[], text: string) => void;
	/** Asks about a paste, if it is nothing but the paths of files that there are. `typed` is what the message box has with it. */
	readonly askPasted: (pasted: string, typed: string) => void;
}

const maxRows = 6;

function footOf({ files, isPasted }: Question, others: number, { theme, size }: Look): Mode["foot"] {
	const width = size.columns - 2;
	const lines = previewLines(files, others).flatMap((line) => wrap(line, width));
	const most = Math.max(2, Math.min(maxRows, size.rows - 8));
	const shown = lines.length <= most ? lines : [...lines.slice(0, most - 1), "…"];
	const keys = wrap(`Enter: send. Esc: don't${isPasted ? ", it stays as text" : ""}.`, width);
	return {
		rows: [
			...shown.map((row) => ` ${theme.paint("accent", row)}`),
			...keys.map((row) => ` ${theme.paint("strong", row)}`),
		],
	};
}

const barFor = ({ isPasted }: Question): Mode["bar"] => [
	{ keys: "Enter", words: "send" },
	{ keys: "Esc", words: isPasted ? "leave it as text" : "don't send" },
];

/** Provides the question, while there is one. */
export function useSending({ writing, others, previewFiles }: SendingProps): Sending {
	const look = useLook();
	const [question, setQuestion] = useState<Question>();
	const { setComposer, refuse, tell, send } = writing;
	const ask = async (paths: readonly string[], text: string) => {
		const found = await previewFiles(paths.map((path) => absolutePath(path)));
		if (found.kind === "refused") refuse(text, refusalWords(found));
		else setQuestion({ files: found.files, typed: text, isPasted: false });
	};
	const askPasted = async (pasted: string, typed: string) => {
		const paths = pastedPaths(pasted);
		if (paths === undefined || typed.trim() !== pasted.trim()) return;
		const found = await previewFiles(paths.map((path) => absolutePath(path)));
		if (found.kind === "files") setQuestion({ files: found.files, typed, isPasted: true });
	};
	const sendAll = async ({ files, typed, isPasted }: Question) => {
		if (isPasted) setComposer((now) => (now.edit.text === typed ? { ...now, edit: editOf("") } : now));
		for (const { path } of files) {
			const command: Command = { kind: "sendFile", path };
			if (!(await send(command, ""))) return;
		}
	};
	const onPress = (now: Question, press: Press) => {
		const key = press.kind === "key" ? press.name : "";
		if (key === "enter") {
			setQuestion(undefined);
			void sendAll(now);
		} else if (key === "escape" || key === "ctrl+c") {
			setQuestion(undefined);
			if (now.isPasted) tell("Not sent: the path is in the message box.");
			else refuse(now.typed, "Not sent.");
		}
	};
	return {
		mode: question && {
			foot: footOf(question, others, look),
			bar: barFor(question),
			onPress: (press) => onPress(question, press),
		},
		ask: (paths, text) => void ask(paths, text),
		askPasted: (pasted, typed) => void askPasted(pasted, typed),
	};
}
