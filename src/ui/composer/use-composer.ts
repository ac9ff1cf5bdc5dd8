// Connects the message box (the machine of composer.ts) with the file system and the person's own editor.
import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import type { FileView } from "../../engine/api/files/files.ts";
import type { Person } from "../../engine/api/people.ts";
import { typeable } from "../screen/edit.ts";
import { useHandOver } from "../screen/screen.tsx";
import { useSettings } from "../settings/use-settings.tsx";
import type { Press } from "../terminal/key-press.ts";
import type { EmojiNames } from "../text/emoji.ts";
import { composerEdited, pressComposer, withEditing } from "./composer.ts";
import type { ComposerContext, ComposerOutput } from "./composer-state.ts";
import { listPaths } from "./paths.ts";
import { type EditorOutcome, runEditor } from "./run-editor.ts";
import { composerListed } from "./tab.ts";
import { tell } from "./text.ts";
import type { Writing } from "./use-writing.ts";

interface ComposerProps {
	readonly writing: Pick<Writing, "composer" | "setComposer">;
	readonly people: readonly Person[];
	readonly files: readonly FileView[];
	readonly isHost: boolean;
	/** The room goes on without the person. */
	readonly isKept: boolean;
	readonly draftWidth: number;
	readonly emoji: EmojiNames | undefined;
	readonly keepDraft: (text: string) => void;
}

/** Says what the box asks of the room. */
export type RoomOutput = Extract<ComposerOutput, { readonly kind: "submit" | "escape" | "leave" }>;

// Opens the person's editor on the draft. The room may end meanwhile, so what was written is kept as a draft first.
function useEditor({ writing, keepDraft }: ComposerProps, latest: RefObject<string>): () => void {
	const handOver = useHandOver();
	const { setComposer } = writing;
	const open = async () => {
		let outcome: EditorOutcome | undefined;
		await handOver(async () => {
			outcome = await runEditor(latest.current);
		});
		if (outcome === undefined) return;
		const { kind } = outcome;
		if (kind === "failed") {
			const { message } = outcome;
			return setComposer((now) => tell(now, "warning", message));
		}
		const { text, note } = outcome;
		keepDraft(typeable(text));
		setComposer((now) => {
			const next = composerEdited(now, text);
			return note === undefined || next.note !== undefined ? next : tell(next, "info", note);
		});
	};
	return () => void open();
}

/** Returns `press`, which takes a press and tells what is written after it and whether it was sent, and `openEditor`, which opens the person's own editor. */
export function useComposer(props: ComposerProps) {
	const { writing, people, files, isHost, isKept, draftWidth, emoji, keepDraft } = props;
	const { composer, setComposer } = writing;
	const { editing } = useSettings().settings;
	// This is what is written now, also between a press and the drawing after it.
	const latest = useRef(composer.edit.text);
	useLayoutEffect(() => {
		latest.current = composer.edit.text;
	}, [composer]);
	useEffect(() => setComposer((now) => withEditing(now, editing)), [editing, setComposer]);
	const openEditor = useEditor(props, latest);
	const names = people.filter((person) => !person.isSelf).map((person) => person.name);
	const context: ComposerContext = { draftWidth, isHost, isKept, names, files, emoji, editing };
	const list = async (folder: string) => {
		const found = await listPaths(folder);
		setComposer((now) => composerListed(now, folder, found));
	};
	const press = (one: Press, act: (output: RoomOutput) => void) => {
		const [next, outputs] = pressComposer(composer, one, context);
		setComposer(next);
		latest.current = next.edit.text;
		// The draft is kept at once, for what an output does may end the room before the next drawing.
		keepDraft(next.edit.text);
		for (const output of outputs) {
			if (output.kind === "listPaths") void list(output.folder);
			else if (output.kind === "editor") openEditor();
			else act(output);
		}
		return { text: next.edit.text, isSent: outputs.some(({ kind }) => kind === "submit") };
	};
	return { press, openEditor };
}
