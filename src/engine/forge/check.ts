// Checks a conversation off the record with what the program checks by on the way into a room, and in it. Whoever is convinced by it should see forge.ts.
import { Group } from "../../crypto/group/group.ts";
import { type Certificate, readCertificate } from "../../crypto/identity/certificate.ts";
import type { Signer } from "../../crypto/identity/identity.ts";
import { type OffKeys, offKeys, openSecret } from "../../crypto/off-record/exchange.ts";
import { isContextTag, isLeafTag, openTagged } from "../../crypto/off-record/tags.ts";
import { channelBinding, channelSuite, openingBinding } from "../../crypto/opening/binding.ts";
import { tagKeys } from "../../crypto/opening/knock.ts";
import { channelContext, channelFields } from "../../crypto/opening/proofs.ts";
import type { CheckedForgery, ForgeCheck, ForgeCheckName } from "../api/forge/forge.ts";
import { cleanLine } from "../text/clean.ts";
import { decodeContent } from "../wire/content.ts";
import { type Admission, decodeAdmission } from "../wire/entering-frames.ts";
import { readHello } from "../wire/handshake.ts";
import { judgeOffProof, readOffEnter } from "../wire/off-frames.ts";
import type { Transcript } from "./transcript.ts";

/** Collects results in their order; the first refusal ends it, since nothing behind it means anything. */
class Results {
	readonly checks: ForgeCheck[] = [];

	note(name: ForgeCheckName, isAccepted: boolean | "notHere"): boolean {
		const result = isAccepted === "notHere" ? "notHere" : isAccepted ? "accepted" : "refused";
		this.checks.push({ name, result });
		return result !== "refused";
	}
}

/** Holds what everything else of a conversation is checked with. */
interface Under {
	readonly transcript: Transcript;
	readonly me: Certificate;
	readonly them: Certificate;
	readonly roomId: Uint8Array;
	readonly opening: Uint8Array;
	/** The key of the person who is called "me", if it is here. */
	readonly signer: Signer | undefined;
	readonly results: Results;
}

/** Checks all of it. `signer` is the person's own key, by which what was encrypted to them is read. */
export async function checkTranscript(transcript: Transcript, signer: Signer | undefined): Promise<CheckedForgery> {
	const results = new Results();
	const [me, them] = await Promise.all([
		readCertificate(transcript.me.certificate),
		readCertificate(transcript.them.certificate),
	]);
	const read = readHello(transcript.hello);
	const shown = { me: cleanLine(transcript.me.name), them: cleanLine(transcript.them.name), checks: results.checks };
	const isReadable = me.kind === "certificate" && them.kind === "certificate" && read.kind === "hello";
	if (!results.note("certificates", isReadable) || !isReadable) return { ...shown, themFingerprint: "", said: [] };
	const channel = channelBinding(channelSuite.tls, transcript.exporter);
	const own = signer?.fingerprint === me.certificate.fingerprint ? signer : undefined;
	const certificates = { me: me.certificate, them: them.certificate };
	const opening = openingBinding(channel, transcript.hello);
	const under = { transcript, ...certificates, roomId: read.hello.room, opening, signer: own, results };
	const said = await checkOpening(under);
	return { ...shown, themFingerprint: them.certificate.fingerprint, said };
}

async function checkOpening(under: Under): Promise<readonly string[]> {
	const { transcript, me, them, roomId, opening, signer, results } = under;
	const { seat, knock, hostProof, sealedByMe, sealedByThem, secretOfMe, secretOfThem } = transcript;
	const [guest, host] = [me.fingerprint, them.fingerprint];
	const newestSeat = tagKeys({ kind: "seat", secret: seat, roomId, guest }, host);
	const wanted = { fingerprint: host, secrets: { newestSeat } };
	const proven = await judgeOffProof(hostProof, { opening, knock }, wanted);
	if (!results.note("hostProof", proven.kind === "proven")) return [];
	const parties = { opening, guest, host };
	const opened = signer && (await openSecret(sealedByThem, "host", parties, signer));
	const isSame = opened ? Buffer.compare(opened, secretOfThem) === 0 : "notHere";
	if (!results.note("secretToMe", isSame)) return [];
	const secrets = { guest: Uint8Array.from(secretOfMe), host: Uint8Array.from(secretOfThem) };
	const keys = offKeys(opening, { guest: sealedByMe, host: sealedByThem }, secrets);
	results.note("keys", true);
	const fields = channelFields(opening, "seat", guest, host);
	const isGuest = isContextTag(transcript.guestTag, keys.channel, channelContext.guest, fields);
	const isHost = isContextTag(transcript.hostTag, keys.channel, channelContext.host, fields);
	if (!results.note("guestTag", isGuest) || !results.note("hostTag", isHost)) return [];
	return checkEntry(under, keys);
}

async function checkEntry(under: Under, keys: OffKeys): Promise<readonly string[]> {
	const { transcript, signer, roomId, results } = under;
	if (!signer) {
		for (const name of ["admission", "hostLeafTag", "guestLeafTag"] as const) results.note(name, "notHere");
		return checkLines(under);
	}
	const opened = await openTagged(transcript.admission, keys.admission, signer);
	const admission = opened.kind === "decrypted" ? decodeAdmission(opened.data) : opened;
	const isRead = admission.kind === "value" && Buffer.compare(admission.value.room, roomId) === 0;
	if (!results.note("admission", isRead) || admission.kind !== "value") return [];
	const { leaf } = admission.value;
	const leaves = leaf && { roomId, guestLeaf: transcript.guestLeaf, hostLeaf: leaf.key };
	const isHostLeaf = leaf && leaves ? isLeafTag(leaf.tag, keys.leaf, "host", leaves) : false;
	if (!results.note("hostLeafTag", isHostLeaf) || !leaves) return [];
	const enter = readOffEnter(transcript.enter);
	const isGuestLeaf = enter ? isLeafTag(enter.tag, keys.leaf, "guest", leaves) : false;
	if (!results.note("guestLeafTag", isGuestLeaf)) return [];
	if (!results.note("ticket", await isAdmitted(under, admission.value))) return [];
	return checkLines(under);
}

/** Tells whether the host's group takes what the admission says: its GroupInfo, signed by the leaf that was tagged. */
async function isAdmitted({ me, them, transcript, roomId }: Under, admission: Admission): Promise<boolean> {
	const group = await Group.open({ roomId, isOffRecord: true });
	try {
		if ((await group.newLeaf()).kind !== "leaf") return false;
		const { groupInfo, ticket, certificates, leaf } = admission;
		const own = { certificate: me.bytes, name: transcript.me.name };
		const host = { hostFingerprint: them.fingerprint, hostLeaf: leaf?.key };
		return (await group.enter({ groupInfo, ticket, certificates, ...host, ...own })).kind === "entered";
	} finally {
		await group.close();
	}
}

/** Reads what the other one has said with the group as the guest had it: the group checks that their leaf has signed it. */
async function checkLines({ me, them, transcript, roomId, results }: Under): Promise<readonly string[]> {
	const base = { roomId, isOffRecord: true, isForReading: true, hostFingerprint: them.fingerprint };
	const certificates = [me.bytes, them.bytes];
	const restored = await Group.restore({ ...base, snapshot: transcript.group, certificates });
	if (restored.kind !== "restored") {
		results.note("lines", false);
		return [];
	}
	const said: string[] = [];
	let isGood = true;
	for (const { message } of transcript.lines.filter(({ from }) => from === "them")) {
		const received = await restored.group.receive({ message });
		const content = received.kind === "line" ? decodeContent(received.plaintext) : undefined;
		const isTheirs = received.kind === "line" && received.from.fingerprint === them.fingerprint;
		if (!isTheirs || content?.kind !== "value" || content.value.kind !== "text") isGood = false;
		else said.push(cleanLine(content.value.text));
	}
	await restored.group.close();
	results.note("lines", isGood);
	return isGood ? said : [];
}
