// Makes a conversation off the record alone: with one's own key and somebody's public certificate. That this is possible is what the room is for.
import { randomBytes } from "node:crypto";
import { Group } from "../../crypto/group/group.ts";
import type { Certificate } from "../../crypto/identity/certificate.ts";
import { concatBytes } from "../../crypto/length-value.ts";
import { newSecret, type OffKeys, offKeys, sealSecret } from "../../crypto/off-record/exchange.ts";
import { contextTag, encryptTaggedTo, type LeafPair, leafTag } from "../../crypto/off-record/tags.ts";
import { channelBinding, channelSuite, openingBinding } from "../../crypto/opening/binding.ts";
import { makeKnock, SEAT_BYTES, tagKeys } from "../../crypto/opening/knock.ts";
import { channelContext, channelFields } from "../../crypto/opening/proofs.ts";
import type { Self } from "../account/self.ts";
import type { ForgedLine } from "../api/forge/forge.ts";
import { encodeContent } from "../wire/content.ts";
import { encodeAdmission } from "../wire/entering-frames.ts";
import { encodeHello, roomIdBytes, saltBytes } from "../wire/handshake.ts";
import { encodeOffProof } from "../wire/off-frames.ts";
import { firstHead, nextHead } from "../wire/transcript.ts";
import type { Transcript } from "./transcript.ts";

const exporterBytes = 32;
const lineIdBytes = 16;

/** Holds both groups of the room: one person plays both. */
interface BothGroups {
	readonly mine: Group;
	readonly theirs: Group;
}

/** Makes a conversation in which `them` hosts. `undefined`: the encryption worker failed, or nothing can be encrypted to one of the keys. */
export async function forge(
	{ signer, name }: Self,
	them: { readonly certificate: Certificate; readonly name: string },
	lines: readonly ForgedLine[],
	now: number,
): Promise<Transcript | undefined> {
	const roomId = randomBytes(roomIdBytes);
	const groups = {
		mine: await Group.open({ roomId, isOffRecord: true }),
		theirs: await Group.open({ roomId, isOffRecord: true }),
	};
	try {
		return await conversation(groups, roomId, { certificate: signer.certificate, name }, them, lines, now);
	} catch {
		return undefined;
	} finally {
		await Promise.all([groups.mine.close(), groups.theirs.close()]);
	}
}

interface Somebody {
	readonly certificate: Certificate;
	readonly name: string;
}

async function conversation(
	groups: BothGroups,
	roomId: Uint8Array,
	me: Somebody,
	them: Somebody,
	lines: readonly ForgedLine[],
	now: number,
): Promise<Transcript> {
	const opened = await openingOf(roomId, me, them);
	const entered = await entering(groups, roomId, me, them, opened.keys);
	const said = await say(groups, entered, lines, now);
	const { keys: _, ...shown } = opened;
	return {
		me: { name: me.name, certificate: me.certificate.bytes },
		them: { name: them.name, certificate: them.certificate.bytes },
		...shown,
		admission: entered.admission,
		guestLeaf: entered.guestLeaf,
		enter: entered.enter,
		group: entered.group,
		lines: said,
	};
}

/** Makes the opening as both would have it, with the exporter of a channel that never was. Both secrets are made here, because nobody else has chosen one. */
async function openingOf(roomId: Uint8Array, me: Somebody, them: Somebody) {
	const [guest, host] = [me.certificate.fingerprint, them.certificate.fingerprint];
	const exporter = randomBytes(exporterBytes);
	const hello = encodeHello({ room: roomId, salt: randomBytes(saltBytes) });
	const channel = channelBinding(channelSuite.tls, exporter);
	const opening = openingBinding(channel, hello);
	const seat = randomBytes(SEAT_BYTES);
	const seatKeys = tagKeys({ kind: "seat", secret: seat, roomId, guest }, host);
	const knock = makeKnock({ newestSeat: seatKeys }, channel);
	const hostProof = encodeOffProof({ opening, knock }, them.certificate, seatKeys, "seat");
	const parties = { opening, guest, host };
	const [secretOfMe, secretOfThem] = [newSecret(), newSecret()];
	const sealedByMe = await sealSecret("guest", parties, them.certificate, secretOfMe);
	const sealedByThem = await sealSecret("host", parties, me.certificate, secretOfThem);
	const secrets = { guest: Uint8Array.from(secretOfMe), host: Uint8Array.from(secretOfThem) };
	const keys = offKeys(opening, { guest: sealedByMe, host: sealedByThem }, secrets);
	const fields = channelFields(opening, "seat", guest, host);
	const guestTag = contextTag(keys.channel, channelContext.guest, fields);
	const hostTag = contextTag(keys.channel, channelContext.host, fields);
	const said = { exporter, hello, knock, hostProof, sealedByMe, sealedByThem, guestTag, hostTag };
	return { ...said, seat, secretOfMe, secretOfThem, keys };
}

function must<Reply extends { readonly kind: string }, Kind extends Reply["kind"]>(
	reply: Reply,
	kind: Kind,
): Extract<Reply, { readonly kind: Kind }> {
	if (reply.kind !== kind) throw new Error(`the group answered ${reply.kind}`);
	return reply as Extract<Reply, { readonly kind: Kind }>;
}

async function entering({ mine, theirs }: BothGroups, roomId: Uint8Array, me: Somebody, them: Somebody, keys: OffKeys) {
	const { fingerprint: hostFingerprint } = them.certificate;
	const { fingerprint: joiner } = me.certificate;
	must(await theirs.newLeaf(), "leaf");
	must(await theirs.create({ certificate: them.certificate.bytes, name: them.name }), "created");
	const { publicKey: guestLeaf } = must(await mine.newLeaf(), "leaf");
	const { groupInfo, ticket, hostLeaf } = must(await theirs.admission(joiner), "admission");
	const leaves: LeafPair = { roomId, guestLeaf, hostLeaf };
	const leaf = { key: hostLeaf, tag: leafTag(keys.leaf, "host", leaves) };
	const certificates = [them.certificate.bytes];
	const data = encodeAdmission({ room: roomId, groupInfo, ticket, certificates, leaf });
	const admission = await encryptTaggedTo(me.certificate, keys.admission, data);
	const own = { certificate: me.certificate.bytes, name: me.name };
	const asked = { groupInfo, ticket, certificates, hostFingerprint, hostLeaf, ...own };
	const { commit } = must(await mine.enter(asked), "entered");
	const coming = { message: commit, certificates: [own.certificate], joiner, joinerLeaf: guestLeaf };
	must(await theirs.receive(coming), "membership");
	const { bytes: group } = must(await mine.snapshot({ isForDisk: true }), "snapshot");
	const enter = concatBytes(leafTag(keys.leaf, "guest", leaves), commit);
	return { admission, guestLeaf, enter, group, head: nextHead(firstHead(roomId), 1, commit) };
}

async function say(
	{ mine, theirs }: BothGroups,
	{ head }: { readonly head: Uint8Array },
	lines: readonly ForgedLine[],
	now: number,
): Promise<Transcript["lines"]> {
	const said: Transcript["lines"] = [];
	for (const { from, text } of lines) {
		const [speaker, listener] = from === "me" ? [mine, theirs] : [theirs, mine];
		const about = { id: randomBytes(lineIdBytes), at: now, seen: { seq: 1, head } };
		const { message } = must(await speaker.encrypt(encodeContent(about, { kind: "text", text })), "encrypted");
		must(await listener.receive({ message }), "line");
		said.push({ from, message });
	}
	return said;
}
