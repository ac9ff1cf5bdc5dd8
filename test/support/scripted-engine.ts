// An Engine without network and keys for tests of the views: plays a room by simple rules, and does what a test tells it to.

import { parseFingerprint, shortFingerprint } from "../../src/crypto/fingerprint.ts";
import type {
	Command,
	Engine,
	Entry,
	IdentityState,
	Outcome,
	Person,
	Snapshot,
	Timeline,
} from "../../src/engine/api.ts";
import type { Event } from "../../src/engine/api-events.ts";
import type { BlockPreview, BlockView, KnockQuery, KnockView } from "../../src/engine/api-gate.ts";
import { Publisher } from "../../src/engine/publisher.ts";

/** The password the scripted room takes. */
export const rightPassword = "correct horse";
/** The passphrase that unlocks a scripted identity. */
export const rightPassphrase = "open sesame";

/** A person with a made-up key: 40 times the digit. */
export function person(name: string, digit: string, more: Partial<Person> = {}): Person {
	const fingerprint = parseFingerprint(digit.repeat(40));
	if (fingerprint === undefined) throw new Error(`no hex digit: ${digit}`);
	const short = shortFingerprint(fingerprint);
	return { fingerprint, shortFingerprint: short, name, trust: "new", isSelf: false, isHost: false, ...more };
}

/** An identity that is ready to use. */
function readyIdentity(name: string): IdentityState {
	const { fingerprint, shortFingerprint: short } = person(name, "A");
	return { kind: "ready", name, fingerprint, shortFingerprint: short, keptIn: "rt without passphrase" };
}

/** Set `override` to answer a command otherwise than the rules; return undefined there to fall back to them. */
export class ScriptedEngine implements Engine {
	readonly commands: Command[] = [];
	override: (command: Command) => Outcome | Promise<Outcome> | undefined = () => undefined;
	/** False: own lines stay `sending` until `deliver` is called. */
	deliversAtOnce = true;
	blocked: readonly BlockView[] = [];
	/** What `previewBlock` answers. */
	preview: BlockPreview = { kind: "refused", code: "bad_address", message: "refused: bad_address" };
	/** What `knocks` answers, and what it was asked last. */
	knockViews: readonly KnockView[] = [];
	lastQuery: KnockQuery | undefined;
	closeCount = 0;
	#attemptsLeft = 3;
	#hasClosed = false;
	readonly #entries: Entry[] = [];
	readonly #publisher = new Publisher();
	#snapshot: Snapshot;

	constructor(identity: IdentityState = readyIdentity("Ann")) {
		const entries = this.#entries;
		const timeline: Timeline = {
			get length() {
				return entries.length;
			},
			at: (index) => entries[index],
		};
		this.#snapshot = { version: 0, identity, phase: { kind: "idle" }, people: [], timeline, recentRooms: [] };
	}

	snapshot(): Snapshot {
		return this.#snapshot;
	}

	subscribe(listener: () => void): () => void {
		return this.#publisher.subscribe(listener);
	}

	onEvent(listener: (event: Event) => void): () => void {
		return this.#publisher.onEvent(listener);
	}

	blocks(): readonly BlockView[] {
		return this.blocked;
	}

	previewBlock(_address: string): BlockPreview {
		return this.preview;
	}

	knocks(query?: KnockQuery): readonly KnockView[] {
		this.lastQuery = query;
		return this.knockViews;
	}

	async perform(command: Command): Promise<Outcome> {
		this.commands.push(command);
		return (await this.override(command)) ?? this.#byTheRules(command);
	}

	close(): Promise<void> {
		this.closeCount += 1;
		if (!this.#hasClosed) this.end("left", "You left the room.");
		return Promise.resolve();
	}

	/** Tells the views an event. */
	emit(event: Event): void {
		this.#publisher.emit(event);
	}

	/** Changes what the views see. */
	update(change: Partial<Snapshot>): void {
		this.#snapshot = { ...this.#snapshot, ...change, version: this.#snapshot.version + 1 };
		this.#publisher.changed();
	}

	/** The room is over. */
	end(code: Extract<Event, { kind: "closed" }>["code"], message: string): void {
		this.#hasClosed = true;
		this.update({ phase: { kind: "ended", code, message } });
		this.emit({ kind: "closed", code, message });
	}

	/** The host passes on the oldest own line that waits. */
	deliver(): void {
		const index = this.#entries.findIndex((entry) => entry.kind === "line" && entry.delivery.kind === "sending");
		const entry = this.#entries[index];
		if (entry?.kind !== "line") throw new Error("nothing waits");
		this.#entries[index] = { ...entry, delivery: { kind: "sent" } };
		this.update({});
		const { id, from, at, text } = entry;
		this.emit({ kind: "message", id, from, at, text, own: true });
	}

	/** We are in the room now. */
	enter(role: "host" | "guest"): void {
		const { identity } = this.#snapshot;
		const self = person(identity.kind === "none" ? "?" : identity.name, "A", { isSelf: true, isHost: role === "host" });
		this.update({ phase: { kind: "inRoom", role }, people: [self] });
		this.emit({ kind: "joined", self: true, member: self });
	}

	#byTheRules(command: Command): Outcome {
		switch (command.kind) {
			case "createIdentity":
			case "rename":
				if (command.name === "") return refused("bad_name");
				this.update({ identity: readyIdentity(command.name) });
				return { kind: "done" };
			case "unlockIdentity":
				if (command.passphrase !== rightPassphrase) return refused("wrong_passphrase");
				this.update({ identity: readyIdentity("Ann") });
				return { kind: "done" };
			case "host":
				return this.#open(command.password, command.port ?? 40_213);
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
				return this.#snapshot.phase.kind === "inRoom" ? { kind: "done" } : refused("not_in_room");
		}
	}

	#open(password: string, port: number): Outcome {
		if (password.length < 3) return refused("bad_password");
		const address = "192.168.1.5";
		const command = `./rt ${address} ${port}`;
		this.update({
			hosting: { password, port, ways: [], joinLines: [{ address, scope: "local", interface: "eth0", command }] },
		});
		this.emit({ kind: "listening", port, addresses: [{ address, port, scope: "local" }] });
		this.enter("host");
		return { kind: "done" };
	}

	#askPassword(target: string, wasWrong: boolean): void {
		const attemptsLeft = this.#attemptsLeft;
		this.update({ phase: { kind: "passwordNeeded", target, attemptsLeft, wasWrong } });
		this.emit({ kind: "passwordRequired", attemptsLeft });
	}

	#check(password: string): Outcome {
		if (this.#snapshot.phase.kind !== "passwordNeeded") return refused("not_asked");
		const { target } = this.#snapshot.phase;
		if (password === rightPassword) {
			this.enter("guest");
			return { kind: "done" };
		}
		this.#attemptsLeft -= 1;
		if (this.#attemptsLeft > 0) this.#askPassword(target, true);
		else this.end("wrong_password", "The password was wrong.");
		return { kind: "done" };
	}

	#say(text: string): Outcome {
		const [from] = this.#snapshot.people;
		if (this.#snapshot.phase.kind !== "inRoom" || from === undefined) return refused("not_in_room");
		const id = `line${this.#entries.length}`;
		this.#entries.push({ kind: "line", id, at: 0, from, text, delivery: { kind: "sending" } });
		this.update({});
		if (this.deliversAtOnce) this.deliver();
		return { kind: "done", id };
	}
}

function refused(code: Extract<Outcome, { kind: "refused" }>["code"]): Outcome {
	return { kind: "refused", code, message: `refused: ${code}` };
}
