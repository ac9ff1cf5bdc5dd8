// How the forms of the admin panel look: what to block, a new password, how many people at most. Pure.
import type { BlockPreview } from "../../engine/api/gate.ts";
import type { Person } from "../../engine/api/people.ts";
import type { Theme } from "../look/theme.ts";
import type { FieldState } from "../screen/field-state.ts";
import { type Frame, layPage } from "../screen/page.ts";
import { type BodyBuilder, buildBody } from "../screen/page-body.ts";
import type { Look } from "../screen/screen.tsx";
import { fit, pad } from "../text/width.ts";
import { blockWarnings } from "../words/gate-words.ts";
import { strengthOf } from "../words/password-strength.ts";
import { refusalWords } from "../words/refusals.ts";
import { type BlockForm, type BlockFormRow, blockTimes, rowsOfForm } from "./block-form.ts";
import { memberCaps } from "./settings.ts";
import type { AdminPage } from "./state.ts";

const labelColumn = 12;

const labels: Record<BlockFormRow, string> = {
	subject: "What",
	typed: "Type it",
	until: "How long",
	note: "Note to you",
	removing: "Those here",
};

function leadOf(theme: Theme, label: string, isFocused: boolean): string {
	return `${isFocused ? theme.paint("accent", "› ") : "  "}${theme.paint("faint", pad(label, labelColumn))}`;
}

function choiceRow(body: BodyBuilder, theme: Theme, label: string, value: string, isFocused: boolean): void {
	if (isFocused) body.focus();
	const shown = fit(isFocused ? `‹ ${value} ›` : value, body.width - labelColumn - 2);
	body.row(leadOf(theme, label, isFocused) + theme.paint(isFocused ? "accent" : "plain", shown));
}

const typedPlaceholder = "address, 81.2.69.0/24, AS3320 or fingerprint";

function formRow(body: BodyBuilder, theme: Theme, form: BlockForm, row: BlockFormRow): void {
	const isFocused = form.focus === row;
	const label = labels[row];
	const lead = leadOf(theme, label, isFocused);
	switch (row) {
		case "subject":
			choiceRow(body, theme, label, form.subjects[form.chosen]?.words ?? "something else", isFocused);
			break;
		case "typed":
			body.field({ edit: form.typed.edit, isFocused, lead, placeholder: typedPlaceholder });
			break;
		case "until":
			choiceRow(body, theme, label, blockTimes[form.until]?.words ?? "", isFocused);
			break;
		case "note":
			body.field({ edit: form.note.edit, isFocused, lead, placeholder: "why, so that you remember" });
			break;
		case "removing":
			choiceRow(body, theme, label, form.isRemoving ? "are removed" : "may stay", isFocused);
	}
}

function hitWords(hits: readonly Person[]): string {
	const names = hits.map(({ name }) => name).join(", ");
	return hits.length === 1 ? `It hits ${names}.` : `It hits ${hits.length} people: ${names}.`;
}

function previewRows(body: BodyBuilder, preview: BlockPreview): void {
	if (preview.kind === "refused") {
		body.text(refusalWords(preview), "warning");
		return;
	}
	const { block, hits } = preview;
	body.text([block.label, block.location.label].filter((part) => part !== "").join(" · "), "faint");
	if (block.warning !== undefined) body.text(blockWarnings[block.warning], "warning");
	if (hits.length === 0) body.text("It hits nobody who is here.");
	else body.text(hitWords(hits), "warning");
}

/** Lays out the form in which somebody is blocked: whom, for how long, and whom it hits. `preview` is absent while nothing is typed. */
export function layBlockForm(
	{ form, message }: Extract<AdminPage, { kind: "block" }>,
	preview: BlockPreview | undefined,
	{ theme, size }: Look,
): Frame {
	const body = buildBody(theme, size);
	const hitsSomebody = preview?.kind === "possible" && preview.hits.length > 0;
	const isRefused = preview?.kind === "refused";
	if (message !== "" && !(isRefused && refusalWords(preview) === message)) body.text(message, "warning");
	if (preview === undefined) body.text("What shall be kept out?", "title");
	else previewRows(body, preview);
	body.gap();
	for (const row of rowsOfForm(form, hitsSomebody)) formRow(body, theme, form, row);
	const isChoice = form.focus !== "typed" && form.focus !== "note";
	const bar = [
		{ keys: "Enter", words: "block" },
		{ keys: "Esc", words: "don't" },
		{ keys: "↑ ↓", words: "next row" },
		...(isChoice ? [{ keys: "← →", words: "change" }] : []),
	];
	return layPage({ size, theme, title: form.title, body: body.finish(), bar });
}

/** Lays out the page for a new password, in the clear: the host must be able to tell it. */
export function layNewPassword(field: FieldState, message: string, isBusy: boolean, { theme, size }: Look): Frame {
	const body = buildBody(theme, size);
	body.text("The new password of your room", "title");
	body.field({ edit: field.edit, isFocused: !isBusy, isOffered: field.isOffered });
	const { words } = strengthOf(field.edit.text);
	if (isBusy) body.text("Changing it: this takes a moment …", "accent");
	else if (message !== "") body.text(message, "warning");
	else if (field.isOffered) body.text("A strong one is already there: Enter takes it, typing replaces it.", "faint");
	else body.text(field.edit.text === "" ? "Type one, or Ctrl-N for an offer." : words, "faint");
	body.gap();
	body.text(
		"Nobody who is here has to leave. Whoever comes from then on needs it; whoever is just typing the old one begins again. Later you find it with F2.",
		"faint",
	);
	const bar = [
		{ keys: "Enter", words: "change it" },
		{ keys: "Esc", words: "keep the old one" },
		{ keys: "Ctrl-N", words: "another" },
	];
	return layPage({ size, theme, title: "Change the password", body: body.finish(), bar });
}

/** Lays out the page that asks how many people there may be at most. */
export function layMemberCap(field: FieldState, message: string, { theme, size }: Look): Frame {
	const body = buildBody(theme, size);
	body.text("How many people may be here at most?", "title");
	body.field({ edit: field.edit, isFocused: true, isOffered: field.isOffered });
	body.text(
		message === "" ? `From ${memberCaps.least} to ${memberCaps.most}, you included.` : message,
		message === "" ? "faint" : "warning",
	);
	body.text("Whoever is here stays, also when they are more.", "faint");
	const bar = [
		{ keys: "Enter", words: "take it" },
		{ keys: "Esc", words: "back" },
	];
	return layPage({ size, theme, title: "People at most", body: body.finish(), bar });
}
