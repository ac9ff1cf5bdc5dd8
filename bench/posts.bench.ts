// How long it takes to judge somebody's feed: as many posts as there may be, each as long as it may be.
import { createLocalIdentity } from "../src/crypto/identity/local.ts";
import { emptyFeed, mostPosts, readFeed, signFeed, withPost } from "../src/engine/posts/feed.ts";
import { percentile, report } from "./report.ts";

const rounds = 50;
/** What was agreed. */
const agreedMs = 50;

const { signer } = await createLocalIdentity({ name: "Ann" });
const now = Date.now();
let feed = emptyFeed(signer.fingerprint);
for (let index = 0; index < mostPosts; index += 1) feed = withPost(feed, "x".repeat(4096), now);
const { bytes } = await signFeed(signer, feed);
const tookMs: number[] = [];
for (let round = 0; round < rounds; round += 1) {
	const before = process.cpuUsage();
	const read = await readFeed(bytes, signer.fingerprint, now);
	const { user, system } = process.cpuUsage(before);
	if (read.kind !== "feed") throw new Error(read.code);
	tookMs.push((user + system) / 1000);
}
report(`A feed of ${mostPosts} posts of 4 KiB, ${bytes.length} bytes, processor time`, [
	{ name: "judged, median", value: percentile(tookMs, 0.5), unit: "ms", peer: "agreed", peerValue: agreedMs },
	{ name: "judged, slowest 1 of 20", value: percentile(tookMs, 0.95), unit: "ms", peer: "agreed", peerValue: agreedMs },
]);
