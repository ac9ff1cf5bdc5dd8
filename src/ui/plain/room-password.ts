// The password of a room that is joined in line mode: given by a file, or asked for when the host wants it.
import type { Engine } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { Dialogue } from "../lines/dialogue.ts";

const again =
	"The host is there again and wants the password of the room. Press Enter, and you are asked for it; if it is another one now, ask them for it.";

/** Says what came of giving it. `ended`: the input is over. `wrongFile`: the one of the file was wrong, and nobody is there who could be asked. */
export type Given =
	| { readonly kind: "given"; readonly outcome: Outcome }
	| { readonly kind: "ended" }
	| { readonly kind: "wrongFile" };

/** Knows the password of the room and asks for it. Each run of line mode has one. */
export class RoomPassword {
	readonly #engine: Engine;
	readonly #dialogue: Dialogue;
	/** The number of attempts left, while the host waits for a password. */
	#attemptsLeft: number | undefined;
	#known: string | undefined;
	#hasTriedKnown = false;

	constructor(engine: Engine, dialogue: Dialogue) {
		this.#engine = engine;
		this.#dialogue = dialogue;
	}

	/** Takes the password that a file has. */
	know(password: string): void {
		this.#known = password;
	}

	/** Returns the password that a file has, until it was tried. */
	get known(): string | undefined {
		return this.#known;
	}

	/** Tells whether the host waits for a password. */
	get isWanted(): boolean {
		return this.#attemptsLeft !== undefined;
	}

	/** Is told that the host wants the password. Whoever was in already may be writing something just now (`isWriting`), and hears of it at once. */
	want(attemptsLeft: number, isWriting: boolean): void {
		const { phase } = this.#engine.snapshot();
		const isFirst = phase.kind === "passwordNeeded" && !phase.wasWrong;
		const isAgain = isWriting && isFirst && !this.isWanted;
		this.#attemptsLeft = attemptsLeft;
		if (isAgain) this.#dialogue.say(again);
	}

	/** Gives the host the password of the file, or else the one that the person types. */
	async give(): Promise<Given> {
		const typed = this.#known === undefined ? await this.#ask() : { kind: "text" as const, text: this.#known };
		if (typed.kind !== "text") return typed;
		if (this.#known !== undefined) this.#hasTriedKnown = true;
		this.#known = undefined;
		this.#attemptsLeft = undefined;
		return { kind: "given", outcome: await this.#engine.perform({ kind: "password", password: typed.text }) };
	}

	async #ask(): Promise<{ readonly kind: "text"; readonly text: string } | Exclude<Given, { kind: "given" }>> {
		// The lines that follow are meant for the room: they must not be tried as passwords.
		if (this.#hasTriedKnown && !this.#dialogue.isTerminal) return { kind: "wrongFile" };
		const left = this.#attemptsLeft === 1 ? "1 attempt left" : `${this.#attemptsLeft} attempts left`;
		const { phase } = this.#engine.snapshot();
		const question =
			phase.kind === "passwordNeeded" && phase.wasWrong
				? `That was not the password. Please enter it again (${left}).`
				: `Please enter the password of the room (${left}).`;
		return this.#dialogue.askSecret(question);
	}
}
