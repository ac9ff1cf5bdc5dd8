// docs/protocol.md and its vectors: the program still gives them, its decoders read them, and what the document says leads to them.

import assert from "node:assert/strict";
import {
	argon2Sync,
	createCipheriv,
	createHash,
	createHmac,
	createPrivateKey,
	decapsulate,
	hkdfSync,
} from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { protocolVectors } from "../../scripts/protocol-vectors.ts";
import { encryptAead } from "../../src/crypto/chacha20-poly1305.ts";
import { MAXIMUM_LEAF_SIGNATURE_BYTES, readLeafCredential } from "../../src/crypto/group/leaf-credential.ts";
import { MAXIMUM_MEMBERS } from "../../src/crypto/group/messages.ts";
import { channelSuite } from "../../src/crypto/opening/binding.ts";
import { DELEGATION_SECONDS, LONGEST_DELEGATION_SECONDS } from "../../src/crypto/opening/delegation.ts";
import { framed } from "../../src/crypto/opening/noise-records.ts";
import { SILENCE_MS } from "../../src/crypto/opening/tls-channel.ts";
import { strikesToBlock } from "../../src/engine/gate/guesses/gate.ts";
import { firstRetryMs, giveUpAfterMs, giveUpRefusedAfterMs, lastRetryMs } from "../../src/engine/guest/joining.ts";
import { dialTimeoutMs } from "../../src/engine/guest/reaching.ts";
import { waitingPerCaller } from "../../src/engine/host/entry-judge.ts";
import { burstLines, linesPerSecond, turnTimeoutMs } from "../../src/engine/host/guest-session.ts";
import { awayTimeoutMs } from "../../src/engine/host/server.ts";
import { backlogBytes, backlogItems } from "../../src/engine/order/backlog.ts";
import { maxFeedBytes, mostPosts } from "../../src/engine/posts/feed.ts";
import { maxReactions, maxReactionsOfOne } from "../../src/engine/room/reactions.ts";
import { typingForgottenAfterMs } from "../../src/engine/room/typing.ts";
import { answerTimeoutMs, pauseMs } from "../../src/engine/room/verification.ts";
import { dhtPartKey, readDhtPart } from "../../src/engine/routes/dht/part.ts";
import { decodeContent } from "../../src/engine/wire/content.ts";
import {
	contentFields,
	maxDisappearSeconds,
	maxEmojiBytes,
	maxFeedNoteBytes,
	maxPlaceBytes,
	maxQuestionBytes,
	maxQuoteBytes,
	maxTextBytes,
} from "../../src/engine/wire/content-kinds.ts";
import { farewellTimeoutMs } from "../../src/engine/wire/end-gently.ts";
import {
	decodeAdmission,
	decodeCommit,
	decodeEntered,
	maxCommitBytes,
	maxGroupInfoBytes,
	maxMembers,
} from "../../src/engine/wire/entering-frames.ts";
import { decodeOpening, decodeOver, decodeShare, decodeWant } from "../../src/engine/wire/files/file-frames.ts";
import {
	maxAdmissionBytes,
	maxOpenBodyBytes,
	maxOpenBytes,
	maxSecureBodyBytes,
	padCertificatesToBytes,
	padOpeningToBytes,
	padToBytes,
	takeFrame,
} from "../../src/engine/wire/frame.ts";
import {
	attemptsPerConnection,
	decodeGuestCertificate,
	decodeHostIdentity,
	enteringTimeoutMs,
	maxCertificateBytes,
	maxNameBytes,
	maxSignatureBytes,
	protocolVersion,
	readHello,
	stepTimeoutMs,
	thinkingTimeoutMs,
} from "../../src/engine/wire/handshake.ts";
import { parseInvite } from "../../src/engine/wire/invite.ts";
import { deadAfterMs, pingEveryMs } from "../../src/engine/wire/keep-alive.ts";
import { decodeLetter } from "../../src/engine/wire/letter.ts";
import { rememberedHeads } from "../../src/engine/wire/transcript.ts";
import { COOKIE_PERIOD_MS } from "../../src/net/udp/cookie.ts";
import { MAX_DATAGRAM_BYTES, readDatagram } from "../../src/net/udp/datagram.ts";
import { MAX_LINKS, MAX_LINKS_OF_CALLER, MAX_OPENING } from "../../src/net/udp/host-socket.ts";
import { MAX_WINDOW_BYTES, PacketGuard, WINDOW_BYTES } from "../../src/net/udp/packet.ts";
import { keysOf, NoiseByHand, nonceOf } from "../crypto/opening/noise-by-hand.ts";
import vectors from "../vectors/protocol.json" with { type: "json" };

const document = readFileSync(join(import.meta.dirname, "..", "..", "docs", "protocol.md"), "utf8");
/** RFC 9935, section 6: what stands before the seed of an ML-KEM-768 key. */
const mlKemSeedPkcs8 = Buffer.from("3054020100300b060960864801650304040204428040", "hex");
const { inputs, opening, password, identities, order } = vectors;
const bytes = (hex: string | undefined) => new Uint8Array(Buffer.from(hex ?? "", "hex"));
const hex = (value: Uint8Array) => Buffer.from(value).toString("hex");
const text = (value: string) => new Uint8Array(Buffer.from(value, "utf8"));

// What the document calls lv: each part after its length in LEB128. Everything here is shorter than 128² bytes.
function lv(...parts: readonly Uint8Array[]): Uint8Array {
	const framed = parts.flatMap((part) => {
		const length = part.length < 128 ? [part.length] : [(part.length % 128) + 128, part.length >> 7];
		return [Uint8Array.from(length), part];
	});
	return new Uint8Array(Buffer.concat(framed));
}

const sha256 = (...parts: readonly Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
const sha512 = (...parts: readonly Uint8Array[]) => createHash("sha512").update(Buffer.concat(parts)).digest();

function u64(value: number): Uint8Array {
	const eight = Buffer.alloc(8);
	eight.writeBigUInt64BE(BigInt(value));
	return eight;
}

/** The bodies of all frames in a byte string, by type. */
function frames(encoded: string | undefined): readonly { readonly type: number; readonly body: Uint8Array }[] {
	const found: { readonly type: number; readonly body: Uint8Array }[] = [];
	for (let rest = bytes(encoded); rest.length > 0; ) {
		const taken = takeFrame(rest, 1024 * 1024);
		assert.equal(taken.kind, "frame");
		if (taken.kind !== "frame") break;
		found.push({ type: taken.frame.type, body: taken.frame.body });
		rest = rest.subarray(taken.usedBytes);
	}
	return found;
}

test("the program gives exactly the vectors that are written down", async () => {
	const fresh = JSON.parse(JSON.stringify(await protocolVectors()));
	assert.deepEqual(fresh, vectors, "the wire changed: see rule 16 of CONTRIBUTING.md");
});

test("the password is stretched as documented: Argon2id of its NFC, 64 MiB, 3 passes, 4 lanes", () => {
	const message = text(inputs.password.normalize("NFC"));
	const parameters = { nonce: bytes(inputs.salt), memory: 65_536, passes: 3, parallelism: 4, tagLength: 32 };
	assert.equal(hex(argon2Sync("argon2id", { message, ...parameters })), password.prs);
});

test("the bindings, the tags of a knock and what the host proves follow from the documented formulas", () => {
	const [exporter, guest, host, room, seat, inviteSecret, proofKey] = [
		inputs.exporter,
		inputs.guest,
		inputs.host,
		inputs.room,
		inputs.seat,
		inputs.inviteSecret,
		inputs.proofKey,
	].map(bytes);
	assert.ok(exporter && guest && host && room && seat && inviteSecret && proofKey);
	const channel = sha256(lv(text("real-talk/2 channel"), Uint8Array.of(0, 1), exporter));
	assert.equal(hex(channel), opening.channelBinding);
	const bound = sha256(lv(text("real-talk/2 hello"), channel, bytes(opening.hello)));
	assert.equal(hex(bound), opening.openingBinding);
	assert.equal(hex(sha256(lv(text("real-talk/2 room"), room)).subarray(0, 16)), opening.roomName);
	const nothing = new Uint8Array(0);
	const tag = (kind: string, who: string, secret: Uint8Array, domain: string, over: Uint8Array): string => {
		const [named, person] = kind === "seat" ? [room, guest] : [nothing, nothing];
		const info = lv(text("real-talk/2"), text(kind), text(who), host, named, person);
		const key = hkdfSync("sha256", secret, "real-talk/2", info, 32);
		return createHmac("sha256", new Uint8Array(key))
			.update(lv(text(domain), over))
			.digest("hex");
	};
	const [first, , third, fourth] = [0, 1, 2, 3].map((slot) => opening.knock.slice(slot * 64, (slot + 1) * 64));
	const secrets = { seat, invite: inviteSecret, pin: host };
	assert.equal(tag("seat", "guest", secrets.seat, "real-talk/2 knock", channel), first);
	assert.equal(tag("invite", "guest", secrets.invite, "real-talk/2 knock", channel), third);
	assert.equal(tag("pin", "guest", secrets.pin, "real-talk/2 knock", channel), fourth);
	assert.equal(tag("seat", "host", secrets.seat, "real-talk/2 host", bound), opening.hostTagForSeat);
	assert.equal(tag("invite", "host", secrets.invite, "real-talk/2 host", bound), opening.hostTagForInvite);
	assert.equal(tag("pin", "host", secrets.pin, "real-talk/2 host", bound), opening.hostTagForPin);
	const certified = lv(text("real-talk/2 door"), room, host, proofKey, u64(inputs.from), u64(inputs.until));
	assert.equal(hex(certified), opening.toBeSignedForProofKey);
	const proven = lv(text("real-talk/2 host proof"), bound, host, sha256(bytes(opening.knock)));
	assert.equal(hex(proven), opening.toBeSignedByProofKey);
});

test("CI, session id, tags and key of the password follow from the documented formulas", () => {
	const [shareA, shareB, isk, sid] = [password.shareA, password.shareB, password.isk, password.sidOfFirstAttempt].map(
		bytes,
	);
	assert.ok(shareA && shareB && isk && sid);
	assert.equal(hex(lv(text("real-talk/2 guest>host"), bytes(inputs.host))), password.ci);
	assert.equal(hex(lv(text("real-talk/2 guest>host"), new Uint8Array(0))), password.ciWithoutProof);
	const sidOf = (attempt: number) =>
		hex(sha256(lv(text("real-talk/2 cpace sid"), bytes(opening.openingBinding), Uint8Array.of(attempt))));
	assert.deepEqual([sidOf(1), sidOf(2)], [password.sidOfFirstAttempt, password.sidOfSecondAttempt]);
	const macKey = sha512(text("CPaceMac"), sid, isk);
	const tag = (share: Uint8Array, ad: string) =>
		createHmac("sha512", macKey)
			.update(lv(share, text(ad)))
			.digest("hex");
	assert.equal(tag(shareA, "guest"), password.confirmA);
	assert.equal(tag(shareB, "host"), password.confirmB);
});

test("the signed bytes follow from the documented fields", () => {
	const [bound, guest, host, room, leaf] = [
		opening.openingBinding,
		inputs.guest,
		inputs.host,
		inputs.room,
		inputs.leafPublicKey,
	].map(bytes);
	assert.ok(bound && guest && host && room && leaf);
	const signed = (side: string, way: string) =>
		hex(lv(text(`real-talk/2 channel ${side}`), bound, text(way), guest, host));
	assert.equal(signed("host", "password"), identities.toBeSignedByHost);
	assert.equal(signed("guest", "password"), identities.toBeSignedByGuest);
	assert.equal(signed("guest", "seat"), identities.toBeSignedByGuestWithSeat);
	assert.equal(hex(lv(text("real-talk/2 mls-leaf"), room, leaf, text(inputs.name))), identities.leafToBeSigned);
	const admission = bytes(identities.admission);
	assert.equal(hex(lv(text("real-talk/2 admission"), text(inputs.guest), admission)), identities.admissionToBeSigned);
	const proof = createHmac("sha256", bytes(inputs.ticket)).update(lv(text("real-talk/1 ticket"), leaf));
	assert.equal(proof.digest("hex"), identities.ticketProof);
});

test("everything that stands off the record in the place of signatures follows from the documented formulas", () => {
	const { offRecord } = vectors;
	const [bound, guest, host, room] = [opening.openingBinding, inputs.guest, inputs.host, inputs.room].map(bytes);
	assert.ok(bound && guest && host && room);
	const seatInfo = lv(text("real-talk/2"), text("seat"), text("host"), host, room, guest);
	const seatKey = new Uint8Array(hkdfSync("sha256", bytes(inputs.seat), "real-talk/2", seatInfo, 32));
	const mac = (key: Uint8Array, ...parts: readonly Uint8Array[]): string =>
		createHmac("sha256", key)
			.update(lv(...parts))
			.digest("hex");
	const proof = mac(seatKey, text("real-talk/2 off host"), bound, host, sha256(bytes(opening.knock)));
	assert.equal(proof, offRecord.hostTagForSeat);
	const sealed = (who: string, secret: string) =>
		hex(lv(text("real-talk/2 off"), text(who), bound, guest, host, bytes(secret)));
	assert.equal(sealed("guest", inputs.guestSecret), offRecord.plaintextFromGuest);
	assert.equal(sealed("host", inputs.hostSecret), offRecord.plaintextFromHost);
	const both = Buffer.concat([bytes(inputs.guestSecret), bytes(inputs.hostSecret)]);
	const info = lv(text("real-talk/2 off"), sha256(bytes(inputs.sealedByGuest)), sha256(bytes(inputs.sealedByHost)));
	const keys = new Uint8Array(hkdfSync("sha256", both, bound, info, 96));
	const [channel, admission, leaf] = [0, 32, 64].map((from) => keys.subarray(from, from + 32));
	assert.ok(channel && admission && leaf);
	assert.deepEqual([channel, admission, leaf].map(hex), [
		offRecord.channelKey,
		offRecord.admissionKey,
		offRecord.leafKey,
	]);
	const way = text("seat");
	assert.equal(mac(channel, text("real-talk/2 channel guest"), bound, way, guest, host), offRecord.guestTag);
	assert.equal(mac(channel, text("real-talk/2 channel host"), bound, way, guest, host), offRecord.hostTag);
	const data = bytes(identities.admission);
	assert.equal(mac(admission, text("real-talk/2 admission"), text(inputs.guest), data), offRecord.admissionTag);
	const leaves = [room, bytes(inputs.leafPublicKey), bytes(inputs.hostLeafPublicKey)];
	assert.equal(mac(leaf, text("guest"), ...leaves), offRecord.guestLeafTag);
	assert.equal(mac(leaf, text("host"), ...leaves), offRecord.hostLeafTag);
	const credential = readLeafCredential(bytes(offRecord.leafCredential));
	assert.ok(credential?.name === inputs.name && credential.signature === undefined);
});

test("heads follow from the documented chain", () => {
	const first = sha256(text("real-talk/1 transcript"), bytes(inputs.room));
	const second = sha256(first, u64(1), sha256(bytes(order.entryMessage)));
	const third = sha256(second, u64(2), sha256(bytes(order.lineMessage)));
	assert.deepEqual([first, second, third].map(hex), order.heads);
});

test("the program's decoders read every body among the vectors", () => {
	const read = readHello(bytes(opening.hello));
	assert.ok(read.kind === "hello" && read.hello.versions.includes(protocolVersion));
	const invite = parseInvite(vectors.invite);
	assert.ok(invite.kind === "invite" && invite.invite.room && invite.invite.secret);
	assert.ok(readDhtPart(invite.invite.parts.get(dhtPartKey))?.relay);
	assert.equal(hex(invite.invite.secret), inputs.inviteSecret);
	assert.equal(decodeGuestCertificate(bytes(identities.guestCertificateBody)).kind, "value");
	assert.equal(decodeHostIdentity(bytes(identities.hostIdentityBody)).kind, "value");
	assert.equal(decodeAdmission(bytes(identities.admission)).kind, "value");
	assert.equal(readLeafCredential(bytes(identities.leafCredential))?.name, inputs.name);
	const content = decodeContent(bytes(vectors.contentText));
	assert.ok(content.kind === "value" && content.value.kind === "text" && content.value.text === inputs.text);
	assert.equal(hex(content.value.seen.head), order.heads[0]);
	const place = decodeContent(bytes(vectors.contentPlace));
	assert.ok(place.kind === "value" && place.value.kind === "place" && place.value.label === inputs.place);
	assert.equal(hex(place.value.of).toUpperCase(), inputs.guest);
});

test("every kind of content has a vector that its decoder reads, with the fields the document lists", () => {
	const listed = [...document.matchAll(/^\| `([\w-]+)` \|(.*)\| (`\w+`(?:, `\w+`)*) \|$/gm)].flatMap(
		([, kind = "", , names = ""]) =>
			Object.hasOwn(contentFields, kind) ? [{ kind, names: names.replaceAll("`", "").split(", ") }] : [],
	);
	assert.deepEqual(listed.map(({ kind }) => kind).toSorted(), Object.keys(contentFields).toSorted());
	const all: Readonly<Record<string, unknown>> = { ...vectors };
	for (const { kind, names } of listed) {
		for (const name of names) {
			const vector = all[name];
			const encoded =
				typeof vector === "string"
					? [vector]
					: Object.entries(vectors.verification).flatMap(([step, value]) =>
							["ask", "answer", "confirm", "finish", "end"].includes(step) ? [value as string] : [],
						);
			for (const one of encoded) {
				const content = decodeContent(bytes(one));
				assert.ok(content.kind === "value" && content.value.kind === kind, `${kind}: ${name}`);
			}
		}
	}
});

test("every letter among the vectors is read in its room, and in no other", () => {
	const room = bytes(inputs.room);
	for (const [what, vector] of [
		["propose", vectors.letterPropose],
		["decline", vectors.letterDecline],
		["withdraw", vectors.letterWithdraw],
	] as const) {
		const read = decodeLetter(room, bytes(vector));
		assert.ok(read.kind === "value" && read.value.what === what);
		assert.equal(decodeLetter(room.toReversed(), bytes(vector)).kind, "refused");
	}
});

test("the verification follows from the documented formulas", () => {
	const { verification } = vectors;
	assert.equal(hex(text("the old oak")), verification.secretAsCompared);
	const [one, other] = [sha512(bytes(inputs.askerKey)), sha512(bytes(inputs.answererKey))].toSorted(Buffer.compare);
	assert.ok(one && other);
	const domain = text("real-talk/1 safety words");
	const message = sha512(lv(domain, one, other));
	const parameters = { nonce: domain, memory: 65_536, passes: 8, parallelism: 4, tagLength: 64 };
	const digest = argon2Sync("argon2id", { message, ...parameters });
	const bits = [...digest].map((byte) => byte.toString(2).padStart(8, "0")).join("");
	const words = [0, 1, 2, 3, 4, 5].map(
		(place) => wordlist[Number.parseInt(bits.slice(place * 11, place * 11 + 11), 2)],
	);
	assert.deepEqual(words, verification.safetyWords);
	const confirm = decodeContent(bytes(verification.confirm));
	const ask = decodeContent(bytes(verification.ask));
	assert.ok(confirm.kind === "value" && confirm.value.kind === "verify" && confirm.value.what.step === "confirm");
	assert.ok(ask.kind === "value" && ask.value.kind === "verify" && ask.value.what.step === "ask");
	const macKey = sha512(text("CPaceMac"), bytes(inputs.run), bytes(verification.isk));
	const tag = createHmac("sha512", macKey)
		.update(lv(ask.value.what.share, new Uint8Array(0)))
		.digest("hex");
	assert.equal(hex(confirm.value.what.tag), tag);
});

test("frames on the way in have the documented sizes", () => {
	assert.deepEqual(vectors.openingFrameSizes, { wrong: padOpeningToBytes, hostProof: padCertificatesToBytes });
	assert.equal(bytes(order.enteredFrame).length, padOpeningToBytes);
});

test("frames in the room are multiples of 256 bytes, each followed by one padding frame of zeros", () => {
	for (const encoded of [vectors.paddedFrame, vectors.paddedFrameAtTheEdge, order.lineFrame, order.echoFrame]) {
		assert.equal(bytes(encoded).length % 256, 0);
		const [, padding, ...more] = frames(encoded);
		assert.equal(more.length, 0);
		assert.equal(padding?.type, vectors.frameTypes.padding);
		assert.ok(padding?.body.every((byte) => byte === 0));
	}
	// 254 bytes leave no room for the header of a padding frame: two blocks are filled.
	assert.equal(bytes(vectors.paddedFrameAtTheEdge).length, 512);
});

test("the sequencer's frames carry the documented bodies", () => {
	const [entered, commit, line, echo] = [order.enteredFrame, order.commitFrame, order.lineFrame, order.echoFrame].map(
		(encoded) => frames(encoded)[0],
	);
	const { frameTypes } = vectors;
	assert.deepEqual(
		[entered, commit, line, echo].map((frame) => frame?.type),
		[frameTypes.entered, frameTypes.commit, frameTypes.line, frameTypes.echo],
	);
	const readEntered = decodeEntered(entered?.body ?? bytes(""));
	assert.ok(readEntered.kind === "value" && readEntered.value.seq === 1);
	assert.equal(hex(readEntered.value.head), order.heads[0]);
	const readCommit = decodeCommit(commit?.body ?? bytes(""));
	assert.ok(readCommit.kind === "value" && readCommit.value.certificate);
	assert.equal(hex(readCommit.value.message), order.entryMessage);
	assert.equal(hex(readCommit.value.certificate), inputs.certificate);
	assert.equal(hex(line?.body ?? bytes("")), `${hex(u64(2))}${order.lineMessage}`);
	assert.equal(hex(echo?.body ?? bytes("")), `${hex(u64(2))}00000007`);
});

test("the channel from a browser follows from the documented formula, and an implementation of Noise on OpenSSL reads it", () => {
	const { noise } = vectors;
	const of = (name: keyof typeof noise) => bytes(noise[name]);
	const host = new NoiseByHand({ ephemeral: of("hostEphemeral") });
	const publicKey = host.readFirst(of("first"));
	assert.equal(publicKey.length, 1_184);
	const guest = new NoiseByHand({ ephemeral: of("guestEphemeral") });
	assert.equal(hex(guest.writeFirst(publicKey)), noise.first);
	const ciphertext = guest.readSecond(of("second"));
	assert.equal(ciphertext.length, 1_088);
	const key = createPrivateKey({
		key: Buffer.concat([mlKemSeedPkcs8, of("guestKemSeed")]),
		format: "der",
		type: "pkcs8",
	});
	const keys = keysOf(guest, decapsulate(key, ciphertext));
	assert.equal(hex(keys.guest), noise.guestKey);
	assert.equal(hex(keys.host), noise.hostKey);
	assert.equal(hex(keys.exporter), noise.exporter);
	const record = (count: number, plaintext: Uint8Array) =>
		hex(framed(encryptAead(keys.guest, nonceOf(count), new Uint8Array(), plaintext)));
	assert.equal(noise.record, record(0, of("plaintext")));
	assert.equal(noise.end, record(1, new Uint8Array()));
	assert.deepEqual(readHello(bytes(opening.helloForBrowsers), channelSuite.noise).kind, "hello");
	assert.deepEqual(readHello(bytes(opening.hello), channelSuite.noise).kind, "otherVersion");
});

test("a file's blocks, hashes and root follow from the documented formulas", () => {
	const { file } = vectors;
	const nonce = Buffer.alloc(12);
	const cipher = createCipheriv("aes-256-gcm", bytes(file.key), nonce);
	const id = bytes(inputs.contentId);
	cipher.setAAD(lv(text("real-talk/2 file block"), id));
	const plain = Buffer.alloc(65_536);
	plain.write(file.content);
	const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
	assert.equal(hex(sealed.subarray(0, 32)), file.sealedBlockBegins);
	assert.equal(hex(sealed.subarray(-16)), file.sealedBlockTag);
	assert.equal(hex(sha256(sealed)), file.pieceHash);
	assert.equal(hex(sha256(lv(text("real-talk/2 file root"), id, bytes(file.pieceHash)))), file.root);
	assert.deepEqual(decodeOpening(bytes(file.getFile)), { id, by: inputs.guest });
	assert.deepEqual(decodeWant(bytes(file.want)), { from: 0, count: 1 });
	assert.deepEqual(decodeShare(bytes(file.share)), { pieces: 1, who: inputs.guest });
	assert.equal(decodeOver(bytes(file.over)), "done");
});

test("UDP's opening follows from the documented formula, and its datagrams are read", () => {
	const { inputs: given, datagrams } = vectors.udp;
	const [guest, host, packet] = [given.guest, given.host, given.packet].map(bytes);
	assert.ok(guest && host && packet);
	const address = Buffer.concat([
		Buffer.alloc(10),
		Buffer.of(255, 255),
		Buffer.from(given.address.split(".").map(Number)),
	]);
	const port = Buffer.of(given.port >> 8, given.port & 255);
	const cookie = createHmac("sha256", bytes(given.secret))
		.update(Buffer.concat([text("real-talk/1 udp cookie"), u64(given.period), address, port, guest]))
		.digest()
		.subarray(0, 16);
	const of = (kind: number, ...parts: readonly Uint8Array[]) => hex(Buffer.concat([Buffer.of(0x52, kind), ...parts]));
	assert.equal(datagrams.hello, of(1, guest, new Uint8Array(54)));
	assert.equal(datagrams.cookie, of(2, guest, cookie));
	assert.equal(datagrams.open, of(3, guest, cookie));
	assert.equal(datagrams.opened, of(4, guest, host));
	assert.equal(datagrams.unknown, of(6, host));
	assert.equal(datagrams.refused, of(7, guest));
	const window = Buffer.alloc(4);
	window.writeUInt32LE(524_288 - given.unreadBytes);
	const [paddingAndType, numbersAndPayload] = [Buffer.from([packet[3] ?? 0, packet[2] ?? 0]), packet.subarray(12)];
	assert.equal(datagrams.data, of(5, host, paddingAndType, window, numbersAndPayload));
	for (const [name, encoded] of Object.entries(datagrams)) {
		const kind = name === "greeting" ? "data" : name;
		assert.equal(readDatagram(Buffer.from(encoded, "hex"))?.kind, kind, name);
		assert.match(document, new RegExp(`^\\| \`0x0\\d\` \\| ${kind} \\|`, "m"), name);
	}
	assert.ok(new PacketGuard(1).inward(Buffer.from(datagrams.data, "hex"), 0));
});

test("docs/protocol.md lists the frame types, refusals and close codes there are", () => {
	for (const [name, type] of Object.entries(vectors.frameTypes)) {
		const number = `0x${type.toString(16).padStart(2, "0")}`;
		assert.match(document, new RegExp(`^\\| \`${number}\` \\| ${name} \\|`, "m"), name);
	}
	for (const codes of [vectors.refusalCodes, vectors.closeCodes]) {
		for (const [name, code] of Object.entries(codes))
			assert.match(document, new RegExp(`^\\| ${code} \\| ${name} \\|`, "m"));
	}
});

test("docs/protocol.md states the limits the program keeps", () => {
	const limits = {
		maxOpenBodyBytes,
		maxOpenBytes,
		maxSecureBodyBytes,
		maxAdmissionBytes,
		maxGroupInfoBytes,
		padToBytes,
		padOpeningToBytes,
		padCertificatesToBytes,
		SILENCE_MS,
		DELEGATION_SECONDS,
		LONGEST_DELEGATION_SECONDS,
		waitingPerCaller,
		attemptsPerConnection,
		strikesToBlock,
		thinkingTimeoutMs,
		stepTimeoutMs,
		enteringTimeoutMs,
		turnTimeoutMs,
		maxCertificateBytes,
		maxSignatureBytes,
		MAXIMUM_LEAF_SIGNATURE_BYTES,
		maxNameBytes,
		maxMembers,
		MAXIMUM_MEMBERS,
		maxCommitBytes,
		maxTextBytes,
		maxQuoteBytes,
		maxEmojiBytes,
		maxFeedNoteBytes,
		maxFeedBytes,
		mostPosts,
		maxPlaceBytes,
		maxQuestionBytes,
		maxDisappearSeconds,
		maxReactionsOfOne,
		maxReactions,
		typingForgottenAfterMs,
		answerTimeoutMs,
		pauseMs,
		rememberedHeads,
		burstLines,
		linesPerSecond,
		pingEveryMs,
		deadAfterMs,
		awayTimeoutMs,
		backlogBytes,
		backlogItems,
		dialTimeoutMs,
		firstRetryMs,
		lastRetryMs,
		giveUpAfterMs,
		giveUpRefusedAfterMs,
		farewellTimeoutMs,
		COOKIE_PERIOD_MS,
		MAX_DATAGRAM_BYTES,
		WINDOW_BYTES,
		MAX_WINDOW_BYTES,
		MAX_LINKS,
		MAX_LINKS_OF_CALLER,
		MAX_OPENING,
	};
	for (const [name, value] of Object.entries(limits)) {
		assert.ok(document.includes(`| \`${name}\` | ${value.toLocaleString("en")} |`), `${name} is ${value}`);
	}
});
