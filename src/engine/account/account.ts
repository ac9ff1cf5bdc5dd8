// Who we are on this computer: the identity in the home directory, locked or ready, and everything sealed beside it.
import { type Fingerprint, parseFingerprint, shortFingerprint } from "../../crypto/identity/fingerprint.ts";
import { type Signer, SigningFailed } from "../../crypto/identity/identity.ts";
import { createLocalIdentity } from "../../crypto/identity/local.ts";
import { INVITE_SECRET_BYTES } from "../../crypto/opening/knock.ts";
import { changePassphrase, createVault, openVault, type VaultTrouble } from "../../crypto/vault/file.ts";
import type { Vault } from "../../crypto/vault/vault.ts";
import type { Store } from "../../store/db.ts";
import { unlessDiskFails } from "../../store/failure.ts";
import { type Identities, identitiesIn, type OwnIdentity } from "../../store/identities.ts";
import { type RecentRooms, recentRoomsIn } from "../../store/recent-rooms.ts";
import type { Sealer } from "../../store/sealer.ts";
import { settingsIn } from "../../store/settings.ts";
import type { IdentityState, RecentRoom } from "../api/api.ts";
import type { Outcome } from "../api/codes.ts";
import type { KeyKeptIn, KeyProblem, KeyView } from "../api/key.ts";
import { done, refuse } from "../api/outcome.ts";
import type { FormerKey, Trust } from "../api/people.ts";
import type { KeyTrouble } from "../api/refusals.ts";
import { cleanLine, cleanName, cleanTrouble, readOwnName } from "../text/clean.ts";
import { type ContactBook, contactBookIn, type Meeting } from "./contact-book.ts";
import { signerOf } from "./own-signer.ts";
import type { Self } from "./self.ts";

export type AccountOutcome =
	| { readonly kind: "account"; readonly account: Account }
	| { readonly kind: "refused"; readonly trouble: VaultTrouble };

/** The vault is opened after this many milliseconds, within which the first screen is drawn. */
const openAfterMs = 50;

/** Holds what the vault opens. */
interface Opened {
	readonly vault: Vault;
	readonly hasPassphrase: boolean;
	readonly contacts: ContactBook;
	readonly recent: RecentRooms;
}

/** Owns the vault. The store stays its opener's. */
export class Account {
	readonly #home: string;
	readonly #store: Store;
	readonly #now: () => number;
	readonly #identities: Identities;
	/** Holds the identity as the database has it; it is read again when this program changes it. */
	#own: OwnIdentity | undefined;
	#opened: Opened | undefined;
	#self: Self | undefined;
	/** Opens the key that is kept here, once, when it is first needed: the screen does not wait for it. */
	#opening: (() => Promise<void>) | undefined;
	#recentRooms: readonly RecentRoom[] = [];
	/** Says why the key that is kept cannot be used at the moment. */
	#trouble: KeyTrouble | undefined;

	private constructor(home: string, store: Store, now: () => number) {
		this.#home = home;
		this.#store = store;
		this.#now = now;
		this.#identities = identitiesIn(store);
		this.#own = this.#identities.own();
	}

	/** Opens what is there; asks nothing and makes nothing. */
	static async open(home: string, store: Store, now: () => number): Promise<AccountOutcome> {
		const account = new Account(home, store, now);
		const vault = await openVault(home);
		if (vault.kind === "damaged") return { kind: "refused", trouble: vault.trouble };
		// What is kept of the person was sealed by a key that is gone: a passphrase would open nothing.
		if (vault.kind === "missing" && account.#own) return { kind: "refused", trouble: vault.trouble };
		if (vault.kind === "open") await account.#unlocked(vault.vault, vault.hasPassphrase);
		return { kind: "account", account };
	}

	state(): IdentityState {
		const own = this.#own;
		if (!own) return { kind: "none" };
		const short = shortOf(own);
		const fingerprint = parseFingerprint(own.fingerprint);
		if ((!this.#self && !this.#opening) || !fingerprint)
			return { kind: "locked", name: this.#name(), shortFingerprint: short };
		return { kind: "ready", name: this.#name(), fingerprint, shortFingerprint: short, keptIn: this.#keptIn(own) };
	}

	/** Opens the key a moment later. Somebody who looks will soon do something for which it is needed; what they look at comes first. */
	openSoon(): void {
		if (this.#opening) setTimeout(() => void this.whenOpen()?.catch(() => undefined), openAfterMs).unref();
	}

	/** Resolves when it is known whether the key can be used, and `self` has it if so. Absent while there is nothing to wait for. */
	whenOpen(): Promise<void> | undefined {
		return this.#opening?.();
	}

	self(): Self | undefined {
		return this.#self;
	}

	/**
	 * Signs once with a key kept by gpg: it may ask for a passphrase or a card on the terminal, and must do so before a full-screen view
	 * takes it. Returns what went wrong; later signatures then fail with the same.
	 */
	async wakeGpgKey(): Promise<KeyTrouble | undefined> {
		if (this.#own?.kind !== "gpg" || !this.#self) return undefined;
		try {
			await this.#self.signer.sign("self-test");
			return undefined;
		} catch (error) {
			if (!(error instanceof SigningFailed)) throw error;
			return { why: "gpg", failure: error.failure, detail: cleanLine(error.message) };
		}
	}

	/** Returns why the key that is kept cannot be used; `undefined` while it can, or is only locked. */
	trouble(): KeyTrouble | undefined {
		return this.#trouble;
	}

	recentRooms(): readonly RecentRoom[] {
		return this.#recentRooms;
	}

	/** Makes a key for this name, at the first run. */
	async create(typed: string): Promise<Outcome> {
		if (this.#own) return refuse({ code: "identity_exists" });
		const read = readOwnName(typed);
		if (read.kind === "wrong") return refuse({ code: "bad_name", ...read.problem });
		const { name } = read;
		if (!this.#opened && !(await this.#newVault())) return refuse({ code: "internal", why: "homeNotWritable" });
		const { signer, armoredPrivateKey } = await createLocalIdentity({ name });
		settingsIn(this.#store).set("name", name);
		await this.keepLocal(signer, armoredPrivateKey, undefined);
		return done;
	}

	async unlock(passphrase: string): Promise<Outcome> {
		const vault = await openVault(this.#home, passphrase);
		if (vault.kind === "wrongPassphrase" || vault.kind === "locked") return refuse({ code: "wrong_passphrase" });
		if (vault.kind === "damaged" || vault.kind === "missing")
			return refuse({ code: "internal", why: "keyFile", trouble: cleanTrouble(vault.trouble) });
		await this.#unlocked(vault.vault, vault.hasPassphrase);
		await this.whenOpen();
		if (this.#self) return done;
		return refuse({ code: "internal", why: "key", ...(this.#trouble ? { trouble: this.#trouble } : {}) });
	}

	rename(typed: string): Outcome {
		const read = readOwnName(typed);
		if (read.kind === "wrong") return refuse({ code: "bad_name", ...read.problem });
		const { name } = read;
		settingsIn(this.#store).set("name", name);
		if (this.#self) this.#self = { ...this.#self, name };
		return done;
	}

	/** Tells how well this person was known until now, and remembers the meeting. */
	meet(fingerprint: Fingerprint, name: string): Meeting {
		return unlessDiskFails(() => this.#opened?.contacts.meet(fingerprint, name, this.#now())) ?? { trust: "new" };
	}

	/** Returns how well this person is known, without a meeting. */
	trustOf(fingerprint: Fingerprint, name: string): Trust {
		return unlessDiskFails(() => this.#opened?.contacts.trustOf(fingerprint, name)) ?? "new";
	}

	/** Returns the other keys that had this name before; see ContactBook. */
	formerKeys(fingerprint: Fingerprint, name: string): readonly FormerKey[] {
		return unlessDiskFails(() => this.#opened?.contacts.formerKeys(fingerprint, name)) ?? [];
	}

	/** Records that the person has compared fingerprints, or takes that back. It returns `false` when this key was never met. */
	setVerified(fingerprint: Fingerprint, isVerified: boolean): boolean {
		return this.#opened?.contacts.setVerified(fingerprint, isVerified ? this.#now() : undefined) ?? false;
	}

	/** Returns the name that a key came with last; `undefined` when it was never met. */
	nameOf(fingerprint: Fingerprint): string | undefined {
		return unlessDiskFails(() => this.#opened?.contacts.nameOf(fingerprint));
	}

	/** Seals what is kept of others; absent while locked. */
	sealer(): Sealer | undefined {
		return this.#opened?.vault;
	}

	/** Derives the key of the history; absent while locked. Somebody who gets it wipes it. */
	historyKey(): Uint8Array | undefined {
		return this.#opened?.vault.deriveKey("history");
	}

	/** Returns the secret by which those who were let in find our later rooms; absent while locked. */
	laterRoomsSecret(): Uint8Array | undefined {
		const changes = settingsIn(this.#store).get("laterRoomsChanges") ?? 0;
		const key = this.#opened?.vault.deriveKey(`later rooms ${this.#own?.fingerprint} ${changes}`);
		const secret = key?.slice(0, INVITE_SECRET_BYTES);
		key?.fill(0);
		return secret;
	}

	/** Makes that secret another one: whoever has the former one finds nothing any more. */
	changeLaterRoomsSecret(): void {
		unlessDiskFails(() => {
			const settings = settingsIn(this.#store);
			settings.set("laterRoomsChanges", (settings.get("laterRoomsChanges") ?? 0) + 1);
		});
	}

	/** Returns the fingerprint of our own key, also while it is locked. */
	ownFingerprint(): string | undefined {
		return this.#own?.fingerprint;
	}

	/** Remembers where a room was found, and what is known of its host. */
	rememberRoom(target: string, host: Omit<RecentRoom, "target" | "lastJoinedAt">): void {
		unlessDiskFails(() => {
			this.#opened?.recent.remember({ target, lastJoinedAt: this.#now(), ...host });
			this.#readRecentRooms();
		});
	}

	/** Returns what can be said of the key without unlocking it. */
	key(): KeyView {
		const own = this.#own;
		if (!own) return { kind: "none" };
		const isOpen = this.#opened !== undefined;
		const keptIn = own.kind === "local" && !isOpen ? "rt with passphrase" : this.#keptIn(own);
		return { kind: "present", name: this.#name(), fingerprint: cleanLine(own.fingerprint), keptIn };
	}

	/** Returns the armored private key in clear; `undefined` when it is locked or kept by gpg. */
	privateKey(): string | undefined {
		return this.#opened ? this.#identities.privateKey(this.#opened.vault) : undefined;
	}

	/** Puts this key in place of the one there was. A passphrase becomes the identity's; without one it stays as it was. It returns `false` when that cannot be written. */
	async keepLocal(signer: Signer, armored: string, passphrase: string | undefined): Promise<boolean> {
		const opened = this.#opened ?? (await this.#newVault());
		if (!opened) return false;
		if (passphrase && (await this.setPassphrase(passphrase))) return false;
		const { fingerprint } = signer;
		const identity = { kind: "local", fingerprint, hasPassphrase: false, createdAt: this.#now() } as const;
		this.#identities.keepLocal(identity, armored, opened.vault);
		this.#takeOn(signer);
		return true;
	}

	/** Puts a key that stays in gpg in place of the one there was. It returns `false` when that cannot be written. */
	async keepGpg(signer: Signer, gnupgHome: string | undefined): Promise<boolean> {
		if (!this.#opened && !(await this.#newVault())) return false;
		this.#identities.keepGpg({ kind: "gpg", fingerprint: signer.fingerprint, gnupgHome, createdAt: this.#now() });
		this.#takeOn(signer);
		return true;
	}

	/** Locks everything sealed behind another passphrase, or none. Returns why that did not work. */
	async setPassphrase(passphrase: string | undefined): Promise<KeyProblem | undefined> {
		if (!this.#opened) return { why: "locked" };
		const changed = await changePassphrase(this.#home, this.#opened.vault, passphrase);
		if (changed.kind === "failed") return { why: "keyFile", trouble: cleanTrouble(changed.trouble) };
		this.#opened = { ...this.#opened, hasPassphrase: passphrase !== undefined && passphrase !== "" };
		return undefined;
	}

	close(): void {
		this.#opened?.vault.wipe();
		this.#opened = undefined;
		this.#opening = undefined;
		this.#self = undefined;
	}

	async #newVault(): Promise<Opened | undefined> {
		const made = await createVault(this.#home);
		if (made.kind === "open") await this.#unlocked(made.vault, made.hasPassphrase);
		return this.#opened;
	}

	async #unlocked(vault: Vault, hasPassphrase: boolean): Promise<void> {
		const contacts = contactBookIn(this.#store, vault, () =>
			this.state().kind === "ready" ? this.#name() : undefined,
		);
		this.#opened = { vault, hasPassphrase, contacts, recent: recentRoomsIn(this.#store, vault) };
		this.#readRecentRooms();
		const own = this.#own;
		if (!own) return;
		if (own.kind === "gpg") return this.#open(own, vault);
		let opening: Promise<void> | undefined;
		this.#opening = () => (opening ??= this.#open(own, vault));
	}

	async #open(own: OwnIdentity, vault: Vault): Promise<void> {
		const found = await signerOf(own, this.#identities.privateKey(vault));
		this.#opening = undefined;
		// Another key may have been taken on meanwhile, or all of it closed.
		if (this.#own !== own || !this.#opened) return;
		if (found.kind === "signer") this.#self = { signer: found.signer, name: this.#name() };
		else this.#trouble = found.trouble;
	}

	#name(): string {
		return cleanName(settingsIn(this.#store).get("name") ?? "") ?? "someone";
	}

	#keptIn(own: OwnIdentity): KeyKeptIn {
		if (own.kind === "gpg") return "gpg-agent";
		return this.#opened?.hasPassphrase ? "rt with passphrase" : "rt without passphrase";
	}

	#takeOn(signer: Signer): void {
		this.#own = this.#identities.own();
		this.#opening = undefined;
		const settings = settingsIn(this.#store);
		if (!settings.get("name")) settings.set("name", cleanName(signer.certificate.userName) ?? "someone");
		this.#self = { signer, name: this.#name() };
	}

	#readRecentRooms(): void {
		this.#recentRooms = this.#opened?.recent.list() ?? [];
	}
}

function shortOf(own: OwnIdentity): string {
	const fingerprint = parseFingerprint(own.fingerprint);
	return fingerprint ? shortFingerprint(fingerprint) : "(damaged)";
}
