// Test vectors of docs/protocol.md, made by the program's own functions from fixed inputs. Run it to write test/vectors/protocol.json anew:
// sh scripts/node24.sh scripts/protocol-vectors.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
	encodeLeafCredential,
	LEAF_SIGNATURE_CONTEXT,
	leafSignatureFields,
} from "../src/crypto/group/leaf-credential.ts";
import { encodeReason } from "../src/crypto/group/rules.ts";
import { ticketProof } from "../src/crypto/group/state.ts";
import { type Certificate, toBeSigned } from "../src/crypto/identity/certificate.ts";
import { type Fingerprint, fingerprintBytes, parseFingerprint } from "../src/crypto/identity/fingerprint.ts";
import { safetyWords } from "../src/crypto/identity/safety-words.ts";
import { concatBytes } from "../src/crypto/length-value.ts";
import { offKeys, secretPlaintext } from "../src/crypto/off-record/exchange.ts";
import { contextTag, leafTag } from "../src/crypto/off-record/tags.ts";
import { channelBinding, channelSuite, openingBinding, roomName } from "../src/crypto/opening/binding.ts";
import { proofToBeSigned } from "../src/crypto/opening/delegation.ts";
import { hostTag, knockTag, offHostTag, tagKeys } from "../src/crypto/opening/knock.ts";
import { attemptInput, channelContext, channelFields } from "../src/crypto/opening/proofs.ts";
import { respond, startInitiator } from "../src/crypto/password/pake.ts";
import { readSecret } from "../src/crypto/password/secret-text.ts";
import { answerWith, askWith } from "../src/crypto/password/shared-secret.ts";
import { stretchPassword } from "../src/crypto/password/stretch.ts";
import type { Authority } from "../src/engine/order/authority.ts";
import { type Entrant, newStart, Sequencer } from "../src/engine/order/sequencer.ts";
import { encodeBody } from "../src/engine/wire/codec.ts";
import { encodeContent } from "../src/engine/wire/content.ts";
import type { Body, VerifyStep } from "../src/engine/wire/content-kinds.ts";
import { closeCode, encodeAdmission, encodeClose } from "../src/engine/wire/entering-frames.ts";
import { encodeFrame, frameType } from "../src/engine/wire/frame.ts";
import { encodeHello, helloForVersion1, refusalCode } from "../src/engine/wire/handshake.ts";
import { encodeInvite } from "../src/engine/wire/invite.ts";
import { encodeLetter, type Letter } from "../src/engine/wire/letter.ts";
import { firstHead, nextHead } from "../src/engine/wire/transcript.ts";
import { dhtVectors, laterVectors, partsOf } from "./dht-vectors.ts";
import { fileVectors } from "./file-vectors.ts";
import { noiseVectors } from "./noise-vectors.ts";
import { postVectors } from "./post-vectors.ts";
import { udpVectors } from "./udp-vectors.ts";

/** `size` bytes that count up from `first`: recognisable in a dump. */
function counting(first: number, size: number): Uint8Array {
	return Uint8Array.from({ length: size }, (_, index) => (first + index) % 256);
}

function fingerprint(text: string): Fingerprint {
	const parsed = parseFingerprint(text);
	if (parsed === undefined) throw new Error("no fingerprint");
	return parsed;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const inputs = {
	password: "Ωmega correct horse",
	room: counting(0x00, 32),
	salt: counting(0x20, 16),
	seat: counting(0x40, 32),
	inviteSecret: counting(0x50, 16),
	proofKey: counting(0x61, 32),
	from: 1_790_000_000,
	until: 1_790_086_400,
	guestScalar: counting(0x01, 32),
	hostScalar: counting(0x21, 32),
	exporter: counting(0x60, 32),
	guest: fingerprint("00112233445566778899AABBCCDDEEFF01234567"),
	host: fingerprint("F0E1D2C3B4A5968778695A4B3C2D1E0F00112233445566778899AABBCCDDEEFF"),
	leafPublicKey: counting(0x80, 32),
	name: "Zoë",
	signature: counting(0xa0, 10),
	ticket: counting(0xc0, 32),
	guestSecret: counting(0x71, 32),
	hostSecret: counting(0x91, 32),
	/** Stand for the two OpenPGP messages with the secrets. */
	sealedByGuest: counting(0x05, 40),
	sealedByHost: counting(0x15, 40),
	hostLeafPublicKey: counting(0xb0, 32),
	certificate: counting(0xe0, 12),
	groupInfo: counting(0x11, 16),
	contentId: counting(0x10, 16),
	at: 1_790_000_000_000,
	text: "Hello, Bob",
	place: "Zürich, Switzerland",
	action: "waves",
	emoji: "👍🏽",
	disappearSeconds: 3600,
	run: counting(0x30, 16),
	question: "Where did we meet?",
	secret: "  The Old\tOak ",
	/** Stand for the bodies of two primary key packets. */
	askerKey: counting(0x70, 51),
	answererKey: counting(0x90, 51),
} as const;

/** The start of an MLS message (RFC 9420 §6): all of it that the sequencer reads. */
function mlsMessage(wireFormat: 1 | 2, epoch: number, rest: Uint8Array): Uint8Array {
	const fixed = Buffer.alloc(8);
	fixed.writeBigUInt64BE(BigInt(epoch));
	return concatBytes(Uint8Array.of(0, 1, 0, wireFormat, inputs.room.length), inputs.room, fixed, rest);
}

const line = mlsMessage(2, 1, Uint8Array.of(1, 0, 0, 0));
/** PublicMessage: sender type new_member_commit, 32 bytes of authenticated data, content type commit. */
const entry = mlsMessage(1, 0, concatBytes(Uint8Array.of(4, 32), counting(0x50, 32), Uint8Array.of(3)));

const hello = encodeHello({ room: inputs.room, salt: inputs.salt });
/** B and T. */
const channel = channelBinding(channelSuite.tls, inputs.exporter);
const opening = openingBinding(channel, hello);

function u64(value: number): Uint8Array {
	const bytes = Buffer.alloc(8);
	bytes.writeBigUInt64BE(BigInt(value));
	return bytes;
}

function knocks() {
	const { room, guest, host, seat, inviteSecret, proofKey, from, until } = inputs;
	const seatKeys = tagKeys({ kind: "seat", secret: seat, roomId: room, guest }, host);
	const inviteKeys = tagKeys({ kind: "invite", secret: inviteSecret }, host);
	const pinKeys = tagKeys({ kind: "pin" }, host);
	const knock = concatBytes(
		knockTag(seatKeys.guest, channel),
		counting(0x33, 32),
		knockTag(inviteKeys.guest, channel),
		knockTag(pinKeys.guest, channel),
	);
	const certified = [room, fingerprintBytes(host), proofKey, u64(from), u64(until)];
	return {
		hello: hex(hello),
		helloForVersion1: hex(helloForVersion1()),
		channelBinding: hex(channel),
		openingBinding: hex(opening),
		roomName: hex(roomName(room)),
		knock: hex(knock),
		hostTagForSeat: hex(hostTag(seatKeys.host, opening)),
		hostTagForInvite: hex(hostTag(inviteKeys.host, opening)),
		hostTagForPin: hex(hostTag(pinKeys.host, opening)),
		toBeSignedForProofKey: hex(toBeSigned("door", certified)),
		toBeSignedByProofKey: hex(proofToBeSigned(opening, host, knock)),
	};
}

async function cpace() {
	const { salt, password, guestScalar, hostScalar } = inputs;
	const prs = await stretchPassword(password, salt);
	const binding = { prs, opening, attempt: 1, host: inputs.host };
	const guest = startInitiator({ ...attemptInput("guest", binding), random: () => guestScalar });
	const host = respond({ ...attemptInput("host", binding), random: () => hostScalar }, guest.share);
	const step = guest.receive(host.share);
	if (step.kind === "failed") throw new Error("the guest refused the host's share");
	const judged = host.check(step.tag);
	if (judged.kind === "wrong") throw new Error("the host refused the guest's tag");
	const second = attemptInput("guest", { ...binding, attempt: 2, host: undefined });
	return {
		prs: hex(prs),
		ci: hex(attemptInput("guest", binding).ci),
		ciWithoutProof: hex(second.ci),
		sidOfFirstAttempt: hex(attemptInput("guest", binding).sid),
		sidOfSecondAttempt: hex(second.sid),
		shareA: hex(guest.share),
		shareB: hex(host.share),
		confirmA: hex(step.tag),
		confirmB: hex(judged.tag),
		isk: hex(judged.isk),
	};
}

function identities() {
	const { guest, host, name, certificate, signature, room, leafPublicKey, ticket, groupInfo } = inputs;
	const credential = encodeLeafCredential({ fingerprint: guest, name, signature });
	if (credential === undefined) throw new Error("the credential does not fit");
	const admission = encodeAdmission({ room, groupInfo, ticket, certificates: [certificate] });
	const toSign = (side: "guest" | "host", way: "password" | "seat"): string =>
		hex(toBeSigned(channelContext[side], channelFields(opening, way, guest, host)));
	return {
		guestCertificateBody: hex(encodeBody({ certificate, name })),
		hostIdentityBody: hex(encodeBody({ certificate, name, signature })),
		toBeSignedByHost: toSign("host", "password"),
		toBeSignedByGuest: toSign("guest", "password"),
		toBeSignedByGuestWithSeat: toSign("guest", "seat"),
		leafToBeSigned: hex(toBeSigned(LEAF_SIGNATURE_CONTEXT, leafSignatureFields(room, leafPublicKey, name))),
		leafCredential: hex(credential),
		admission: hex(admission),
		admissionToBeSigned: hex(toBeSigned("admission", [new TextEncoder().encode(guest), admission])),
		ticketProof: hex(ticketProof(ticket, leafPublicKey)),
		reasonKicked: hex(encodeReason("kicked")),
	};
}

/** What stands off the record in the place of signatures. */
function offRecord() {
	const { guest, host, guestSecret, hostSecret, sealedByGuest, sealedByHost } = inputs;
	const {
		room: roomId,
		leafPublicKey: guestLeaf,
		hostLeafPublicKey: hostLeaf,
		groupInfo,
		ticket,
		certificate,
	} = inputs;
	const parties = { opening, guest, host };
	const secrets = { guest: Uint8Array.from(guestSecret), host: Uint8Array.from(hostSecret) };
	const keys = offKeys(opening, { guest: sealedByGuest, host: sealedByHost }, secrets);
	const admission = encodeAdmission({ room: roomId, groupInfo, ticket, certificates: [certificate] });
	const fields = channelFields(opening, "seat", guest, host);
	const leaves = { roomId, guestLeaf, hostLeaf };
	const seatKeys = tagKeys({ kind: "seat", secret: inputs.seat, roomId, guest }, host);
	const bytesOfKnock = Buffer.from(knocks().knock, "hex");
	const credential = encodeLeafCredential({ fingerprint: guest, name: inputs.name });
	if (credential === undefined) throw new Error("the credential does not fit");
	return {
		hostTagForSeat: hex(offHostTag(seatKeys.host, opening, host, bytesOfKnock)),
		leafCredential: hex(credential),
		plaintextFromGuest: hex(secretPlaintext("guest", parties, guestSecret)),
		plaintextFromHost: hex(secretPlaintext("host", parties, hostSecret)),
		channelKey: hex(keys.channel.export()),
		admissionKey: hex(keys.admission.export()),
		leafKey: hex(keys.leaf.export()),
		guestTag: hex(contextTag(keys.channel, channelContext.guest, fields)),
		hostTag: hex(contextTag(keys.channel, channelContext.host, fields)),
		admissionTag: hex(contextTag(keys.admission, "admission", [new TextEncoder().encode(guest), admission])),
		guestLeafTag: hex(leafTag(keys.leaf, "guest", leaves)),
		hostLeafTag: hex(leafTag(keys.leaf, "host", leaves)),
	};
}

/** One invite with everything that version 2 has. */
function invite(): string {
	const { host: fingerprint, inviteSecret: secret, room } = inputs;
	const endpoints = [
		{ address: "44.128.0.10", port: 40_213 },
		{ address: "2001:db8::5", port: 9 },
	];
	const nodes = [{ host: "node1.example.org", port: 49_737 }];
	const parts = partsOf({ nodes, relay: counting(0x90, 32) });
	return encodeInvite({ fingerprint, endpoints, secret, room: roomName(room), parts });
}

/** What the real sequencer sends: one person enters, then says a line. */
async function order() {
	const toFounder: string[] = [];
	const toGuest: string[] = [];
	const recipient = (fingerprint: Fingerprint, sent: string[]): Entrant => ({
		fingerprint,
		judge: async () => undefined,
		giveSeat: () => inputs.seat,
		deliver: (frame) => sent.push(hex(frame)),
	});
	const guest = recipient(inputs.guest, toGuest);
	const authority: Authority = {
		admit: async () => undefined,
		judge: async () => ({ kind: "accepted", name: "", epoch: 1 }),
		remove: async () => undefined,
		renew: async () => undefined,
	};
	const sequencer = new Sequencer(newStart(inputs.room, 0), authority);
	sequencer.addFounder(recipient(inputs.host, toFounder));
	// Of a certificate the sequencer passes on only the bytes.
	await sequencer.entry(guest, { bytes: inputs.certificate } as Certificate, entry);
	await sequencer.line(guest, 7, line);
	// Lines are told when all work that is ready was done.
	await new Promise(setImmediate);
	const [commitFrame, lineFrame] = toFounder;
	const [enteredFrame, echoFrame] = toGuest;
	const heads = [firstHead(inputs.room)];
	for (const [index, message] of [entry, line].entries())
		heads.push(nextHead(heads.at(-1) ?? new Uint8Array(0), index + 1, message));
	return {
		entryMessage: hex(entry),
		lineMessage: hex(line),
		enteredFrame,
		commitFrame,
		lineFrame,
		echoFrame,
		heads: heads.map(hex),
	};
}

/** What stands inside a sealed letter; `invite` is any invite. */
function letters(invite: string) {
	const { room, contentId } = inputs;
	const pair = Uint8Array.from(room, (byte) => byte ^ 0xff);
	const seat = Uint8Array.from({ length: 32 }, (_, index) => index + (contentId[0] ?? 0));
	const letter = (one: Letter): string => hex(encodeLetter(room, one));
	return {
		letterPropose: letter({ what: "propose", kind: "buddy", pair, seat, invite, until: 1_800_000_000 }),
		letterDecline: letter({ what: "decline", pair }),
		letterWithdraw: letter({ what: "withdraw", pair }),
		letterPosts: letter({ what: "posts", key: seat, since: inputs.at }),
	};
}

const files = fileVectors(inputs.contentId, inputs.seat, "wish you were here", inputs.guest);
const bytes = (text: string): Uint8Array => Buffer.from(text, "hex");

function contents() {
	const { contentId: id, at, text, room, guest, place: label, action, emoji, disappearSeconds: seconds } = inputs;
	const common = { id, at, seen: { seq: 0, head: firstHead(room) } };
	const content = (body: Body): string => hex(encodeContent(common, body));
	const of = { by: fingerprintBytes(guest), id };
	return {
		contentText: content({ kind: "text", text }),
		contentReply: content({ kind: "text", text, reply: { of, quote: text } }),
		contentAction: content({ kind: "action", text: action }),
		contentEdit: content({ kind: "edit", of: id, text }),
		contentDelete: content({ kind: "delete", of: id }),
		contentReact: content({ kind: "react", of, emoji, on: true }),
		contentTyping: content({ kind: "typing", on: true }),
		contentReceipt: content({ kind: "receipt" }),
		contentDisappear: content({ kind: "disappear", seconds }),
		contentKeep: content({ kind: "keep", name: "Friends", days: 14, megabytes: 64, history: false }),
		contentKeepWithHistory: content({
			kind: "keep",
			name: "Friends",
			days: 14,
			megabytes: 64,
			history: true,
			historyDays: 90,
		}),
		contentFile: content({
			kind: "file",
			name: "note.txt",
			size: files.content.length,
			root: bytes(files.root),
			key: bytes(files.key),
		}),
		contentQuietFile: content({ kind: "quiet-file", of, what: "got" }),
		contentQuietLend: content({ kind: "quiet-lend", file: id, root: bytes(files.root), blocks: 3, listBlocks: 0 }),
		contentQuietFileWanted: content({ kind: "quiet-file-wanted", of }),
		contentPlace: content({ kind: "place", of: fingerprintBytes(guest), label }),
		contentBrowsers: content({ kind: "quiet-browsers", of: [fingerprintBytes(guest)] }),
		contentWay: content({ kind: "quiet-way", invite: "rt://example" }),
		contentPosts: content({ kind: "quiet-posts", notes: [{ feed: id, sealed: room }] }),
		contentLetter: content({ kind: "quiet-letter", to: fingerprintBytes(guest), sealed: room }),
	};
}

/** One run in which both know the secret. */
async function verification() {
	const { room, run, question, secret: typed, askerKey: asker, answererKey: answerer, contentId: id, at } = inputs;
	const secret = readSecret(typed);
	if (secret === undefined) throw new Error("no secret");
	const binding = { roomId: room, run, asker, answerer };
	const asking = askWith(secret, binding, () => inputs.guestScalar);
	const answering = answerWith(secret, binding, asking.share, () => inputs.hostScalar);
	const confirm = asking.receive(answering.share);
	if (confirm.kind === "failed") throw new Error("the asker refused the share");
	const finish = answering.check(confirm.tag);
	if (finish.kind === "wrong") throw new Error("the answerer refused the tag");
	const common = { id, at, seen: { seq: 0, head: firstHead(room) } };
	const step = (to: Fingerprint, what: VerifyStep): string =>
		hex(encodeContent(common, { kind: "verify", to: fingerprintBytes(to), run, what }));
	return {
		secretAsCompared: hex(secret),
		ask: step(inputs.host, { step: "ask", share: asking.share, question }),
		answer: step(inputs.guest, { step: "answer", share: answering.share }),
		confirm: step(inputs.host, { step: "confirm", tag: confirm.tag }),
		finish: step(inputs.guest, { step: "finish", tag: finish.tag }),
		end: step(inputs.guest, { step: "end", reason: "mismatched" }),
		isk: hex(finish.isk),
		safetyWords: await safetyWords(asker, answerer),
	};
}

/** All vectors, byte strings as hex. */
export async function protocolVectors() {
	return {
		comment: "Made by scripts/protocol-vectors.ts; explained in docs/protocol.md. Byte strings are hex.",
		inputs: Object.fromEntries(
			Object.entries(inputs).map(([name, value]) => [name, value instanceof Uint8Array ? hex(value) : value]),
		),
		frameTypes: frameType,
		refusalCodes: refusalCode,
		closeCodes: closeCode,
		openingFrameSizes: {
			wrong: encodeFrame(frameType.wrong, Uint8Array.of(2)).length,
			hostProof: encodeFrame(frameType.hostProof, new Uint8Array(0)).length,
		},
		paddedFrame: hex(encodeFrame(frameType.close, encodeClose("left"))),
		paddedFrameAtTheEdge: hex(encodeFrame(frameType.line, counting(0, 250))),
		opening: { ...knocks(), helloForBrowsers: hex(encodeHello({ room: inputs.room, salt: inputs.salt }, true)) },
		noise: await noiseVectors(),
		password: await cpace(),
		identities: identities(),
		offRecord: offRecord(),
		order: await order(),
		...contents(),
		...letters(invite()),
		verification: await verification(),
		file: files,
		posts: postVectors(inputs.host, inputs.text, inputs.at, { key: inputs.seat, room: inputs.room }),
		udp: udpVectors(),
		dht: dhtVectors(inputs.host),
		later: laterVectors(inputs.host),
		invite: invite(),
	};
}

if (import.meta.main) {
	const path = join(import.meta.dirname, "..", "test", "vectors", "protocol.json");
	writeFileSync(path, `${JSON.stringify(await protocolVectors(), undefined, "\t")}\n`);
}
