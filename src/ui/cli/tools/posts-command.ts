// `rt posts`: whose posts are here, and somebody's posts to read.
import type { Engine } from "../../../engine/api/api.ts";
import { doneWords } from "../../slash/done-words.ts";
import { findNamed } from "../../slash/who-is-meant.ts";
import { absolutePath } from "../../text/absolute-path.ts";
import { type ExitCode, exitCodeOf, exitOk } from "../../words/exit-codes.ts";
import { feedLines, noSuchFeed, postLines } from "../../words/posts/post-words.ts";
import { refusalWords } from "../../words/refusals.ts";
import type { PostsWork } from "../arguments/buddies-arguments.ts";

interface PostsCommandOptions {
	readonly engine: Engine;
	readonly work: PostsWork;
	readonly say: (line: string) => void;
	readonly complain: (line: string) => void;
}

/** Runs the command. The engine stays open. */
export async function runPostsCommand({ engine, work, say, complain }: PostsCommandOptions): Promise<ExitCode> {
	const { identity } = engine.snapshot();
	if (identity.kind !== "ready") {
		const code = identity.kind === "none" ? "no_identity" : "identity_locked";
		complain(refusalWords({ code }));
		return exitCodeOf(code);
	}
	if (work.add !== undefined) return addPost(engine, work.add, say, complain);
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
	const { fingerprint } = found.one;
	const { posts = [] } = await engine.posts(fingerprint);
	for (const line of work.isJson ? [JSON.stringify({ feed: found.one, posts })] : postLines(found.one, posts))
		say(line);
	await engine.perform({ kind: "readPosts", fingerprint });
	return exitOk;
}

/** Posts something. Before the first one the person is told what that means, and says --yes. */
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
