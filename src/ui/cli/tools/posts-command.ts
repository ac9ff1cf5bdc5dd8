// `rt posts`: whose posts are here, somebody's posts to read, and those to which a link leads.
import type { Engine } from "../../../engine/api/api.ts";
import { doneWords } from "../../slash/done-words.ts";
import { findNamed } from "../../slash/who-is-meant.ts";
import { absolutePath } from "../../text/absolute-path.ts";
import { type ExitCode, exitCodeOf, exitOk } from "../../words/exit-codes.ts";
import { askingWords, feedLines, fetchedWords, noSuchFeed, postLines } from "../../words/posts/post-words.ts";
import { refusalWords } from "../../words/refusals.ts";
import type { PostsWork } from "../arguments/buddies-arguments.ts";

interface PostsCommandOptions {
	readonly engine: Engine;
	readonly work: PostsWork;
	readonly say: (line: string) => void;
	readonly complain: (line: string) => void;
}

/** Runs the command for somebody whose key is open. The engine stays open. */
export async function runPostsCommand({ engine, work, say, complain }: PostsCommandOptions): Promise<ExitCode> {
	if (work.add !== undefined) return addPost(engine, work.add, say, complain);
	const voice = { engine, work, say, complain };
	if (work.link !== undefined) return followLink(work.link, voice);
	const view = await engine.posts();
	if (work.of === undefined) {
		for (const line of work.isJson ? [JSON.stringify(view)] : feedLines(view)) say(line);
		return exitOk;
	}
	const found = findNamed(view.feeds, work.of, noSuchFeed(work.of));
	if (found.kind === "wrong") {
		complain(found.message);
		return exitCodeOf("posts_refused");
	}
	return readPosts(found.one.fingerprint, voice);
}

/** Asks where a link leads and shows what there is then, also where nothing came but something was here. */
async function followLink(link: string, voice: PostsCommandOptions): Promise<ExitCode> {
	const { engine, work, say, complain } = voice;
	if (!work.isJson) say(askingWords);
	const outcome = await engine.perform({ kind: "followPosts", link });
	if (outcome.kind === "refused") {
		complain(refusalWords(outcome));
		return exitCodeOf(outcome.code);
	}
	const { author = "", fetched } = outcome;
	const isBad = fetched?.kind !== "came" && fetched?.kind !== "same";
	if (fetched && isBad) complain(fetchedWords(fetched));
	else if (fetched && !work.isJson) say(fetchedWords(fetched));
	const { feeds } = await engine.posts();
	const isHere = feeds.some(({ fingerprint, posts }) => fingerprint === author && posts > 0);
	if (isHere) await readPosts(author, voice);
	return isBad ? exitCodeOf("posts_refused") : exitOk;
}

/** Shows somebody's posts, which are not unread any more then. */
async function readPosts(fingerprint: string, { engine, work, say }: PostsCommandOptions): Promise<ExitCode> {
	const { feeds, posts = [] } = await engine.posts(fingerprint);
	const feed = feeds.find((one) => one.fingerprint === fingerprint);
	if (feed === undefined) return exitCodeOf("posts_refused");
	for (const line of work.isJson ? [JSON.stringify({ feed, posts })] : postLines(feed, posts)) say(line);
	await engine.perform({ kind: "readPosts", fingerprint });
	return exitOk;
}

/** Posts something. Before the first post the person is told what that means, and says --yes. */
async function addPost(
	engine: Engine,
	{ text, file, understood }: NonNullable<PostsWork["add"]>,
	say: (line: string) => void,
	complain: (line: string) => void,
): Promise<ExitCode> {
	const outcome = await engine.perform({
		kind: "post",
		text,
		...(file === undefined ? {} : { file: absolutePath(file) }),
		...(understood ? { understood } : {}),
	});
	if (outcome.kind === "done") {
		say(doneWords({ kind: "post", text }) ?? "");
		return exitOk;
	}
	complain(refusalWords(outcome));
	if (outcome.code === "posts_refused" && outcome.why === "notTold") complain("With --yes it is posted.");
	return exitCodeOf(outcome.code);
}
