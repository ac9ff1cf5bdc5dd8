// The message box with its edges: what it asks of the file system, the person's own editor and the names of emoji is done here.
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Person } from "../engine/api.ts";
import { type ComposerContext, type ComposerOutput, composerEdited, pressComposer, withEditing } from "./composer.ts";
import { composerListed } from "./composer-tab.ts";
import { tell } from "./composer-text.ts";
import { typeable } from "./edit.ts";
import type { EmojiNames } from "./emoji.ts";
import { listPaths } from "./list-paths.ts";
import type { Press } from "./press.ts";
import { useHandOver } from "./screen.tsx";
import { useSettings } from "./use-settings.tsx";
import type { Writing } from "./use-writing.ts";
import { type OutsideOutcome, writeOutside } from "./write-outside.ts";

// Not with the program: most of it is never asked for, and the first picture should not wait for it.
function useEmojiNames(): EmojiNames | undefined {
	const [names, setNames] = useState<EmojiNames>();
	useEffect(() => {
		let isWanted = true;
		import("./emoji-names.ts").then(
			({ emojiNames }) => {
				if (isWanted) setNames(emojiNames);
			},
			// The program was replaced by a newer one while it ran: then there are none.
			() => {},
		);
		return () => {
			isWanted = false;
		};
	}, []);
	return names;
}

interface BoxProps {
	readonly writing: Pick<Writing, "composer" | "setComposer">;
	readonly people: readonly Person[];
	readonly isHost: boolean;
	readonly draftWidth: number;
	readonly keepDraft: (text: string) => void;
}

/** What the room itself does with what the box asks for. */
export type RoomOutput = Extract<ComposerOutput, { readonly kind: "submit" | "escape" | "leave" }>;

// Opens the person's editor on the draft. The room may end meanwhile: so what was written is kept as a draft first.
function useEditor({ writing, keepDraft }: BoxProps, latest: RefObject<string>): () => void {
	const handOver = useHandOver();
	const { setComposer } = writing;
	const open = async () => {
		let outcome: OutsideOutcome | undefined;
		await handOver(async () => {
			outcome = await writeOutside(latest.current);
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

/** As `useBox` returns it. */
export type Box = ReturnType<typeof useBox>;

/** Takes presses for the message box; a press tells what is written then, and whether something was sent. `openEditor`: the person's own, on what is written. */
export function useBox(props: BoxProps) {
	const { writing, people, isHost, draftWidth, keepDraft } = props;
	const { composer, setComposer } = writing;
	const { editing } = useSettings().settings;
	const emoji = useEmojiNames();
	// What is written now, also between a press and the drawing after it.
	const latest = useRef(composer.edit.text);
	useLayoutEffect(() => {
		latest.current = composer.edit.text;
	}, [composer]);
	useEffect(() => setComposer((now) => withEditing(now, editing)), [editing, setComposer]);
	const openEditor = useEditor(props, latest);
	const names = people.filter((person) => !person.isSelf).map((person) => person.name);
	const context: ComposerContext = { draftWidth, isHost, names, emoji, editing };
	const list = async (folder: string) => {
		const found = await listPaths(folder);
		setComposer((now) => composerListed(now, folder, found));
	};
	const press = (one: Press, act: (output: RoomOutput) => void) => {
		const [next, outputs] = pressComposer(composer, one, context);
		setComposer(next);
		latest.current = next.edit.text;
		// At once: what an output does may end the room before the next drawing.
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
