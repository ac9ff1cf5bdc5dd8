// The number `rt` leaves behind in the shell for each way a run can end. Stable: scripts depend on them.
import type { EndCode, ErrorCode } from "../../engine/api/codes.ts";

/** An ExitCode is a process exit code, 0 to 255. */
export type ExitCode = number;

/** Everything went as the person wanted. */
export const exitOk: ExitCode = 0;
/** There was a bug, or the machine failed us. */
export const exitInternal: ExitCode = 1;
/** What was typed on the command line makes no sense. */
export const exitUsage: ExitCode = 2;
/** What was to be said could not be written to the standard output. */
export const exitOutput: ExitCode = 3;

interface ExitCodeRow {
	readonly exitCode: ExitCode;
	/** Says the meaning in one line, for `rt help exit-codes`. */
	readonly meaning: string;
}

const endRows: Readonly<Record<EndCode, ExitCodeRow>> = {
	left: { exitCode: exitOk, meaning: "you left, or closed your room" },
	internal: { exitCode: exitInternal, meaning: "a fault in rt or on this machine" },
	refused: { exitCode: 10, meaning: "nothing listens at that address and port" },
	unreachable: { exitCode: 11, meaning: "the address cannot be reached from here" },
	timed_out: { exitCode: 12, meaning: "the other side did not answer in time" },
	name_not_found: { exitCode: 13, meaning: "the host name does not exist" },
	not_real_talk: { exitCode: 14, meaning: "something else than Real Talk answered" },
	wrong_version: { exitCode: 15, meaning: "the other side runs a version this one cannot talk to" },
	wrong_password: { exitCode: 20, meaning: "the password was wrong too often" },
	blocked: { exitCode: 21, meaning: "the host has blocked your address" },
	busy: { exitCode: 22, meaning: "the host has too much to do; try again later" },
	paused: { exitCode: 23, meaning: "the host lets nobody in at present" },
	password_changed: { exitCode: 25, meaning: "the host changed the password while you were on the way in" },
	identity_refused: { exitCode: 24, meaning: "your own key could not be used, or the host did not accept it" },
	room_closed: { exitCode: 30, meaning: "the host closed the room" },
	kicked: { exitCode: 31, meaning: "the host removed you" },
	replaced: { exitCode: 32, meaning: "you joined again from elsewhere" },
	connection_lost: { exitCode: 33, meaning: "the connection broke" },
	wrong_host: { exitCode: 36, meaning: "whoever answers did not prove to be the host the invite is from" },
	another_room: { exitCode: 39, meaning: "whoever answers now did not prove to be the host of the room you were in" },
	other_kind: { exitCode: 65, meaning: "one side wanted a room off the record, and the other one did not" },
	not_for_you: { exitCode: 66, meaning: "the room is for two other people" },
	clocks_differ: { exitCode: 38, meaning: "the two computers' clocks differ by more than a day" },
	own_room: { exitCode: 37, meaning: "the room is your own: it was opened with the same key" },
	background_gone: { exitCode: 68, meaning: "the background process has ended" },
	host_misbehaved: { exitCode: 34, meaning: "the host broke the rules of the protocol" },
};

const errorRows: Readonly<Record<Exclude<ErrorCode, EndCode>, ExitCodeRow>> = {
	cannot_listen: { exitCode: 40, meaning: "the port could not be opened" },
	no_identity: { exitCode: 41, meaning: "there is no identity yet" },
	identity_locked: { exitCode: 42, meaning: "the identity is locked by a passphrase that was not given" },
	wrong_passphrase: { exitCode: 43, meaning: "the passphrase is wrong" },
	identity_exists: { exitCode: 44, meaning: "there is an identity already, and it was not replaced" },
	not_in_room: { exitCode: 45, meaning: "not in a room" },
	already_in_room: { exitCode: 46, meaning: "in a room already" },
	no_such_room: { exitCode: 55, meaning: "the room is not there, or not any more" },
	which_room: { exitCode: 56, meaning: "in several rooms, and none was named" },
	no_background: { exitCode: 69, meaning: "the background process does not answer" },
	too_many_rooms: { exitCode: 57, meaning: "no further room can be open at once" },
	not_host: { exitCode: 47, meaning: "only the host can do that" },
	not_asked: { exitCode: 48, meaning: "nobody asked for a password" },
	no_such_member: { exitCode: 49, meaning: "nobody in the room has that key" },
	too_many_pending: { exitCode: 50, meaning: "too many lines were waiting to be sent" },
	lan_off: { exitCode: 53, meaning: "the network may not be asked (--no-lan)" },
	relay_off: { exitCode: 60, meaning: "no relay was named" },
	dht_off: { exitCode: 54, meaning: "the DHT may not be used (--no-dht, or --interface)" },
	tor_off: { exitCode: 58, meaning: "Tor is not on this computer, or may not be used here" },
	no_invite: { exitCode: 61, meaning: "there is no such invite, or none can be made" },
	no_such_route: { exitCode: 59, meaning: "there is no such way in" },
	buddy_refused: { exitCode: 62, meaning: "the two can't be buddies, or not now" },
	no_such_buddy: { exitCode: 63, meaning: "nobody on the list of buddies is meant, or several are" },
	no_such_line: { exitCode: 51, meaning: "there is no such line, or it is somebody else's" },
	verification_busy: { exitCode: 52, meaning: "a verification is under way, or the last one was just now" },
	not_kept: { exitCode: 72, meaning: "nothing is kept of the room" },
	not_renewed: { exitCode: 73, meaning: "the keys in the room could not be made new now" },
	history_unusable: { exitCode: 67, meaning: "the file of what was said can't be used" },
	no_such_file: { exitCode: 70, meaning: "there is no such file in the room" },
	bad_file: { exitCode: 71, meaning: "the file cannot be sent, or the folder takes no files" },
	posts_refused: { exitCode: 74, meaning: "nothing became of it with posts" },
	too_many_files: { exitCode: 64, meaning: "too many files are under way" },
	bad_name: { exitCode: exitUsage, meaning: "the name cannot be used" },
	bad_password: { exitCode: exitUsage, meaning: "the password cannot be used" },
	bad_target: { exitCode: exitUsage, meaning: "the address or port makes no sense" },
	bad_address: { exitCode: exitUsage, meaning: "the address makes no sense" },
	bad_setting: { exitCode: exitUsage, meaning: "a setting cannot have that value" },
	bad_text: { exitCode: exitUsage, meaning: "the text cannot be sent" },
	kept_elsewhere: {
		exitCode: exitUsage,
		meaning: "another Real Talk that uses the same folder has the rooms that stay",
	},
	bad_off_record: { exitCode: exitUsage, meaning: "a room cannot be off the record like this" },
	bad_room_name: { exitCode: exitUsage, meaning: "the name for a room that stays cannot be used" },
	text_too_long: { exitCode: exitUsage, meaning: "the text is too long" },
};

const rows: Readonly<Record<EndCode | ErrorCode, ExitCodeRow>> = { ...endRows, ...errorRows };

/** Returns the exit code for the reason a room is over, or for the refusal that ended the run. */
export function exitCodeOf(code: EndCode | ErrorCode): ExitCode {
	return rows[code].exitCode;
}

/** Returns "CODE  name  meaning" lines in numeric order, for `rt help exit-codes`. */
export function exitCodeTable(): readonly string[] {
	const usage = { name: "usage", exitCode: exitUsage, meaning: "the command line makes no sense" };
	const output = {
		name: "output",
		exitCode: exitOutput,
		meaning: "not everything could be written to standard output",
	};
	const named = Object.entries(rows).map(([name, row]) => ({ name, ...row }));
	return [usage, output, ...named]
		.toSorted((one, other) => one.exitCode - other.exitCode)
		.map((row) => `${String(row.exitCode).padStart(3)}  ${row.name.padEnd(17)} ${row.meaning}`);
}
