// What `rt help rpc` says of each method. A method that does what can also be typed takes its words from the table of actions.
import { actionOf, doesWords } from "../actions/actions.ts";
import { slashCommands } from "../actions/slash-commands.ts";

interface MethodText {
	readonly params?: string;
	readonly result: string;
	/** Says what a client has to know, a row each. Without it the words of the action that this method does stand there. */
	readonly notes?: readonly string[];
}

// In the order of the help.
const texts: Readonly<Record<string, MethodText>> = {
	password: { params: "{password, room?}", result: "{}", notes: ["the answer to passwordRequired"] },
	unlock: { params: "{passphrase}", result: "{}", notes: ["the answer to identity_locked"] },
	join: {
		params: "{target, beside?}",
		result: "{room}",
		notes: ["after rt join --rpc without a target; LANROOM.target is one; beside: true", "while in another room"],
	},
	host: {
		params: "{password, beside?, port?, bind?, visibleOnLan?, keep?, historyDays?, offRecordWith?}",
		result: "{room}",
		notes: [
			"opens a room; beside: true while in another room",
			'keep: the name of a room that stays: goes on with it, or opens it; password "" leaves the one it has',
			"offRecordWith: a fingerprint: the room is for that person and you alone, off the record",
		],
	},
	leave: { params: "{room?}", result: "{}", notes: ["leaves one room; the run ends with the last one"] },
	rooms: {
		result: "{rooms: [{room, name, kind, role, state, people, unread, mentions}]}",
		notes: ["room: what other methods take where there are several"],
	},
	history: {
		params: "{room?, before?, limit?, search?, from?, since?, until?}",
		result: "{messages: [MESSAGE]}",
		notes: [
			"what the room still has in memory and on disk, oldest first; before: an id, for the page before it",
			"room: also one that is kept and not open; search: any part of a text; from: how a name begins; times in ms",
		],
	},
	setHistory: {
		params: "{room?, days}",
		result: "{}",
		notes: ['for a host: everybody\'s disk keeps what is said for so many days; "off": what was kept is forgotten'],
	},
	setOwnHistory: {
		params: "{room?, days}",
		result: "{}",
		notes: ['this computer keeps less; "off": nothing; "room": as much as the room\'s policy says'],
	},
	purgeHistory: {
		params: "{room?, isAll?}",
		result: "{}",
		notes: ["forgets what this computer keeps of the room on disk, or of all rooms"],
	},
	invite: {
		params: "{label?}",
		result: "{invite?, joinLines?}",
		notes: ["what to tell friends; the host's; with label: {invite}, for one friend alone"],
	},
	unread: { params: "{room?}", result: "{messages: [MESSAGE]}", notes: ["and marks them read; oldest first"] },
	browseLan: {
		params: "{isOn}",
		result: "{}",
		notes: ["asks everyone on this network for rooms, until off or in a room; see lanRooms"],
	},
	send: {
		params: "{text, replyTo?, isAction?}",
		result: "{id, waitsFor?}",
		notes: [
			"isAction: as with /me; waitsFor: the host of that name is away, and it waits on",
			"this computer until they are back; delete takes it back",
		],
	},
	sendFile: {
		params: "{path, room?}",
		result: "{id, name, size}",
		notes: ["a file or folder, to everybody who is in the room now; see fileOffered, fileTaken"],
	},
	acceptFile: {
		params: "{id, to?}",
		result: "{}",
		notes: [
			"also the id of what goes with a post: it comes from whoever in the room has it",
			"to: a folder; without it Downloads in your home; again where it failed or was cancelled: goes on",
		],
	},
	declineFile: { params: "{id}", result: "{}", notes: ["the others are told"] },
	cancelFile: { params: "{id}", result: "{}", notes: ["stops for good: your own is to be had no longer"] },
	pauseFile: { params: "{id}", result: "{}", notes: ["until resumeFile, which goes on where it was"] },
	resumeFile: { params: "{id}", result: "{}", notes: ["after pauseFile"] },
	limitFiles: {
		params: "{bytesPerSecond}",
		result: "{}",
		notes: ['how fast files pass, each way, in all rooms: 16384 or more, or "off"'],
	},
	files: { params: "{room?}", result: "{files: [FILE]}", notes: ["in the order in which they were offered"] },
	edit: {
		params: "{id, text}",
		result: "{id}",
		notes: ['your own messages; id here and below: of a message, or "FINGERPRINT ID" if', "two people used the same"],
	},
	delete: { params: "{id}", result: "{id}", notes: ["your own messages"] },
	react: { params: "{id, emoji}", result: "{id}", notes: ["once more removes it"] },
	retry: {
		params: "{id}",
		result: "{id}",
		notes: ["a message that was not sent when a room ended, after joining it again"],
	},
	typing: { params: "{isTyping}", result: "{}", notes: ["tells the others that you type, or have stopped"] },
	setTellTyping: { params: "{isOn}", result: "{}" },
	setDisappearing: { params: "{seconds}", result: "{id}", notes: ['the host\'s; "off": messages stay'] },
	verifyWords: {
		params: "{fingerprint}",
		result: "{words: [WORD]}",
		notes: ["six words; if the other has the same, call verify"],
	},
	verifyAsk: {
		params: "{fingerprint, secret, question?}",
		result: "{}",
		notes: ["asks for a secret only you two know; then verification tells"],
	},
	verifyAnswer: { params: "{secret}", result: "{}" },
	verifyAbort: { result: "{}", notes: ["declines, or ends what verifyAsk began"] },
	members: { result: "[MEMBER]" },
	keyWords: {
		params: "{fingerprint}",
		result: "{words}",
		notes: ["the six words of a key, which are easier to compare than its digits"],
	},
	told: {
		result: "{since, disclosures: [DISCLOSURE], unlisted, ports: [ASKED], disk: [{kind, count}], home?}",
		notes: ["what others learned since rt was started; unlisted: how many more of a kind"],
	},
	blocks: {
		result: "[BLOCK]",
	},
	block: {
		params: "{address, until?, note?, isRemoving?}",
		result: "{}",
		notes: ["address: also a range, AS number or fingerprint; isRemoving: who is in too"],
	},
	previewBlock: {
		params: "{address}",
		result: "{block: {kind, address, label, location: LOCATION, warning?}, hits: [MEMBER]}",
	},
	unblock: { params: "{address} or {invite}", result: "{}" },
	takeBackInvite: { params: "{label}", result: "{}" },
	knocks: {
		params: "{filter?, from?, limit?}",
		result: "[KNOCK]",
		notes: ["filter: all, wrong, joined, blocked; from: as block's address; newest first"],
	},
	settings: {
		params: "{placeDetail?, isPaused?, memberCap?, visibleOnLan?}",
		result: "all of them, as they are then",
		notes: ["placeDetail: nothing, country, city: what others learn of where a joiner comes from"],
	},
	setPassword: { params: "{password}", result: "{}" },
	verify: { params: "{fingerprint, isVerified?}", result: "{}" },
	kick: { params: "{fingerprint}", result: "{}" },
	status: {
		result:
			"{identity: {state, ...}, phase: {state, ...}, members, hosting?: {port, joinLines, lan?, dht?: WAY, tor?: WAY}}",
	},
	keep: { params: "{name, days?, megabytes?, historyDays?}", result: "{}" },
	renew: { result: "{}", notes: ["answered when everybody has the new keys (leafSince)"] },
	buddies: { result: "{buddies: [BUDDY]}", notes: ["with whom there is a room of two, or shall be"] },
	buddy: {
		params: "{fingerprint, room?, offRecord?}",
		result: "{room}",
		notes: [
			"proposes a room of two to somebody who is here, or accepts; room: that of the two",
			"offRecord: nothing in it is signed; it never becomes another kind",
		],
	},
	answerBuddy: {
		params: "{fingerprint, answer}",
		result: "{room?}",
		notes: ["the answer to buddyProposed; answer: accept, decline, later"],
	},
	unbuddy: { params: "{fingerprint}", result: "{}", notes: ["ends it with a buddy, for both; takes a proposal back"] },
	posts: {
		params: "{fingerprint?}",
		result: "{own?, feeds: [FEED], posts?: [POST], files?: [{id, name, sizeBytes, files?, isBadName?}]}",
		notes: [
			"own: {readers, people: [{fingerprint, name, may}], have: [{fingerprint, name}], feed: FEED}",
			"posts: newest first, of the person who is named",
		],
	},
	post: {
		params: "{text, file?, understood?}",
		result: "{}",
		notes: [
			"file: the path of what goes with it, which stays where it is; answered when all of it is read; text may be empty then",
			"shows a text to whom you chose; understood: true, at the first: your person knows that it is signed",
			"with their key and can't be unsaid",
		],
	},
	setAbout: {
		params: "{text, understood?}",
		result: "{}",
		notes: ["what stands above your posts, signed as they are"],
	},
	setPostReaders: { params: "{who}", result: "{}", notes: ["who: nobody (at first), verified, known, link"] },
	setPostReader: {
		params: "{fingerprint, may}",
		result: "{}",
		notes: ["may: yes, no, usual: for one person, whoever else may"],
	},
	postLink: {
		params: "{isNew?, fingerprint?}",
		result: "{link, isWithoutPlace?}",
		notes: [
			"who has it reads your posts by dialling the rooms you have open (isWithoutPlace: none is), or in a room with",
			"whoever has them; isNew: the one before is good no more; fingerprint: to somebody else's, which you give too then",
		],
	},
	followPosts: {
		params: "{link}",
		result: "{author, fetched: FETCHED}",
		notes: ["reads somebody's posts by their link: dials where it leads"],
	},
	fetchPosts: { params: "{fingerprint}", result: "{author, fetched: FETCHED}", notes: ["asks there again"] },
	readPosts: { params: "{fingerprint}", result: "{}", notes: ["your person has seen them all"] },
	forgetPosts: { params: "{fingerprint}", result: "{}", notes: ["and takes no more of them, until followPosts"] },
	forget: { result: "{}" },
	quit: { result: "{}" },
};

/** The names of all methods that the help describes. */
export const describedMethods: readonly string[] = Object.keys(texts);

const resultColumn = 27;
const notesColumn = 49;
const mostColumns = 150;

const padded = (text: string, column: number): string => (text.length < column ? text.padEnd(column) : `${text}   `);

// The words of the action that the method does, with the command that does it too.
function actionNotes(method: string): readonly string[] {
	const command = slashCommands.find(({ action }) => actionOf(action).method === method);
	return command === undefined ? [] : [`${doesWords(command)}; as /${command.name}`];
}

function rowsOf([method, { params = "", result, notes = actionNotes(method) }]: [
	string,
	MethodText,
]): readonly string[] {
	const head = `${padded(`  ${method.padEnd(8)} ${params}`.trimEnd(), resultColumn)}${result}`;
	const [first = "", ...more] = notes;
	const whole = padded(head, notesColumn) + first;
	const rest = more.map((note) => " ".repeat(notesColumn) + note);
	return whole.length <= mostColumns ? [whole.trimEnd(), ...rest] : [head, " ".repeat(resultColumn) + first, ...rest];
}

/** The rows of `rt help rpc` about methods. */
export const methodRows: readonly string[] = Object.entries(texts).flatMap(rowsOf);
