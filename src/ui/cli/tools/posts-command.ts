// `rt posts`: whose posts are here, and somebody's posts to read.
import type { Engine } from "../../../engine/api/api.ts";
import { findNamed } from "../../slash/who-is-meant.ts";
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
