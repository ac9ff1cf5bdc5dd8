// `rt key …`: shows, exports, imports and locks the key that is the person's identity. Asks before anything that cannot be undone.

import type { KeyCommands, KeyKeptIn, KeyOutcome, KeyRefusal, KeyText } from "../../engine/api/key.ts";
import { readBoundedFile } from "../lines/bounded-file.ts";
import type { Dialogue } from "../lines/dialogue.ts";
import type { LineReader } from "../lines/line-reader.ts";
import { commandName } from "../text/command-name.ts";
import { type ExitCode, exitCodeOf, exitInternal, exitOk, exitUsage } from "../words/exit-codes.ts";
import { strengthOf } from "../words/password-strength.ts";
import { keyProblemWords } from "../words/tools/key-problems.ts";
import type { KeyAction } from "./arguments/key-arguments.ts";
import { type CommandSession, type CommandStreams, runInSession } from "./command-session.ts";

export interface KeyCommandOptions extends CommandStreams {
	readonly keys: KeyCommands;
	readonly action: KeyAction;
}

const passphraseTries = 3;
const nothingChanged = "Nothing was changed.";

const keptWords: Readonly<Record<KeyKeptIn, string>> = {
	"rt with passphrase": "Real Talk, locked by a passphrase",
	"rt without passphrase": `Real Talk, without a passphrase (to set one: ${commandName} key passphrase)`,
	"gpg-agent": "gpg",
};

interface Session extends CommandSession {
	readonly keys: KeyCommands;
}

/** Runs one sub-command to its end. It never throws for what people type or files hold. */
export function runKeyCommand({ keys, action, ...streams }: KeyCommandOptions): Promise<ExitCode> {
	return runInSession(streams, (session) => perform({ ...session, keys }, action));
}

function perform(session: Session, action: KeyAction): Promise<ExitCode> {
	switch (action.kind) {
		case "show":
			return show(session);
		case "export":
			return action.isPrivate
				? exportPrivate(session)
				: printKey(session, (passphrase) => session.keys.exportPublic(passphrase));
		case "import":
			return importKey(session, action.file, action.isConfirmed);
		case "useGpg":
			return adoptGpgKey(session, action.fingerprint, action.isConfirmed);
		case "passphrase":
			return changePassphrase(session);
	}
}

async function show({ keys, answer }: Session): Promise<ExitCode> {
	const key = keys.show();
	if (key.kind === "none") {
		answer("There is no identity yet: it is made when you first host or join a room.");
		return exitCodeOf("no_identity");
	}
	answer(`Name:        ${key.name}`);
	answer(`Fingerprint: ${grouped(key.fingerprint)}`);
	answer(`Kept in:     ${keptWords[key.keptIn]}`);
	return exitOk;
}

async function exportPrivate(session: Session): Promise<ExitCode> {
	const key = session.keys.show();
	if (key.kind === "present" && key.keptIn === "rt without passphrase") {
		session.questions.say(
			`Warning: this private key has no passphrase. Whoever reads it can pass for you. To set one first: ${commandName} key passphrase`,
		);
	}
	return printKey(session, (passphrase) => session.keys.exportPrivate(passphrase));
}

async function printKey(
	{ answer, questions }: Session,
	exportKey: (passphrase?: string) => Promise<KeyText>,
): Promise<ExitCode> {
	const text = await withPassphrase(questions, "Please enter the passphrase of your key.", exportKey);
	if (text.kind !== "key") return tellRefusal(questions, text);
	answer(text.armored.trimEnd());
	return exitOk;
}

async function importKey(session: Session, file: string, isConfirmed: boolean): Promise<ExitCode> {
	const { keys, questions } = session;
	const found = await readKeyFile(file, questions.reader);
	if (found.kind === "failed") return refuse(questions, found.message, exitUsage);
	if (!(await mayReplace(session, isConfirmed))) return exitCodeOf("identity_exists");
	const question = "Please enter the passphrase of that key.";
	const outcome = await withPassphrase(questions, question, (passphrase) => keys.importKey(found.bytes, passphrase));
	return tellChange(session, outcome, "Your identity is now");
}

async function adoptGpgKey(session: Session, fingerprint: string, isConfirmed: boolean): Promise<ExitCode> {
	if (!(await mayReplace(session, isConfirmed))) return exitCodeOf("identity_exists");
	return tellChange(session, await session.keys.adoptGpgKey(fingerprint), "Your identity is now the key gpg keeps:");
}

/** Says what would be lost, and asks. Without a terminal only `--yes` counts. */
async function mayReplace({ keys, questions }: Session, isConfirmed: boolean): Promise<boolean> {
	const old = keys.show();
	if (old.kind === "none") return true;
	questions.say(
		`Your present identity is ${old.name}, key ${grouped(old.fingerprint)}. It will be replaced and is gone then.`,
		"The people you talked to know you by that key: to them the new one is a changed key, and they will be warned.",
		`To keep a copy of the old one first: ${commandName} key export --private > FILE`,
	);
	if (isConfirmed) return true;
	if (!questions.isTerminal) {
		questions.say("Nothing was changed. To replace it without being asked, say --yes.");
		return false;
	}
	const answer = await questions.ask("Replace it? Type yes to do so.");
	if (answer.kind === "text" && answer.text.trim().toLowerCase() === "yes") return true;
	questions.say("Nothing was changed.");
	return false;
}

/** Tries without a passphrase, then asks: at a terminal several times, else once. */
async function withPassphrase<Result extends { readonly kind: string }>(
	questions: Dialogue,
	question: string,
	attempt: (passphrase?: string) => Promise<Result>,
): Promise<Result> {
	let result = await attempt();
	const tries = questions.isTerminal ? passphraseTries : 1;
	for (let tried = 0; tried < tries; tried += 1) {
		if (result.kind !== "passphraseNeeded" && result.kind !== "wrongPassphrase") return result;
		if (result.kind === "wrongPassphrase") questions.say("That passphrase is wrong.");
		const answer = await questions.askSecret(question);
		if (answer.kind === "ended") return result;
		result = await attempt(answer.text);
	}
	return result;
}

async function changePassphrase(session: Session): Promise<ExitCode> {
	const { keys, questions } = session;
	const key = keys.show();
	if (key.kind === "none") return refuse(questions, "There is no identity yet.", exitCodeOf("no_identity"));
	if (key.keptIn === "gpg-agent") {
		return refuse(questions, "gpg keeps this key: its passphrase is changed with gpg --change-passphrase.", exitUsage);
	}
	const old =
		key.keptIn === "rt with passphrase" ? await questions.askSecret("Please enter the present passphrase.") : undefined;
	if (old?.kind === "ended") return refuse(questions, nothingChanged, exitCodeOf("wrong_passphrase"));
	const fresh = await askTwice(questions);
	if (fresh === undefined) return refuse(questions, nothingChanged, exitUsage);
	// Somebody who copies the key file can guess as fast as their machines do, which a room's password never allows.
	if (fresh !== "" && strengthOf(fresh).kind !== "strong")
		questions.say(
			`That passphrase is weak: whoever gets hold of the key file can try very many. Five or six random words are better; ${commandName} key passphrase sets another one.`,
		);
	const outcome = await keys.setPassphrase(old?.text, fresh === "" ? undefined : fresh);
	return tellChange(session, outcome, fresh === "" ? "The passphrase was removed from" : "The passphrase was set for");
}

/**
 * Asks for the new passphrase and returns it, "" for none; `undefined` when the two differ or the input ended. A pipe is asked once: it makes no typing
 * mistakes.
 */
async function askTwice(questions: Dialogue): Promise<string | undefined> {
	const first = await questions.askSecret("Please enter the new passphrase. Enter alone means: none.");
	if (first.kind === "ended") return undefined;
	if (!questions.isTerminal) return first.text;
	const second = await questions.askSecret("Once more, please.");
	if (second.kind === "text" && second.text === first.text) return first.text;
	if (second.kind === "text") questions.say("The two are not the same.");
	return undefined;
}

function tellChange({ answer, questions }: Session, outcome: KeyOutcome, what: string): ExitCode {
	if (outcome.kind !== "done") return tellRefusal(questions, outcome);
	answer(`${what} ${outcome.name}, key ${grouped(outcome.fingerprint)}.`);
	return exitOk;
}

function tellRefusal(questions: Dialogue, refusal: KeyRefusal): ExitCode {
	switch (refusal.kind) {
		case "passphraseNeeded":
			return refuse(questions, `The passphrase is missing. ${nothingChanged}`, exitCodeOf("wrong_passphrase"));
		case "wrongPassphrase":
			return refuse(questions, `That passphrase is wrong. ${nothingChanged}`, exitCodeOf("wrong_passphrase"));
		case "refused":
			return refuse(questions, keyProblemWords(refusal.problem), exitInternal);
	}
}

function refuse(questions: Dialogue, message: string, exitCode: ExitCode): ExitCode {
	questions.say(`rt: ${message}`);
	return exitCode;
}

/** Writes a fingerprint in groups of four, so that it can be read aloud and compared. */
function grouped(fingerprint: string): string {
	return (fingerprint.match(/.{1,4}/g) ?? []).join(" ");
}

/** A key file may have this many bytes, which is more than any real key with its signatures. */
const keyLimitBytes = 1024 * 1024;

export type KeyFileRead =
	| { readonly kind: "read"; readonly bytes: Uint8Array }
	| { readonly kind: "failed"; readonly message: string };

/** Reads a key file; `file` "-" takes everything the input has. */
async function readKeyFile(file: string, reader: LineReader): Promise<KeyFileRead> {
	if (file !== "-") return readBoundedFile(file, "The key file", keyLimitBytes);
	const bytes = await reader.all(keyLimitBytes);
	return bytes === undefined
		? { kind: "failed", message: `The key has more than ${keyLimitBytes} bytes.` }
		: { kind: "read", bytes };
}
