// Shows whose posts there are, and the posts of the one that is chosen. It follows while it is open; what was shown is not unread any more.
import { type ReactNode, useEffect, useState } from "react";
import type { Command } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { FeedView, PostFileView, PostsView } from "../../engine/api/posts/posts.ts";
import { fileCommand } from "../actions/file-meant.ts";
import { listMoves } from "../screen/list-moves.ts";
import { layPage } from "../screen/page.ts";
import { Screen, ScrollScreen, useLook } from "../screen/screen.tsx";
import { useAnswer } from "../screen/use-answer.ts";
import { barOf } from "../settings/keys.ts";
import { useSettings } from "../settings/use-settings.tsx";
import { closesPage, type Press } from "../terminal/key-press.ts";
import { askingWords, cannotFetch, fetchedWords, takingWords } from "../words/posts/post-words.ts";
import { refusalWords } from "../words/refusals.ts";
import { listBody, readingRows, takeable } from "./posts-body.ts";

interface PostsProps {
	/** Resolves with what there is of posts, and with those of one person. It is another function when that may have changed. */
	readonly readPosts: (of?: string) => Promise<PostsView>;
	readonly perform: (command: Command) => Promise<Outcome>;
	/** Names whose posts are shown at once; it is absent for the list. */
	readonly author?: string | undefined;
	readonly onClose: () => void;
}

const steps = listMoves(5);

/** Lists them, one's own first. Enter reads, f asks for newer ones where a link leads, Escape and q go back. Where one reads, a takes what goes with a post. */
export function Posts({ readPosts, perform, author, onClose }: PostsProps): ReactNode {
	const { theme, size } = useLook();
	const { folder } = useSettings().settings.files;
	const [reading, setReading] = useState(author);
	const [chosen, setChosen] = useState(0);
	/** Counts how often the mark went on to the next file. */
	const [mark, setMark] = useState(0);
	/** What is told of the last thing that was asked for. */
	const [told, setTold] = useState("");
	const view = useAnswer(reading ?? "list", () => readPosts(reading), readPosts);
	const feeds = view === undefined ? [] : allFeeds(view);
	const feed = feeds.find(({ fingerprint }) => fingerprint === reading);
	const unread = feed?.unread ?? 0;
	// What was new when it was opened stays marked, though it is read now.
	const [fresh, setFresh] = useState(new Set<number>());
	useEffect(() => {
		if (reading === undefined || unread === 0) return;
		const news = view?.posts?.filter(({ isUnread }) => isUnread) ?? [];
		setFresh((now) => new Set([...now, ...news.map(({ seq }) => seq)]));
		void perform({ kind: "readPosts", fingerprint: reading });
	}, [reading, unread, view, perform]);
	if (reading !== undefined) {
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
		return (
			<ScrollScreen
				// What is told stands at the top.
				key={told}
				bodyRows={rows.length}
				lay={(scroll) => layPage({ size, theme, title, body: { rows }, bar, scroll })}
				onPress={(press) => {
					if (press.kind === "key" && press.name === "tab") setMark(mark + 1);
					else if (press.kind === "text" && press.text.toLowerCase() === "a" && marked) void take(marked);
					if (!closesPage(press)) return;
					setFresh(new Set());
					setReading(undefined);
					setTold("");
					setMark(0);
				}}
			/>
		);
	}
	// What is pressed before the list is there counts as well.
	const last = view === undefined ? Number.POSITIVE_INFINITY : Math.max(0, feeds.length - 1);
	const place = Math.min(chosen, last);
	const fetchThose = async (one: FeedView): Promise<void> => {
		if (!one.canFetch) return setTold(cannotFetch);
		setTold(askingWords);
		const outcome = await perform({ kind: "fetchPosts", fingerprint: one.fingerprint });
		if (outcome.kind === "refused") setTold(refusalWords(outcome));
		else if (outcome.fetched) setTold(`${one.name}: ${fetchedWords(outcome.fetched)}`);
	};
	const onPress = (press: Press) => {
		const step = press.kind === "key" ? steps[press.name] : undefined;
		if (step !== undefined) setChosen(Math.max(0, Math.min(place + step, last)));
		else if (press.kind === "key" && press.name === "enter") setReading(feeds[place]?.fingerprint);
		else if (closesPage(press)) onClose();
		else if (press.kind === "text" && press.text.toLowerCase() === "f" && feeds[place]) void fetchThose(feeds[place]);
	};
	const body = view === undefined ? { rows: [] } : listBody(view, feeds, place, told, { theme, size });
	return <Screen frame={layPage({ size, theme, title: "Posts", body, bar: barOf("posts") })} onPress={onPress} />;
}

const allFeeds = ({ own, feeds }: PostsView): readonly FeedView[] => (own === undefined ? feeds : [own.feed, ...feeds]);
