// Answering who asks for a shared secret: what they only and we know shows that nobody sits in between.
import type { VerificationView } from "../../engine/api/content.ts";
import type { PageSession } from "../session/page-session.ts";
import { button, element, field } from "./dom.ts";

const ends: Readonly<Partial<Record<VerificationView["state"], (name: string) => string>>> = {
	checking: (name) => `Comparing with what ${name} typed…`,
	matched: (name) => `You and ${name} typed the same secret: nobody is in between.`,
	mismatched: (name) => `That was another secret than ${name}'s, or somebody is in between.`,
};

/** It owns its element, and is made anew for another state only: what is being typed stays. */
export class SecretQuestion {
	readonly element = element("div", { attributes: { role: "status" } });
	readonly #session: PageSession;
	#shown = "";

	constructor(session: PageSession) {
		this.#session = session;
	}

	show(view: VerificationView | undefined): void {
		const key = view === undefined ? "" : `${view.state} ${view.person.fingerprint} ${view.question ?? ""}`;
		if (key === this.#shown) return;
		this.#shown = key;
		if (view?.state === "asked") this.element.replaceChildren(this.#form(view));
		else this.element.replaceChildren((view && ends[view.state]?.(view.person.name)) ?? "");
	}

	#form({ person, question }: VerificationView): HTMLElement {
		const asks = `${person.name} asks for a secret that only you two know${question ? `: ${question}` : "."}`;
		const secret = field(asks, { autocomplete: "off", required: true });
		const decline = button("Decline", () => void this.#session.talk({ kind: "verifyAbort" }));
		const answer = element("button", { attributes: { type: "submit" } }, "Answer");
		const form = element("form", {}, secret.row, element("div", { class: "row" }, answer, decline));
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			void this.#session.talk({ kind: "verifyAnswer", secret: secret.input.value });
		});
		return form;
	}
}
