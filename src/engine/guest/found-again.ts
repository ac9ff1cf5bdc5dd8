// How the host of a room is found again: where the room was dialled, where it is now, and what the list of recent rooms says of its host.
import type { Fingerprint } from "../../crypto/identity/fingerprint.ts";
import { keyWords } from "../../crypto/identity/safety-words.ts";
import { unlessDiskFails } from "../../store/failure.ts";
import type { Route } from "../routes/route.ts";
import type { StayContext } from "../stay/stay.ts";
import { type JoinTarget, laterTarget, movedTarget } from "./join-target.ts";

type RememberedHost = Parameters<StayContext["account"]["rememberRoom"]>[1];

export interface FoundAgainOptions {
	readonly target: JoinTarget;
	/** Says that the room is one of two people. */
	readonly isPair: boolean;
	readonly account: Pick<StayContext["account"], "rememberRoom">;
	readonly routes: readonly Route[];
	/** Is called with the target by which the room can be found from now on, so that the disk has it. */
	readonly onMoved: (typed: string) => void;
}

/** Remembers where the host can be found, and has the list of rooms follow it. Each stay of a guest owns one. */
export class FoundAgain {
	readonly #options: FoundAgainOptions;
	#target: JoinTarget;
	/** Holds what the list of rooms says of the host. */
	#host: RememberedHost = {};
	#remembered: Promise<void> = Promise.resolve();

	constructor(options: FoundAgainOptions) {
		this.#options = options;
		this.#target = options.target;
	}

	/** Returns where the room is dialled. */
	get target(): JoinTarget {
		return this.#target;
	}

	/** Resolves when all that is known of the host is remembered. */
	remembered(): Promise<void> {
		return this.#remembered;
	}

	/** Is called when we are in the room of this host, whom the list of recent rooms names from now on. */
	isIn(host: Fingerprint, name: string | undefined): void {
		this.#remember({ fingerprint: host, ...(name === undefined ? {} : { hostName: name }) });
		this.#remembered = keyWords(host).then((words) => this.#remember({ words }));
	}

	/** Is told by which invite the host can be found from now on. In a room of two we look there first, also after a restart; else the host's later rooms are found there. */
	moved(invite: string, host: Fingerprint): void {
		const { isPair, routes, onMoved } = this.#options;
		const { isOffRecord = false } = this.#target;
		if (!isPair && !isOffRecord) {
			const later = laterTarget(this.#target, host, invite, routes);
			if (later !== undefined && later !== this.#host.later) this.#remember({ fingerprint: host, later });
			return;
		}
		const moved = isPair ? movedTarget(this.#target, invite, routes) : undefined;
		if (!moved || moved.typed === this.#target.typed) return;
		// Wherever it is, it is the kind of room that it was.
		this.#target = { ...moved, isOffRecord };
		// Where the disk fails, it is looked for at the new place until this program ends.
		unlessDiskFails(() => onMoved(moved.typed));
	}

	#remember(more: RememberedHost): void {
		this.#host = { ...this.#host, ...more };
		this.#options.account.rememberRoom(this.#target.typed, this.#host);
	}
}
