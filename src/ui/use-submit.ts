// What becomes of a line the person has finished: said, carried out by the engine, or done by the screen itself.
import { useState } from "react";
import type { Command } from "../engine/api.ts";
import { type AdminState, openAdmin, openForPassword } from "./admin-state.ts";
import type { ChatProps } from "./chat-props.ts";
import { composerRefused, composerTold, composerWith } from "./composer.ts";
import { offerPassword } from "./password-words.ts";
import { findPerson, type LocalAction, parseLine } from "./slash.ts";

/** What can be laid over the chat. */
export type Overlay = "none" | "help" | "people" | "admin" | "invite";

const doneWords: Partial<Record<Command["kind"], string>> = {
	rename: "Done: from the next room on you have the new name.",
	kick: "Removed.",
	block: "Blocked.",
	unblock: "Unblocked: they can try again.",
	settings: "Changed.",
	verify: "Verified: they are shown so from now on.",
};

/** Opens what is laid over the chat. */
export interface Shows {
	/** Who is here: the panel for a host, a list for a guest. */
	readonly people: () => void;
	/** The panel, for a host. */
	readonly panel: (opened: AdminState) => void;
	readonly over: (overlay: Overlay) => void;
}

/** The message box and what submitting from it does. */
export function useSubmit(props: ChatProps, show: Shows) {
	const [composer, setComposer] = useState(() => composerWith(props.draft));
	const refuse = (text: string, message: string) => setComposer((now) => composerRefused(now, text, message));
	const send = async (command: Command, text: string) => {
		const outcome = await props.perform(command);
		if (outcome.kind === "refused") return refuse(text, outcome.message);
		const words = doneWords[command.kind];
		if (words !== undefined) setComposer((now) => composerTold(now, { tone: "info", text: words }));
	};
	const panel = (opened: AdminState) =>
		props.gate === undefined ? refuse("", "Only the host has the admin panel.") : show.panel(opened);
	const locals: Record<LocalAction, () => void> = {
		help: () => show.over("help"),
		who: show.people,
		admin: () => panel(openAdmin()),
		blocks: () => panel(openAdmin("blocked")),
		knocks: () => panel(openAdmin("knocks")),
		password: () => panel(openForPassword(offerPassword())),
		invite: () =>
			props.hosting === undefined ? refuse("", "Only the host can see the password to tell.") : show.over("invite"),
		leave: props.onHome,
		quit: props.onLeave,
	};
	const submit = (text: string) => {
		const line = parseLine(text, props.name);
		switch (line.kind) {
			case "wrong":
				return refuse(text, line.message);
			case "local":
				return locals[line.action]();
			case "command":
				return void send(line.command, text);
			case "kick":
			case "verify": {
				const found = findPerson(props.people, line.who);
				if (found.kind === "wrong") return refuse(text, found.message);
				return void send({ kind: line.kind, fingerprint: found.person.fingerprint }, text);
			}
		}
	};
	return { composer, setComposer, submit };
}
