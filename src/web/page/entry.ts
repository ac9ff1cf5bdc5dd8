// One thing that happened in the room, as an element: what was said, with what can be done about it, who came and went, what there is to tell.
import type { Entry } from "../../engine/api/api.ts";
import type { LeaveReason } from "../../engine/api/codes.ts";
import type { LineEntry } from "../../engine/api/content.ts";
import type { Notice } from "../../engine/api/notices.ts";
import { clockOf, dateOf } from "../../ui/text/clock.ts";
import { linksIn } from "../../ui/text/links.ts";
import { goneWords, quoteWords } from "../../ui/timeline/line-words.ts";
import { noticeWords } from "../../ui/words/notices.ts";
import { button, element } from "./dom.ts";
import { nameOf } from "./people.ts";

/** Holds what can be done with a message. */
export interface LineActions {
	reply(line: LineEntry): void;
	edit(line: LineEntry): void;
	delete(line: LineEntry): void;
	retry(line: LineEntry): void;
	react(line: LineEntry, emoji: string): void;
	/** Returns the element of a file that a line offers. */
	file(id: string): HTMLElement;
}

/** Are offered; any other emoji can be added to one that somebody has given. */
const offered = ["👍", "❤️", "😂", "😮", "😢", "🎉"] as const;

const leaveWords: Readonly<Record<LeaveReason, string>> = {
	left: "left",
	connectionLost: "is gone: the connection was lost",
	kicked: "was removed by the host",
	replaced: "came in again from elsewhere",
};

/** Makes text in which web addresses are links; nothing of it is ever markup. */
export function textWithLinks(text: string): readonly (Node | string)[] {
	const parts: (Node | string)[] = [];
	let at = 0;
	for (const { from, to, url } of linksIn(text)) {
		const attributes = { href: url, target: "_blank", rel: "noopener noreferrer" };
		parts.push(text.slice(at, from), element("a", { attributes }, text.slice(from, to)));
		at = to;
	}
	return [...parts, text.slice(at)];
}

function deliveryOf({ from, delivery }: LineEntry): string {
	if (!from.isSelf) return "";
	switch (delivery.kind) {
		case "sending":
			return "sending…";
		case "sent":
			return "sent";
		case "unheard":
			return "nobody else was here";
		case "reached":
			return `reached ${delivery.count} of ${delivery.of}`;
		case "failed":
			return "not sent";
	}
}

function time(at: number): HTMLElement {
	return element("time", { attributes: { datetime: dateOf(at).toISOString() } }, clockOf(at));
}

function reactions(line: LineEntry, actions: LineActions): HTMLElement | undefined {
	if (!line.reactions) return undefined;
	const shown = line.reactions.map(({ emoji, people, isMine }) => {
		const names = people.map(({ name }) => name).join(", ");
		const chip = button(
			`${emoji} ${people.length}`,
			() => actions.react(line, emoji),
			"chip",
			`${emoji} from ${names}`,
		);
		chip.setAttribute("aria-pressed", String(isMine));
		chip.title = names;
		return chip;
	});
	return element("div", { class: "reactions" }, ...shown);
}

/** Makes the row of what can be done, behind one button: on a phone there is nothing to hover over. */
function menu(line: LineEntry, actions: LineActions): HTMLElement {
	const choices = element("div", { class: "choices" });
	const closing = (work: () => void) => () => {
		details.open = false;
		work();
	};
	const add = (words: string, work: () => void): void => choices.append(button(words, closing(work)));
	for (const emoji of offered) {
		choices.append(
			button(
				emoji,
				closing(() => actions.react(line, emoji)),
				"emoji",
				`React with ${emoji}`,
			),
		);
	}
	add("Reply", () => actions.reply(line));
	if (line.from.isSelf) {
		if (line.delivery.kind === "failed") add("Send again", () => actions.retry(line));
		else add("Edit", () => actions.edit(line));
		add("Delete", () => actions.delete(line));
	}
	const said = element(
		"summary",
		{ attributes: { "aria-label": `What to do with the message of ${line.from.name}` } },
		"⋯",
	);
	const details = element("details", { class: "menu" }, said, choices);
	return details;
}

function lineElement(line: LineEntry, actions: LineActions): HTMLElement {
	const { from, reply, gone, isAction, isEdited } = line;
	const text = gone === undefined ? textWithLinks(line.text) : [goneWords(gone)];
	const classes = ["line", from.isSelf && "own", line.mentionsMe && "mention", gone && "gone"]
		.filter(Boolean)
		.join(" ");
	const told = [isEdited && gone === undefined ? "edited" : "", deliveryOf(line)]
		.filter((one) => one !== "")
		.join(" · ");
	return element(
		"article",
		{ class: classes },
		element("header", {}, nameOf(from), time(line.at), gone === undefined && menu(line, actions)),
		reply && element("blockquote", {}, quoteWords(reply)),
		element("p", {}, ...(isAction ? [`${from.name} `, ...text] : text)),
		gone === undefined && line.file !== undefined && actions.file(line.file),
		reactions(line, actions),
		told !== "" && element("footer", {}, told),
	);
}

function passage(entry: Extract<Entry, { kind: "joined" | "left" }>): readonly (Node | string)[] {
	const words = entry.kind === "joined" ? "joined" : leaveWords[entry.reason];
	return [nameOf(entry.person), ` ${words}`];
}

/** Says it as everywhere, but without naming commands that a page does not have. */
const noticeText = (notice: Notice): string =>
	notice.code === "keyChanged"
		? `“${notice.person.name}” comes with another key than this name had before. Compare the six words (People) before you trust it.`
		: noticeWords(notice);

/** Makes the element of an entry. */
export function entryElement(entry: Entry, actions: LineActions): HTMLElement {
	if (entry.kind === "line") return lineElement(entry, actions);
	const told = (tone: string, ...words: readonly (Node | string)[]) =>
		element("p", { class: `event ${tone}` }, ...words, " ", time(entry.at));
	switch (entry.kind) {
		case "joined":
		case "left":
			return told(entry.person.trust === "changed" ? "alarm" : "", ...passage(entry));
		case "youJoined":
			return told("", "You joined here; what was said before is not shown.");
		case "notice":
			return told(entry.tone, noticeText(entry.notice));
		default:
			return told("warning", "Something this page cannot show; the program can.");
	}
}
