// The people in the room: how well each is known, and the six words by which two make sure of each other.
import type { Person, Trust } from "../../engine/api/people.ts";
import { leafWords } from "../../ui/words/kept/secrecy-words.ts";
import { refusalWords } from "../../ui/words/refusals.ts";
import type { PageSession } from "../session/page-session.ts";
import { button, element } from "./dom.ts";

const trustSaid: Readonly<Record<Trust, readonly [mark: string, words: string]>> = {
	verified: ["●", "verified: you have compared the words"],
	known: ["○", "here before, on this page"],
	new: ["◌", "not compared yet"],
	changed: ["!!", "WARNING: another key than this name had before"],
};

const roomKeys =
	"Each person's program reads the room with them. They are new whenever that person comes in. Whoever secretly copies them out of a running computer reads along until they are new, so in a long room it helps to make yours new now and then. Nothing of this page's is on a disk, so nothing said here is read from this computer once it is off.";

/** Makes a name with what marks it: you, the host, a key that has changed. */
export function nameOf(person: Person): HTMLElement {
	const roles = [person.isSelf && "you", person.isHost && "host"].filter(Boolean).join(", ");
	const alarm = person.trust === "changed" && !person.isSelf;
	return element(
		"span",
		{ class: `name ${alarm ? "alarm" : ""}` },
		element("b", {}, person.name),
		roles !== "" && element("small", {}, ` (${roles})`),
		alarm && element("small", {}, " KEY CHANGED"),
	);
}

/** The list, and what is open in it. It owns its element. */
export class PeopleList {
	readonly element = element("aside", { id: "people", attributes: { "aria-label": "People in this room" } });
	readonly #session: PageSession;
	readonly #onName: (name: string) => void;
	readonly #items = new Map<string, { readonly item: HTMLElement; readonly key: string }>();
	readonly #list = element("ul");
	readonly #heading = element("h2");

	/** `onName` is called with the name of somebody who is to be mentioned. */
	constructor(session: PageSession, onName: (name: string) => void, onClose: () => void) {
		this.#session = session;
		this.#onName = onName;
		const close = button("Close", onClose, "close");
		this.element.append(element("div", { class: "bar" }, this.#heading, close), this.#list, this.#renewal());
	}

	/** Shows these people. What has not changed stays as it is, with what is open in it. */
	show(people: readonly Person[]): void {
		this.#heading.textContent = people.length === 1 ? "1 person here" : `${people.length} people here`;
		const here = new Set<string>(people.map(({ fingerprint }) => fingerprint));
		for (const fingerprint of this.#items.keys()) if (!here.has(fingerprint)) this.#items.delete(fingerprint);
		const items = people.map((person) => {
			const key = JSON.stringify(person);
			const known = this.#items.get(person.fingerprint);
			if (known?.key === key) return known.item;
			const item = this.#item(person);
			this.#items.set(person.fingerprint, { item, key });
			return item;
		});
		this.#list.replaceChildren(...items);
	}

	#item(person: Person): HTMLElement {
		const [mark, words] = trustSaid[person.trust];
		const facts = [
			person.isSelf ? "this visit's key" : words,
			person.knownAs !== undefined && `before as “${person.knownAs}”`,
			person.isAway && "reconnecting",
			person.isInBrowser && "in a browser",
			person.location?.label,
			leafWords(person, this.#session.now()),
		].filter((one) => typeof one === "string" && one !== "");
		return element(
			"li",
			{ class: person.trust },
			element(
				"div",
				{},
				element("span", { attributes: { "aria-hidden": "true" } }, person.isSelf ? "› " : `${mark} `),
				nameOf(person),
			),
			element("p", {}, facts.join(" · ")),
			this.#key(person),
			...(person.isSelf ? [] : this.#choices(person)),
		);
	}

	/** Makes the key, and behind it the words by which people know it again. */
	#key({ shortFingerprint, fingerprint }: Person): HTMLElement {
		const words = element("p", { attributes: { "aria-live": "polite" } });
		const key = element("summary", {}, `key ${shortFingerprint}`);
		const details = element("details", { class: "key" }, key, words);
		details.addEventListener("toggle", () => {
			if (details.open) void this.#session.keyWords(fingerprint).then((six) => words.replaceChildren(six.join(" ")));
		});
		return details;
	}

	/** Makes the paragraph that says what room keys are, with a button for new ones of our own. */
	#renewal(): HTMLElement {
		const outcome = element("p", { attributes: { role: "status" } });
		const renew = async (): Promise<void> => {
			const renewed = await this.#session.renew();
			outcome.textContent = renewed.kind === "refused" ? refusalWords(renewed) : "Your room keys are new.";
		};
		return element(
			"details",
			{ class: "key" },
			element("summary", {}, "What are room keys?"),
			element("p", {}, roomKeys),
			button("Make mine new", () => void renew()),
			outcome,
		);
	}

	#choices(person: Person): readonly HTMLElement[] {
		const words = element("div", { attributes: { "aria-live": "polite" } });
		const compare = button(
			"Compare six words",
			() => void this.#compare(person, words),
			"",
			`Compare six words with ${person.name}`,
		);
		const mention = button("Mention", () => this.#onName(person.name), "", `Mention ${person.name}`);
		return [element("div", { class: "choices" }, compare, mention), words];
	}

	async #compare(person: Person, place: HTMLElement): Promise<void> {
		const outcome = await this.#session.talk({ kind: "verifyWords", fingerprint: person.fingerprint });
		if (outcome.kind === "refused") {
			place.replaceChildren(element("p", {}, refusalWords(outcome)));
			return;
		}
		const answer = (isSame: boolean) => () => {
			this.#session.verify(person, isSame);
			if (!isSame)
				place.replaceChildren(
					element(
						"p",
						{ class: "alarm" },
						"Then somebody is in between, or one of you read the wrong line. Do not trust this name.",
					),
				);
		};
		place.replaceChildren(
			element("p", {}, `Read these to ${person.name} by voice, or face to face. They see the same six words.`),
			element("p", { class: "words" }, (outcome.words ?? []).join(" ")),
			element(
				"div",
				{ class: "choices" },
				button("They are the same", answer(true)),
				button("They differ", answer(false)),
			),
		);
	}
}
