// The rooms on the same network, while somebody looks for them: what was announced, cleaned, with the words of each key and how well it is known.
import { type Fingerprint, parseFingerprint, shortFingerprint } from "../crypto/identity/fingerprint.ts";
import { keyWords } from "../crypto/identity/safety-words.ts";
import type { Restriction } from "../net/address/interfaces.ts";
import type { LanBrowser } from "../net/lan/browse.ts";
import type { HeardRoom, HeardRooms } from "../net/lan/rooms.ts";
import type { OnContact } from "../net/link/contact.ts";
import type { Snapshot } from "./api/api.ts";
import type { Outcome } from "./api/codes.ts";
import type { LanEvent, LanRoom } from "./api/lan.ts";
import { done, refuse } from "./api/outcome.ts";
import type { Trust } from "./api/people.ts";
import { cleanName } from "./text/clean.ts";
import { encodeInvite } from "./wire/invite.ts";

/** The words of this many keys are remembered. They take long to compute, and an attacker may announce ever new keys. */
const maxRememberedWords = 200;
/** The rooms of a long list appear this many at a time. */
const drawEvery = 8;

/** Holds what a snapshot shows of it; nothing while nobody looks. */
type LanView = Pick<Snapshot, "lanRooms" | "hasNoLan">;

export interface LanRoomsViewOptions {
	readonly only: Restriction;
	/** Says whether anything may be sent into the network, which the person may have forbidden. */
	readonly isAllowed: boolean;
	readonly trustOf: (fingerprint: Fingerprint, name: string) => Trust;
	readonly ownKey: () => string | undefined;
	readonly onContact: OnContact;
	/** Is called when `view` returns something else than before. */
	readonly changed: () => void;
	readonly emit: (event: LanEvent) => void;
}

/** The answer where nothing may be sent into the network. */
export const lanRefusal: Outcome = refuse({ code: "lan_off" });

/** Owns the sockets, while there are any. */
export class LanRoomsView {
	readonly #options: LanRoomsViewOptions;
	readonly #words = new Map<Fingerprint, readonly string[]>();
	#browser: LanBrowser | undefined;
	/** Says whether looking was asked for: opening takes a moment, and may be called off meanwhile. */
	#isWanted = false;
	#isFinding = false;
	#heard: HeardRooms = [];
	#view: LanView = {};

	constructor(options: LanRoomsViewOptions) {
		this.#options = options;
	}

	view(): LanView {
		return this.#view;
	}

	/** Returns the room that this leads to, as it was listed last; also after looking has ended. */
	roomAt(target: string): LanRoom | undefined {
		return this.#heard.map((room) => this.#roomOf(room)).find((room) => room?.target === target);
	}

	async browse(isOn: boolean): Promise<Outcome> {
		if (!isOn) {
			this.stop();
			return done;
		}
		if (!this.#options.isAllowed) return lanRefusal;
		if (this.#isWanted) return done;
		this.#isWanted = true;
		const { browse } = await import("../net/lan/browse.ts");
		if (!this.#isWanted || this.#browser) return done;
		this.#heard = [];
		this.#browser = browse({
			only: this.#options.only,
			onContact: this.#options.onContact,
			onRooms: (rooms) => this.#hear(rooms),
			onNetworks: () => this.#draw(),
		});
		this.#view = { lanRooms: [] };
		return done;
	}

	stop(): void {
		this.#isWanted = false;
		this.#browser?.close();
		this.#browser = undefined;
		if (this.#view.lanRooms === undefined) return;
		this.#view = {};
		this.#options.changed();
	}

	#hear(rooms: HeardRooms): void {
		this.#heard = rooms;
		this.#draw();
		void this.#findWords();
	}

	/** Finds the words of one key after the other, so that a flood of them keeps one thread busy and no more. */
	async #findWords(): Promise<void> {
		if (this.#isFinding) return;
		this.#isFinding = true;
		for (let next = this.#wordless(), count = 1; next !== undefined && this.#browser !== undefined; count += 1) {
			const words = await keyWords(next);
			if (this.#words.size >= maxRememberedWords) this.#words.clear();
			this.#words.set(next, words);
			next = this.#wordless();
			if (next === undefined || count % drawEvery === 0) this.#draw();
		}
		this.#isFinding = false;
	}

	#wordless(): Fingerprint | undefined {
		return this.#heard
			.map(({ fingerprint }) => parseFingerprint(fingerprint))
			.find((fingerprint) => fingerprint !== undefined && !this.#words.has(fingerprint));
	}

	#draw(): void {
		if (this.#browser === undefined) return;
		const rooms = this.#heard.flatMap((room) => this.#roomOf(room) ?? []);
		const isNew = JSON.stringify(rooms) !== JSON.stringify(this.#view.lanRooms ?? []);
		this.#view = { lanRooms: rooms, ...(this.#browser.hasNetwork() ? {} : { hasNoLan: true }) };
		if (isNew) this.#options.emit({ kind: "lanRooms", rooms });
		this.#options.changed();
	}

	/** Returns the room as it is shown; `undefined` until its words are known, and for a name in which nothing can be seen. */
	#roomOf({ name: announced, fingerprint: digits, address, port }: HeardRoom): LanRoom | undefined {
		const name = cleanName(announced);
		const fingerprint = parseFingerprint(digits);
		const words = fingerprint && this.#words.get(fingerprint);
		if (name === undefined || fingerprint === undefined || words === undefined) return undefined;
		const { trustOf, ownKey } = this.#options;
		return {
			target: encodeInvite({ fingerprint, endpoints: [{ address, port }] }),
			name,
			fingerprint,
			shortFingerprint: shortFingerprint(fingerprint),
			words,
			trust: trustOf(fingerprint, name),
			...(ownKey() === fingerprint ? { isOwn: true } : {}),
			address,
			port,
		};
	}
}
