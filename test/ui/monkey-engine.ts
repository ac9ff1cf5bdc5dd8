// An engine for the monkey test: whatever is asked of it happens or is refused by chance, and by chance the others do something.

import type { Command, Entry, Phase } from "../../src/engine/api/api.ts";
import type { EndCode, Outcome } from "../../src/engine/api/codes.ts";
import type { LineEntry } from "../../src/engine/api/content.ts";
import type { Person, Trust } from "../../src/engine/api/people.ts";
import { exampleHosting, FakeEngine, lineFrom, noon, personNamed, self } from "../support/views/fake-engine.ts";
import { gateView, knockView } from "../support/views/gate-view.ts";

/** A seeded source of chance, so that a failure can be played again. */
export interface Chance {
	/** A whole number from 0 to below `limit`. */
	below(limit: number): number;
	/** True once in `count` times. */
	once(count: number): boolean;
	of<T>(things: readonly T[]): T;
}

/** mulberry32: small, and good enough to press keys. */
export function chanceFrom(seed: number): Chance {
	let state = seed;
	const next = () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const below = (limit: number) => Math.floor(next() * limit);
	return { below, once: (count) => below(count) === 0, of: (things) => things[below(things.length)] as never };
}

const names = [
	"grace",
	"Ann",
	"李雷",
	"👩‍👩‍👧‍👦 family",
	"e\u0301milie",
	"אבי",
	"x".repeat(64),
	"ᄀ\u1161ᆨ",
	"Bob the Builder of Bridges",
];
const trusts: readonly Trust[] = ["new", "known", "verified", "changed"];
const endings: readonly EndCode[] = ["left", "room_closed", "kicked", "connection_lost", "wrong_password", "internal"];

/** Texts that have broken terminals before; all have passed clean.ts or can be typed. */
export const oddTexts: readonly string[] = [
	"hello",
	"a longer line that has to be wrapped on every screen that is not very wide, and on the wide ones it is not",
	"https://example.org/a/very/long/path/that/does/not/end/before/the/screen/does?and=a&query=too#fragment",
	"```\nconst x = 1;\n\tif (x) return;\n```",
	"漢字かな交じり文が続くとどうなるか",
	"👩‍👩‍👧‍👦👍🏽🇩🇪🏴󠁧󠁢󠁥󠁮󠁧󠁿",
	"e\u0301\u0302\u0303 combining",
	"שלום עולם",
	"ᄀ\u1161ᆨ jamo",
	"one\ntwo\n\nthree",
	"x".repeat(300),
	"\u200B\u200D\uFE0F",
	"@ada look at this",
];

/** The engine, and what others do. */
export class MonkeyEngine extends FakeEngine {
	readonly #chance: Chance;
	#lastId = 0;

	constructor(chance: Chance) {
		super({ identity: { kind: "none" } });
		this.#chance = chance;
		this.answer = (command) => this.#answer(command);
	}

	/** Something happens that the person has not asked for. */
	remote(): void {
		const { of, below, once } = this.#chance;
		const { phase, people } = this.snapshot();
		if (phase.kind !== "inRoom") {
			if (once(3)) this.set({ phase: this.#phase() });
			return;
		}
		const someone = of(people);
		const doings: readonly (() => void)[] = [
			() => this.add(this.#line(someone, of(oddTexts))),
			() => this.add(...Array.from({ length: below(40) }, () => this.#line(someone, of(oddTexts)))),
			() => this.#change(),
			() => this.#join(),
			() => this.#leave(),
			() => this.set({ phase: { ...phase, ...(once(2) ? { isReconnecting: true as const } : {}) } }),
			() =>
				this.add({
					kind: "notice",
					id: this.#id(),
					at: this.#at(),
					tone: of(["info", "warning", "alarm"]),
					notice: { code: "guessesNotSaved", reason: of(oddTexts) },
				}),
			() => this.#talk(),
			() => {
				if (this.snapshot().gate !== undefined)
					this.set({ gate: gateView({ knocks: Array.from({ length: below(30) }, () => knockView()) }) });
			},
			() => void (once(10) && this.#end()),
		];
		of(doings)();
	}

	#id(): string {
		this.#lastId++;
		return `monkey-${this.#lastId}`;
	}

	// Sometimes another day.
	#at(): number {
		return noon + this.#lastId * 60_000;
	}

	#line(from: Person, text: string): LineEntry {
		const { of, once } = this.#chance;
		const line = lineFrom(from, text, { at: this.#at() });
		if (line.kind !== "line") throw new Error("lineFrom makes lines");
		const deliveries = [
			{ kind: "sending" },
			{ kind: "sent" },
			{ kind: "failed" },
			{ kind: "reached", count: 1, of: 3 },
		] as const;
		return {
			...line,
			...(from.isSelf ? { delivery: of(deliveries) } : {}),
			...(once(5) ? { isAction: true as const } : {}),
			...(once(5) ? { reply: { name: of(names), text: of(oddTexts).replaceAll("\n", " ") } } : {}),
			...(once(5) ? { mentionsMe: true as const } : {}),
			...(once(5) ? { disappearsAt: this.#at() + 60_000 } : {}),
			...(once(5)
				? {
						reactions: [{ emoji: "👍", people: [{ fingerprint: from.fingerprint, name: from.name }], isMine: once(2) }],
					}
				: {}),
		};
	}

	// A line of before is edited, taken back, or gone.
	#change(): void {
		const index = this.#chance.below(this.entries.length + 1);
		const entry = this.entries[index];
		if (entry?.kind !== "line") return;
		const changed: Entry = this.#chance.once(2)
			? { ...entry, text: "", gone: this.#chance.of(["deleted", "disappeared"]) }
			: { ...entry, text: this.#chance.of(oddTexts), isEdited: true };
		this.entries[index] = changed;
		this.set({});
	}

	#join(): void {
		const person = personNamed(this.#chance.of(names), this.#chance.of(trusts));
		const others = this.snapshot().people.filter(({ fingerprint }) => fingerprint !== person.fingerprint);
		this.set({ people: [...others, person] });
		this.add({ kind: "joined", id: this.#id(), at: this.#at(), person });
		this.emit({ kind: "joined", self: false, member: person });
	}

	#leave(): void {
		const person = this.snapshot().people.find(({ isSelf }) => !isSelf);
		if (person === undefined) return;
		this.set({ people: this.snapshot().people.filter((one) => one !== person) });
		this.add({
			kind: "left",
			id: this.#id(),
			at: this.#at(),
			person,
			reason: this.#chance.of(["left", "kicked", "connectionLost", "replaced"]),
		});
	}

	#talk(): void {
		const { of, once } = this.#chance;
		const others = this.snapshot().people.filter(({ isSelf }) => !isSelf);
		const [person] = others;
		const states = ["asking", "asked", "checking", "matched", "mismatched", "declined", "timedOut", "left"] as const;
		this.set({
			talk: {
				typing: once(2) ? others : [],
				isTellingTyping: once(2),
				...(once(3) ? { disappearAfterSeconds: 3_600 } : {}),
				...(person !== undefined && once(2)
					? { verification: { person, state: of(states), question: of(oddTexts) } }
					: {}),
			},
		});
	}

	#phase(): Phase {
		const target = "192.0.2.7 40213";
		return this.#chance.of<Phase>([
			{ kind: "idle" },
			{ kind: "connecting", target, step: "dialling" },
			{ kind: "passwordNeeded", target, attemptsLeft: 2, wasWrong: true },
			{ kind: "ended", code: this.#chance.of(endings) },
		]);
	}

	#end(): void {
		this.set({ phase: { kind: "ended", code: this.#chance.of(endings) } });
	}

	#enter(role: "host" | "guest"): void {
		const people = [
			{ ...self, isHost: role === "host" },
			personNamed("grace", this.#chance.of(trusts), { isHost: role === "guest" }),
		];
		const talk = { typing: [], isTellingTyping: true };
		const hosting = role === "host" ? { hosting: exampleHosting, gate: gateView() } : {};
		this.entries.length = 0;
		this.set({ phase: { kind: "inRoom", role }, people, talk, ...hosting });
	}

	#answer(command: Command): Outcome {
		if (this.#chance.once(10)) return { kind: "refused", code: "internal", why: "blockNotSaved" };
		switch (command.kind) {
			case "createIdentity":
			case "unlockIdentity":
				this.set({
					identity: {
						kind: "ready",
						name: "ada",
						fingerprint: self.fingerprint,
						shortFingerprint: self.shortFingerprint,
						keptIn: "gpg-agent",
					},
				});
				break;
			case "host":
				this.#enter("host");
				break;
			case "join":
				this.set({ phase: { kind: "passwordNeeded", target: command.target, attemptsLeft: 3, wasWrong: false } });
				break;
			case "password":
				this.#enter("guest");
				break;
			case "leave":
				this.set({ phase: { kind: "idle" } });
				break;
			case "send":
				this.add(this.#line(self, command.text));
				break;
			case "verifyWords":
				return { kind: "done", words: ["one", "two", "three", "four", "five", "six"] };
		}
		return { kind: "done" };
	}
}
