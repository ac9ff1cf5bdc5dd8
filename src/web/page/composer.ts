// The message box: what is typed, and whether it answers or changes a message.
import type { LineEntry } from "../../engine/api/content.ts";
import { refusalWords } from "../../ui/words/refusals.ts";
import type { PageSession } from "../session/page-session.ts";
import { button, element } from "./dom.ts";

type About = { readonly kind: "reply" | "edit"; readonly line: LineEntry };

/** It owns its element. */
export class Composer {
	readonly element: HTMLFormElement;
	readonly #session: PageSession;
	readonly #text = element("textarea", {
		id: "message",
		attributes: { rows: "1", placeholder: "Message", "aria-label": "Message", enterkeyhint: "send" },
	});
	readonly #about = element("div", { class: "about" });
	readonly #trouble = element("p", { class: "trouble", attributes: { role: "alert" } });
	#what: About | undefined;

	/** `attach` stands beside the text. */
	constructor(session: PageSession, attach: HTMLElement) {
		this.#session = session;
		const send = element("button", { attributes: { type: "submit" } }, "Send");
		const row = element("div", { class: "row" }, attach, this.#text, send);
		this.element = element("form", { id: "composer" }, this.#about, row, this.#trouble);
		this.element.addEventListener("submit", (event) => {
			event.preventDefault();
			void this.#submit();
		});
		this.#text.addEventListener("keydown", (event) => this.#press(event));
		this.#text.addEventListener("input", () => {
			this.#fit();
			void session.talk({ kind: "typing", isTyping: this.#text.value !== "" });
		});
	}

	focus(): void {
		this.#text.focus();
	}

	/** Begins an answer to a message, or a change of one of our own. */
	begin(what: About): void {
		this.#what = what;
		const { kind, line } = what;
		if (kind === "edit") this.#text.value = line.text;
		const words = kind === "edit" ? "Changing your message" : `Answering ${line.from.name}: ${line.text.slice(0, 80)}`;
		this.#about.replaceChildren(
			element("span", {}, words),
			button("Cancel", () => this.#drop()),
		);
		this.#fit();
		this.focus();
	}

	mention(name: string): void {
		const { value } = this.#text;
		this.#text.value = `${value}${value === "" || value.endsWith(" ") ? "" : " "}@${name} `;
		this.#fit();
		this.focus();
	}

	#press(event: KeyboardEvent): void {
		if (event.key === "Escape" && this.#what) this.#drop();
		// While a word is being composed, Enter chooses it; on a phone it begins a line where the keyboard has no "send".
		if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
		event.preventDefault();
		void this.#submit();
	}

	#drop(): void {
		if (this.#what?.kind === "edit") this.#text.value = "";
		this.#what = undefined;
		this.#about.replaceChildren();
		this.#fit();
		this.focus();
	}

	#fit(): void {
		this.#text.rows = Math.min(6, this.#text.value.split("\n").length);
	}

	async #submit(): Promise<void> {
		const typed = this.#text.value;
		if (typed.trim() === "") return;
		const what = this.#what;
		const outcome = await this.#session.talk(this.#command(typed, what));
		this.#trouble.textContent = outcome.kind === "refused" ? refusalWords(outcome) : "";
		if (outcome.kind === "refused") return;
		// What was typed while the message was on its way stays.
		if (this.#text.value === typed) this.#text.value = "";
		this.#what = undefined;
		this.#about.replaceChildren();
		this.#fit();
	}

	#command(typed: string, what: About | undefined): Parameters<PageSession["talk"]>[0] {
		if (what?.kind === "edit") return { kind: "edit", id: what.line.id, text: typed };
		const action = /^\/me\s+(.+)$/su.exec(typed)?.[1];
		const said = action === undefined ? { text: typed } : { text: action, isAction: true };
		return { kind: "send", ...said, ...(what ? { replyTo: what.line.id } : {}) };
	}
}
