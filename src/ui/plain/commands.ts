// What a line typed in line mode asks for: something to be told, something for the engine to do, or the end.
import type { Command, Engine } from "../../engine/api/api.ts";
import type { Person } from "../../engine/api/people.ts";
import type { FileLine, Meaning, PostsLine } from "../actions/action.ts";
import { actions, isLineModeAction, type LineModeAction } from "../actions/actions.ts";
import { fileMeant, postFileMeant } from "../actions/file-meant.ts";
import { doneWords } from "../slash/done-words.ts";
import { postsMeant, signCommand } from "../slash/posts-meant.ts";
import { parseLine } from "../slash/slash.ts";
import { buddyCommandOf, findPerson, withBlockedKey } from "../slash/who-is-meant.ts";
import { absolutePath } from "../text/absolute-path.ts";
import { fileLines } from "../words/files/file-state.ts";
import { previewLines } from "../words/files/preview-words.ts";
import { blockLines, hitLines, knockLines } from "../words/gate-lines.ts";
import { stillKnowPassword } from "../words/gate-words.ts";
import { inviteLines } from "../words/host-sentences.ts";
import { historyWords } from "../words/kept/history-words.ts";
import { secrecyLines } from "../words/kept/secrecy-words.ts";
import { aboutToPost, feedLines, postLines } from "../words/posts/post-words.ts";
import { refusalWords } from "../words/refusals.ts";
import { roomLines } from "../words/rooms/room-list.ts";
import { toldLines, toldSections } from "../words/told-words.ts";
import { stateWords, termsWords, wayLine } from "../words/ways/way-words.ts";
import { plainCopy, plainMessage, plainSearch, plainSearchAll } from "./messages.ts";
import { helpLines, whoLines } from "./words.ts";

/** At most this many knocks are told, which is more than fits on a screen. The newest come last. */
const shownKnocks = 50;

/** Says what a line asks for. `tell` may have no lines. */
export type LineMeaning =
	| { readonly kind: "tell"; readonly lines: readonly string[] }
	/** The lines are told unbroken, to be copied. Nobody else's words may stand in them. */
	| { readonly kind: "tellWhole"; readonly lines: readonly string[] }
	/** The commands are carried out in this order; `lines` are told when they are done. */
	| { readonly kind: "perform"; readonly commands: readonly Command[]; readonly lines?: readonly string[] }
	/** The commands are carried out once the person has heard the lines and agreed. */
	| { readonly kind: "confirm"; readonly lines: readonly string[]; readonly commands: readonly Command[] }
	/** The room shall have another password, which is still to be asked for. */
	| { readonly kind: "askPassword" }
	/** A secret is to be typed: to ask the person `of` for it, or without one to answer whoever asks. */
	| { readonly kind: "secret"; readonly of?: Pick<Person, "name" | "fingerprint"> }
	/** What is meant is known only when the engine has been asked. */
	| { readonly kind: "later"; readonly meaning: Promise<LineMeaning> }
	| { readonly kind: "leave" };

/** Reads a line as it was typed in a room, and changes nothing. `now` is in ms since the epoch; `folder` is where files go, if the person has set it. */
export function meaningOf(text: string, engine: Engine, now: number, folder?: string): LineMeaning {
	if (text.trim() === "") return tell();
	const line = parseLine(text, now);
	switch (line.kind) {
		case "local":
			if (isLineModeAction(line.action)) return handlers[line.action](engine, now);
			return tell(actions[line.action].screenOnly);
		case "wrong":
			return tell(line.message);
		case "command":
			return commandMeaning(line.command, engine);
		case "kick":
		case "verified":
		case "verifyWith":
		case "secretWith": {
			const found = findPerson(engine.snapshot().people, line.who);
			return found.kind === "wrong" ? tell(found.message) : personMeaning(line.kind, found.person);
		}
		case "buddy":
		case "unbuddy":
		case "later": {
			const meant = buddyCommandOf(line, engine.snapshot());
			return meant.kind === "wrong" ? tell(meant.message) : performing(meant.command);
		}
		case "reply":
		case "edit":
		case "delete":
		case "react":
		case "retry":
			return plainMessage(line, engine);
		case "sendFiles":
			return sendMeaning(line.paths, engine);
		case "file": {
			const meant = fileMeant(line, engine.snapshot().files ?? [], folder);
			return meant.kind === "wrong"
				? postFileMeaning(line, meant.message, engine, folder)
				: performing(...meant.commands);
		}
		case "posts":
			return postsMeaning(line, engine);
		case "sign":
			return signMeaning(line, engine);
		case "search":
			return later(() => (line.isEverywhere ? plainSearchAll(line.text, engine) : plainSearch(line.text, engine)));
		case "date":
			return tell(actions.date.screenOnly);
		case "editing":
			return tell(actions.vi.screenOnly);
		case "calls":
		case "allCalls":
			return tell(actions.calls.screenOnly);
		case "switch":
			return tell(actions[line.what].screenOnly);
		case "theme":
			return tell(actions.theme.screenOnly);
	}
}

function personMeaning(
	kind: "kick" | "verified" | "verifyWith" | "secretWith",
	{ name, fingerprint }: Person,
): LineMeaning {
	switch (kind) {
		case "secretWith":
			return { kind: "secret", of: { name, fingerprint } };
		case "kick":
			return { kind: "perform", commands: [{ kind: "kick", fingerprint }] };
		case "verified":
			return performing({ kind: "verify", fingerprint });
		case "verifyWith":
			return {
				kind: "perform",
				commands: [{ kind: "verifyWords", fingerprint }],
				lines: [
					`Read them to each other by phone or in person. When "${name}" reads the same six, type: /verified ${name}`,
					`If they differ, somebody may be in between: trust nothing that is said here. By a secret instead: /secret ${name}`,
				],
			};
	}
}

/** Tells in the end what was done, once for however many commands of one kind. */
function performing(...commands: readonly [Command, ...Command[]]): LineMeaning {
	const words = doneWords(commands[0]);
	return { kind: "perform", commands, ...(words === undefined ? {} : { lines: [words] }) };
}

function commandMeaning(typed: Command, engine: Engine): LineMeaning {
	const meant = withBlockedKey(typed, engine.snapshot().people);
	if (meant.kind === "wrong") return tell(meant.message);
	const { command } = meant;
	if (command.kind !== "block") return performing(command);
	return later(async () => {
		const hit = hitLines(await engine.previewBlock(command.address));
		return { kind: "perform", commands: [command], lines: [...hit, stillKnowPassword] };
	});
}

/** Says what would be sent before it is. */
const sendMeaning = (paths: readonly string[], engine: Engine): LineMeaning =>
	later(async () => {
		const found = await engine.previewFiles(paths.map((path) => absolutePath(path)));
		if (found.kind === "refused") return tell(refusalWords(found));
		const others = engine.snapshot().people.length - 1;
		const commands = found.files.map(({ path }): Command => ({ kind: "sendFile", path }));
		return { kind: "confirm", lines: previewLines(found.files, others), commands };
	});

/** Takes what goes with a post, where no file of the room is called so. */
const postFileMeaning = (line: FileLine, wrong: string, engine: Engine, folder: string | undefined): LineMeaning =>
	later(async () => {
		const command = postFileMeant(line, (await engine.posts()).files ?? [], folder);
		return command === undefined ? tell(wrong) : performing(command);
	});

/** Tells whose posts there are, or reads somebody's, which are not unread any more then. */
const postsMeaning = (line: PostsLine, engine: Engine): LineMeaning =>
	later(async () => {
		const view = await engine.posts();
		if (line.what === "read" && line.who === "") return tell(...feedLines(view));
		const meant = postsMeant(line, view, engine.snapshot().people);
		if (meant.kind === "wrong") return tell(meant.message);
		if (meant.kind === "command") return performing(meant.command);
		const { feeds, posts = [] } = await engine.posts(meant.fingerprint);
		const feed = feeds.find(({ fingerprint }) => fingerprint === meant.fingerprint);
		const lines = feed === undefined ? [] : postLines(feed, posts);
		return { kind: "perform", commands: [{ kind: "readPosts", fingerprint: meant.fingerprint }], lines };
	});

/** Signs and shows a text; before the first one the person hears what that means, and agrees. */
const signMeaning = (meant: Extract<Meaning, { kind: "sign" }>, engine: Engine): LineMeaning =>
	later(async () => {
		const { own } = await engine.posts();
		const command = signCommand(meant);
		if ((own?.feed.posts ?? 0) > 0) return performing(command);
		return { kind: "confirm", lines: [aboutToPost], commands: [{ ...command, understood: true } as Command] };
	});

const help = (engine: Engine): LineMeaning => tell(...helpLines(engine.snapshot().hosting !== undefined));
const leave = (): LineMeaning => ({ kind: "leave" });

// Line mode's own way of doing what each view does in its own way.
const handlers: Readonly<Record<LineModeAction, (engine: Engine, now: number) => LineMeaning>> = {
	help,
	keys: help,
	people(engine, now) {
		const { people, kept } = engine.snapshot();
		return tell(...whoLines(people, now), ...secrecyLines(kept));
	},
	told(engine, now) {
		const room = engine.snapshot();
		return later(async () => tell(...toldLines(toldSections(await engine.told(), room, now))));
	},
	rooms: (engine) => tell(...roomLines(engine.snapshot())),
	files: (engine) => tell(...fileLines(engine.snapshot().files ?? [])),
	posts: (engine) => postsMeaning({ kind: "posts", what: "read", who: "" }, engine),
	history: (engine) => tell(historyWords(engine.snapshot().kept)),
	copy: plainCopy,
	invite(engine) {
		const { hosting } = engine.snapshot();
		if (hosting === undefined) return tell("Only the host knows what to tell friends.");
		return { kind: "tellWhole", lines: inviteLines(hosting) };
	},
	ways(engine) {
		const { hosting, routeTerms } = engine.snapshot();
		if (hosting === undefined) return tell("Only the host knows the ways into the room.");
		const isOn = hosting.ways.some(({ way }) => way === "dht");
		const offer = isOn || routeTerms.dht === undefined ? [] : [`${termsWords("dht", routeTerms.dht)} /dht on does it.`];
		return tell(...hosting.ways.map((way) => `${stateWords[way.state]}: ${wayLine(way)}`), ...offer);
	},
	blocks: (engine) => later(async () => tell(...blockLines(await engine.blocks()))),
	knocks: (engine) =>
		engine.snapshot().hosting === undefined
			? tell("Only the host sees who tried to come in.")
			: later(async () =>
					tell(...knockLines(await engine.knocks({ limit: shownKnocks }), engine.snapshot().gate?.invites)),
				),
	password: (engine) =>
		engine.snapshot().hosting === undefined ? tell("Only the host can change the password.") : { kind: "askPassword" },
	answer(engine) {
		const isAsked = engine.snapshot().talk?.verification?.state === "asked";
		return isAsked ? { kind: "secret" } : tell("Nobody asks for a secret at the moment.");
	},
	leave,
	quit: leave,
};

const later = (ask: () => Promise<LineMeaning>): LineMeaning => ({ kind: "later", meaning: ask() });

function tell(...lines: readonly string[]): LineMeaning {
	return { kind: "tell", lines };
}
