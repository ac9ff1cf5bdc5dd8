// How the pages over the admin panel's lists look: all that is known of one thing, and the questions before something is done. Pure.

import type { BlockView, InviteTrail, KnockView, KnownName } from "../../engine/api/gate.ts";
import type { Person } from "../../engine/api/people.ts";
import type { KeptHere } from "../../engine/api/room-key.ts";
import { grouped, trustWords } from "../look/person-words.ts";
import type { Theme } from "../look/theme.ts";
import type { Size } from "../screen/page.ts";
import { type BodyBuilder, buildBody } from "../screen/page-body.ts";
import type { BarItem } from "../settings/keys.ts";
import { counted } from "../text/counted.ts";
import { pad, wrap } from "../text/width.ts";
import {
	blockWarnings,
	blockWhy,
	burstWords,
	outcomeLook,
	placeWords,
	trailWords,
	untilWords,
	whenWords,
} from "../words/gate-words.ts";
import { leafWords, secrecyLines } from "../words/kept/secrecy-words.ts";
import { type AdminItem, housemates } from "./items.ts";
import type { Ask } from "./state.ts";

/** Says what a page is made for. `people` are those in the room; `now` is in milliseconds since the epoch. */
export interface AdminPageLook {
	readonly theme: Theme;
	readonly size: Size;
	readonly people: readonly Person[];
	/** Says from where personal invites were used. */
	readonly invites: readonly InviteTrail[];
	/** Has the six words of the key that is shown, by its fingerprint, once they are known. */
	readonly words?: ReadonlyMap<string, string>;
	readonly now: number;
	/** The terms by which the room is kept; `undefined` where it passes. */
	readonly kept: KeptHere | undefined;
}

/** An AdminPageView is a page to read: its title, rows and keys. */
export interface AdminPageView {
	readonly title: string;
	readonly rows: readonly string[];
	readonly bar: readonly BarItem[];
}

const labelColumn = 14;

// A label and what is known beside it; nothing when nothing is known.
function fact(body: BodyBuilder, theme: Theme, label: string, value: string | undefined): void {
	if (value === undefined || value === "") return;
	if (body.width < 50) {
		const [first = "", ...rest] = wrap(`${label}: ${value}`, body.width - 2);
		body.row(theme.paint("faint", first.slice(0, label.length + 1)) + first.slice(label.length + 1));
		for (const row of rest) body.row(`  ${row}`);
		return;
	}
	wrap(value, body.width - labelColumn).forEach((row, index) => {
		body.row(theme.paint("faint", pad(index === 0 ? label : "", labelColumn)) + row);
	});
}

const nameList = (people: readonly { readonly name: string }[]): string => people.map(({ name }) => name).join(", ");

const knownWords = ({ name, shortFingerprint, trust }: KnownName): string =>
	`${name} (${shortFingerprint}${trust === undefined ? "" : `, ${trustWords(trust)}`})`;

function personFacts(body: BodyBuilder, person: Person, look: AdminPageLook): void {
	const { theme, people, words, now, kept } = look;
	const others = housemates(people, person);
	fact(body, theme, "Known", person.isSelf ? "that is you" : knownWords(person));
	fact(body, theme, "Key's words", words?.get(person.fingerprint));
	fact(body, theme, "Fingerprint", grouped(person.fingerprint));
	fact(body, theme, "Address", person.address);
	if (person.network !== person.address) fact(body, theme, "Network", person.network);
	fact(body, theme, "Place", person.location && placeWords(person.location));
	if (others.length > 0)
		fact(body, theme, "Same address", `${nameList(others)}: strikes and blocks count for all of them`);
	if (person.isAway === true) fact(body, theme, "Connection", "broke; the place is kept for a few minutes");
	fact(body, theme, "Secrecy", leafWords(person, now));
	body.gap();
	for (const words of secrecyLines(kept)) body.text(words, "faint");
}

function knockFacts(body: BodyBuilder, knock: KnockView, { theme, now, invites }: AdminPageLook): void {
	const { at, lastAt, address, addresses, location, who, count, guesses, invite } = knock;
	fact(body, theme, "What", outcomeLook(knock).words);
	fact(body, theme, "When", whenWords(lastAt, now));
	if (count > 1) {
		fact(body, theme, "How often", `${burstWords(knock)} since ${whenWords(at, now)}`);
		fact(body, theme, "Guesses", counted(guesses, "wrong password"));
	}
	fact(body, theme, addresses > 1 ? "First address" : "Address", address);
	fact(body, theme, "Place", placeWords(location));
	if (invite !== undefined) {
		const trail = invites.find((one) => one.invite === invite);
		fact(body, theme, "Invite", invite === "" ? "the room's" : (trail && trailWords(trail)) || `the one for ${invite}`);
	}
	if (who !== undefined) {
		fact(body, theme, "Who", knownWords(who));
		fact(body, theme, "Fingerprint", grouped(who.fingerprint));
		if (who.trust === undefined) fact(body, theme, "Caution", "The key was shown, not proven: anybody can show a key.");
	}
}

function blockFacts(body: BodyBuilder, block: BlockView, { theme, now }: AdminPageLook): void {
	const { since, until, note, location, warning, goesWith } = block;
	fact(body, theme, "Since", whenWords(since, now));
	fact(body, theme, "Why", blockWhy(block));
	fact(body, theme, "Note", note);
	fact(body, theme, "Holds", untilWords(until, now));
	fact(body, theme, "Place", placeWords(location));
	fact(body, theme, "No effect now", warning && blockWarnings[warning]);
	fact(body, theme, "Joined before", goesWith.names.map(knownWords).join(", "));
	fact(
		body,
		theme,
		"On record",
		goesWith.strikes === 0 ? "" : `${counted(goesWith.strikes, "wrong password")}, cleared with it`,
	);
	fact(body, theme, "In the log", goesWith.knocks === 0 ? "" : counted(goesWith.knocks, "attempt"));
	fact(
		body,
		theme,
		"Also kept out",
		goesWith.alsoBlocked.length === 0 ? "" : `by ${goesWith.alsoBlocked.join(", ")}: lift that too to let them in`,
	);
}

const back = (words = "back"): BarItem => ({ keys: "Esc", words });

/** Returns all that is known of a thing in a list. */
export function detailsPage(item: AdminItem, look: AdminPageLook): AdminPageView {
	const body = buildBody(look.theme, look.size);
	switch (item.kind) {
		case "person": {
			personFacts(body, item.person, look);
			const keys = [
				{ keys: "k", words: "remove" },
				{ keys: "b", words: "block" },
				{ keys: "v", words: "verify" },
			];
			return { title: item.person.name, rows: body.finish().rows, bar: [...(item.person.isSelf ? [] : keys), back()] };
		}
		case "knock":
			knockFacts(body, item.knock, look);
			return { title: "An attempt to come in", rows: body.finish().rows, bar: [{ keys: "b", words: "block" }, back()] };
		case "block":
			blockFacts(body, item.block, look);
			return {
				title: `Blocked: ${item.block.label}`,
				rows: body.finish().rows,
				bar: [{ keys: "u", words: "unblock" }, back()],
			};
	}
}

function askKick(body: BodyBuilder, person: Person, { people }: AdminPageLook): AdminPageView {
	body.text(`Remove ${person.name} from the room?`, "title");
	body.text(
		"They are told, and everyone sees it. They know the password and can come in again; to keep them out, block them or change the password.",
	);
	const others = housemates(people, person);
	if (others.length > 0) body.text(`${nameList(others)}, from the same address, can stay.`, "faint");
	return {
		title: "Remove",
		rows: body.finish().rows,
		bar: [{ keys: "Enter", words: "remove" }, back("let them stay")],
	};
}

function askUnblock(body: BodyBuilder, block: BlockView, look: AdminPageLook): AdminPageView {
	body.text(`Unblock ${block.label}?`, "title");
	body.text("They can try again. The password still protects your room.");
	body.gap();
	blockFacts(body, block, look);
	return {
		title: "Unblock",
		rows: body.finish().rows,
		bar: [{ keys: "Enter", words: "unblock" }, back()],
	};
}

function askClose(body: BodyBuilder, { people }: AdminPageLook): AdminPageView {
	body.text("Close the room?", "title");
	const others = people.length - 1;
	body.text(
		others === 0
			? "Nobody else is here."
			: `${others === 1 ? "1 person is" : `${others} people are`} told and must leave.`,
	);
	return {
		title: "Close the room",
		rows: body.finish().rows,
		bar: [{ keys: "y", words: "close it" }, back("keep it open")],
	};
}

/** Returns the page that asks before something is done. `message` says why it did not work. */
export function askPage(asked: Ask, message: string, look: AdminPageLook): AdminPageView {
	const body = buildBody(look.theme, look.size);
	if (message !== "") {
		body.text(message, "warning");
		body.gap();
	}
	switch (asked.kind) {
		case "kick":
			return askKick(body, asked.person, look);
		case "unblock":
			return askUnblock(body, asked.block, look);
		case "closeRoom":
			return askClose(body, look);
	}
}
