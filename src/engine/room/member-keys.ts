// The keys of those in the room, for comparing them: kept as the certificates that the host passed on, read only when somebody asks.

import { type Certificate, readCertificate } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { primaryKeyOf } from "../../crypto/identity/safety-words.ts";
import { Turns } from "../bounds/turns.ts";
import type { MemberEvent } from "../member/events.ts";

/** Keeps the keys of the people in the room, who bound how many there are. */
export class MemberKeys {
	readonly #certificates = new Map<Fingerprint, Uint8Array>();
	/** The certificates of those who were here when we came in; reading one tells whose it is. */
	#unsorted: readonly Uint8Array[] = [];
	/** Makes one wait for another, so that nobody looks while another still reads. */
	readonly #sorting = new Turns();

	/** Is called when we have come in: the host's list of certificates replaces what was known. */
	entered(certificates: readonly Uint8Array[]): void {
		this.#certificates.clear();
		this.#unsorted = certificates;
	}

	/** Takes in that somebody came, with their certificate, or went. */
	heard(event: MemberEvent): void {
		if (event.kind !== "membership") return;
		for (const { fingerprint } of event.left) this.#certificates.delete(fingerprint);
		const [joined] = event.joined;
		// What came with a frame shares its memory.
		if (joined && event.certificate) this.#certificates.set(joined.fingerprint, Uint8Array.from(event.certificate));
	}

	/** Returns the primary key packet of this person, if the certificate that came is truly theirs. */
	async packetOf(who: Fingerprint): Promise<Uint8Array | undefined> {
		const certificate = await this.#bytesOf(who);
		const key = certificate && (await primaryKeyOf(certificate));
		return key?.fingerprint === who ? key.packet : undefined;
	}

	/** Returns the certificate of this person, if the one that came is truly theirs and can be used. */
	async certificateOf(who: Fingerprint): Promise<Certificate | undefined> {
		const bytes = await this.#bytesOf(who);
		const read = bytes && (await readCertificate(bytes));
		return read?.kind === "certificate" && read.certificate.fingerprint === who ? read.certificate : undefined;
	}

	async #bytesOf(who: Fingerprint): Promise<Uint8Array | undefined> {
		await this.#sorting.run(async () => (this.#certificates.has(who) ? undefined : this.#sort()));
		return this.#certificates.get(who);
	}

	async #sort(): Promise<void> {
		const unsorted = this.#unsorted;
		this.#unsorted = [];
		for (const certificate of unsorted) {
			const key = await primaryKeyOf(certificate);
			if (key && !this.#certificates.has(key.fingerprint)) this.#certificates.set(key.fingerprint, certificate);
		}
	}
}
