// Shows whose posts there are, and the posts of the one that is chosen. It follows while it is open.
import { type ReactNode, useState } from "react";
import type { FeedView } from "../../engine/api/posts/posts.ts";
import { listMoves } from "../screen/list-moves.ts";
import { layPage } from "../screen/page.ts";
import { Screen, useLook } from "../screen/screen.tsx";
import { useAnswer } from "../screen/use-answer.ts";
import { barOf } from "../settings/keys.ts";
import { closesPage, type Press } from "../terminal/key-press.ts";
import { askingWords, cannotFetch, fetchedWords } from "../words/posts/post-words.ts";
import { refusalWords } from "../words/refusals.ts";
import { allFeeds, listBody } from "./posts-body.ts";
import { Reading, type ReadingProps } from "./reading.tsx";

interface PostsProps extends Omit<ReadingProps, "author"> {
	/** Names whose posts are shown at once; it is absent for the list. */
	readonly author?: string | undefined;
}

const steps = listMoves(5);

/** Lists them, one's own first. Enter reads, f asks for newer ones where a link leads, Escape and q go back. */
export function Posts(props: PostsProps): ReactNode {
	const { readPosts, perform, onClose } = props;
	const { theme, size } = useLook();
	const [reading, setReading] = useState(props.author);
	const [chosen, setChosen] = useState(0);
	/** The words about the last thing that was asked for. */
	const [told, setTold] = useState("");
	const view = useAnswer("list", readPosts, readPosts);
	if (reading !== undefined) return <Reading {...props} author={reading} onClose={() => setReading(undefined)} />;
	const feeds = view === undefined ? [] : allFeeds(view);
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
