// Opens what an engine stands on: the database and the account in the home.
import envPaths from "env-paths";
import { openStore, type Store } from "../store/db.ts";
import { Account } from "./account/account.ts";
import type { OpenTrouble } from "./api/opening.ts";
import { cleanTrouble } from "./text/clean.ts";

/** An OpenHome is an open home. Whoever has it closes the account, then the store, unless an engine has taken both. */
export interface OpenHome {
	readonly path: string;
	readonly store: Store;
	readonly account: Account;
}

export type OpenHomeOutcome =
	| { readonly kind: "open"; readonly home: OpenHome }
	| { readonly kind: "refused"; readonly trouble: OpenTrouble };

/** Returns the folder in which all state lives: the one that was asked for, or the system's usual folder for a person's data. */
export const homePath = (home?: string): string => home ?? envPaths("real-talk", { suffix: "" }).data;

/** Opens a home, and makes it where it is missing. */
export async function openHome(path: string): Promise<OpenHomeOutcome> {
	const opened = openStore(path);
	if (opened.kind === "refused")
		return { kind: "refused", trouble: { about: "store", trouble: cleanTrouble(opened.trouble) } };
	const { store } = opened;
	const outcome = await Account.open(path, store, Date.now);
	if (outcome.kind === "refused") {
		store.close();
		return { kind: "refused", trouble: { about: "vault", trouble: cleanTrouble(outcome.trouble) } };
	}
	return { kind: "open", home: { path, store, account: outcome.account } };
}
