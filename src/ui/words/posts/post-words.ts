// What is said of posts: what has come, what is wrong with what came, and why something was not done. Pure.
import type { FeedNotice } from "../../../engine/api/notices.ts";
import type { FeedRefusal, PostAuthor } from "../../../engine/api/posts/posts.ts";
import type { Refusal } from "../../../engine/api/refusals.ts";

const refusedBecause: Readonly<Record<FeedRefusal, string>> = {
	tooLarge: "it is larger than any may be",
	tooMany: "it has more than 100 posts",
	malformed: "it is cut off or damaged",
	controls: "it has control characters in it",
	brokenChain: "its posts don't follow on each other",
	fromTheFuture: "it has a post that is newer than now: a clock is wrong, theirs or yours",
	wrongKey: "the key in it is not theirs, or can't be used",
	badSignature: "they have not signed it",
};

const countedPosts = (count: number, kind = ""): string => `${count} ${kind}${count === 1 ? "post" : "posts"}`;

/** Names whose posts are meant, with the key where a name alone could be somebody else's. */
const whose = ({ name, shortFingerprint }: PostAuthor): string => `"${name}" (${shortFingerprint})`;

/** Says what is wrong with posts that came. */
export function feedNoticeWords(notice: FeedNotice): string {
	switch (notice.code) {
		case "postsRefused":
			return `"${notice.by.name}" gave what should be the posts of ${whose(notice.of)}, and it was refused: ${refusedBecause[notice.why]}.`;
		case "postsForked":
			return `${whose(notice.of)} has signed two lists of posts that exclude each other: others may be shown something else than you. You see the first that came. Ask them over another way.`;
		case "postsRolledBack":
			return `${whose(notice.of)} has given posts that are older than those you have, as after a backup, or to take something back. You keep what you have.`;
		case "postsFull":
			return `${whose(notice.of)} shows you their posts, but those of ${notice.most} people are here already, which is as many as there can be. /posts forget NAME makes room.`;
		case "postsRestored":
			return `Others had ${countedPosts(notice.count)} of your own that this computer did not have, as after a backup. You have ${notice.count === 1 ? "it" : "them"} again.`;
	}
}

/** Is told before the first post, in every view. */
const aboutToPost =
	"A post is signed with your key: whoever reads it can keep it, pass it on and prove to anybody that you wrote it. It can't be unsaid.";

/** Says why nothing became of something about posts. */
export const postsRefused: Readonly<Record<Extract<Refusal, { code: "posts_refused" }>["why"], string>> = {
	notTold: aboutToPost,
	cannotSign: "Your key did not sign it, so nothing was posted.",
	elsewhere: "Another Real Talk on this home has just posted. Try again.",
	noLink: "There is a link when you have posted something and let whoever has it read: /posts readers link",
	badLink: "That is no feed link, or a part of it is missing. One begins with rt-posts:",
	full: "The posts of as many people as there can be are here already. /posts forget NAME makes room.",
	unknown: "There are no posts of this person here.",
};
