// Lists the actions that can be typed with a slash, for the help, the palette, Tab and line mode. Pure.
import type { Action, SlashForm } from "./action.ts";
import { type ActionId, actionIds, actionOf } from "./actions.ts";

/** An action as it is typed. */
export interface SlashCommand extends Pick<Action, "who">, Pick<SlashForm, "takes" | "read" | "readMore" | "refusal"> {
	readonly action: ActionId;
	/** The word behind the slash. */
	readonly name: string;
	readonly does: string;
}

/** All commands that can be typed with a slash, in the order of the help. */
export const slashCommands: readonly SlashCommand[] = actionIds().flatMap((action) => {
	const { slash, does, who } = actionOf(action);
	return slash === undefined ? [] : [{ action, name: action, does, ...slash, ...(who === undefined ? {} : { who }) }];
});

/** Returns the command as it is typed, for example "/kick NAME". */
export const typedWords = ({ name, takes }: Pick<SlashCommand, "name" | "takes">): string =>
	takes === "" ? `/${name}` : `/${name} ${takes}`;

/** Tells whether the command can be typed with nothing behind it. */
export const isAloneEnough = ({ takes }: Pick<SlashCommand, "takes">): boolean => takes === "" || takes.startsWith("[");
