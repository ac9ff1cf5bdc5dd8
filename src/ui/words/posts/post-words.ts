// What is said of posts: what has come, what is wrong with what came, and why something was not done. Pure.

import type { Outcome } from "../../../engine/api/codes.ts";
import type { FeedNotice } from "../../../engine/api/notices.ts";
import type {
	FeedFetched,
	FeedRefusal,
	FeedView,
	OwnPosts,
	PostAuthor,
	PostFileView,
	PostReaders,
	PostsView,
	PostView,
} from "../../../engine/api/posts/posts.ts";
import type { Refusal } from "../../../engine/api/refusals.ts";
import { stampOf } from "../../text/clock.ts";
import { commandName } from "../../text/command-name.ts";
import { counted } from "../../text/counted.ts";
import { sizeWords } from "../files/file-words.ts";
import { trustWords } from "../rooms/trust-words.ts";

const refusedBecause: Readonly<Record<FeedRefusal, string>> = {
	tooLarge: "it is larger than any may be",
	tooMany: "it has more than 100 posts",
	malformed: "it is cut off or damaged",
	controls: "it has control characters in it",
	brokenChain: "its posts don't follow on each other",
	fromTheFuture: "it has a post that is newer than now: a clock is wrong, theirs or yours",
	wrongKey: "the key in it is not theirs, or can't be used",
	badSignature: "they have not signed it",
	newer: "only a newer version of Real Talk can read it; get that to read these posts",
};

/** Names whose posts are meant, with the key where a name alone could be somebody else's. */
const whose = ({ name, shortFingerprint }: PostAuthor): string => `"${name}" (${shortFingerprint})`;

/** Says what is wrong with posts that came. */
export function feedNoticeWords(notice: FeedNotice): string {
	switch (notice.code) {
		case "postsRefused":
			return `"${notice.by.name}" gave what should be the posts of ${whose(notice.of)}, and it was refused: ${refusedBecause[notice.why]}.`;
		case "postsForked":
			return `${whose(notice.of)} has signed two lists of posts that exclude each other: others may be shown something else than you. You see the first that came. Ask them in another way.`;
		case "postsRolledBack":
			return `${whose(notice.of)} has given posts that are older than those you have, as after a backup, or to take something back. You keep what you have.`;
		case "postsFull":
			return `${whose(notice.of)} shows you their posts, but those of ${notice.most} people are here already, which is as many as there can be. /posts forget NAME makes room.`;
		case "postsRestored":
			return `Others had ${counted(notice.count, "post")} of your own that this computer did not have, as after a backup. You have ${notice.count === 1 ? "it" : "them"} again.`;
		case "postFileLost":
			return `Somebody wants ${notice.name}, which goes with a post of yours, and ${notice.why === "changed" ? "it is not what you posted any more: put it back as it was, or post it anew" : "it can't be read: it is not where it was when you posted it, or you may not read it"}.`;
	}
}

/** Is told before the first post, in every view. */
export const aboutToPost =
	"A post is signed with your key: whoever reads it can keep it, pass it on and prove to anybody that you wrote it. It can't be unsaid.";

/** Says why nothing became of something about posts. */
export const postsRefused: Readonly<Record<Extract<Refusal, { code: "posts_refused" }>["why"], string>> = {
	notTold: aboutToPost,
	cannotSign: "Your key did not sign it, so nothing was posted.",
	elsewhere: "Another Real Talk that uses the same folder has just posted. Try again.",
	noLink: "There is a link when you have posted something and let whoever has it read: /posts readers link",
	badLink: "That is no feed link, or a part of it is missing. One begins with rt-posts:",
	full: "The posts of as many people as there can be are here already. /posts forget NAME makes room.",
	unknown: "There are no posts of this person here.",
	notByLink: "They let you read their posts, and gave you no link: only what came by a link can be handed on.",
	manyLent: "You hand on as many links of others as you can. /posts forget NAME makes room.",
};

/** Says who may read one's posts, as the end of "may read them: …". */
const readersWords: Readonly<Record<PostReaders, string>> = {
	nobody: "nobody",
	verified: "people whose keys you have compared",
	known: "people you have met before",
	link: "people you have met before, and whoever has the link",
};

const named = (people: readonly { readonly name: string }[]): string =>
	people.map(({ name }) => `"${name}"`).join(", ");

/** Says who may read one's own posts, and who has got the key to them. */
export function ownPostsWords(own: OwnPosts | undefined): string {
	if (own === undefined)
		return "You have posted nothing. /post TEXT shows something to those who may read it: nobody, until you say who (/posts readers, /posts allow NAME).";
	const yes = own.people.filter(({ may }) => may);
	const no = own.people.filter(({ may }) => !may);
	const base =
		own.readers === "nobody" && yes.length > 0
			? named(yes)
			: [readersWords[own.readers], ...(yes.length > 0 ? [named(yes)] : [])].join(", and ");
	const but = no.length > 0 ? `, but not ${named(no)}` : "";
	const have = own.have.length > 0 ? ` ${named(own.have)} ${own.have.length === 1 ? "has" : "have"} the key.` : "";
	const link = own.hasLink
		? " A link is out: whoever has it reads them by calling a room of yours that is open. /posts link shows it, /posts link new takes it back."
		: "";
	return `You have ${counted(own.feed.posts, "post")}. May read them: ${base}${but}.${have}${link}`;
}

const troubleWords: Readonly<Record<NonNullable<FeedView["trouble"]>, string>> = {
	forked: "WARNING: they have signed two lists that exclude each other",
	rolledBack: "WARNING: they have given older posts since",
};

/** Says how somebody's posts stand, in a few words. */
export function feedWords({ trust, shortFingerprint, posts, unread, canFetch, isLent, trouble }: FeedView): string {
	const facts = [
		trustWords[trust],
		`key ${shortFingerprint}`,
		posts === 0 ? "nothing has come yet" : counted(posts, "post"),
		...(unread > 0 ? [`${unread} unread`] : []),
		...(canFetch ? ["can be fetched"] : []),
		...(isLent ? ["you give them to whoever has the link"] : []),
		...(trouble === undefined ? [] : [troubleWords[trouble]]),
	];
	return facts.join(", ");
}

/** Says that nobody shows anything. */
export const noFeeds =
	"Nobody shows you posts. When somebody lets you read theirs, they come by themselves, from them or from a friend who has them.";

/** Lists whose posts there are, a line each, behind one's own. */
export function feedLines({ own, feeds }: PostsView): readonly string[] {
	const lines = feeds.map((feed) => {
		const newest = feed.newest === undefined ? "" : `: ${headOf(feed.newest)}`;
		return `"${feed.name}" (${feedWords(feed)})${newest}`;
	});
	const how = "/posts NAME reads them.";
	return [ownPostsWords(own), ...(feeds.length === 0 ? [noFeeds] : [...lines, how])];
}

/** This is said while a large file is read. */
export const readingForPost = "The file is read once, then it is posted.";

/** Stands for a post of a kind that came later. */
const newerWords = "(only a newer version of Real Talk can show this post)";

/** Returns a post in one line. */
export function headOf({ text, file, isNewer }: PostView): string {
	const [first = ""] = text.split("\n", 1);
	if (isNewer) return newerWords;
	return file === undefined ? first : [first, `[${file.name}]`].filter((part) => part !== "").join(" ");
}

/** Says what goes with a post. `how` says how it is taken; nobody takes what is their own. */
function postFileWords(
	{ name, sizeBytes, files, isBadName }: PostFileView,
	how: string | undefined,
): readonly string[] {
	const what = `${files === undefined ? "File" : "Folder"}: ${name} (${files === undefined ? "" : `${files === 1 ? "1 file" : `${files} files`}, `}${sizeWords(sizeBytes)})`;
	if (isBadName) return [`${what}, which nothing should be called, so it can't be taken.`];
	return how === undefined ? [what] : [what, how];
}

/** Says how a file is taken in the room, by its name. */
const takenByName = ({ name }: PostFileView): string => `/accept ${name} takes it, in a room with somebody who has it.`;

/** Says how the file that is marked is taken, and how one comes to another. */
export const takenByKey = "a takes it, in a room with somebody who has it.";
export const markedByKey = "Tab comes to it, then a takes it.";

/** Is told when what goes with a post is being taken. */
export const takingWords = (name: string): string => `${name} is being taken: /files shows how far it is.`;

/** Returns all that there is to read of a post, a line each. `how` says how what goes with it is taken; without it the post is one's own. */
export function postText(post: PostView, how?: (file: PostFileView) => string): readonly string[] {
	if (post.isNewer) return [newerWords];
	const text = post.text === "" ? [] : post.text.split("\n");
	return [...text, ...(post.file === undefined ? [] : postFileWords(post.file, how?.(post.file)))];
}

/** Returns somebody's posts to be read, newest first; each begins with its time, and what goes on below is set in. */
export function postLines(feed: FeedView, posts: readonly PostView[]): readonly string[] {
	const about = feed.about === "" ? [] : feed.about.split("\n").map((line) => `  ${line}`);
	const told = posts.flatMap((post) => {
		const [first = "", ...more] = postText(post, takenByName);
		return [`${stampOf(post.at)}${post.isUnread ? " (new)" : ""}  ${first}`, ...more.map((line) => `  ${line}`)];
	});
	return [`"${feed.name}" (${feedWords(feed)})`, ...about, ...told];
}

/** Returns a feed link, and in the next line what it is for and what it tells. The link comes first: a long note is cut at its end. */
export function linkWords({ link = "", isWithoutPlace }: Extract<Outcome, { kind: "done" }>): string {
	const how = isWithoutPlace
		? "Whoever has this line can read these posts from whoever has them, in a room with them (/posts follow, then the line). No room of yours is open that it could lead to: ask for it again in one, best in one that is kept."
		: `Whoever has this line can read these posts without coming into a room, as long as a room of yours is open here: they type ${commandName} posts and the line. It tells them where that is. /posts link new makes another one of your own, and this one leads to nothing new then.`;
	return `${link}\n${how}`;
}

/** Says why somebody's posts can't be asked for. */
export const cannotFetch =
	"No link says where these posts are given: they come in rooms, from whoever has them. /posts follow LINK reads a link.";

/** Is told before somebody is dialled for posts. */
export const askingWords =
	"Asking for the posts where the link leads. Whoever is there sees where you are, and not who.";

const nothingCame: Readonly<Record<Extract<FeedFetched, { kind: "none" }>["why"], string>> = {
	noWay:
		"The link leads to nobody whom this program can dial. The posts come when somebody who has them is in a room with you.",
	unreachable:
		"They are not reachable now. Their posts come when you ask again, or when somebody who has them is in a room with you.",
	notKnown:
		"Whoever answers there gives nothing by this link: it was taken back or renewed, or somebody else is there now. Ask them for a new one.",
	busy: "Too many are reading there at the moment. Ask again in a minute.",
	broken: "What came broke off before it was whole, and nothing of it was taken. Ask again.",
	clocksDiffer: "Your clock and theirs are too far apart to make sure of each other. Set yours, and ask again.",
	notKept: "The posts came, and this computer's disk did not take them.",
	own: "These are your own posts.",
};

/** Says what came of asking for somebody's posts where their link leads. */
export function fetchedWords(fetched: FeedFetched): string {
	switch (fetched.kind) {
		case "came":
			return fetched.count === 1 ? "1 new post came." : `${fetched.count} new posts came.`;
		case "same":
			return "There is nothing newer.";
		case "forked":
			return "What came and what you have exclude each other, and both are signed: others may be shown something else than you. You see the first that came. Ask them in another way.";
		case "refused":
			return `What was given as their posts was refused: ${refusedBecause[fetched.why]}.`;
		case "none":
			return nothingCame[fetched.why];
	}
}

/** Says that nobody of this name shows posts. */
export const noSuchFeed = (who: string): string =>
	`Nobody called ${who} shows you posts. ${commandName} posts, or /posts in a room, lists who does.`;
