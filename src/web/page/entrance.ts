// The screens before and after a room: name and invite, the way in, the password, how it ended.
import type { Phase } from "../../engine/api/api.ts";
import { endHeading, endingOf } from "../../ui/words/endings.ts";
import { refusalWords } from "../../ui/words/refusals.ts";
import type { PageSession } from "../session/page-session.ts";
import { button, element, field } from "./dom.ts";
import { isFromOnion } from "./trust.ts";

/** Says that a page can't go where this leads; `who` made it. */
export const noRelay = (what: "invite" | "link", who: "host" | "author"): string =>
	`This ${what} leads to no relay and not to where this page came from, and a page can go by nothing else. Ask the ${who} to open a relay (rt host --relay), or use the program.`;

const noInvite =
	"That is no invite. One begins with rt://, also in the link to a page: copy all of it from what the host has sent you.";

export const byRelay =
	"by a relay that passes on what it cannot read. It learns your address and the host's, when you talk and how much.";
export const byTor = "through Tor, to the onion this page came from: neither of you learns where the other is.";

/** Makes a line that tells what is wrong; screen readers say it at once. */
export const trouble = (words: string): HTMLElement =>
	element("p", { class: "trouble", attributes: { role: "alert" } }, words);

/** Makes a screen of a heading and what is below it. */
export function card(heading: string, ...children: readonly (Node | undefined)[]): HTMLElement {
	return element("main", { class: "card" }, element("h1", {}, heading), ...children);
}

/** Says what is wrong with an invite; nothing when it leads somewhere. */
function troubleOf(session: PageSession, invite: string): string {
	const refusal = session.refusalOf(invite);
	if (refusal === "noRelay") return noRelay("invite", "host");
	if (refusal === "noInvite") return noInvite;
	return refusal?.kind === "refused" ? refusalWords(refusal) : "";
}

/** Asks for a name, and for the invite where the address of the page has none that leads anywhere. */
export function nameScreen(session: PageSession, invite: string): HTMLElement {
	const { asked } = session;
	const name = field("Your name, as others see it", {
		autocomplete: "off",
		required: true,
		maxlength: "32",
		value: asked.name,
	});
	const link = field("The invite (rt://…)", {
		autocomplete: "off",
		spellcheck: "false",
		required: true,
		value: invite || asked.invite,
	});
	const wrong = trouble(invite && troubleOf(session, invite));
	const isToBeTyped = invite === "" || wrong.textContent !== "";
	const join = element("button", { attributes: { type: "submit" } }, "Join");
	const form = element("form", {}, name.row, isToBeTyped ? link.row : undefined, wrong, join);
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		wrong.textContent = troubleOf(session, link.input.value);
		if (wrong.textContent !== "") return;
		join.disabled = true;
		void session.join(link.input.value, name.input.value).then((outcome) => {
			join.disabled = false;
			if (outcome.kind === "refused") wrong.textContent = refusalWords(outcome);
		});
	});
	const what = element(
		"p",
		{},
		`You come into a room on somebody's own computer, ${isFromOnion(location) ? byTor : byRelay}`,
	);
	setTimeout(() => {
		if (name.input.value === "") name.input.focus();
		else if (isToBeTyped) link.input.focus();
		else join.focus();
	});
	return card("Real Talk", what, form);
}

const steps = {
	dialling: "Asking for the host…",
	checkingPassword: "Checking the password…",
	entering: "Coming in…",
} as const;

/** Says how far we are. */
export const progressScreen = (session: PageSession, { step }: Extract<Phase, { kind: "connecting" }>): HTMLElement =>
	card(
		"Joining",
		element("p", { attributes: { role: "status" } }, steps[step]),
		button("Cancel", () => session.leave()),
	);

/** Asks for the password. */
export function passwordScreen(
	session: PageSession,
	{ attemptsLeft, wasWrong, isComingBack }: Extract<Phase, { kind: "passwordNeeded" }>,
): HTMLElement {
	const password = field("Password", { type: "password", autocomplete: "off", required: true });
	const tries = attemptsLeft === 1 ? "1 try left" : `${attemptsLeft} tries left`;
	const wrong = trouble(wasWrong ? `That was not the password. ${tries}; the host sees each wrong one.` : "");
	const form = element(
		"form",
		{},
		password.row,
		wrong,
		element("p", {}, wasWrong ? "" : `${tries}. The password itself is never sent: this page proves that you know it.`),
		element(
			"div",
			{ class: "row" },
			element("button", { attributes: { type: "submit" } }, "Go in"),
			button("Cancel", () => session.leave()),
		),
	);
	form.addEventListener("submit", (event) => {
		event.preventDefault();
		const outcome = session.password(password.input.value);
		password.input.value = "";
		if (outcome.kind === "refused") wrong.textContent = refusalWords(outcome);
	});
	setTimeout(() => password.input.focus());
	return card(isComingBack ? "The host asks for the password again" : "The host asks for the password", form);
}

/** Says how it ended. `said` is the talk of a room that the person was in: it can be read until they go. */
export function endScreen(
	end: Extract<Phase, { kind: "ended" }>,
	said: HTMLElement | undefined,
	again: () => void,
): HTMLElement {
	const { title, advice, isAlarm } = endingOf(end);
	return card(
		said === undefined ? "You are not in the room" : endHeading(end),
		element("p", { class: isAlarm ? "alarm" : "", attributes: { role: "alert" } }, title),
		element("p", {}, advice),
		button("Join again", again),
		said,
	);
}
