// What a host has decided, in a test's hands: it may change at any moment, with or without the room being told.
import type { Fingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { AccessRules, Knock, SeatAlarm } from "../../../src/engine/gate/access-rules.ts";

export class ChangingRules implements AccessRules {
	paused = false;
	cap = 200;
	isOwnerUnwanted = false;
	readonly blockedKeys = new Set<Fingerprint>();
	readonly knocks: Knock[] = [];
	readonly alarms: (readonly [Fingerprint, SeatAlarm])[] = [];
	readonly inviteAlarms: (readonly [string, Fingerprint])[] = [];
	readonly #watchers = new Set<() => void>();

	/** Tells whether somebody listens. */
	get isWatched(): boolean {
		return this.#watchers.size > 0;
	}

	/** The room is told that something has changed. */
	tell(): void {
		for (const tell of this.#watchers) tell();
	}

	isPaused(): boolean {
		return this.paused;
	}

	memberCap(): number {
		return this.cap;
	}

	async isOwnerBlocked(): Promise<boolean> {
		return this.isOwnerUnwanted;
	}

	isKeyBlocked(fingerprint: Fingerprint): boolean {
		return this.blockedKeys.has(fingerprint);
	}

	onKnock(knock: Knock): void {
		this.knocks.push(knock);
	}

	onInviteAlarm(label: string, { fingerprint }: { readonly fingerprint: Fingerprint }): void {
		this.inviteAlarms.push([label, fingerprint]);
	}

	onSeatAlarm(fingerprint: Fingerprint, what: SeatAlarm): void {
		this.alarms.push([fingerprint, what]);
	}

	watch(onChange: () => void): () => void {
		this.#watchers.add(onChange);
		return () => this.#watchers.delete(onChange);
	}
}
