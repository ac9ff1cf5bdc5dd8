// What each action of the table does on the full screen, and what the palette's choices do.
import { type AdminState, openAdmin, openForPassword } from "../admin/state.ts";
import { composerOffered } from "../composer/composer.ts";
import type { Writing } from "../composer/use-writing.ts";
import type { Rooms } from "../rooms/tabs.tsx";
import type { Size } from "../screen/page.ts";
import { scrollStep } from "../screen/screen.tsx";
import { lastOfOthers } from "../slash/message-target.ts";
import type { Scrollback } from "../timeline/use-scrollback.ts";
import { historyWords } from "../words/kept/history-words.ts";
import { offerPassword } from "../words/password-words.ts";
import type { PaletteChoice } from "./palette/palette-state.ts";
import type { ChatActions, RoomProps } from "./props.ts";

interface ActionsProps extends RoomProps {
	readonly scrollback: Scrollback;
	readonly rooms: Rooms;
	/** The size of the list that the keys scroll. */
	readonly listSize: Size;
	readonly openPalette: () => void;
	readonly select: () => void;
	readonly openEditor: () => void;
	readonly openSearch: (text: string) => void;
	/** Puts a text into the clipboard, and returns words that say what became of it. */
	readonly copy: (text: string) => string;
}

// How the keys scroll. A screen to read has three rows around what it scrolls.
function scrollActions({ scrollback, listSize, older }: ActionsProps) {
	// The whole of it comes from the disk first.
	const before = async (at: number) => (older.hasOlder ? older.bring({ at }) : undefined);
	const scroll = (key: string) => () =>
		scrollback.scroll(scrollStep(key, { ...listSize, rows: listSize.rows + 3 }) ?? 0);
	return {
		"page-up": scroll("pageUp"),
		"page-down": scroll("pageDown"),
		"scroll-up": scroll("up"),
		"scroll-down": scroll("down"),
		oldest: () => void before(0).then(scroll("home")),
		newest: scrollback.toEnd,
	};
}

const onlyYouTwo = "This is the room of you two: nobody else comes in, and it has no password.";

// What only a host has. A guest is told so.
function hostActions({ hosting, gate, open, writing, pairWith }: ActionsProps) {
	const panel = (opened: () => AdminState) => () =>
		gate === undefined
			? writing.refuse("", "Only the host has the admin panel.")
			: open({ kind: "panel", state: opened() });
	return {
		admin: panel(() => openAdmin()),
		blocks: panel(() => openAdmin("blocked")),
		knocks: panel(() => openAdmin("knocks")),
		ways: () =>
			hosting === undefined
				? writing.refuse("", "Only the host knows the ways into the room.")
				: open({ kind: "ways" }),
		password:
			pairWith === undefined ? panel(() => openForPassword(offerPassword())) : () => writing.refuse("", onlyYouTwo),
		invite: () =>
			pairWith !== undefined
				? writing.refuse("", onlyYouTwo)
				: hosting === undefined
					? writing.refuse("", "Only the host can see the password to tell.")
					: open({ kind: "invite" }),
	};
}

/** Returns what the actions do now. */
export function chatActionsOf(props: ActionsProps): ChatActions {
	const { open, verifying, timeline, writing, scrollback } = props;
	const { tell, refuse } = writing;
	const help = () => open({ kind: "help" });
	return {
		...scrollActions(props),
		...hostActions(props),
		palette: props.openPalette,
		help,
		keys: help,
		people: () => open({ kind: "people" }),
		told: () => open({ kind: "told" }),
		rooms: () => open({ kind: "rooms" }),
		files: () => open({ kind: "files" }),
		posts: () => open({ kind: "posts" }),
		history: () => tell(historyWords(props.kept)),
		verify: () => verifyAny(props),
		answer: () => void (verifying.answer() || refuse("", "Nobody asks for a secret at the moment.")),
		select: props.select,
		copy: () => {
			const line = lastOfOthers(timeline);
			tell(line === undefined ? "Nobody else has said anything yet." : props.copy(line.text));
		},
		search: () => props.openSearch(""),
		searchFor: props.openSearch,
		"search-all": () => open({ kind: "everywhere", text: "" }),
		searchAllFor: (text) => open({ kind: "everywhere", text }),
		unread: () => void (scrollback.toUnread() || tell("There is nothing here that you have not seen.")),
		date: () => offer(writing, "/date "),
		goTo: (at) => {
			const isHere = !props.older.hasOlder || (timeline.at(0)?.at ?? 0) < at;
			if (isHere) scrollback.toTime(at);
			else void props.older.bring({ at }).then(() => scrollback.toTime(at));
		},
		"jump-back": () => void (scrollback.back() || refuse("", "There was no jump to come back from.")),
		"another-room": props.rooms.another,
		"next-room": props.rooms.next,
		editor: props.openEditor,
		leave: props.onHome,
		quit: props.onLeave,
	};
}

// Whoever asks is answered. Otherwise the only other person is meant, and of several the name is asked for in the message box, where Tab completes it.
function verifyAny({ verifying, people, writing }: ActionsProps): void {
	if (verifying.answer()) return;
	const [other, ...more] = people.filter(({ isSelf }) => !isSelf);
	if (other !== undefined && more.length === 0) verifying.open(other);
	else offer(writing, "/verify ");
}

const offer = ({ setComposer }: Pick<Writing, "setComposer">, text: string): void =>
	setComposer((now) => composerOffered(now, text));

/** Does what was chosen in the palette. `submit` takes a line as if it had been typed. */
export function choose(
	choice: PaletteChoice,
	{ writing }: RoomProps,
	actions: ChatActions,
	submit: (text: string) => void,
): void {
	if (choice.kind === "room") choice.go();
	else if (choice.kind === "action") actions[choice.action]();
	else if (choice.kind === "submit") submit(choice.text);
	else offer(writing, choice.text);
}
