// A feed: what one person shows, under one OpenPGP signature by them (docs/protocol.md, "Posts"). The form of it, and whether it is what it says. Pure.
import * as v from "valibot";
import {
	type Certificate,
	MAX_CERTIFICATE_BYTES,
	readCertificate,
	verifySignature,
} from "../../crypto/identity/certificate.ts";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import type { Signer } from "../../crypto/identity/identity.ts";
import { lvCat } from "../../crypto/length-value.ts";
import { sha256 } from "../../crypto/sha256.ts";
import type { FeedRefusal } from "../api/posts/posts.ts";
import { bytesOf, decodeBody, encodeBody, textOf, wholeNumber } from "../wire/codec.ts";
import { type BodyOf, contentFields, contentIdBytes } from "../wire/content-kinds.ts";

/** A feed has this many posts at most; the oldest make room. */
export const mostPosts = 100;
/** Limits the text of one post, in bytes of UTF-8. */
export const maxPostBytes = 4096;
/** Limits the name in a profile, in bytes of UTF-8. */
const maxFeedNameBytes = 128;
/** Limits what somebody says about themselves, in bytes of UTF-8. */
export const maxAboutBytes = 500;
/** Limits a feed with its signature and certificate: this many of the longest posts with the longest names of files fit. Nothing longer is looked at. */
export const maxFeedBytes = 500 * 1024;
/** The longest detached signature, as `verifySignature` takes it. */
const maxSignatureBytes = 8 * 1024;
/** The largest difference between two honest clocks. */
const clockToleranceMs = 10 * 60 * 1000;

const hashBytes = 32;
/** The context that the signature is made for, so that it is good for nothing else. */
export const signedFor = "posts";
const postDomain = new TextEncoder().encode("real-talk/2 post");
const before = new Uint8Array(hashBytes);

/** Finds control characters; a line break is none of these in a post. */
const controls = /[^\P{Cc}\n]/u;
const anyControls = /\p{Cc}/u;

const everyPost = {
	/** Counts the person's posts, from 1. */
	seq: wholeNumber(1),
	/** The hash of the post before, also where that one is not in the feed any more; 32 bytes 0 in the first. */
	prev: bytesOf(hashBytes),
	/** The time by the person's clock, in milliseconds since the epoch. */
	at: wholeNumber(0),
};
const textPost = v.strictObject({
	v: v.literal(1),
	...everyPost,
	text: v.pipe(textOf(maxPostBytes), v.minLength(1)),
});
/** A file is offered by a post as by a line of a room; `id` is what the numbers of its sealed blocks go with. */
const filePost = v.strictObject({
	v: v.literal(2),
	...everyPost,
	text: textOf(maxPostBytes),
	file: v.strictObject({ id: bytesOf(contentIdBytes), ...contentFields.file }),
});
/** A later version of the program may put more into a post: it stays in the chain, and the person is told that it can't be shown here. */
const newerPost = v.looseObject({ v: wholeNumber(3), ...everyPost });

/** A post of any version. */
export const anyPost = v.union([textPost, filePost, newerPost]);

/** Is what every version of a feed has. */
export const everyFeed = {
	of: v.union([bytesOf(20), bytesOf(32)]),
	/** Counts the versions of the feed: it grows with each post and each change of the profile. */
	rev: wholeNumber(1),
	profile: v.strictObject({ name: textOf(maxFeedNameBytes), about: textOf(maxAboutBytes) }),
};
/** A feed without any file is of the first version, which older programs read too. */
const feed = v.variant("v", [
	v.strictObject({ v: v.literal(1), ...everyFeed, posts: v.pipe(v.array(textPost), v.readonly()) }),
	v.strictObject({
		v: v.literal(2),
		...everyFeed,
		posts: v.pipe(v.array(anyPost), v.readonly()),
	}),
]);
const newerForm = v.looseObject({ v: wholeNumber(3) });
/** A signature as it stands beside a feed. */
export const signatureBytes = bytesOf(1, maxSignatureBytes);
const bundle = v.strictObject({
	v: v.literal(1),
	feed: bytesOf(1, maxFeedBytes),
	signature: signatureBytes,
	certificate: bytesOf(1, MAX_CERTIFICATE_BYTES),
});

/** Says what a post offers. */
export type PostFile = Omit<BodyOf<"file">, "kind"> & { readonly id: Uint8Array };
/** A Post is one thing somebody has shown. What is in it depends on `v`, and `shownIn` says it. */
export interface Post {
	readonly v: number;
	readonly seq: number;
	readonly prev: Uint8Array;
	readonly at: number;
	readonly text?: unknown;
	readonly file?: unknown;
}
/** A Feed is what the signature is over. */
export interface Feed {
	readonly v: 1 | 2;
	readonly of: Uint8Array;
	readonly rev: number;
	readonly profile: { readonly name: string; readonly about: string };
	readonly posts: readonly Post[];
}

/** Returns what a post says; `undefined` where only a later version of the program knows. */
export function shownIn(one: Post): { readonly text: string; readonly file?: PostFile } | undefined {
	// The schemas say so: the compiler can't tell that the fields go with the version.
	return one.v <= 2 ? (one as { readonly text: string; readonly file?: PostFile }) : undefined;
}

/** A SignedFeed is a feed with all that proves it. `hash` is that of the signed bytes; `bytes` is how it travels and is kept. */
export interface SignedFeed {
	readonly of: Fingerprint;
	readonly feed: Feed;
	readonly hash: Uint8Array;
	readonly bytes: Uint8Array;
}

export type ReadFeed =
	| { readonly kind: "feed"; readonly signed: SignedFeed }
	| { readonly kind: "refused"; readonly code: FeedRefusal };

/** Returns the hash by which the next post names this one. */
export const postHash = (of: Uint8Array, one: Post): Uint8Array => sha256(lvCat(postDomain, of, encodeBody(one)));

/** Returns an empty feed, which nobody has seen yet. */
export const emptyFeed = (of: Fingerprint): Feed => ({
	v: 1,
	of: fingerprintBytes(of),
	rev: 0,
	profile: { name: "", about: "" },
	posts: [],
});

/** Returns the next version of a feed, with this post behind the others. `at` is never before that of the last one: posts are told in the order of their times. */
export function withPost(former: Feed, text: string, at: number, file?: PostFile): Feed {
	const last = former.posts.at(-1);
	const next: Post = {
		v: file === undefined ? 1 : 2,
		seq: (last?.seq ?? 0) + 1,
		prev: last ? postHash(former.of, last) : before,
		at: Math.max(at, last?.at ?? 0),
		text,
		...(file && { file }),
	};
	const posts = [...former.posts, next].slice(-mostPosts);
	return { ...former, v: posts.every((one) => one.v === 1) ? 1 : 2, rev: former.rev + 1, posts };
}

/** Returns the next version of a feed, with another profile. */
export const withProfile = (former: Feed, profile: Feed["profile"]): Feed => ({
	...former,
	rev: former.rev + 1,
	profile,
});

/** Signs a feed. Rejects with `SigningFailed`. */
export async function signFeed(signer: Signer, unsigned: Feed): Promise<SignedFeed> {
	const bytes = encodeBody(unsigned);
	const signature = await signer.sign(signedFor, bytes);
	const whole = encodeBody({ v: 1, feed: bytes, signature, certificate: signer.certificate.bytes });
	return { of: signer.fingerprint, feed: unsigned, hash: sha256(bytes), bytes: whole };
}

/** Returns what proves a feed that was read before. */
export function proofOf({
	bytes,
}: SignedFeed): Pick<v.InferOutput<typeof bundle>, "signature" | "certificate"> | undefined {
	const opened = open(bytes);
	return "code" in opened ? undefined : opened.parts;
}

/** Puts a feed together with what proves it, as it travels. */
export const bundled = (one: Feed, signature: Uint8Array, certificate: Uint8Array): Uint8Array =>
	encodeBody({ v: 1, feed: encodeBody(one), signature, certificate });

/** Reads what was checked before and has been on our own disk, sealed, since. */
export function reread(bytes: Uint8Array): SignedFeed | undefined {
	const opened = open(bytes);
	return "code" in opened ? undefined : opened.signed;
}

/**
 * Judges what somebody gave as the feed of `of`: bounded first, then its form, its times and its chain, and last the signature, which costs most. `now` is in
 * milliseconds since the epoch.
 */
export async function readFeed(bytes: Uint8Array, of: Fingerprint, now: number): Promise<ReadFeed> {
	const refused = (code: FeedRefusal): ReadFeed => ({ kind: "refused", code });
	const opened = open(bytes);
	if ("code" in opened) return refused(opened.code);
	const { signed, parts } = opened;
	if (signed.of !== of) return refused("wrongKey");
	const problem = problemOf(signed.feed, now);
	if (problem) return refused(problem);
	const certificate = await certificateOf(parts.certificate, of);
	if (!certificate) return refused("wrongKey");
	const isSigned = await verifySignature(certificate, parts.signature, signedFor, parts.feed);
	return isSigned ? { kind: "feed", signed } : refused("badSignature");
}

function open(
	bytes: Uint8Array,
):
	| { readonly signed: SignedFeed; readonly parts: v.InferOutput<typeof bundle> }
	| { readonly code: Extract<FeedRefusal, "tooLarge" | "malformed" | "newer"> } {
	if (bytes.length > maxFeedBytes) return { code: "tooLarge" };
	const outer = decodeBody(bundle, bytes);
	if (outer.kind === "refused") return { code: unreadable(bytes) };
	const inner = decodeBody(feed, outer.value.feed);
	const of = inner.kind === "value" ? parseFingerprint(Buffer.from(inner.value.of).toString("hex")) : undefined;
	if (inner.kind === "refused" || !of) return { code: unreadable(outer.value.feed) };
	const signed = { of, feed: inner.value, hash: sha256(outer.value.feed), bytes };
	return { signed, parts: outer.value };
}

/** Says why something is no feed: this version of the program may be too old for it. */
const unreadable = (bytes: Uint8Array): "newer" | "malformed" =>
	decodeBody(newerForm, bytes).kind === "value" ? "newer" : "malformed";

async function certificateOf(bytes: Uint8Array, of: Fingerprint): Promise<Certificate | undefined> {
	const read = await readCertificate(bytes);
	return read.kind === "certificate" && read.certificate.fingerprint === of ? read.certificate : undefined;
}

function hasControls(one: Post): boolean {
	const shown = shownIn(one);
	return shown !== undefined && (controls.test(shown.text) || anyControls.test(shown.file?.name ?? ""));
}

function problemOf({ of, profile, posts }: Feed, now: number): FeedRefusal | undefined {
	if (posts.length > mostPosts) return "tooMany";
	if (anyControls.test(profile.name) || controls.test(profile.about)) return "controls";
	if (posts.some(hasControls)) return "controls";
	if (posts.some(({ at }) => at > now + clockToleranceMs)) return "fromTheFuture";
	const follows = (one: Post, index: number): boolean => {
		const last = posts[index - 1];
		if (!last) return one.seq > 1 || Buffer.compare(one.prev, before) === 0;
		return one.seq === last.seq + 1 && one.at >= last.at && Buffer.compare(one.prev, postHash(of, last)) === 0;
	};
	return posts.every(follows) ? undefined : "brokenChain";
}
