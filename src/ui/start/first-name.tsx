// The very first screen of a new person: asks only for a name; a key is made for them.

import { type ReactNode, useState } from "react";
import type { Command } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import { Help } from "../help/help.tsx";
import { emptyField, type FieldState, offeredField, pressField } from "../screen/field-state.ts";
import { type Frame, layPage } from "../screen/page.ts";
import { buildBody } from "../screen/page-body.ts";
import { type Look, Screen, useLook } from "../screen/screen.tsx";
import { barOf } from "../settings/keys.ts";
import type { Press } from "../terminal/key-press.ts";
import { commandName } from "../text/command-name.ts";
import { refusalWords } from "../words/refusals.ts";

/** Holds what the screen shows. With `isMaking` the key is being made. */
interface FirstNameState {
	readonly name: FieldState;
	readonly message: string;
	readonly isMaking: boolean;
}

/** Lays out the screen. */
function layFirstName({ name, message, isMaking }: FirstNameState, version: string, { theme, size }: Look): Frame {
	const body = buildBody(theme, size);
	body.text("Welcome. What should others call you?", "title");
	body.field({
		edit: name.edit,
		isFocused: !isMaking,
		isOffered: name.isOffered,
		placeholder: "your name, or any name",
	});
	if (isMaking) body.text("Making your key …", "accent");
	else if (message !== "") body.text(message, "warning");
	else if (name.isOffered) body.text("Enter takes it, typing replaces it.", "faint");
	body.gap();
	body.text(
		`A key is made for you, so that friends can tell you from someone who only uses your name. It stays on this computer, readable only by you, without a passphrase. To set one later: ${commandName} key passphrase`,
		"faint",
	);
	return layPage({ size, theme, title: "Real Talk", right: version, body: body.finish(), bar: barOf("firstName") });
}

/** Asks for a name, then has the identity made. `suggestion` is a name to offer, e.g. the user name of the computer. */
export function FirstName({
	suggestion,
	version,
	perform,
	onLeave,
}: {
	readonly suggestion: string;
	readonly version: string;
	readonly perform: (command: Command) => Promise<Outcome>;
	readonly onLeave: () => void;
}): ReactNode {
	const look = useLook();
	const [name, setName] = useState(() => (suggestion === "" ? emptyField : offeredField(suggestion)));
	const [message, setMessage] = useState("");
	const [isMaking, setMaking] = useState(false);
	const [isHelpOpen, setHelpOpen] = useState(false);
	const make = async () => {
		const chosen = name.edit.text.trim();
		if (chosen === "") return setMessage("Please type a name. Any will do, and you can change it later.");
		setMaking(true);
		const outcome = await perform({ kind: "createIdentity", name: chosen });
		setMaking(false);
		if (outcome.kind === "refused") setMessage(refusalWords(outcome));
	};
	const onPress = (press: Press) => {
		const key = press.kind === "key" ? press.name : "";
		if (key === "ctrl+c" || key === "escape") return onLeave();
		if (isMaking) return;
		if (key === "enter") return void make();
		if (key === "f1") return setHelpOpen(true);
		setMessage("");
		setName(pressField(name, press) ?? name);
	};
	if (isHelpOpen) return <Help place="firstName" onClose={() => setHelpOpen(false)} />;
	return <Screen frame={layFirstName({ name, message, isMaking }, version, look)} onPress={onPress} />;
}
