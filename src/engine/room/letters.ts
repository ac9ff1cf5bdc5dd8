// Letters to one person in the room: sealed to their key and said in a line; those to us are opened, bounded, once it is known whose key seals them.
import { type Fingerprint, fingerprintBytes } from "../../crypto/identity/fingerprint.ts";
import { encryptSignedTo, openSealed } from "../../crypto/identity/sealed-message.ts";
import { openUnsigned, sealUnsigned } from "../../crypto/off-record/unsigned.ts";
import { TokenBucket } from "../../net/link/token-bucket.ts";
import type { Self } from "../account/self.ts";
import type { Outcome } from "../api/codes.ts";
import { refuse } from "../api/outcome.ts";
import type { Person } from "../api/people.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import { Turns } from "../bounds/turns.ts";
import { type Body, type BodyOf, maxLetterBytes } from "../wire/content-kinds.ts";
import { decodeLetter, encodeLetter, type Letter, type PairKind } from "../wire/letter.ts";
import type { MemberKeys } from "./member-keys.ts";

/** Opening a letter may ask gpg-agent, or a card. Nobody can make us do that more often than this many times at once, and once a minute after that. */
const lettersAtOnce = 4;
const lettersPerSecond = 1 / 60;
/** Remembers of this many people how many letters they have sent. */
const rememberedSenders = 256;
/** Letters that wait until the keys of those in the room are known; more are let go. */
const mostWaiting = 32;

export interface LettersOptions {
	readonly self: Self;
	readonly keys: MemberKeys;
	readonly say: (body: Body) => Outcome;
	/** Is told a letter to us, from the person whose key has sealed it. */
	readonly onLetter: (from: Person, letter: Letter) => void;
	/** Returns milliseconds on a clock that only goes forward. */
	readonly uptime: () => number;
}

interface Arrived {
	readonly from: Person;
	readonly sealed: Uint8Array;
}

/** Carries letters in one room, during one stay. */
export class Letters {
	readonly #options: LettersOptions;
	readonly #senders = new BoundedMap<Fingerprint, TokenBucket>(rememberedSenders);
	readonly #opening = new Turns();
	#roomId: Uint8Array | undefined;
	#waiting: readonly Arrived[] = [];

	constructor(options: LettersOptions) {
		this.#options = options;
	}

	/** Is called when we are in and the keys of those who are there are known: what came before is opened now. */
	entered(roomId: Uint8Array): void {
		this.#roomId = roomId;
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const one of waiting) this.#take(one, roomId);
	}

	/** Seals a letter to somebody in the room, and says it. One about a room off the record is not signed: that would be the only signature of it. Nor is one with the key to posts: to whom they are shown proves itself to nobody. */
	async send(to: Fingerprint, letter: Letter, about: PairKind | "posts"): Promise<Outcome> {
		const { self, keys, say } = this.#options;
		const certificate = await keys.certificateOf(to);
		if (!certificate || !this.#roomId) return refuse({ code: "no_such_member", why: "keyUnknown" });
		const data = encodeLetter(this.#roomId, letter);
		const { signer } = self;
		const sealing =
			about === "buddy"
				? encryptSignedTo(certificate, signer, data, "letter")
				: sealUnsigned(certificate, signer.fingerprint, data);
		const sealed = await sealing.catch(() => undefined);
		if (!sealed || sealed.length > maxLetterBytes) return refuse({ code: "buddy_refused", why: "cannotSeal" });
		return say({ kind: "quiet-letter", to: fingerprintBytes(to), sealed });
	}

	/** Takes in a letter, for whomever it is. */
	heard(from: Person, { to, sealed }: BodyOf<"quiet-letter">): void {
		const { self, uptime } = this.#options;
		if (Buffer.compare(to, fingerprintBytes(self.signer.fingerprint)) !== 0) return;
		const now = uptime();
		const bucket = this.#senders.get(from.fingerprint) ?? new TokenBucket(lettersPerSecond, lettersAtOnce, now);
		this.#senders.set(from.fingerprint, bucket);
		if (!bucket.admits(now)) return;
		const arrived = { from, sealed };
		if (this.#roomId) this.#take(arrived, this.#roomId);
		else if (this.#waiting.length < mostWaiting) this.#waiting = [...this.#waiting, arrived];
	}

	#take({ from, sealed }: Arrived, roomId: Uint8Array): void {
		const { self, keys, onLetter } = this.#options;
		void this.#opening.run(async () => {
			const certificate = await keys.certificateOf(from.fingerprint);
			if (!certificate) return;
			const opened = await self.signer.unseal(sealed);
			if (opened.kind === "failed") return;
			const own = self.signer.fingerprint;
			const unsigned = openUnsigned(opened.data, from.fingerprint, own);
			const data = unsigned ?? (await openSealed(opened.data, own, certificate, "letter"));
			const read = data && decodeLetter(roomId, data);
			if (read?.kind !== "value") return;
			// Nobody is brought to one kind of room by a letter in the form of the other.
			const { value } = read;
			const isUnsigned = value.what === "propose" ? value.kind === "offRecord" : unsigned !== undefined;
			const isInForm = value.what === "posts" ? unsigned !== undefined : isUnsigned === (unsigned !== undefined);
			if (isInForm) onLetter(from, value);
		});
	}
}
