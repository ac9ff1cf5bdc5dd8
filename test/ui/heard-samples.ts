// One sample at least of everything that can be told: the compiler asks for what is missing.
import type { EndCode } from "../../src/engine/api/codes.ts";
import type { Event } from "../../src/engine/api/events.ts";
import type { DemoFacts, DemoTask, Notice } from "../../src/engine/api/notices.ts";
import type { Refusal } from "../../src/engine/api/refusals.ts";
import type { BuddyView } from "../../src/engine/api/room-key.ts";
import { noon, personNamed, self } from "../support/views/fake-engine.ts";
import { knockView } from "../support/views/gate-view.ts";

type With<Union, Key extends PropertyKey, Value> =
	Union extends Readonly<Record<Key, infer Own>> ? (Value extends Own ? Union : never) : never;

type Samples<Union, Key extends keyof Union> = {
	readonly [Value in Union[Key] & string]: readonly With<Union, Key, Value>[];
};

const former = personNamed("old grace");
const formerKeys = [{ ...former, lastSeenAt: noon, isVerified: true }];

/** The people who are heard. */
export const listener = { ...self, name: "Ada" };
export const grace = personNamed("Grace", "verified", { isHost: true });
export const bob = personNamed("Bob", "new");
const impostor = personNamed("Grace", "changed", { formerKeys });

const location = { label: "Berlin, Germany", isSameNetwork: false };
const address = "203.0.113.9";
const facts: DemoFacts = { ada: "Ada", bob: "Bob", secret: "lemon", word: "double" };
const tasks: readonly DemoTask[] = ["say", "react", "reply", "edit", "verify", "answer", "disappear", "double"];
const { name, shortFingerprint, fingerprint } = bob;

const author = {
	name: grace.name,
	fingerprint: grace.fingerprint,
	shortFingerprint: grace.shortFingerprint,
	trust: "verified",
} as const;

/** Every notice. */
export const notices: Samples<Notice, "code"> = {
	unreadableLine: [
		{ code: "unreadableLine", unsaid: 0 },
		{ code: "unreadableLine", unsaid: 3 },
	],
	postsRefused: (
		[
			"tooLarge",
			"tooMany",
			"malformed",
			"controls",
			"brokenChain",
			"fromTheFuture",
			"wrongKey",
			"badSignature",
			"newer",
		] as const
	).map((why) => ({ code: "postsRefused", of: author, by: bob, why })),
	postsForked: [{ code: "postsForked", of: author, by: bob }],
	postsRolledBack: [{ code: "postsRolledBack", of: author, by: bob }],
	postsFull: [{ code: "postsFull", of: author, most: 64 }],
	postsRestored: [
		{ code: "postsRestored", count: 1 },
		{ code: "postsRestored", count: 3 },
	],
	postFileLost: [
		{ code: "postFileLost", name: "report.pdf", why: "changed" },
		{ code: "postFileLost", name: "report.pdf", why: "unreadable" },
	],
	offersLeftOut: [{ code: "offersLeftOut", unsaid: 0 }],
	offersUnseen: [{ code: "offersUnseen", unsaid: 2 }],
	differentConversations: [{ code: "differentConversations", unsaid: 0 }],
	unknownContent: [{ code: "unknownContent", name }],
	keyChanged: [
		{ code: "keyChanged", person: impostor },
		{ code: "keyChanged", person: { ...impostor, name: "Ada", hasOwnName: true } },
	],
	disappearing: [
		{ code: "disappearing", seconds: 3600 },
		{ code: "disappearing", seconds: 0 },
	],
	outOfStep: [{ code: "outOfStep" }],
	offRecord: [{ code: "offRecord" }],
	roomKept: [
		{ code: "roomKept", name: "Friends", days: 14, megabytes: 64, history: false },
		{ code: "roomKept", name: "Friends", days: 1, megabytes: 64, history: true, historyDays: 30 },
	],
	pairKept: [{ code: "pairKept", days: 14, megabytes: 64 }],
	proposalNotKept: [{ code: "proposalNotKept", person: bob }],
	proposalOfOtherKind: [
		{ code: "proposalOfOtherKind", person: bob, isOffRecord: true },
		{ code: "proposalOfOtherKind", person: bob, isOffRecord: false },
	],
	proposalShowsAddress: [{ code: "proposalShowsAddress", person: bob }],
	caughtUp: [
		{ code: "caughtUp", messages: 1, lost: 0 },
		{ code: "caughtUp", messages: 0, lost: 12 },
	],
	historyPolicy: [
		{ code: "historyPolicy", days: 30, isOn: true },
		{ code: "historyPolicy", days: 0, isOn: false },
	],
	historyTrouble: [
		{ code: "historyTrouble", trouble: { path: "/home/ann/rt/history.db", why: "unreadable", detail: "" } },
	],
	historyGoesOn: [
		{ code: "historyGoesOn", lost: 0 },
		{ code: "historyGoesOn", lost: 3 },
	],
	historyMixed: [{ code: "historyMixed" }],
	historyOlder: [{ code: "historyOlder" }],
	olderCopy: [{ code: "olderCopy" }],
	wayStaysClosed: [{ code: "wayStaysClosed", route: "relay" }],
	foundedAnew: [{ code: "foundedAnew" }],
	keysRenewed: [{ code: "keysRenewed" }],
	waitingLost: [
		{ code: "waitingLost", count: 1 },
		{ code: "waitingLost", count: 2 },
	],
	notKeptHere: [{ code: "notKeptHere", detail: "the disk is full" }],
	linesMissed: [
		{ code: "linesMissed", count: 1 },
		{ code: "linesMissed", count: 12 },
	],
	verificationNotSaved: [{ code: "verificationNotSaved" }],
	passwordChanged: [{ code: "passwordChanged" }],
	strike: [
		{ code: "strike", address, location, attempts: 1, disconnected: false },
		{ code: "strike", address, location, attempts: 3, disconnected: true },
	],
	blocked: [
		{ code: "blocked", about: "address", address, location, reason: "strikes" },
		{ code: "blocked", about: "fingerprint", address: fingerprint, location, reason: "byHand", name },
	],
	flood: [{ code: "flood", wrong: 40, blocked: 2, addresses: 7 }],
	guessesNotSaved: [{ code: "guessesNotSaved", reason: "the disk is full" }],
	blockedKeyCame: [{ code: "blockedKeyCame", address, name, shortFingerprint }],
	tooManyWaiting: [{ code: "tooManyWaiting", address, name, shortFingerprint }],
	seatAlarm: [
		{ code: "seatAlarm", what: "retired", name, shortFingerprint },
		{ code: "seatAlarm", what: "stolen", name, shortFingerprint },
	],
	inviteMade: [{ code: "inviteMade", label: "Bob", invite: "rt://abc" }],
	inviteTakenBack: [{ code: "inviteTakenBack", label: "Bob" }],
	inviteFromAfar: [
		{
			code: "inviteFromAfar",
			invite: "Bob",
			addresses: 3,
			countries: ["Germany", "Brazil", "Japan"],
			hasNoAddress: true,
		},
		{ code: "inviteFromAfar", invite: "Bob", addresses: 2, countries: ["Germany", "Brazil"], hasNoAddress: false },
	],
	inviteOfAnother: [{ code: "inviteOfAnother", label: "Bob", name, shortFingerprint }],
	blockedElsewhere: [{ code: "blockedElsewhere", subject: "81.2.69.0/24" }],
	demoTask: tasks.map((task, index) => ({ code: "demoTask", task, place: index + 1, of: tasks.length, facts })),
	demoDone: tasks.map((task) => ({ code: "demoDone", task, facts })),
	demoKnock: [{ code: "demoKnock" }],
	demoOver: [{ code: "demoOver" }],
};

const told = { id: "1", from: bob, at: noon, own: false } as const;
const tcp = { transport: "tcp", target: { kind: "address", address: "192.0.2.2", port: 47_003 } } as const;
const dht = { transport: "dht", target: { kind: "route", route: "dht", via: "node1.hyperdht.org:49737" } } as const;
const dialFailure = {
	kind: "dial",
	failure: "refused",
	detail: "192.0.2.2 port 47003 refused the connection.",
} as const;

const buddy: BuddyView = {
	room: "aaaaaaaa",
	kind: "buddy",
	fingerprint,
	shortFingerprint,
	name,
	trust: "known",
	state: "asked",
	role: "guest",
};

/** Every event, in the order in which somebody would live through them. */
export const events: Samples<Event, "kind"> = {
	attempt: [
		{ kind: "attempt", ...tcp, state: "trying" },
		{ kind: "attempt", ...tcp, state: "failed", why: dialFailure },
		{ kind: "attempt", ...tcp, state: "failed", why: { kind: "answered", code: "not_real_talk" } },
		{ kind: "attempt", ...dht, state: "trying" },
		{ kind: "attempt", ...dht, state: "answered" },
		{ kind: "attempt", ...tcp, state: "calledOff" },
	],
	tor: [
		{ kind: "tor", percent: 45, summary: "Loading relay descriptors" },
		{ kind: "tor", percent: 45, summary: "Loading relay descriptors", hindrance: { kind: "offline" } },
		{ kind: "tor", percent: 5, summary: "Connecting", hindrance: { kind: "clock", seconds: 86_400 } },
		{ kind: "tor", percent: 10, summary: "Connecting", hindrance: { kind: "warned", warning: "No route to host" } },
		{ kind: "tor", percent: 100, summary: "Done" },
	],
	passwordRequired: [{ kind: "passwordRequired", attemptsLeft: 3 }],
	listening: [{ kind: "listening", port: 40_213, addresses: [] }],
	reachability: [{ kind: "reachability", ways: [] }],
	joined: [
		{ kind: "joined", self: true, member: listener },
		{ kind: "joined", self: false, member: bob },
		{ kind: "joined", self: false, member: grace },
		{ kind: "joined", self: false, member: { ...bob, trust: "known", knownAs: "Robert", address, location } },
		{ kind: "joined", self: false, member: impostor },
	],
	keyChanged: [{ kind: "keyChanged", member: impostor }],
	message: [
		{ kind: "message", ...told, text: "Hello, is this on?" },
		{ kind: "message", ...told, text: "first line\nsecond line" },
		{ kind: "message", ...told, text: "Ada: look at this", mentionsMe: true },
		{ kind: "message", ...told, text: "yes", replyTo: { id: "0", fingerprint: listener.fingerprint } },
		{ kind: "message", ...told, text: "waves", isAction: true },
		{ kind: "message", ...told, from: listener, own: true, text: "I hear you", replyTo: { id: "0", fingerprint } },
		{ kind: "message", ...told, from: impostor, text: "it is me" },
	],
	messageEdited: [{ kind: "messageEdited", id: "1", from: bob, text: "Hello, is this on? Yes." }],
	messageDeleted: [
		{ kind: "messageDeleted", id: "1", from: bob, reason: "deleted" },
		{ kind: "messageDeleted", id: "1", from: bob, reason: "disappeared" },
	],
	reaction: [
		{ kind: "reaction", id: "1", from: listener, by: bob, emoji: "🎉", isOn: true },
		{ kind: "reaction", id: "1", from: grace, by: bob, emoji: "🎉", isOn: true },
		{ kind: "reaction", id: "1", from: bob, by: listener, emoji: "👍", isOn: true },
		{ kind: "reaction", id: "1", from: bob, by: listener, emoji: "👍", isOn: false },
	],
	typing: [{ kind: "typing", member: bob, isTyping: true }],
	delivery: [{ kind: "delivery", id: "1", count: 1, of: 2 }],
	disappearing: [{ kind: "disappearing", seconds: 3600 }],
	verification: (["asking", "asked", "checking", "matched", "mismatched", "declined", "timedOut", "left"] as const).map(
		(state) => ({
			kind: "verification",
			member: bob,
			state,
			...(state === "asked" ? { question: "Where did we meet?" } : {}),
		}),
	),
	fileOffered: [
		{ kind: "fileOffered", id: "1", from: bob, name: "report.pdf", size: 1_400_000, own: false },
		{ kind: "fileOffered", id: "1", from: bob, name: "photos", size: 3_200_000_000, files: 412, own: false },
		{ kind: "fileOffered", id: "1", from: listener, name: "report.pdf", size: 1, own: true },
	],
	fileProgress: [{ kind: "fileProgress", id: "1", done: 65_536, size: 1_400_000 }],
	fileDone: [{ kind: "fileDone", id: "1", path: "/home/ada/Downloads/report.pdf", sha256: "00" }],
	fileTaken: [{ kind: "fileTaken", id: "1", by: bob }],
	fileFailed: (
		[
			"changed",
			"unreadable",
			"wrong_bytes",
			"withdrawn",
			"disk_full",
			"cannot_write",
			"bad_list",
			"bad_name",
			"gone",
		] as const
	).map((code) => ({ kind: "fileFailed", id: "1", code })),
	strike: [
		{ kind: "strike", address, location, attempts: 1, disconnected: false },
		{ kind: "strike", address, location, attempts: 3, disconnected: true },
		{ kind: "strike", address, location, attempts: 4, disconnected: false, folded: true },
	],
	blocked: [{ kind: "blocked", about: "address", address, location }],
	knock: [{ kind: "knock", ...knockView({ address }) }],
	lanRooms: [{ kind: "lanRooms", rooms: [] }],
	notice: [
		{ kind: "notice", tone: "info", notice: { code: "passwordChanged" } },
		{ kind: "notice", tone: "warning", notice: { code: "linesMissed", count: 2 } },
		{ kind: "notice", tone: "alarm", notice: { code: "differentConversations", unsaid: 0 } },
	],
	left: (["left", "connectionLost", "kicked", "replaced"] as const).map((reason) => ({
		kind: "left",
		member: bob,
		reason,
	})),
	reconnecting: [{ kind: "reconnecting" }],
	roomKept: [{ kind: "roomKept", name: "Friends", days: 14, megabytes: 64, history: false }],
	caughtUp: [{ kind: "caughtUp", messages: 3, lost: 2 }],
	buddyProposed: [{ kind: "buddyProposed", buddy }],
	buddyAnswered: (["accepted", "declined", "later", "withdrawn"] as const).flatMap((answer) =>
		(["host", "guest"] as const).map((role) => ({ kind: "buddyAnswered", buddy: { ...buddy, role }, answer })),
	),
	posts: [{ kind: "posts", of: author, count: 2, unread: 3 }],
	buddyEnded: [true, false].map((isOurs) => ({ kind: "buddyEnded", buddy, isOurs })),
	reconnected: [{ kind: "reconnected" }],
	error: [{ kind: "error", code: "host_misbehaved", detail: "frame 7 is none." }],
	closed: [{ kind: "closed", code: "room_closed" }],
};

const endCodes: Readonly<Record<EndCode, true>> = {
	left: true,
	room_closed: true,
	kicked: true,
	replaced: true,
	connection_lost: true,
	refused: true,
	unreachable: true,
	timed_out: true,
	name_not_found: true,
	wrong_version: true,
	wrong_password: true,
	blocked: true,
	busy: true,
	paused: true,
	password_changed: true,
	not_real_talk: true,
	wrong_host: true,
	another_room: true,
	other_kind: true,
	not_for_you: true,
	own_room: true,
	clocks_differ: true,
	host_misbehaved: true,
	identity_refused: true,
	background_gone: true,
	internal: true,
};

/** Every reason for which a room ends, or is not entered. */
export const ends = Object.keys(endCodes).filter((code): code is EndCode => Object.hasOwn(endCodes, code));

/** Every refusal that a person in a room meets. */
export const refusals: Samples<Refusal, "code"> = {
	no_identity: [{ code: "no_identity" }],
	identity_exists: [{ code: "identity_exists" }],
	wrong_passphrase: [{ code: "wrong_passphrase" }],
	bad_name: [
		{ code: "bad_name", why: "empty" },
		{ code: "bad_name", why: "marks", instead: "Ann" },
	],
	posts_refused: (
		["notTold", "cannotSign", "elsewhere", "noLink", "badLink", "full", "unknown", "notByLink", "manyLent"] as const
	).map((why) => ({ code: "posts_refused", why })),
	no_background: [{ code: "no_background" }],
	not_kept: [{ code: "not_kept" }],
	not_renewed: [{ code: "not_renewed" }],
	history_unusable: [
		{
			code: "history_unusable",
			trouble: { path: "/home/ann/rt/history.db", why: "diskFull", detail: "disk I/O error" },
		},
	],
	identity_locked: [{ code: "identity_locked" }],
	bad_password: [
		{ code: "bad_password", why: "empty" },
		{ code: "bad_password", why: "tooLong", maxBytes: 1024 },
	],
	bad_target: [{ code: "bad_target", why: "inviteDamaged" }],
	bad_address: [
		{ code: "bad_address", why: "notAnAddress", typed: "over there" },
		{ code: "bad_address", why: "notBlockable" },
		{ code: "bad_address", why: "ownKey" },
		{ code: "bad_address", why: "thisComputer" },
		{ code: "bad_address", why: "ownAddress" },
		{ code: "bad_address", why: "rangeHoldsThisComputer" },
		{ code: "bad_address", why: "rangeHoldsOwnAddress", address: "192.0.2.7" },
		{ code: "bad_address", why: "notBlocked" },
		{ code: "bad_address", why: "blockedByOthers", others: ["81.2.69.0/24", "AS20712"] },
	],
	bad_text: (["empty", "notOneEmoji", "badSecret", "secretInQuestion"] as const).map((why) => ({
		code: "bad_text",
		why,
	})),
	text_too_long: (["message", "question", "post", "about"] as const).map((what) => ({ code: "text_too_long", what })),
	too_many_pending: [{ code: "too_many_pending" }],
	not_in_room: [{ code: "not_in_room" }],
	already_in_room: [{ code: "already_in_room" }],
	kept_elsewhere: [{ code: "kept_elsewhere" }],
	bad_room_name: [
		{ code: "bad_room_name", why: "empty" },
		{ code: "bad_room_name", why: "tooLong" },
		{ code: "bad_room_name", why: "taken" },
		{ code: "bad_room_name", why: "keptAlready" },
		{ code: "bad_room_name", why: "readAsAddress" },
	],
	buddy_refused: (["already", "tooMany", "noWay", "cannotSeal", "tooLate", "notProposed", "otherKind"] as const).map(
		(why) => ({
			code: "buddy_refused",
			why,
		}),
	),
	no_such_buddy: (["unknown", "several"] as const).map((why) => ({ code: "no_such_buddy", why })),
	no_such_room: [{ code: "no_such_room" }],
	which_room: [{ code: "which_room" }],
	bad_off_record: [
		{ code: "bad_off_record", why: "notAFingerprint" },
		{ code: "bad_off_record", why: "ownKey" },
		{ code: "bad_off_record", why: "otherKind" },
		{ code: "bad_off_record", why: "visible" },
		{ code: "bad_off_record", why: "history" },
	],
	too_many_rooms: [{ code: "too_many_rooms", most: 8 }],
	not_host: (["disappearing", "kick", "password", "ways"] as const).map((what) => ({ code: "not_host", what })),
	not_asked: (["password", "secret", "verification", "gone"] as const).map((what) => ({ code: "not_asked", what })),
	no_such_member: (["notHere", "justLeft", "keyUnknown", "notAFingerprint", "neverMet"] as const).map((why) => ({
		code: "no_such_member",
		why,
	})),
	no_such_line: (["gone", "notYours"] as const).map((why) => ({ code: "no_such_line", why })),
	no_such_file: (["unknown", "ownFile", "notOffered", "over", "badName"] as const).map((why) => ({
		code: "no_such_file",
		why,
	})),
	bad_file: (
		[
			"notFound",
			"notReadable",
			"notAFile",
			"notAFolder",
			"notWritable",
			"emptyFolder",
			"full",
			"several",
			"tooBig",
			"tooMany",
			"tooDeep",
		] as const
	).map((why) => ({ code: "bad_file", why, path: "/home/ada/report.pdf" })),
	too_many_files: [{ code: "too_many_files", most: 200 }],
	verification_busy: (["underWay", "tooSoon"] as const).map((why) => ({ code: "verification_busy", why })),
	bad_setting: [
		{ code: "bad_setting", why: "blockEnd" },
		{ code: "bad_setting", why: "disappearing" },
		{ code: "bad_setting", why: "fileSpeed" },
		{ code: "bad_setting", why: "memberCap", smallest: 2, largest: 200 },
	],
	lan_off: [{ code: "lan_off" }],
	relay_off: [{ code: "relay_off", why: "none" }],
	tor_off: (["missing", "oneInterface", "proxy"] as const).map((why) => ({ code: "tor_off", why })),
	no_invite: (["tooMany", "noWay", "unknown"] as const).map((why) => ({ code: "no_invite", why })),
	no_such_route: [{ code: "no_such_route" }],
	dht_off: (["turnedOff", "oneInterface", "proxy"] as const).map((why) => ({ code: "dht_off", why })),
	cannot_listen: (
		["portTaken", "notPermitted", "addressNotHere", "interfaceGone", "other", "noWorker", "cannotSign"] as const
	).map((why) => ({ code: "cannot_listen", why })),
	internal: [
		{ code: "internal", why: "homeNotWritable" },
		{ code: "internal", why: "keyFile", trouble: { path: "/home/ann/vault.key", why: "missing", detail: "" } },
		{ code: "internal", why: "blockNotSaved" },
		{ code: "internal", why: "key" },
		{ code: "internal", why: "storage", detail: "database disk image is malformed" },
	],
};
