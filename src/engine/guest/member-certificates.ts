// The certificates of those who are in a room, as its host passed them on: they are read when the room is kept, and those of nobody who is in it are let go.
import type { GroupMember } from "../../crypto/group/messages.ts";
import { readCertificate } from "../../crypto/identity/certificate.ts";
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import type { KeptMember } from "../kept/records.ts";

/** Remembers the certificates of people in the room. Each stay owns one. */
export class MemberCertificates {
	#known: ReadonlyMap<Fingerprint, Uint8Array> = new Map();
	#unread: Uint8Array[] = [];

	/** Takes a certificate, which is read later. */
	learn(certificate: Uint8Array): void {
		this.#unread.push(Uint8Array.from(certificate));
	}

	/** Returns the members of the group with their certificates; those whose certificate never came are left out. */
	async of(members: readonly GroupMember[]): Promise<readonly KeptMember[]> {
		const known = new Map(this.#known);
		for (const bytes of this.#unread.splice(0)) {
			const read = await readCertificate(bytes);
			if (read.kind === "certificate") known.set(read.certificate.fingerprint, bytes);
		}
		const kept = members.flatMap(({ fingerprint, name }) => {
			const certificate = known.get(fingerprint);
			return certificate ? [{ fingerprint, name, certificate, entry: 0 }] : [];
		});
		this.#known = new Map(kept.map(({ fingerprint, certificate }) => [fingerprint, certificate]));
		return kept;
	}
}
