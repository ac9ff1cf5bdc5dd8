// Sending files: picked, dropped or pasted, and asked about before anybody is offered them.
import { previewLines } from "../../ui/words/files/preview-words.ts";
import { refusalWords } from "../../ui/words/refusals.ts";
import { mostFileBytes } from "../session/page-disk.ts";
import type { PageSession } from "../session/page-session.ts";
import { button, element } from "./dom.ts";

/** At most this many are sent at once. */
const mostAtOnce = 20;

/** It owns both of its elements. */
export class Sending {
	/** Stands beside the message box. */
	readonly attach: HTMLElement;
	/** Holds the question, and what went wrong. */
	readonly element = element("div", { attributes: { role: "status" } });
	readonly #session: PageSession;

	constructor(session: PageSession) {
		this.#session = session;
		const picker = element("input", {
			attributes: { type: "file", multiple: true, hidden: true, "aria-label": "Files" },
		});
		picker.addEventListener("change", () => {
			this.#ask([...(picker.files ?? [])]);
			picker.value = "";
		});
		this.attach = element(
			"span",
			{},
			button("+", () => picker.click(), "", "Send a file"),
			picker,
		);
	}

	/** Asks about what is dropped or pasted there, too. */
	hearDrops(room: HTMLElement): void {
		const isOfFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes("Files") ?? false;
		room.addEventListener("dragover", (event) => {
			if (isOfFiles(event)) event.preventDefault();
		});
		room.addEventListener("drop", (event) => {
			if (!isOfFiles(event)) return;
			event.preventDefault();
			this.#ask([...(event.dataTransfer?.files ?? [])]);
		});
		room.addEventListener("paste", ({ clipboardData }) => {
			const files = [...(clipboardData?.files ?? [])];
			if (files.length > 0) this.#ask(files);
		});
	}

	#ask(picked: readonly File[]): void {
		const large = picked.find(({ size }) => size > mostFileBytes);
		if (large) this.#say(`“${large.name}” is larger than 64 MB, and a page sends no more. The program does.`);
		else if (picked.length > mostAtOnce) this.#say(`A page sends ${mostAtOnce} files at once.`);
		else if (picked.length > 0) this.#question(picked);
	}

	#question(picked: readonly File[]): void {
		const files = picked.map((file) => this.#session.pick(file));
		const others = (this.#session.view()?.people.length ?? 1) - 1;
		const send = async (): Promise<void> => {
			this.element.replaceChildren();
			for (const { path } of files) {
				const outcome = await this.#session.file({ kind: "sendFile", path });
				if (outcome.kind === "refused") this.#say(refusalWords(outcome));
			}
		};
		const yes = button("Send", () => void send(), "", "Send the file");
		const no = button("Cancel", () => this.element.replaceChildren());
		const lines = previewLines(files, others).map((line) => element("p", {}, line));
		this.element.replaceChildren(...lines, element("div", { class: "choices" }, yes, no));
		yes.focus();
	}

	#say(words: string): void {
		this.element.replaceChildren(element("p", { class: "trouble" }, words));
	}
}
