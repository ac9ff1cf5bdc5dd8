// What is shown on the way into a room: the step, each address that is tried, and the target as the person knows it.
import type { Phase } from "../api/api.ts";
import type { StayContext } from "../stay/stay.ts";
import { Attempts } from "./attempts.ts";
import type { JoinTarget } from "./join-target.ts";

type Step = Extract<Phase, { kind: "connecting" }>["step"];

export interface ShownWayInOptions {
	readonly context: Pick<StayContext, "emit" | "setPhase">;
	readonly target: () => JoinTarget;
	/** Tells whether what was said in the room before is still to be seen. */
	readonly isComingBack: () => boolean;
}

/** Shows a guest's way in as a phase of the engine. While no step is under way it shows nothing. Each stay owns one. */
export class ShownWayIn {
	readonly attempts: Attempts;
	readonly #options: ShownWayInOptions;
	#step: Step | undefined;

	constructor(options: ShownWayInOptions) {
		this.#options = options;
		const { emit } = options.context;
		this.attempts = new Attempts(
			(attempt) => {
				emit({ kind: "attempt", ...attempt });
				this.#show();
			},
			(progress) => {
				emit({ kind: "tor", ...progress });
				this.#show();
			},
		);
	}

	/** Shows a step from now on. */
	at(step: Step): void {
		this.#step = step;
		this.#show();
	}

	/** Shows nothing of the way any more: we are in, or something else is to be seen. */
	hide(): void {
		this.#step = undefined;
	}

	/** Asks the person for the password. */
	askPassword(attemptsLeft: number, wasWrong: boolean): void {
		this.hide();
		const { emit, setPhase } = this.#options.context;
		setPhase({ kind: "passwordNeeded", ...this.#target(), attemptsLeft, wasWrong });
		emit({ kind: "passwordRequired", attemptsLeft });
	}

	#show(): void {
		if (this.#step === undefined) return;
		const attempts = this.attempts.list();
		this.#options.context.setPhase({ kind: "connecting", ...this.#target(), step: this.#step, attempts });
	}

	#target(): { readonly target: string; readonly typed?: string; readonly isComingBack?: true } {
		const { display: target, typed } = this.#options.target();
		const back = this.#options.isComingBack() ? ({ isComingBack: true } as const) : {};
		return { target, ...(target === typed ? {} : { typed }), ...back };
	}
}
