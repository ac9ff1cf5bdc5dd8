// Somebody's posts, to be read: what the page is about to do, whose they are and what proves it, and what they say.
import { dateOf, stampOf } from "../../ui/text/clock.ts";
import { fetchedWords } from "../../ui/words/posts/post-words.ts";
import { type PageFeed, type PageFeedOutcome, pageFeedOf } from "../session/page-feed.ts";
import { button, element } from "./dom.ts";
import { byRelay, byTor, card, noRelay, trouble } from "./entrance.ts";
import { textWithLinks } from "./entry.ts";
import { isFromOnion } from "./trust.ts";

/** Makes the screen for what stands in the address of the page. Nobody is called before the person says so. */
export function feedScreen(text: string): HTMLElement {
	const read = pageFeedOf(text);
	const told = trouble(read ? "" : "This is no feed link, or a part of it is missing.");
	const screen = card(
		"Somebody's posts",
		element(
			"p",
			{},
			`They are read from their own computer, ${isFromOnion(location) ? byTor : byRelay} You are let into no room, nobody is told who you are, and nothing is kept here.`,
		),
		told,
	);
	if (!read) return screen;
	const ask = button("Read them", () => {
		ask.disabled = true;
		told.textContent = "";
		void read().then((outcome) => {
			ask.disabled = false;
			if (outcome.kind === "feed") screen.replaceChildren(...feedElements(outcome));
			else told.textContent = outcomeWords(outcome);
		});
	});
	screen.append(ask);
	return screen;
}

const outcomeWords = (outcome: Exclude<PageFeedOutcome, PageFeed>): string =>
	outcome.kind === "none" && outcome.why === "noWay" ? noRelay("link", "author") : fetchedWords(outcome);

const said = (text: string): HTMLElement => element("p", {}, ...textWithLinks(text));

function feedElements({ name, about, fingerprint, words, posts }: PageFeed): readonly HTMLElement[] {
	return [
		element("h1", {}, name),
		...(about === "" ? [] : [element("div", { class: "line" }, said(about))]),
		element(
			"p",
			{},
			"The signature is good: the owner of the key in the link wrote all of this. Whether that is who you think, only these words can tell, when you hear them from that person: ",
			element("strong", {}, words.join(" ")),
			` (key ${fingerprint})`,
		),
		...(posts.length === 0 ? [element("p", {}, "Nothing is posted yet.")] : []),
		...posts.map(({ at, text, file }) =>
			element(
				"article",
				{ class: "line" },
				element("header", {}, element("time", { attributes: { datetime: dateOf(at).toISOString() } }, stampOf(at))),
				text === undefined ? element("p", {}, "Only a newer version shows this one.") : text !== "" && said(text),
				file !== undefined && element("p", {}, `With a file, which only the program takes, in a room: ${file}`),
			),
		),
	];
}
