// Codes that clients and exit codes depend on: why a room is over, why a command was refused.

export type LeaveReason = "left" | "connectionLost" | "kicked" | "replaced";

/** Why a room is over for us. Stable: clients and exit codes depend on them. */
export type EndCode =
	| "left"
	| "room_closed"
	| "kicked"
	| "replaced"
	| "connection_lost"
	| "refused"
	| "unreachable"
	| "timed_out"
	| "name_not_found"
	| "wrong_version"
	| "wrong_password"
	| "blocked"
	| "busy"
	| "paused"
	| "password_changed"
	| "not_real_talk"
	| "wrong_host"
	| "host_misbehaved"
	| "identity_refused"
	| "internal";

/** Stable string codes of what a Command can be refused for. */
export type ErrorCode =
	| "no_identity"
	| "identity_locked"
	| "identity_exists"
	| "wrong_passphrase"
	| "bad_name"
	| "bad_password"
	| "bad_target"
	| "bad_address"
	| "bad_text"
	| "text_too_long"
	| "too_many_pending"
	| "not_in_room"
	| "already_in_room"
	| "not_host"
	| "not_asked"
	| "no_such_member"
	| "no_such_line"
	| "verification_busy"
	| "bad_setting"
	| "lan_off"
	| "dht_off"
	| "cannot_listen"
	| "internal";

export type Outcome =
	| {
			readonly kind: "done";
			/** Of a sent line. */
			readonly id?: string;
			/** Of `verifyWords`. */
			readonly words?: readonly string[];
	  }
	| { readonly kind: "refused"; readonly code: ErrorCode; readonly message: string };
