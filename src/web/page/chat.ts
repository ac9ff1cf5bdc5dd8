// The room on the page: what was said, the message box, the people, and what there is to tell about the connection.
import type { RoomView } from "../../engine/api/api.ts";
import type { ContentCommand } from "../../engine/api/content.ts";
import { refusalWords } from "../../ui/words/refusals.ts";
import type { PageSession } from "../session/page-session.ts";
import { Composer } from "./composer.ts";
import { button, element } from "./dom.ts";
import { FileLines } from "./files.ts";
import { Log } from "./log.ts";
import { PeopleList } from "./people.ts";
import { SecretQuestion } from "./secret.ts";
import { Sending } from "./sending.ts";

/** It owns its element. */
export class Chat {
	readonly element: HTMLElement;
	readonly #session: PageSession;
	readonly #log: Log;
	readonly #composer: Composer;
	readonly #people: PeopleList;
	readonly #secret: SecretQuestion;
	readonly #files: FileLines;
	readonly #status = element("p", { id: "status", attributes: { role: "status" } });
	readonly #title = element("h1");
	readonly #toggle: HTMLButtonElement;

	constructor(session: PageSession) {
		this.#session = session;
		const sending = new Sending(session);
		this.#composer = new Composer(session, sending.attach);
		this.#files = new FileLines(session);
		this.#secret = new SecretQuestion(session);
		const perform = (command: ContentCommand) => void this.#perform(command);
		this.#log = new Log({
			reply: (line) => this.#composer.begin({ kind: "reply", line }),
			edit: (line) => this.#composer.begin({ kind: "edit", line }),
			delete: ({ id }) => perform({ kind: "delete", id }),
			retry: ({ id }) => perform({ kind: "retry", id }),
			react: ({ id }, emoji) => perform({ kind: "react", id, emoji }),
			file: (id) => this.#files.of(id),
		});
		const mention = (name: string): void => {
			this.#openPeople(false);
			this.#composer.mention(name);
		};
		this.#people = new PeopleList(session, mention, () => this.#openPeople(false));
		this.#toggle = button("People", () => this.#openPeople(!this.element.classList.contains("with-people")));
		this.#toggle.setAttribute("aria-controls", "people");
		const leave = button("Leave", () => this.#session.leave());
		this.element = element(
			"main",
			{ id: "room" },
			element("div", { class: "bar" }, this.#title, this.#toggle, leave),
			this.#log.element,
			this.#people.element,
			element("div", { class: "below" }, this.#secret.element, sending.element, this.#status, this.#composer.element),
		);
		sending.hearDrops(this.element);
		this.#openPeople(false);
	}

	/** Returns what was said and which files came. */
	get said(): HTMLElement {
		return this.#log.element;
	}

	begin(): void {
		this.#composer.focus();
		this.#log.toEnd();
	}

	show(view: RoomView): void {
		const host = view.people.find(({ isHost }) => isHost);
		this.#title.textContent = host ? `${host.name}'s room` : "Real Talk";
		this.#toggle.textContent = `People (${view.people.length})`;
		this.#people.show(view.people);
		this.#log.show(view.timeline);
		this.#files.show(view.files ?? []);
		this.#secret.show(view.talk?.verification);
		this.#status.textContent = statusOf(view);
	}

	#openPeople(isOpen: boolean): void {
		this.element.classList.toggle("with-people", isOpen);
		this.#toggle.setAttribute("aria-expanded", String(isOpen));
	}

	async #perform(command: ContentCommand): Promise<void> {
		const outcome = await this.#session.talk(command);
		if (outcome.kind === "refused") this.#status.textContent = refusalWords(outcome);
	}
}

function statusOf({ phase, talk }: RoomView): string {
	if (phase.kind === "inRoom" && phase.isReconnecting)
		return "The connection broke. Coming back by itself; what you say waits.";
	const typing = talk?.typing.map(({ name }) => name) ?? [];
	if (typing.length === 0) return "";
	return typing.length > 3
		? "Several people are typing…"
		: `${typing.join(", ")} ${typing.length === 1 ? "is" : "are"} typing…`;
}
