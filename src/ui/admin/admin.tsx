// The host's panel: who is here, who knocked, who is blocked, and the settings. One key away from the chat.
import { type ReactNode, useEffect, useMemo, useState } from "react";
import type { Command } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { BlockPreview, GateView, KnockFilter, KnockView } from "../../engine/api/gate.ts";
import type { Person } from "../../engine/api/people.ts";
import type { KeptHere } from "../../engine/api/room-key.ts";
import { Help } from "../help/help.tsx";
import { useKeyWords } from "../screen/key-words.tsx";
import { layPage } from "../screen/page.ts";
import { Screen, ScrollScreen, useLook } from "../screen/screen.tsx";
import { useAnswer } from "../screen/use-answer.ts";
import { afterDelay } from "../terminal/after.ts";
import type { Press } from "../terminal/key-press.ts";
import { offerPassword } from "../words/password-words.ts";
import { subjectOf } from "./block-form.ts";
import { layBlockForm, layMemberCap, layNewPassword } from "./forms.ts";
import { layAdmin, tabPlaces } from "./frame.ts";
import { type AdminItem, personItems } from "./items.ts";
import { askPage, detailsPage } from "./pages.ts";
import { pressAdmin } from "./press.ts";
import { type AdminPage, type AdminRequest, type AdminState, adminTold, undoOver } from "./state.ts";

/** For this time an unblocking can be taken back by one key. */
const undoMs = 10_000;

/** Asks the engine, without changing anything. */
export interface AdminReads {
	/** Returns the knocks of one kind, newest first, also those that the snapshot no longer holds. */
	readonly knocks: (filter: KnockFilter) => Promise<readonly KnockView[]>;
	readonly previewBlock: (address: string) => Promise<BlockPreview>;
}

interface AdminProps {
	readonly state: AdminState;
	readonly setState: (change: (now: AdminState) => AdminState) => void;
	readonly people: readonly Person[];
	readonly gate: GateView;
	readonly reads: AdminReads;
	readonly perform: (command: Command) => Promise<Outcome>;
	/** The terms by which the room is kept; `undefined` where it passes. */
	readonly kept: KeptHere | undefined;
	readonly onClose: () => void;
	readonly onInvite: () => void;
	/** Opens what is known of the ways into the room. */
	readonly onWays: () => void;
	/** Opens what calls the person while they look elsewhere. */
	readonly onCalls: () => void;
	readonly onVerify: (person: Person) => void;
	readonly onCloseRoom: () => void;
}

// The lines of the list on show. A filter other than "all" looks further back than the snapshot; it is asked again when there are new knocks.
function useItems({ state, people, gate, reads }: AdminProps): readonly AdminItem[] {
	const { tab, filter } = state;
	const { knocks, blocks } = gate;
	const isFiltered = tab === "knocks" && filter !== "all";
	const found = useAnswer(isFiltered ? filter : "", () => reads.knocks(filter), knocks);
	return useMemo((): readonly AdminItem[] => {
		switch (tab) {
			case "people":
				return personItems(people);
			case "knocks":
				return (isFiltered ? (found ?? []) : knocks).map((knock) => ({ kind: "knock", knock }));
			case "blocked":
				return blocks.map((block) => ({ kind: "block", block }));
			case "settings":
				return [];
		}
	}, [tab, isFiltered, people, knocks, found, blocks]);
}

// What the block being filled in would do; asked again when people come and go.
function usePreview({ state, people, reads }: AdminProps): BlockPreview | undefined {
	const address = state.page?.kind === "block" ? subjectOf(state.page.form) : "";
	return useAnswer(people.length === 0 ? "" : address, () => reads.previewBlock(address), people);
}

/** Lets the time run out in which an unblocking can be taken back, also while the panel is closed. */
export function useUndoTime({ undo }: AdminState, setState: AdminProps["setState"]): void {
	useEffect(() => (undo === undefined ? undefined : afterDelay(undoMs, () => setState(undoOver))), [undo, setState]);
}

function useAdmin(props: AdminProps, openHelp: () => void) {
	const { state, setState, gate, perform } = props;
	const items = useItems(props);
	const preview = usePreview(props);
	const send = async (request: AdminRequest) => {
		const outcome = await perform(request.command);
		setState((now) => adminTold(now, request, outcome));
	};
	const onPress = (press: Press) => {
		const hitsSomebody = preview?.kind === "possible" && preview.hits.length > 0;
		const facts = { items, settings: gate.settings, hitsSomebody, now: Date.now(), offerPassword };
		const [next, outputs] = pressAdmin(state, press, facts);
		setState(() => next);
		for (const output of outputs) {
			if (output.kind === "perform") void send(output);
			else if (output.kind === "verify") props.onVerify(output.person);
			else
				({
					close: props.onClose,
					closeRoom: props.onCloseRoom,
					help: openHelp,
					invite: props.onInvite,
					ways: props.onWays,
					calls: props.onCalls,
				})[output.kind]();
		}
	};
	return { items, preview, onPress };
}

type AdminKit = ReturnType<typeof useAdmin>;

function Page({
	page,
	props,
	kit,
}: {
	readonly page: AdminPage;
	readonly props: AdminProps;
	readonly kit: AdminKit;
}): ReactNode {
	const look = useLook();
	const { onPress, preview } = kit;
	const shown = page.kind === "details" && page.item.kind === "person" ? [page.item.person.fingerprint] : [];
	const words = useKeyWords(shown);
	switch (page.kind) {
		case "block":
			return <Screen frame={layBlockForm(page, preview, look)} onPress={onPress} />;
		case "password":
			return <Screen frame={layNewPassword(page.field, page.message, props.state.isBusy, look)} onPress={onPress} />;
		case "cap":
			return <Screen frame={layMemberCap(page.field, page.message, look)} onPress={onPress} />;
		case "details":
		case "ask": {
			const { people, kept, gate } = props;
			const pageLook = { ...look, people, kept, invites: gate.invites, words, now: Date.now() };
			const { title, rows, bar } =
				page.kind === "ask" ? askPage(page.ask, page.message, pageLook) : detailsPage(page.item, pageLook);
			const lay = (scroll: number) => layPage({ ...look, title, body: { rows }, bar, scroll });
			return <ScrollScreen key={page.kind} bodyRows={rows.length} lay={lay} onPress={onPress} />;
		}
	}
}

/** Shows the panel. Escape closes what lies on top, and at last the panel. */
export function Admin(props: AdminProps): ReactNode {
	const look = useLook();
	const [isHelpOpen, setHelpOpen] = useState(false);
	const kit = useAdmin(props, () => setHelpOpen(true));
	const { state, people, gate } = props;
	if (isHelpOpen) return <Help place={tabPlaces[state.tab]} onClose={() => setHelpOpen(false)} />;
	if (state.page !== undefined) return <Page {...{ page: state.page, props, kit }} />;
	const frame = layAdmin({ state, people, gate, items: kit.items, now: Date.now() }, look);
	return <Screen frame={frame} onPress={kit.onPress} />;
}
