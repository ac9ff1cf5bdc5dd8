// Shows the chat, or what is laid over it.
import { type ReactNode, useEffect, useState } from "react";
import type { HistoryLine } from "../../engine/api/content.ts";
import { Admin, useUndoTime } from "../admin/admin.tsx";
import { openAdmin } from "../admin/state.ts";
import { useWriting } from "../composer/use-writing.ts";
import { Files } from "../files/files.tsx";
import { CallsScreen } from "../help/calls.tsx";
import { Help } from "../help/help.tsx";
import { Posts } from "../posts/posts.tsx";
import { Everywhere } from "../rooms/everywhere.tsx";
import { useRooms } from "../rooms/tabs.tsx";
import { useBuddyNews } from "../rooms/use-buddy-news.ts";
import { useBookmark } from "../timeline/use-scrollback.ts";
import { ChangedKey } from "../verify/changed-key.tsx";
import { alarmingPerson } from "../verify/changed-key-frame.ts";
import { useVerify, Verify, type Verifying } from "../verify/verify.tsx";
import { Host } from "./host.tsx";
import { People } from "./people.tsx";
import type { ChatProps, Overlay } from "./props.ts";
import { ChatRoom } from "./room.tsx";
import { RoomsList } from "./rooms-list.tsx";
import { ToldScreen } from "./told.tsx";

// Says what is laid over the room. An unblocking that can still be taken back stays so while the host's panel is closed.
function useOverlay({ hosting, gate, pairWith }: ChatProps) {
	const isForFriends = hosting !== undefined && pairWith === undefined;
	const [kind, setKind] = useState<Overlay["kind"] | "none">(isForFriends ? "invite" : "none");
	const [sought, setSought] = useState("");
	const [author, setAuthor] = useState<string>();
	const [admin, setAdmin] = useState(() => openAdmin());
	useUndoTime(admin, setAdmin);
	const open = (overlay: Overlay) => {
		// The panel opens at the people, where fingers expect it, unless something else in it is wanted.
		const panel = overlay.kind === "panel" ? overlay.state : openAdmin();
		const isPanel = overlay.kind === "panel" || (overlay.kind === "people" && gate !== undefined);
		if (isPanel) setAdmin(({ undo }) => ({ ...panel, undo }));
		if (overlay.kind === "everywhere") setSought(overlay.text);
		setAuthor(overlay.kind === "posts" ? overlay.author : undefined);
		setKind(isPanel ? "panel" : overlay.kind);
	};
	return { kind, author, open, sought, admin, setAdmin, onClose: () => setKind("none") };
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
	const { hosting, gate, people, kept, reads, perform, keepDraft } = props;
	const isHost = props.phase.role === "host";
	const verification = props.talk?.verification;
	const verifying = useVerify({ people, verification, isHost, perform, onLeaveRoom: props.onHome });
	const { kind, author, open, sought, admin, setAdmin, onClose } = useOverlay(props);
	const rooms = useRooms();
	const { alarming, decide } = useAlarm(props, verifying);
	const writing = useWriting(props);
	const bookmark = useBookmark();
	useBuddyNews(props.onEvent, writing.tell);
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
	if (kind === "help") return <Help place="chat" onClose={onClose} />;
	if ((kind === "invite" || kind === "ways") && hosting !== undefined) {
		const { routeTerms } = props;
		return <Host {...{ hosting, routeTerms, perform, onClose }} isAboutWays={kind === "ways"} />;
	}
	if (kind === "told") return <ToldScreen room={props} readTold={props.readTold} onClose={onClose} />;
	if (kind === "rooms") return <RoomsList lines={props.roomLines()} onClose={onClose} />;
	if (kind === "everywhere") {
		const onGo = ({ room, line }: HistoryLine) => {
			const isThere = rooms.show({ room, id: line.id });
			if (isThere) onClose();
			return isThere;
		};
		return <Everywhere {...{ text: sought, onGo, onClose }} history={props.history} nameOfRoom={props.nameOfRoom} />;
	}
	if (kind === "calls") return <CallsScreen onClose={onClose} />;
	if (kind === "posts") return <Posts {...{ perform, author, onClose }} readPosts={props.readPosts} />;
	if (kind === "files") return <Files {...{ files: props.files, perform, onClose }} />;
	if (kind === "people") return <People {...{ people, kept, onClose }} onVerify={verifying.open} />;
	if (kind === "panel" && gate !== undefined) {
		return (
			<Admin
				{...{ state: admin, setState: setAdmin, people, gate, kept, reads, perform, onClose }}
				onInvite={() => open({ kind: "invite" })}
				onWays={() => open({ kind: "ways" })}
				onCalls={() => open({ kind: "calls" })}
				onVerify={verifying.open}
				onCloseRoom={props.onHome}
			/>
		);
	}
	return <ChatRoom {...props} {...{ writing, bookmark, verifying, open }} />;
}
