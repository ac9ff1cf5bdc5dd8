// The list of feeds and the posts of one as rows: the chosen feed and what is unread are marked by a sign and a word. Pure.
import type { FeedView, PostFileView, PostsView, PostView } from "../../engine/api/posts/posts.ts";
import { type Body, bodyWidth, paragraph } from "../screen/page.ts";
import type { Look } from "../screen/screen.tsx";
import { stampOf } from "../text/clock.ts";
import { fit, widthOf, wrap } from "../text/width.ts";
import {
	feedWords,
	headOf,
	markedByKey,
	noFeeds,
	ownPostsWords,
	postText,
	takenByKey,
} from "../words/posts/post-words.ts";

/** Lists the feeds there are, one's own first. */
export const allFeeds = ({ own, feeds }: PostsView): readonly FeedView[] =>
	own === undefined ? feeds : [own.feed, ...feeds];

/** Lays the list out, below what is `told` of the last thing that was asked for. The row of the chosen feed is in sight. */
export function listBody(
	view: PostsView,
	feeds: readonly FeedView[],
	chosen: number,
	told: string,
	{ theme, size }: Look,
): Body {
	const width = bodyWidth(size);
	const news = told === "" ? [] : [...paragraph(theme, told, width, "accent"), ""];
	const head = [...news, ...paragraph(theme, ownPostsWords(view.own), width), ""];
	const blocks = feeds.map((feed, index) => feedRows(feed, index === chosen, feed === view.own?.feed, { theme, size }));
	const nobody = view.feeds.length === 0 ? paragraph(theme, noFeeds, width, "faint") : [];
	const focusRow = head.length + Math.max(0, blocks.slice(0, chosen + 1).flat().length - 1);
	return { rows: [...head, ...blocks.flat(), ...nobody], ...(blocks.length > 0 ? { focusRow } : {}) };
}

function feedRows(feed: FeedView, isChosen: boolean, isOwn: boolean, { theme, size }: Look): readonly string[] {
	const width = bodyWidth(size);
	const news = feed.unread > 0 ? `+${feed.unread}` : "";
	const name = fit(isOwn ? "You" : feed.name, Math.max(8, width - 4 - widthOf(news)));
	const lead = isChosen ? theme.paint("accent", "› ") : "  ";
	const facts = isOwn ? [] : wrap(feedWords(feed), width - 4).map((row) => `    ${theme.paint("faint", row)}`);
	const { newest } = feed;
	const text = newest === undefined ? [] : [`    ${fit(`${stampOf(newest.at)}  ${headOf(newest)}`, width - 4)}`];
	return [
		`${lead}${theme.paint(isChosen ? "selected" : "strong", name)} ${theme.paint("accent", news)}`.trimEnd(),
		...facts,
		...text,
	];
}

/** Holds what is shown of one feed. */
export interface Reading {
	readonly feed: FeedView;
	readonly posts: readonly PostView[];
	readonly isOwn: boolean;
	readonly marked: PostFileView | undefined;
	readonly told: string;
}

/** Lists what goes with these posts and can be taken, the newest first. */
export const takeable = (posts: readonly PostView[]): readonly PostFileView[] =>
	posts.flatMap(({ file }) => (file === undefined || file.isBadName === true ? [] : [file]));

/** Lays out somebody's posts, newest first, below what they say of themselves and what is `told`. `marked` is the file that is taken by a key; own ones are not. */
export function readingRows({ feed, posts, isOwn, marked, told }: Reading, { theme, size }: Look): readonly string[] {
	const width = bodyWidth(size);
	const how = ({ id }: PostFileView): string => (id === marked?.id ? `› ${takenByKey}` : markedByKey);
	const about = feed.about === "" ? [] : ["", ...textRows(feed.about, width)];
	return [
		...(told === "" ? [] : [...paragraph(theme, told, width, "accent"), ""]),
		...paragraph(theme, feedWords(feed), width, "faint"),
		...about,
		...posts.flatMap((post) => [
			"",
			theme.paint("faint", `${stampOf(post.at)}${post.isUnread ? " (new)" : ""}`),
			...postText(post, isOwn ? undefined : how).flatMap((line) => textRows(line, width)),
		]),
	];
}

const textRows = (text: string, width: number): readonly string[] =>
	text.split("\n").flatMap((line) => (line === "" ? [""] : wrap(line, width)));
