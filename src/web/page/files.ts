// Files that were offered, below the lines that offer them: what can be done with each, how far it is, and what is here, for the browser to save.
import type { FileCommand, FileView } from "../../engine/api/files/files.ts";
import { measureWords, sharesWords, stateWords } from "../../ui/words/files/file-state.ts";
import { mostFileBytes } from "../session/page-disk.ts";
import type { PageSession } from "../session/page-session.ts";
import { button, element } from "./dom.ts";

/** One file on the page. What has the focus stays as it is until there is something else to do. */
interface Shown {
	readonly element: HTMLElement;
	readonly words: HTMLElement;
	readonly bar: HTMLProgressElement;
	readonly choices: HTMLElement;
	state?: FileView["state"]["kind"];
}

const fits = ({ folder, sizeBytes }: FileView): boolean => folder === undefined && sizeBytes <= mostFileBytes;

function wordsOf(file: FileView): string {
	const { state, isOwn, sizeBytes, folder } = file;
	const what = `${folder ? "" : "File, "}${measureWords(sizeBytes, folder?.files)}`;
	if (!isOwn && !fits(file)) {
		const why = folder ? "A page takes no folders" : "A page takes no file over 64 MB";
		return `${what}. ${why}; the program does.`;
	}
	if (state.kind === "offered" && !isOwn) return what;
	if (state.kind === "done") return `${what} · ✓ here, and just what its sender has signed`;
	const look = { bar: 0, hasMotion: true };
	return [what, stateWords(file, look).text, sharesWords(file, look)].filter((part) => part !== "").join(" · ");
}

/** It owns the elements; the lines place them. */
export class FileLines {
	readonly #session: PageSession;
	readonly #shown = new Map<string, Shown>();

	constructor(session: PageSession) {
		this.#session = session;
	}

	/** Returns the element of a file by its id. */
	of(id: string): HTMLElement {
		return this.#of(id).element;
	}

	show(files: readonly FileView[]): void {
		for (const file of files) this.#draw(file, this.#of(file.id));
	}

	#of(id: string): Shown {
		const known = this.#shown.get(id);
		if (known) return known;
		const words = element("span");
		const bar = element("progress", { attributes: { "aria-label": "How far the file is" } });
		const choices = element("div", { class: "choices" });
		const made = { words, bar, choices, element: element("div", { class: "offer" }, words, bar, choices) };
		this.#shown.set(id, made);
		return made;
	}

	#draw(file: FileView, shown: Shown): void {
		const { state, sizeBytes } = file;
		shown.words.textContent = wordsOf(file);
		shown.bar.hidden = !("doneBytes" in state);
		shown.bar.max = Math.max(1, sizeBytes);
		shown.bar.value = "doneBytes" in state ? state.doneBytes : 0;
		// What changes twice a second is not read out.
		shown.element.setAttribute("aria-live", shown.bar.hidden ? "polite" : "off");
		if (shown.state === state.kind) return;
		shown.state = state.kind;
		shown.choices.replaceChildren(...this.#choices(file));
	}

	#choices(file: FileView): readonly HTMLElement[] {
		const { id, name, state, isOwn } = file;
		const does = (words: string, kind: Extract<FileCommand, { id: string }>["kind"]): HTMLElement =>
			button(words, () => void this.#session.file({ kind, id }), "", `${words}: ${name}`);
		switch (state.kind) {
			case "offered":
				if (isOwn) return [does("Take back", "cancelFile")];
				return [...(fits(file) ? [does("Save", "acceptFile")] : []), does("Decline", "declineFile")];
			case "reading":
			case "waiting":
			case "running":
				return [does("Cancel", "cancelFile")];
			case "done":
				return [this.#saved(id, state.path)];
			default:
				return isOwn || !fits(file) || state.kind === "failed" ? [] : [does("Save after all", "acceptFile")];
		}
	}

	/** Saves a file that came. The browser does so as with everything, and opens nothing; the link does it once more. */
	#saved(id: string, name: string): HTMLElement {
		const content = this.#session.received(id);
		const href = content && URL.createObjectURL(content);
		const link = element("a", { attributes: { href, download: name } }, "Save again");
		if (href) link.click();
		return link;
	}
}
