// Comparing keys with people in the room: safety words, and the shared-secret check with what it needs to know of the room.
import { type Fingerprint, parseFingerprint } from "../../crypto/identity/fingerprint.ts";
import { primaryKeyOf, safetyWords } from "../../crypto/identity/safety-words.ts";
import { isStoreFailure } from "../../store/failure.ts";
import type { Account } from "../account/account.ts";
import type { Self } from "../account/self.ts";
import type { Outcome } from "../api/codes.ts";
import type { ContentCommand, VerificationView } from "../api/content.ts";
import type { Event } from "../api/events.ts";
import { refuse } from "../api/outcome.ts";
import type { Person } from "../api/people.ts";
import type { MemberEvent } from "../member/events.ts";
import type { Body, BodyOf } from "../wire/content-kinds.ts";
import type { MemberKeys } from "./member-keys.ts";
import type { Room } from "./room.ts";
import { Verification } from "./verification.ts";

export type VerifyCommand = Extract<
	ContentCommand,
	{ kind: "verifyWords" | "verifyAsk" | "verifyAnswer" | "verifyAbort" }
>;

export interface VerifyCommandsOptions {
	readonly self: Self;
	readonly keys: MemberKeys;
	readonly account: Pick<Account, "setVerified" | "trustOf">;
	readonly uptime: () => number;
	readonly room: () => Room | undefined;
	readonly say: (body: Body) => boolean;
	readonly emit: (event: Event) => void;
	readonly changed: () => void;
}

const notInRoom = refuse({ code: "not_in_room" });
const notHere = refuse({ code: "no_such_member", why: "notHere" });

/** Carries out what is asked of verifying, during one stay. */
export class VerifyCommands {
	readonly #options: VerifyCommandsOptions;
	#verification: Verification | undefined;

	constructor(options: VerifyCommandsOptions) {
		this.#options = options;
	}

	view(): VerificationView | undefined {
		return this.#verification?.view;
	}

	/** Is called when we have come into the room, for the first time or anew. */
	entered(roomId: Uint8Array): void {
		this.#verification?.close();
		const { self, room, say, uptime } = this.#options;
		this.#verification = new Verification({
			self: self.signer.fingerprint,
			roomId,
			packetOf: (fingerprint) => this.#packetOf(fingerprint),
			person: (fingerprint) => room()?.person(fingerprint),
			say,
			onMatched: (who) => this.#matched(who),
			onChange: (view) => this.#tell(view),
			uptime,
		});
	}

	/** Is called with each event after the room has taken it in. */
	heard(event: MemberEvent): void {
		if (event.kind !== "membership") return;
		for (const { fingerprint } of event.left) this.#verification?.left(fingerprint);
	}

	heardStep(from: Person, step: BodyOf<"verify">): void {
		this.#verification?.heard(from, step);
	}

	perform(command: VerifyCommand): Outcome | Promise<Outcome> {
		const verification = this.#verification;
		if (!verification) return notInRoom;
		switch (command.kind) {
			case "verifyWords":
				return this.#words(command.fingerprint);
			case "verifyAsk": {
				const who = parseFingerprint(command.fingerprint);
				return who ? verification.ask(who, command.secret, command.question ?? "") : notHere;
			}
			case "verifyAnswer":
				return verification.answer(command.secret);
			case "verifyAbort":
				return verification.abort();
		}
	}

	close(): void {
		this.#verification?.close();
		this.#verification = undefined;
	}

	async #words(text: string): Promise<Outcome> {
		const person = this.#options.room()?.person(parseFingerprint(text) ?? "");
		if (!person || person.isSelf) return notHere;
		const own = await this.#packetOf(this.#options.self.signer.fingerprint);
		const other = await this.#packetOf(person.fingerprint);
		if (!own || !other) return refuse({ code: "no_such_member", why: "keyUnknown" });
		return { kind: "done", words: await safetyWords(own, other) };
	}

	async #packetOf(fingerprint: Fingerprint): Promise<Uint8Array | undefined> {
		const { certificate } = this.#options.self.signer;
		if (fingerprint !== certificate.fingerprint) return this.#options.keys.packetOf(fingerprint);
		return (await primaryKeyOf(certificate.bytes))?.packet;
	}

	/** Remembers the verification for all rooms to come. */
	#matched(who: Fingerprint): void {
		const { account, room } = this.#options;
		const person = room()?.person(who);
		if (!person) return;
		try {
			account.setVerified(who, true);
			room()?.setTrust(who, account.trustOf(who, person.name));
		} catch (error) {
			if (!isStoreFailure(error)) throw error;
			room()?.setTrust(who, "verified");
			room()?.notice("warning", { code: "verificationNotSaved" });
		}
	}

	#tell({ person: member, state, question }: VerificationView): void {
		this.#options.emit({ kind: "verification", member, state, ...(question === undefined ? {} : { question }) });
		this.#options.changed();
	}
}
