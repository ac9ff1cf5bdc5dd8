// The chat and what can be laid over it.
import { type ReactNode, useEffect, useState } from "react";
import { Admin, useUndoTime } from "./admin.tsx";
import { openAdmin } from "./admin-state.ts";
import type { ChatProps } from "./chat-props.ts";
import { ChatRoom } from "./chat-room.tsx";
import { Help } from "./help.tsx";
import { Host } from "./host.tsx";
import { People } from "./people.tsx";
import { useBookmark } from "./use-scrollback.ts";
import { type Overlay, type Shows, useSubmit } from "./use-submit.ts";

// The panel opens where fingers expect it, at the people; what can still be taken back stays so.
function useOverlay({ hosting, gate }: ChatProps) {
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
	};
	return { overlay, show, admin, setAdmin, onClose: () => setOverlay("none") };
}

/** The chat and what can be laid over it. A host first sees what to tell friends. */
export function Chat(props: ChatProps): ReactNode {
	const { hosting, gate, people, reads, perform, keepDraft } = props;
	const { overlay, show, admin, setAdmin, onClose } = useOverlay(props);
	const state = useSubmit(props, show);
	const bookmark = useBookmark();
	const draft = state.composer.edit.text;
	useEffect(() => keepDraft(draft), [draft, keepDraft]);
	if (overlay === "help") return <Help place="chat" onClose={onClose} />;
	if (overlay === "invite" && hosting !== undefined) return <Host hosting={hosting} onClose={onClose} />;
	if (overlay === "people") return <People people={people} onClose={onClose} />;
	if (overlay === "admin" && gate !== undefined) {
		return (
			<Admin
				{...{ state: admin, setState: setAdmin, people, gate, reads, perform, onClose }}
				onInvite={() => show.over("invite")}
				onCloseRoom={props.onHome}
			/>
		);
	}
	return <ChatRoom {...props} show={show} state={state} bookmark={bookmark} />;
}
