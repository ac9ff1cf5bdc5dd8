// Shows the screen that fits where we are with the room, and counts in the title what nobody has looked at.
import type { Phase, RoomView } from "../../engine/api/api.ts";
import { looksLikeFeedLink } from "../session/page-feed.ts";
import { PageSession } from "../session/page-session.ts";
import { Chat } from "./chat.ts";
import { endScreen, nameScreen, passwordScreen, progressScreen } from "./entrance.ts";
import { feedScreen } from "./feed.ts";
import { trustNote } from "./trust.ts";

/** Returns the invite in the address of the page. It stands behind the #, which browsers send to nobody. */
function inviteInAddress(): string {
	const written = location.hash.slice(1);
	try {
		return decodeURIComponent(written);
	} catch {
		// What was cut off in the middle of a letter is told as any other invite that is damaged.
		return written;
	}
}

class Page {
	readonly #session = new PageSession();
	readonly #note = trustNote(location);
	#chat: Chat | undefined;
	#shown: HTMLElement | undefined;
	/** Says which screen is on show: it is made anew only for another one. */
	#what = "";
	#invite = inviteInAddress();
	#unread = 0;

	start(): void {
		this.#session.subscribe(() => this.#draw());
		this.#session.onEvent((event) => {
			if (event.kind !== "message" || event.own || !document.hidden) return;
			this.#unread += 1;
			this.#entitle();
		});
		document.addEventListener("visibilitychange", () => {
			if (document.hidden) return;
			this.#unread = 0;
			this.#entitle();
		});
		addEventListener("hashchange", () => {
			this.#invite = inviteInAddress();
			if (this.#what === "name" || this.#what === "feed") this.#ask();
		});
		addEventListener("beforeunload", (event) => {
			if (this.#what === "room") event.preventDefault();
		});
		this.#ask();
	}

	#ask(): void {
		this.#chat = undefined;
		if (looksLikeFeedLink(this.#invite)) this.#put("feed", feedScreen(this.#invite));
		else this.#put("name", nameScreen(this.#session, this.#invite));
	}

	#draw(): void {
		const view = this.#session.view();
		if (!view) return;
		const { phase } = view;
		switch (phase.kind) {
			case "connecting":
				this.#put(`connecting ${phase.step}`, progressScreen(this.#session, phase));
				break;
			case "passwordNeeded":
				this.#put(`password ${phase.attemptsLeft}`, passwordScreen(this.#session, phase));
				break;
			case "inRoom":
				this.#drawRoom(view);
				break;
			case "ended":
				this.#drawEnd(view, phase);
				break;
			default:
				this.#ask();
		}
	}

	#drawEnd(view: RoomView, end: Extract<Phase, { kind: "ended" }>): void {
		// Somebody who has left wants nothing of it on the screen any more.
		const said = end.code === "left" ? undefined : this.#chat?.said;
		this.#chat?.show(view);
		if (this.#what === "ended") return;
		this.#put(
			"ended",
			endScreen(end, said, () => this.#ask()),
		);
	}

	#drawRoom(view: RoomView): void {
		const isNew = this.#chat === undefined;
		this.#chat ??= new Chat(this.#session);
		this.#put("room", this.#chat.element);
		this.#chat.show(view);
		if (isNew) this.#chat.begin();
		this.#entitle();
	}

	#put(what: string, screen: HTMLElement): void {
		if (what === this.#what && what !== "name" && what !== "feed") return;
		this.#what = what;
		this.#shown?.remove();
		this.#shown = screen;
		this.#note.hidden = what === "room";
		document.body.append(screen, this.#note);
		if (what !== "room") document.title = "Real Talk";
	}

	#entitle(): void {
		const host = this.#session.view()?.people.find(({ isHost }) => isHost);
		const room = host ? `${host.name}'s room` : "Real Talk";
		document.title = this.#unread > 0 ? `(${this.#unread}) ${room}` : room;
	}
}

/** Starts the page. */
export function startPage(): void {
	new Page().start();
}
