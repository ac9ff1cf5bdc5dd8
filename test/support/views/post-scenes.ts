// Scenes with posts: whose there are, and one person's to read.

import type { Person } from "../../../src/engine/api/people.ts";
import type { FeedView, PostFileView, PostView } from "../../../src/engine/api/posts/posts.ts";
import { exampleHosting, FakeEngine, noon, personNamed, self } from "./fake-engine.ts";

const grace = personNamed("grace", "verified");
const mallory = personNamed("mallory", "known");
const people = [{ ...self, isHost: true }, grace, mallory];

const post = (seq: number, text: string, isUnread = false): PostView => ({
	seq,
	at: noon + seq * 60_000,
	text,
	isUnread,
});

const feedOf = ({ fingerprint, shortFingerprint, name, trust }: Person, more: Partial<FeedView>): FeedView => ({
	fingerprint,
	shortFingerprint,
	name,
	trust,
	about: "",
	posts: 1,
	unread: 0,
	...more,
});

const photo: PostFileView = { id: "01".repeat(16), name: "roof with three birds.jpg", sizeBytes: 3_400_000 };

const gracesPosts: readonly PostView[] = [
	{ seq: 4, at: noon + 4 * 60_000, text: "", isNewer: true, isUnread: true },
	{ ...post(3, "As promised:", true), file: photo },
	post(2, "The birds are back.\nThree of them sit on the roof."),
	post(1, "The tulips are out"),
];

/** A host who has posted something, and reads what two others show. */
export function postsEngine(): FakeEngine {
	const engine = new FakeEngine({
		phase: { kind: "inRoom", role: "host" },
		people,
		hosting: exampleHosting,
		unreadPosts: 2,
	});
	const newest = post(3, "Soup at seven, whoever wants some");
	engine.postsView = {
		own: {
			readers: "link",
			people: [{ fingerprint: mallory.fingerprint, name: "mallory", may: false }],
			hasLink: true,
			have: [{ fingerprint: grace.fingerprint, name: "grace" }],
			feed: feedOf(self, { posts: 3, newest }),
		},
		feeds: [
			feedOf(grace, { about: "Gardens", posts: 4, unread: 2, canFetch: true, isLent: true, newest: gracesPosts[1]! }),
			feedOf(mallory, { trouble: "forked", newest: post(9, "Nothing to see here") }),
		],
		posts: gracesPosts,
		files: [photo],
	};
	return engine;
}
