// What each action of the keymap does in the room, and what the palette's choices do.
import { composerOffered } from "../composer/composer.ts";
import type { Size } from "../screen/page.ts";
import { scrollStep } from "../screen/screen.tsx";
import type { ChatAction } from "../settings/keymap.ts";
import type { Scrollback } from "../timeline/use-scrollback.ts";
import type { PaletteChoice } from "./palette-state.ts";
import type { ChatProps, RoomCalls, Shows } from "./props.ts";
import type { Submitting } from "./use-submit.ts";

/** All of them. `undefined`: not in this room, so that its key is one of the message box. */
export type ChatActions = Readonly<Record<ChatAction, (() => void) | undefined>>;

interface ActionsProps extends Pick<ChatProps, "hosting"> {
	readonly show: Shows;
	readonly writing: Submitting;
	readonly calls: RoomCalls;
	readonly scrollback: Scrollback;
	/** Of the list that the keys scroll. */
	readonly listSize: Size;
	readonly openPalette: () => void;
	readonly select: () => void;
}

/** What the actions do now. */
export function chatActionsOf(props: ActionsProps): ChatActions {
	const { show, hosting, writing, calls, scrollback, listSize, openPalette, select } = props;
	// A screen to read has three rows around what it scrolls.
	const scroll = (key: string) => () =>
		scrollback.scroll(scrollStep(key, { ...listSize, rows: listSize.rows + 3 }) ?? 0);
	return {
		palette: openPalette,
		help: () => show.over("help"),
		people: show.people,
		invite: hosting === undefined ? undefined : () => show.over("invite"),
		// Whoever asks is answered; otherwise the name is asked for in the message box, where Tab completes it.
		verify: () => void (show.answerVerify() || offer(writing, "/verify ")),
		select,
		search: () => calls.search(""),
		unread: calls.unread,
		date: () => offer(writing, "/date "),
		"jump-back": () => void (scrollback.back() || writing.refuse("", "There was no jump to come back from.")),
		editor: calls.editor,
		"page-up": scroll("pageUp"),
		"page-down": scroll("pageDown"),
		"scroll-up": scroll("up"),
		"scroll-down": scroll("down"),
		oldest: scroll("home"),
		newest: scrollback.toEnd,
	};
}

const offer = ({ setComposer }: Submitting, text: string): void => setComposer((now) => composerOffered(now, text));

/** Does what was chosen in the palette. */
export function choose(choice: PaletteChoice, writing: Submitting, actions: ChatActions, calls: RoomCalls): void {
	if (choice.kind === "action") actions[choice.action]?.();
	else if (choice.kind === "submit") writing.submit(choice.text, calls);
	else offer(writing, choice.text);
}
