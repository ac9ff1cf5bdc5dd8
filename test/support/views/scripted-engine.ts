// The fake engine with rules: without network and keys it plays a room as the real one would, and does what a test tells it to.

import { parseFingerprint, shortFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import type { Command, IdentityState } from "../../../src/engine/api/api.ts";
import type { Outcome } from "../../../src/engine/api/codes.ts";
import type { Event } from "../../../src/engine/api/events.ts";
import { refuse } from "../../../src/engine/api/outcome.ts";
import type { Person } from "../../../src/engine/api/people.ts";
import { FakeEngine, noon, personNamed } from "./fake-engine.ts";

/** The password the scripted room takes. */
export const rightPassword = "correct horse";
/** The passphrase that unlocks a scripted identity. */
export const rightPassphrase = "open sesame";

/** A person with a made-up key: 40 times the digit. */
export function person(name: string, digit: string, more: Partial<Person> = {}): Person {
	const fingerprint = parseFingerprint(digit.repeat(40));
	if (fingerprint === undefined) throw new Error(`no hex digit: ${digit}`);
	return personNamed(name, "new", { fingerprint, shortFingerprint: shortFingerprint(fingerprint), ...more });
}

/** An identity that is ready to use. */
function readyIdentity(name: string): IdentityState {
	const { fingerprint, shortFingerprint: short } = person(name, "A");
	return { kind: "ready", name, fingerprint, shortFingerprint: short, keptIn: "rt without passphrase" };
}

/** Set `override` to answer a command otherwise than the rules; return undefined there to fall back to them. */
export class ScriptedEngine extends FakeEngine {
	override: (command: Command) => Outcome | Promise<Outcome> | undefined = () => undefined;
	/** False: own lines stay `sending` until `deliver` is called. */
	deliversAtOnce = true;
	closeCount = 0;
	#attemptsLeft = 3;
	#hasClosed = false;

	constructor(identity: IdentityState = readyIdentity("Ann")) {
		super({ identity });
		this.answer = async (command) => (await this.override(command)) ?? this.#byTheRules(command);
	}

	override close(): Promise<void> {
		this.closeCount += 1;
		if (!this.#hasClosed) this.end("left");
		return super.close();
	}

	/** The room is over. */
	end(code: Extract<Event, { kind: "closed" }>["code"]): void {
		this.#hasClosed = true;
		this.set({ phase: { kind: "ended", code } });
		this.emit({ kind: "closed", code });
	}

	/** The host passes on the oldest own line that waits. */
	deliver(): void {
		const index = this.entries.findIndex((entry) => entry.kind === "line" && entry.delivery.kind === "sending");
		const entry = this.entries[index];
		if (entry?.kind !== "line") throw new Error("nothing waits");
		this.entries[index] = { ...entry, delivery: { kind: "sent" } };
		this.set({});
		const { id, from, at, text } = entry;
		this.emit({ kind: "message", id, from, at, text, own: true });
	}

	/** We are in the room now. */
	enter(role: "host" | "guest"): void {
		const { identity } = this.snapshot();
		const self = person(identity.kind === "none" ? "?" : identity.name, "A", { isSelf: true, isHost: role === "host" });
		this.set({ phase: { kind: "inRoom", role }, people: [self] });
		this.emit({ kind: "joined", self: true, member: self });
	}

	#byTheRules(command: Command): Outcome {
		switch (command.kind) {
			case "createIdentity":
			case "rename":
				if (command.name === "") return refuse({ code: "bad_name", why: "empty" });
				this.set({ identity: readyIdentity(command.name) });
				return { kind: "done" };
			case "unlockIdentity":
				if (command.passphrase !== rightPassphrase) return refuse({ code: "wrong_passphrase" });
				this.set({ identity: readyIdentity("Ann") });
				return { kind: "done" };
			case "host":
				return this.#open(command.password, command.wish?.port ?? 40_213);
			case "join":
				this.#askPassword(command.target, false);
				return { kind: "done" };
			case "password":
				return this.#check(command.password);
			case "send":
				return this.#say(command.text);
			case "leave":
				return { kind: "done" };
			default:
				return this.snapshot().phase.kind === "inRoom" ? { kind: "done" } : refuse({ code: "not_in_room" });
		}
	}

	#open(password: string, port: number): Outcome {
		if (password.length < 3) return refuse({ code: "bad_password", why: "empty" });
		const address = "192.168.1.5";
		this.set({
			hosting: { password, port, ways: [], joinLines: [{ address, port, scope: "local", interface: "eth0" }] },
		});
		this.emit({ kind: "listening", port, addresses: [{ address, port, scope: "local" }] });
		this.enter("host");
		return { kind: "done" };
	}

	#askPassword(target: string, wasWrong: boolean): void {
		const attemptsLeft = this.#attemptsLeft;
		this.set({ phase: { kind: "passwordNeeded", target, attemptsLeft, wasWrong } });
		this.emit({ kind: "passwordRequired", attemptsLeft });
	}

	#check(password: string): Outcome {
		const { phase } = this.snapshot();
		if (phase.kind !== "passwordNeeded") return refuse({ code: "not_asked", what: "password" });
		if (password === rightPassword) {
			this.enter("guest");
			return { kind: "done" };
		}
		this.#attemptsLeft -= 1;
		if (this.#attemptsLeft > 0) this.#askPassword(phase.target, true);
		else this.end("wrong_password");
		return { kind: "done" };
	}

	#say(text: string): Outcome {
		const [from] = this.snapshot().people;
		if (this.snapshot().phase.kind !== "inRoom" || from === undefined) return refuse({ code: "not_in_room" });
		const id = `line${this.entries.length}`;
		this.entries.push({ kind: "line", id, at: noon, from, text, delivery: { kind: "sending" } });
		this.set({});
		if (this.deliversAtOnce) this.deliver();
		return { kind: "done", id };
	}
}
