// Whether the host's room is shown on the same network: off until the host wants it, and over with the room.

import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";
import { keyWords } from "../../../crypto/identity/safety-words.ts";
import { interfaceKind, type Restriction } from "../../../net/address/interfaces.ts";
import type { LanAnnouncer } from "../../../net/lan/announce.ts";
import type { OnContact } from "../../../net/link/contact.ts";
import type { LanVisibility } from "../../api/lan.ts";
import { Turns } from "../../bounds/turns.ts";

export interface VisibilityOptions {
	readonly name: string;
	readonly fingerprint: Fingerprint;
	readonly port: number;
	readonly only: Restriction;
	readonly onContact: OnContact;
	/** Is called when `view` returns something else than before. */
	readonly changed: () => void;
}

/** Owns the announcer, while there is one. */
export class Visibility {
	readonly #options: VisibilityOptions;
	#isOn = false;
	#announcer: LanAnnouncer | undefined;
	#words: readonly string[] | undefined;
	readonly #turns = new Turns();

	constructor(options: VisibilityOptions) {
		this.#options = options;
	}

	/** Returns how the room is shown, or `undefined` while it is not. */
	view(): LanVisibility | undefined {
		if (!this.#isOn) return undefined;
		const names = this.#announcer?.interfaces() ?? [];
		const interfaces = names.map((name) => ({ name, kind: interfaceKind(name) }));
		return { interfaces, ...(this.#words === undefined ? {} : { words: this.#words }) };
	}

	set(isOn: boolean): void {
		if (isOn === this.#isOn) return;
		this.#isOn = isOn;
		void this.#turns.run(() => this.#follow());
		this.#options.changed();
	}

	/** Says goodbye, if the room was shown. */
	async close(): Promise<void> {
		this.set(false);
		await this.#turns.settled();
	}

	async #follow(): Promise<void> {
		const { name, fingerprint, port, only, onContact, changed } = this.#options;
		if (this.#isOn && this.#announcer === undefined) {
			const { announce } = await import("../../../net/lan/announce.ts");
			this.#announcer = announce({ name, fingerprint, port, only, onContact, onChange: changed });
			this.#words ??= await keyWords(fingerprint);
			changed();
		} else if (!this.#isOn && this.#announcer !== undefined) {
			const announcer = this.#announcer;
			this.#announcer = undefined;
			await announcer.close();
		}
	}
}
