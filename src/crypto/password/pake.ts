// Proving knowledge of the room's password without showing it: CPace (draft-irtf-cfrg-cpace-21, CPACE-RISTR255-SHA512), initiator and responder with explicit key confirmation.
//
//   initiator (guest)              responder (host)
//   startInitiator ── share Ya ──▶ respond
//   receive        ◀── share Yb ──
//                  ── tag Ta ────▶ check    one Ta = one guess
//   finish         ◀── tag Tb ────          only if Ta was right
import { createHmac, timingSafeEqual } from "node:crypto";
import { concatBytes, lvCat } from "../length-value.ts";
import { sha512 } from "../sha512.ts";
import { CPACE_DOMAIN, makeShare, multiplyChecked, type PasswordBinding, type RandomSource } from "./cpace-group.ts";

const ascii = new TextEncoder();
const ISK_DOMAIN = concatBytes(CPACE_DOMAIN, ascii.encode("_ISK"));
const MAC_DOMAIN = ascii.encode("CPaceMac");
const NOTHING = new Uint8Array(0);

/** A PakeInput is the input of either side. The associated data of both sides must be known to both; it is bound into the key. */
export interface PakeInput extends PasswordBinding {
	/** Our own associated data; without it there is none. */
	readonly ad?: Uint8Array;
	/** The other side's associated data; without it there is none. */
	readonly peerAd?: Uint8Array;
	readonly random?: RandomSource;
}

type ConfirmedStep =
	| { readonly kind: "confirmed-step"; readonly tag: Uint8Array }
	/** The other side does not follow the protocol. */
	| { readonly kind: "failed" };

type Agreement =
	/** Both sides have the 64 secret bytes `isk`; the caller wipes them. */
	| { readonly kind: "agreed"; readonly isk: Uint8Array<ArrayBuffer> }
	/** The password was wrong, somebody tampered, or the host is a false one; these are never told apart. */
	| { readonly kind: "failed" };

type Check =
	| { readonly kind: "right"; readonly tag: Uint8Array; readonly isk: Uint8Array<ArrayBuffer> }
	| { readonly kind: "wrong" };

/** An Initiator is the guest's side of one attempt. Each step works once. */
export interface Initiator {
	/** Ya, the guest's share. */
	readonly share: Uint8Array;
	/** Takes Yb, gives Ta. */
	receive(peerShare: Uint8Array): ConfirmedStep;
	/** Takes Tb. */
	finish(peerTag: Uint8Array): Agreement;
}

/** A Responder is the host's side of one attempt. */
export interface Responder {
	/** Yb, the host's share. */
	readonly share: Uint8Array;
	/** Takes Ta. Works once: a second tag is always wrong, because an attempt is one guess. */
	check(peerTag: Uint8Array): Check;
}

interface Party {
	readonly share: Uint8Array;
	readonly ad: Uint8Array;
}

/** Returns `ISK` of the initiator-responder setting (draft §7.2): over the shared point and `transcript_ir` (appendix A.3). It wipes the point. */
function intermediateSessionKey(sid: Uint8Array, point: Uint8Array, initiator: Party, responder: Party) {
	const text = lvCat(ISK_DOMAIN, sid, point);
	const transcript = concatBytes(lvCat(initiator.share, initiator.ad), lvCat(responder.share, responder.ad));
	const isk = sha512(text, transcript);
	text.fill(0);
	point.fill(0);
	return isk;
}

/** Returns the tag by which a party confirms the key (draft §10.4): its MAC over its own share and associated data. */
function confirmationTag(sid: Uint8Array, isk: Uint8Array, party: Party): Uint8Array<ArrayBuffer> {
	const key = sha512(MAC_DOMAIN, sid, isk);
	const tag = new Uint8Array(createHmac("sha512", key).update(lvCat(party.share, party.ad)).digest());
	key.fill(0);
	return tag;
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
	return left.length === right.length && timingSafeEqual(left, right);
}

class CPaceInitiator implements Initiator {
	readonly share: Uint8Array;
	readonly #sid: Uint8Array;
	readonly #own: Party;
	readonly #peerAd: Uint8Array;
	#scalar: Uint8Array | undefined;
	#isk: Uint8Array<ArrayBuffer> | undefined;
	#expectedTag: Uint8Array = NOTHING;

	constructor(input: PakeInput) {
		const { scalar, share } = makeShare(input);
		this.#scalar = scalar;
		this.#sid = input.sid;
		this.share = share;
		this.#own = { share: this.share, ad: input.ad ?? NOTHING };
		this.#peerAd = input.peerAd ?? NOTHING;
	}

	receive(peerShare: Uint8Array): ConfirmedStep {
		const scalar = this.#scalar;
		this.#scalar = undefined;
		// Our own share played back would make both tags equal: our Ta would then pass for the host's Tb.
		if (scalar === undefined || isEqual(peerShare, this.share)) return { kind: "failed" };
		const point = multiplyChecked(scalar, peerShare);
		scalar.fill(0);
		if (point === undefined) return { kind: "failed" };
		const peer = { share: peerShare, ad: this.#peerAd };
		this.#isk = intermediateSessionKey(this.#sid, point, this.#own, peer);
		this.#expectedTag = confirmationTag(this.#sid, this.#isk, peer);
		return { kind: "confirmed-step", tag: confirmationTag(this.#sid, this.#isk, this.#own) };
	}

	finish(peerTag: Uint8Array): Agreement {
		const isk = this.#isk;
		this.#isk = undefined;
		if (isk === undefined) return { kind: "failed" };
		if (isEqual(peerTag, this.#expectedTag)) return { kind: "agreed", isk };
		isk.fill(0);
		return { kind: "failed" };
	}
}

class CPaceResponder implements Responder {
	readonly share: Uint8Array;
	readonly #sid: Uint8Array;
	readonly #own: Party;
	readonly #peer: Party;
	#scalar: Uint8Array | undefined;

	constructor(input: PakeInput, peerShare: Uint8Array) {
		const { scalar, share } = makeShare(input);
		this.#scalar = scalar;
		this.#sid = input.sid;
		this.share = share;
		this.#own = { share: this.share, ad: input.ad ?? NOTHING };
		this.#peer = { share: Uint8Array.from(peerShare), ad: input.peerAd ?? NOTHING };
	}

	check(peerTag: Uint8Array): Check {
		const scalar = this.#scalar;
		this.#scalar = undefined;
		// The key is made only now: an attempt abandoned before its tag leaves nothing to steal.
		const point = scalar === undefined ? undefined : multiplyChecked(scalar, this.#peer.share);
		scalar?.fill(0);
		if (point === undefined) return { kind: "wrong" };
		const isk = intermediateSessionKey(this.#sid, point, this.#peer, this.#own);
		if (isEqual(peerTag, confirmationTag(this.#sid, isk, this.#peer))) {
			return { kind: "right", tag: confirmationTag(this.#sid, isk, this.#own), isk };
		}
		isk.fill(0);
		return { kind: "wrong" };
	}
}

/** Begins the guest's side of one attempt. */
export function startInitiator(input: PakeInput): Initiator {
	return new CPaceInitiator(input);
}

/**
 * Begins the host's side of one attempt on the guest's Ya. Anything is taken for a share: what is none gets an answer like
 * any other and is found "wrong" when its tag comes, so that there is one error and one count for every kind of failure.
 */
export function respond(input: PakeInput, peerShare: Uint8Array): Responder {
	return new CPaceResponder(input, peerShare);
}
