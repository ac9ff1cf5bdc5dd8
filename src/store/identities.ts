// The person's own identity: which key it is in clear, so that it can be named while locked, and the private key sealed.
import type { Store } from "./db.ts";
import type { Sealer } from "./sealer.ts";

/** An OwnIdentity is what is known of one's own identity without any secret. `fingerprint` is upper-case hex, `createdAt` is in milliseconds since the epoch. */
export type OwnIdentity =
	| {
			readonly kind: "local";
			readonly fingerprint: string;
			/** The armored key is itself locked by OpenPGP's S2K (RFC 9580 §3.7), over and above the sealing. */
			readonly hasPassphrase: boolean;
			readonly createdAt: number;
	  }
	| {
			/** The private key stays in gpg-agent or on a smartcard. */
			readonly kind: "gpg";
			readonly fingerprint: string;
			/** The home of GnuPG; `undefined` means gpg's default. */
			readonly gnupgHome: string | undefined;
			readonly createdAt: number;
	  };

/** Keeps the identity of one database: none or one. */
export interface Identities {
	own(): OwnIdentity | undefined;
	/** Returns the armored OpenPGP private key of a local identity; `undefined` when there is none or it does not open under this vault key. */
	privateKey(sealer: Sealer): string | undefined;
	/** Keeps a local identity in place of any other. It is on disk when this returns. */
	keepLocal(identity: Extract<OwnIdentity, { kind: "local" }>, armoredKey: string, sealer: Sealer): void;
	/** Keeps a reference to a key in gpg in place of any other identity. */
	keepGpg(identity: Extract<OwnIdentity, { kind: "gpg" }>): void;
}

interface Row {
	readonly fingerprint: string;
	readonly kind: "local" | "gpg";
	readonly has_passphrase: number;
	readonly gnupg_home: string | null;
	readonly created_at: number;
	readonly sealed_key: Uint8Array | null;
}

/** Opens the identity kept in `store`. */
export function identitiesIn(store: Store): Identities {
	const select = store.database.prepare<[], Row>("SELECT * FROM identities LIMIT 1");
	const clear = store.database.prepare<[]>("DELETE FROM identities");
	const insert = store.database.prepare<[string, string, number, string | null, number, Uint8Array | null]>(
		"INSERT INTO identities (fingerprint, kind, has_passphrase, gnupg_home, created_at, sealed_key) VALUES (?, ?, ?, ?, ?, ?)",
	);
	return {
		own() {
			const row = select.get();
			return row === undefined ? undefined : identityFrom(row);
		},
		privateKey(sealer) {
			const row = select.get();
			if (row === undefined || row.sealed_key === null) return undefined;
			const bytes = sealer.open("identities", "sealed_key", row.fingerprint, row.sealed_key);
			return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
		},
		keepLocal({ fingerprint, hasPassphrase, createdAt }, armoredKey, sealer) {
			const sealed = sealer.seal("identities", "sealed_key", fingerprint, new TextEncoder().encode(armoredKey));
			store.transactDurably(() => {
				clear.run();
				insert.run(fingerprint, "local", hasPassphrase ? 1 : 0, null, createdAt, sealed);
			});
		},
		keepGpg({ fingerprint, gnupgHome, createdAt }) {
			store.transactDurably(() => {
				clear.run();
				insert.run(fingerprint, "gpg", 0, gnupgHome ?? null, createdAt, null);
			});
		},
	};
}

function identityFrom(row: Row): OwnIdentity {
	const { fingerprint, created_at: createdAt } = row;
	if (row.kind === "local") return { kind: "local", fingerprint, hasPassphrase: row.has_passphrase === 1, createdAt };
	return { kind: "gpg", fingerprint, gnupgHome: row.gnupg_home ?? undefined, createdAt };
}
