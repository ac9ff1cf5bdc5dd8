// Asks for the passphrase of a locked identity.
import { type ReactNode, useState } from "react";
import type { Command, IdentityState } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import { Help } from "../help/help.tsx";
import { emptyField, type FieldState, pressField } from "../screen/field-state.ts";
import { type Frame, layPage } from "../screen/page.ts";
import { buildBody } from "../screen/page-body.ts";
import { type Look, Screen, useLook } from "../screen/screen.tsx";
import { barOf } from "../settings/keys.ts";
import type { Press } from "../terminal/key-press.ts";
import { refusalWords } from "../words/refusals.ts";

type LockedIdentity = Extract<IdentityState, { kind: "locked" }>;

/** Holds what the screen shows. With `isTrying` the passphrase is being tried. */
interface UnlockState {
	readonly passphrase: FieldState;
	readonly isShown: boolean;
	readonly message: string;
	readonly isTrying: boolean;
}

/** Lays out the screen. */
function layUnlock(state: UnlockState, identity: LockedIdentity, version: string, { theme, size }: Look): Frame {
	const body = buildBody(theme, size);
	body.text(`Welcome back, ${identity.name}.`, "title");
	body.text(`Your key ${identity.shortFingerprint} is locked. Please enter its passphrase`);
	body.field({ edit: state.passphrase.edit, isFocused: !state.isTrying, isMasked: !state.isShown });
	if (state.isTrying) body.text("Unlocking: this takes a moment …", "accent");
	else if (state.message !== "") body.text(state.message, "warning");
	else body.text("It never leaves this computer.", "faint");
	const bar = barOf("unlock").map((item) =>
		state.isShown && item.keys === "Ctrl-R" ? { ...item, words: "hide it" } : item,
	);
	return layPage({ size, theme, title: "Real Talk", right: version, body: body.finish(), bar });
}

/** Asks until the passphrase is right or the person leaves. */
export function Unlock({
	identity,
	version,
	perform,
	onLeave,
}: {
	readonly identity: LockedIdentity;
	readonly version: string;
	readonly perform: (command: Command) => Promise<Outcome>;
	readonly onLeave: () => void;
}): ReactNode {
	const look = useLook();
	const [passphrase, setPassphrase] = useState(emptyField);
	const [isShown, setShown] = useState(false);
	const [message, setMessage] = useState("");
	const [isTrying, setTrying] = useState(false);
	const [isHelpOpen, setHelpOpen] = useState(false);
	const unlock = async () => {
		if (passphrase.edit.text === "") return setMessage("Please type the passphrase.");
		setTrying(true);
		// What is typed while it is tried goes on in the field, hidden. After the right passphrase it is dropped: the next field shows what is typed.
		setPassphrase(emptyField);
		const outcome = await perform({ kind: "unlockIdentity", passphrase: passphrase.edit.text });
		setTrying(false);
		if (outcome.kind === "refused") setMessage(refusalWords(outcome));
	};
	const onPress = (press: Press) => {
		const key = press.kind === "key" ? press.name : "";
		if (key === "ctrl+c" || key === "escape") return onLeave();
		if (key === "enter") return isTrying ? undefined : void unlock();
		if (key === "f1") return setHelpOpen(true);
		if (key === "ctrl+r") return setShown(!isShown);
		setMessage("");
		setPassphrase(pressField(passphrase, press) ?? passphrase);
	};
	if (isHelpOpen) return <Help place="unlock" onClose={() => setHelpOpen(false)} />;
	return (
		<Screen frame={layUnlock({ passphrase, isShown, message, isTrying }, identity, version, look)} onPress={onPress} />
	);
}
