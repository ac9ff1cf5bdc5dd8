// The names of emoji as GitHub, Slack and others write them (:smile:). A file of its own, so that the names are only loaded when somebody chats.
import { nameToEmoji } from "gemoji";

/** Finds the emoji by its name without colons. */
export const emojiNames: ReadonlyMap<string, string> = new Map(Object.entries(nameToEmoji));
