// What a Command is refused for: a stable code, and the facts that a view needs to say why and what to do. Part of api.ts.
import type { KeyFailure } from "../../crypto/identity/identity.ts";
import type { KeyFileProblem } from "../../crypto/identity/local.ts";
import type { VaultTrouble } from "../../crypto/vault/file.ts";
import type { TargetTrouble as AddressTrouble } from "../../net/address/target.ts";
import type { ListenFailure } from "../../net/link/link.ts";
import type { HistoryTrouble } from "../../store/history/history-file.ts";

/**
 * Says why the own key cannot be used. `gpg`: GnuPG keeps it and did not do what was asked · `file`: the key itself cannot be used ·
 * `fingerprintDamaged`: the database does not say which key it is · `notTogether`: the key file and the database belong to different homes ·
 * `lockedByItself`: it has a passphrase of its own inside the sealed store.
 */
export type KeyTrouble =
	| { readonly why: "gpg"; readonly failure: KeyFailure; readonly detail: string }
	| ({ readonly why: "file" } & KeyFileProblem)
	| { readonly why: "fingerprintDamaged" | "notTogether" | "lockedByItself" };

/** Says why the text that somebody typed to join a room cannot be read. */
export type TargetTrouble =
	| AddressTrouble
	| { readonly why: "inviteTooLong" | "inviteDamaged" | "inviteOfAnotherVersion" | "inviteWithoutWay" };

/** `address` and `typed` are clean; `detail` is what the system or a library says, clean as well. */
export type Refusal =
	| { readonly code: "no_identity" | "identity_exists" | "wrong_passphrase" }
	| { readonly code: "bad_name"; readonly why: "empty" }
	/** The name has signs by which views mark their own words. `instead` is the name without them, if anything is left. */
	| { readonly code: "bad_name"; readonly why: "marks"; readonly instead?: string }
	/** `trouble` is there when the key cannot be unlocked because of it. */
	| { readonly code: "identity_locked"; readonly trouble?: KeyTrouble }
	| { readonly code: "bad_password"; readonly why: "empty" }
	| { readonly code: "bad_password"; readonly why: "tooLong"; readonly maxBytes: number }
	| ({ readonly code: "bad_target" } & TargetTrouble)
	| { readonly code: "bad_address"; readonly why: "notAnAddress"; readonly typed: string }
	| {
			readonly code: "bad_address";
			readonly why: "notBlockable" | "ownKey" | "thisComputer" | "ownAddress" | "rangeHoldsThisComputer" | "notBlocked";
	  }
	| { readonly code: "bad_address"; readonly why: "rangeHoldsOwnAddress"; readonly address: string }
	/** It is not blocked by itself, but by these ranges. */
	| { readonly code: "bad_address"; readonly why: "blockedByOthers"; readonly others: readonly string[] }
	| { readonly code: "bad_text"; readonly why: "empty" | "notOneEmoji" | "badSecret" | "secretInQuestion" }
	| { readonly code: "text_too_long"; readonly what: "message" | "question" | "post" | "about" }
	/**
	 * Nothing becomes of it with posts. `notTold`: nobody has told the person yet that a post is signed and can't be unsaid (`understood`) · `cannotSign`: the own
	 * key did not do it · `elsewhere`: another program on this home was faster · `noLink`: only who may read by link has one, and there has to be a post ·
	 * `badLink`: it is none · `full`: as many feeds are kept as may be · `unknown`: there are no posts of this person here
	 * · `notByLink`: they were given to our person alone, so there is no link to hand on · `manyLent`: as many links of others are handed on as may be.
	 */
	| {
			readonly code: "posts_refused";
			readonly why:
				| "notTold"
				| "cannotSign"
				| "elsewhere"
				| "noLink"
				| "badLink"
				| "full"
				| "unknown"
				| "notByLink"
				| "manyLent";
	  }
	| { readonly code: "too_many_pending" | "not_in_room" | "already_in_room" }
	/** The room that is meant does not exist, or there are several and none was named (`which_room`), or the background process that has the rooms does not answer. */
	| { readonly code: "no_such_room" | "which_room" | "no_background" }
	/** Another program on this home has the rooms that are kept: none of them may be open twice. */
	| { readonly code: "kept_elsewhere" }
	/** The room passes: nothing of it is kept. */
	| { readonly code: "not_kept" }
	/** The file of what is kept of rooms can't be used. */
	| { readonly code: "history_unusable"; readonly trouble: HistoryTrouble }
	/** A name under which a room is to be kept can't be that. */
	| { readonly code: "bad_room_name"; readonly why: "empty" | "tooLong" | "taken" | "keptAlready" | "readAsAddress" }
	/**
	 * Two can't be buddies. `already`: they are · `tooMany`: as many as may be wait for an answer · `noWay`: nothing leads to this computer ·
	 * `cannotSeal`: the own key, or theirs, did not do it · `tooLate`: the proposal is too old · `notProposed`: there is none ·
	 * `otherKind`: what the two have, or what the other one has proposed, is off the record, and this would not be, or the other way round.
	 */
	| {
			readonly code: "buddy_refused";
			readonly why: "already" | "tooMany" | "noWay" | "cannotSeal" | "tooLate" | "notProposed" | "otherKind";
	  }
	/** Nobody on the list of buddies has this name or fingerprint, or several have the name. */
	| { readonly code: "no_such_buddy"; readonly why: "unknown" | "several" }
	/**
	 * A room can't be off the record like this. `ownKey`: the other person's key is our own · `otherKind`: the room that is kept under the name is not off the record with
	 * this person, and stays what it is · `visible`: such a room is not shown on the network ·
	 * `history`: nothing of it is kept to be read later.
	 */
	| {
			readonly code: "bad_off_record";
			readonly why: "notAFingerprint" | "ownKey" | "otherKind" | "visible" | "history";
	  }
	| { readonly code: "too_many_rooms"; readonly most: number }
	/** The keys in the room could not be made new: there is no connection to the host just now, or the own key did not sign. */
	| { readonly code: "not_renewed" }
	/** Only the host may do this. */
	| { readonly code: "not_host"; readonly what: "disappearing" | "kick" | "password" | "ways" | "keep" | "history" }
	/** Something was answered or ended although nobody asked for it. With `gone` the other one has given up meanwhile. */
	| { readonly code: "not_asked"; readonly what: "password" | "secret" | "verification" | "gone" }
	| {
			readonly code: "no_such_member";
			readonly why: "notHere" | "justLeft" | "keyUnknown" | "notAFingerprint" | "neverMet";
	  }
	| { readonly code: "no_such_line"; readonly why: "gone" | "notYours" }
	/** There is no file with this id, or it is not one with which this can be done. */
	| { readonly code: "no_such_file"; readonly why: "unknown" | "ownFile" | "notOffered" | "over" | "badName" }
	/** What was to be sent can't be, or the folder that was named takes no files. `path` is clean. */
	| {
			readonly code: "bad_file";
			readonly why:
				| "notFound"
				| "notReadable"
				| "notAFile"
				| "notAFolder"
				| "notWritable"
				| "emptyFolder"
				| "full"
				| "several"
				| "tooBig"
				| "tooMany"
				| "tooDeep";
			readonly path: string;
	  }
	| { readonly code: "too_many_files"; readonly most: number }
	| { readonly code: "verification_busy"; readonly why: "underWay" | "tooSoon" }
	| { readonly code: "bad_setting"; readonly why: "blockEnd" | "disappearing" | "historyDays" | "fileSpeed" }
	| { readonly code: "bad_setting"; readonly why: "memberCap"; readonly smallest: number; readonly largest: number }
	| { readonly code: "lan_off" }
	| { readonly code: "no_such_route" }
	| { readonly code: "no_invite"; readonly why: "tooMany" | "noWay" | "unknown" }
	| { readonly code: "tor_off"; readonly why: "missing" | "oneInterface" | "proxy" }
	| { readonly code: "dht_off"; readonly why: "turnedOff" | "oneInterface" | "proxy" }
	/** No relay was named. */
	| { readonly code: "relay_off"; readonly why: "none" }
	| { readonly code: "cannot_listen"; readonly why: ListenFailure | "noWorker" | "cannotSign" }
	| { readonly code: "internal"; readonly why: "homeNotWritable" | "blockNotSaved" }
	| { readonly code: "internal"; readonly why: "keyFile"; readonly trouble: VaultTrouble }
	| { readonly code: "internal"; readonly why: "key"; readonly trouble?: KeyTrouble }
	| { readonly code: "internal"; readonly why: "storage"; readonly detail: string };
