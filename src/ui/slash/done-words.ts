// Says that a command was carried out, where nothing else is seen or heard of it. Pure.
import type { Command } from "../../engine/api/api.ts";
import { daysWords } from "../words/kept/history-words.ts";

function settingsWords({ isPaused, memberCap }: Extract<Command, { kind: "settings" }>): string | undefined {
	if (isPaused !== undefined)
		return isPaused ? "Nobody new is let in now. /resume lets people in again." : "People are let in again.";
	return memberCap === undefined ? undefined : `The room holds ${memberCap} people from now on, you included.`;
}

const answerWords: Readonly<Record<Extract<Command, { kind: "answerBuddy" }>["answer"], string | undefined>> = {
	accept: "You are buddies. The room of you two is open: /rooms shows it.",
	decline: "You have said no.",
	later: "The question stays: /rooms shows it.",
};

/** Returns the sentence; `undefined` where an event, a notice or the screen tells it anyway. */
export function doneWords(command: Command): string | undefined {
	switch (command.kind) {
		case "rename":
			return `You are called "${command.name.trim()}" from the next room on.`;
		case "setTellTyping":
			return command.isOn ? "Others see that you type." : "Others do not see that you type.";
		case "setOwnHistory":
			if (command.days === "room") return "This computer keeps what is said as long as the room's policy says.";
			return command.days === "off"
				? "This computer keeps nothing of what is said here, and what it kept is forgotten."
				: `This computer keeps what is said here for ${daysWords(command.days)} at most.`;
		case "purgeHistory":
			return "What this computer kept on its disk of this room is forgotten. What is said from now on is kept again.";
		case "verify":
			return command.isVerified === false
				? "They are not verified any more."
				: "They are verified from now on, in every room.";
		case "buddy":
			return "They are asked. Until they answer the room of you two waits, and you can write to them there already.";
		case "answerBuddy":
			return answerWords[command.answer];
		case "unbuddy":
			return "They are no buddy of yours, and nothing of it waits.";
		case "unblock":
			return "They may try again.";
		case "setRoute":
			return command.isOn
				? "The room is being announced. You are told when friends can find it."
				: "The room cannot be found that way any more.";
		case "settings":
			return settingsWords(command);
		case "post":
			return "Posted: whoever may read it gets it as soon as you are in a room together.";
		case "setAbout":
			return "Changed.";
		case "setPostReaders":
		case "setPostReader":
			return "Changed: /posts says who may read what you post. Who has read something keeps it.";
		case "forgetPosts":
			return "Forgotten. Their posts come no more, unless you follow a link of theirs.";
		case "acceptFile":
			return "It comes as soon as it can: /files says how far it is.";
		case "declineFile":
			return "Not taken.";
		case "pauseFile":
			return "It waits: /continue goes on where it was.";
		case "resumeFile":
			return "It goes on.";
		case "cancelFile":
			return "Stopped.";
		default:
			return undefined;
	}
}
