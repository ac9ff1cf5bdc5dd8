// Shows somebody's posts to read, and takes what goes with them. It follows while it is open; what was shown is not unread any more.
import { type ReactNode, useEffect, useState } from "react";
import type { Command } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { PostFileView, PostsView } from "../../engine/api/posts/posts.ts";
import { fileCommand } from "../actions/file-meant.ts";
import { layPage } from "../screen/page.ts";
import { ScrollScreen, useLook } from "../screen/screen.tsx";
import { useAnswer } from "../screen/use-answer.ts";
import { barOf } from "../settings/keys.ts";
import { useSettings } from "../settings/use-settings.tsx";
import { closesPage, type Press } from "../terminal/key-press.ts";
import { takingWords } from "../words/posts/post-words.ts";
import { refusalWords } from "../words/refusals.ts";
import { allFeeds, readingRows, takeable } from "./posts-body.ts";

/** Says whose posts are read, and by whom. */
export interface ReadingProps {
	/** Resolves with what there is of posts, and with those of one person. It is another function when that may have changed. */
	readonly readPosts: (of?: string) => Promise<PostsView>;
	readonly perform: (command: Command) => Promise<Outcome>;
	/** The fingerprint of whoever has posted. */
	readonly author: string;
	readonly onClose: () => void;
}

/** Shows the posts, newest first. `a` takes the file that is marked, and Tab marks the next; Escape and q go back. */
export function Reading({ readPosts, perform, author, onClose }: ReadingProps): ReactNode {
	const { theme, size } = useLook();
	const { folder } = useSettings().settings.files;
	/** Counts how often the mark went on to the next file. */
	const [mark, setMark] = useState(0);
	/** The words about the last file that was to be taken. */
	const [told, setTold] = useState("");
	const view = useAnswer(author, () => readPosts(author), readPosts);
	const feed = view && allFeeds(view).find(({ fingerprint }) => fingerprint === author);
	const fresh = useFresh(view, author, feed?.unread ?? 0, perform);
	const posts = view?.posts?.map((one) => ({ ...one, isUnread: one.isUnread || fresh.has(one.seq) })) ?? [];
	const isOwn = feed === view?.own?.feed;
	const files = isOwn ? [] : takeable(posts);
	const marked = files[mark % files.length];
	const rows = feed === undefined ? [] : readingRows({ feed, posts, isOwn, marked, told }, { theme, size });
	const title = feed === undefined ? "Posts" : `Posts: ${feed.name}`;
	const bar = barOf("reading", [...(marked ? [] : ["a"]), ...(files.length > 1 ? [] : ["Tab"])]);
	const take = async ({ id, name }: PostFileView): Promise<void> => {
		const outcome = await perform(fileCommand("accept", id, folder));
		setTold(outcome.kind === "refused" ? refusalWords(outcome) : takingWords(name));
	};
	const onPress = (press: Press) => {
		if (press.kind === "key" && press.name === "tab") setMark(mark + 1);
		else if (press.kind === "text" && press.text.toLowerCase() === "a" && marked) void take(marked);
		else if (closesPage(press)) onClose();
	};
	const lay = (scroll: number) => layPage({ size, theme, title, body: { rows }, bar, scroll });
	// What is told stands at the top, so the page goes there.
	return <ScrollScreen key={told} bodyRows={rows.length} lay={lay} onPress={onPress} />;
}

/** Tells the engine that the posts were read, and returns which were new when the page was opened: they stay marked. */
function useFresh(
	view: PostsView | undefined,
	author: string,
	unread: number,
	perform: ReadingProps["perform"],
): ReadonlySet<number> {
	const [fresh, setFresh] = useState(new Set<number>());
	useEffect(() => {
		if (unread === 0) return;
		const news = view?.posts?.filter(({ isUnread }) => isUnread) ?? [];
		setFresh((now) => new Set([...now, ...news.map(({ seq }) => seq)]));
		void perform({ kind: "readPosts", fingerprint: author });
	}, [author, unread, view, perform]);
	return fresh;
}
