// What a host does with personal invites: makes one for a friend, or takes it back.
import type { Caller } from "../../net/address/caller.ts";
import type { Outcome } from "../api/codes.ts";
import type { Notice } from "../api/notices.ts";
import { done, refuse } from "../api/outcome.ts";
import { cleanLine } from "../text/clean.ts";
import type { GateHost } from "./gate-host.ts";
import type { Invites } from "./invites.ts";

/** The name of an invite has this many characters at most. */
const longestLabel = 40;

export interface InviteCommandsOptions {
	readonly invites: Invites;
	readonly tell: (notice: Notice) => void;
	readonly gate: GateHost;
	/** Writes an invite with this secret; nothing where none of the ways leads here. */
	readonly inviteFor: (secret: Uint8Array) => string | undefined;
	/** Is called when other invites are good than before; resolves when the ways in know them. */
	readonly onChange: () => Promise<unknown>;
}

/** Carries out what a host asks about personal invites. Each room of one's own has one. */
export class InviteCommands {
	readonly #options: InviteCommandsOptions;

	constructor(options: InviteCommandsOptions) {
		this.#options = options;
	}

	/** Makes a personal invite, or tells the one there is. */
	async make(typed: string): Promise<Outcome> {
		const { invites, inviteFor, tell } = this.#options;
		const label = cleanLine(typed, longestLabel).trim();
		if (label === "") return refuse({ code: "bad_name", why: "empty" });
		const before = invites.all();
		const made = invites.for(label);
		const invite = made && inviteFor(made.secret);
		if (made === undefined || invite === undefined) {
			return refuse({ code: "no_invite", why: made === undefined ? "tooMany" : "noWay" });
		}
		if (!before.includes(made)) await this.#changed();
		tell({ code: "inviteMade", label, invite });
		return { kind: "done", invite };
	}

	async takeBack(typed: string): Promise<Outcome> {
		const { invites, tell, gate } = this.#options;
		const label = cleanLine(typed, longestLabel).trim();
		const taken = invites.takeBack(label);
		if (taken === undefined) return refuse({ code: "no_invite", why: "unknown" });
		gate.gatekeeper.unblock(taken.caller);
		await this.#changed(label);
		tell({ code: "inviteTakenBack", label });
		return done;
	}

	/** Returns whom the gate counts for each invite. */
	callers(): readonly Caller[] {
		return this.#options.invites.all().map(({ caller }) => caller);
	}

	async #changed(takenBack?: string): Promise<void> {
		this.#options.gate.changedInvites(takenBack);
		await this.#options.onChange();
	}
}
