// Shows the chat, or what is laid over it.
import { type ReactNode, useEffect, useState } from "react";
import { Admin, useUndoTime } from "../admin/admin.tsx";
import { openAdmin } from "../admin/state.ts";
import { Help } from "../help/help.tsx";
import { useBookmark } from "../timeline/use-scrollback.ts";
import { ChangedKey } from "../verify/changed-key.tsx";
import { alarmingPerson } from "../verify/changed-key-frame.ts";
import { useVerify, Verify, type Verifying } from "../verify/verify.tsx";
import { Host } from "./host.tsx";
import { People } from "./people.tsx";
import type { ChatProps, Overlay, Shows } from "./props.ts";
import { ChatRoom } from "./room.tsx";
import { useSubmit } from "./use-submit.ts";

// Says what is laid over the room. The host's panel always opens at the people, where fingers expect it; an unblocking that can still be taken back stays so.
function useOverlay({ hosting, gate }: ChatProps, verifying: Verifying) {
	const [overlay, setOverlay] = useState<Overlay>(hosting === undefined ? "none" : "invite");
	const [admin, setAdmin] = useState(() => openAdmin());
	useUndoTime(admin, setAdmin);
	const show: Shows = {
		over: setOverlay,
		people: () => {
			setAdmin(({ undo }) => ({ ...openAdmin(), undo }));
			setOverlay(gate === undefined ? "people" : "admin");
		},
		panel: (opened) => {
			setAdmin(opened);
			setOverlay("admin");
		},
		verify: verifying.open,
		askSecret: verifying.askSecret,
		answerVerify: verifying.answer,
	};
	return { overlay, show, admin, setAdmin, onClose: () => setOverlay("none") };
}

// Finds a person whose key has changed, until it is decided what to do about them. Each person is shown once in a room.
function useAlarm({ people }: ChatProps, verifying: Verifying) {
	const [decided, setDecided] = useState<ReadonlySet<string>>(new Set());
	const person = alarmingPerson(people, decided);
	const isBeingVerified = verifying.person?.fingerprint === person?.fingerprint;
	const decide = () => {
		if (person !== undefined) setDecided((now) => new Set(now).add(person.fingerprint));
	};
	return { alarming: isBeingVerified ? undefined : person, decide };
}

/** Shows the chat, or what is laid over it. A host first sees what to tell friends, and a changed key comes before everything else. */
export function Chat(props: ChatProps): ReactNode {
	const { hosting, gate, people, reads, perform, keepDraft } = props;
	const isHost = props.phase.role === "host";
	const verification = props.talk?.verification;
	const verifying = useVerify({ people, verification, isHost, perform, onLeaveRoom: props.onHome });
	const { overlay, show, admin, setAdmin, onClose } = useOverlay(props, verifying);
	const { alarming, decide } = useAlarm(props, verifying);
	const writing = useSubmit(props, show);
	const bookmark = useBookmark();
	const draft = writing.composer.edit.text;
	useEffect(() => keepDraft(draft), [draft, keepDraft]);
	if (alarming !== undefined) {
		return (
			<ChangedKey
				key={alarming.fingerprint}
				{...{ person: alarming, isHost, perform, onLeave: props.onLeave, onLeaveRoom: props.onHome }}
				onVerify={() => verifying.open(alarming)}
				onGoOn={decide}
			/>
		);
	}
	if (verifying.person !== undefined) return <Verify verifying={verifying} />;
	if (overlay === "help") return <Help place="chat" onClose={onClose} />;
	if ((overlay === "invite" || overlay === "ways") && hosting !== undefined) {
		const { routeTerms } = props;
		return <Host {...{ hosting, routeTerms, perform, onClose }} isAboutWays={overlay === "ways"} />;
	}
	if (overlay === "people") return <People {...{ people, onClose }} onVerify={show.verify} />;
	if (overlay === "admin" && gate !== undefined) {
		return (
			<Admin
				{...{ state: admin, setState: setAdmin, people, gate, reads, perform, onClose }}
				onInvite={() => show.over("invite")}
				onWays={() => show.over("ways")}
				onVerify={show.verify}
				onCloseRoom={props.onHome}
			/>
		);
	}
	return <ChatRoom {...props} show={show} writing={writing} bookmark={bookmark} />;
}
