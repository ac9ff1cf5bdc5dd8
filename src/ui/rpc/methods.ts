// The methods a JSON-RPC client can call, as agreed in the contract: names, params and results.
import * as v from "valibot";
import type { Command, Engine } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { BlockView } from "../../engine/api/gate.ts";
import type { RoomKey } from "../../engine/api/room-key.ts";
import { blockWarnings } from "../words/gate-words.ts";
import { refusalWords } from "../words/refusals.ts";
import { addHistoryMethods } from "./history-methods.ts";
import { messageOf, unreadOf } from "./messages.ts";
import { fileOf, memberOf } from "./notifications.ts";
import { addPostMethods } from "./post-methods.ts";
import { type RpcServer, refusal } from "./server.ts";
import { joinLineOf, statusOf } from "./status.ts";

/** Holds what the methods need beside the engine: those steps of a run that the client decides. */
export interface RpcRun {
	/** Takes a room password: the one to join with, or the one of the room to open. */
	password(password: string, room?: RoomKey): Promise<Outcome>;
	/** Unlocks the identity and goes on with what waited for it. */
	unlock(passphrase: string): Promise<Outcome>;
	/** Leaves the room and ends the run, once the call is answered. */
	quit(): void;
}

const noParams = v.object({});
const days = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(365));
const historyDays = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3_650));
const megabytes = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_024));

/** Says which room is meant; it may be left out where there is one. */
const room = v.exactOptional(v.string());
const inRoom = <Fields extends v.ObjectEntries>(fields: Fields) => v.object({ ...fields, room });

/** Makes every method of the contract callable. */
export function addMethods(server: RpcServer, engine: Engine, run: RpcRun): void {
	const perform = async (command: Command) => accepted(await engine.perform(command));
	server.add("password", {
		params: inRoom({ password: v.string() }),
		call: async ({ password, ...where }) => accepted(await run.password(password, where.room)),
	});
	server.add("join", {
		params: v.object({ target: v.string(), beside: v.exactOptional(v.boolean()) }),
		call: (wanted) => perform({ kind: "join", ...wanted }),
	});
	server.add("host", {
		params: v.object({
			password: v.string(),
			beside: v.exactOptional(v.boolean()),
			port: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))),
			bind: v.exactOptional(v.string()),
			visibleOnLan: v.exactOptional(v.boolean()),
			keep: v.exactOptional(v.string()),
			offRecordWith: v.exactOptional(v.string()),
			historyDays: v.exactOptional(historyDays),
		}),
		call: ({ password, beside, ...wish }) =>
			perform({ kind: "host", password, wish, ...(beside === undefined ? {} : { beside }) }),
	});
	server.add("leave", { params: inRoom({}), call: (where) => perform({ kind: "leave", ...where }) });
	server.add("browseLan", {
		params: v.object({ isOn: v.boolean() }),
		call: ({ isOn }) => perform({ kind: "browseLan", isOn }),
	});
	server.add("unlock", {
		params: v.object({ passphrase: v.string() }),
		call: async ({ passphrase }) => accepted(await run.unlock(passphrase)),
	});
	addTalkMethods(server, perform);
	addRoomMethods(server, engine);
	addHistoryMethods(server, engine, perform);
	server.add("told", { params: noParams, call: () => engine.told() });
	server.add("keyWords", {
		params: v.object({ fingerprint: v.string() }),
		async call({ fingerprint }) {
			const words = await engine.keyWords(fingerprint);
			if (words === undefined)
				throw refusal("no_such_member", refusalWords({ code: "no_such_member", why: "notAFingerprint" }));
			return { words };
		},
	});
	server.add("blocks", { params: noParams, call: async () => (await engine.blocks()).map(blockOf) });
	server.add("block", {
		params: inRoom({
			address: v.string(),
			until: v.exactOptional(v.number()),
			note: v.exactOptional(v.string()),
			isRemoving: v.exactOptional(v.boolean()),
		}),
		call: (given) => perform({ kind: "block", ...given }),
	});
	addGateMethods(server, engine);
	server.add("takeBackInvite", {
		params: inRoom({ label: v.string() }),
		call: (wanted) => perform({ kind: "takeBackInvite", ...wanted }),
	});
	server.add("unblock", {
		params: inRoom({ address: v.exactOptional(v.string()), invite: v.exactOptional(v.string()) }),
		// The engine knows an invite by the name of the friend, or by the words with which it is shown.
		call: ({ address, invite, ...where }) => perform({ kind: "unblock", address: invite ?? address ?? "", ...where }),
	});
	server.add("kick", {
		params: inRoom({ fingerprint: v.string() }),
		call: (whom) => perform({ kind: "kick", ...whom }),
	});
	server.add("keep", {
		params: inRoom({
			name: v.string(),
			days: v.exactOptional(days),
			megabytes: v.exactOptional(megabytes),
			historyDays: v.exactOptional(historyDays),
		}),
		call: (wish) => perform({ kind: "keep", ...wish }),
	});
	server.add("renew", { params: inRoom({}), call: (where) => perform({ kind: "renew", ...where }) });
	addBuddyMethods(server, engine, perform);
	addPostMethods(server, engine, perform);
	server.add("forget", { params: inRoom({}), call: (where) => perform({ kind: "forget", ...where }) });
	server.add("status", { params: inRoom({}), call: ({ room: asked }) => statusOf(engine, asked) });
	server.add("quit", { params: noParams, call: () => run.quit() });
}

/** Adds the methods about rooms of two. */
function addBuddyMethods(server: RpcServer, engine: Engine, perform: (command: Command) => Promise<object>): void {
	const whom = { fingerprint: v.string() };
	server.add("buddies", { params: noParams, call: () => ({ buddies: engine.snapshot().buddies ?? [] }) });
	server.add("buddy", {
		params: inRoom({ ...whom, offRecord: v.exactOptional(v.boolean()) }),
		call: (asked) => perform({ kind: "buddy", ...asked }),
	});
	server.add("answerBuddy", {
		params: v.object({ ...whom, answer: v.picklist(["accept", "decline", "later"]) }),
		call: (answer) => perform({ kind: "answerBuddy", ...answer }),
	});
	server.add("unbuddy", { params: v.object(whom), call: (asked) => perform({ kind: "unbuddy", ...asked }) });
}

/** Adds the methods for which only a host has use. */
function addGateMethods(server: RpcServer, engine: Engine): void {
	server.add("previewBlock", {
		params: inRoom({ address: v.string() }),
		async call({ address, room: asked }) {
			const preview = await engine.previewBlock(address, asked);
			if (preview.kind === "refused") throw refusal(preview.code, refusalWords(preview));
			return { block: blockOf(preview.block), hits: preview.hits.map(memberOf) };
		},
	});
	server.add("knocks", {
		params: v.object({
			filter: v.exactOptional(v.picklist(["all", "wrong", "joined", "blocked"])),
			from: v.exactOptional(v.string()),
			limit: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000))),
		}),
		call: (query) => engine.knocks(query),
	});
	server.add("settings", {
		params: inRoom({
			placeDetail: v.exactOptional(v.picklist(["nothing", "country", "city"])),
			isPaused: v.exactOptional(v.boolean()),
			memberCap: v.exactOptional(v.number()),
			visibleOnLan: v.exactOptional(v.boolean()),
		}),
		async call(change) {
			accepted(await engine.perform({ kind: "settings", ...change }));
			return engine.snapshot(change.room).gate?.settings ?? {};
		},
	});
	server.add("setPassword", {
		params: inRoom({ password: v.string() }),
		call: async (given) => accepted(await engine.perform({ kind: "setPassword", ...given })),
	});
	server.add("verify", {
		params: v.object({ fingerprint: v.string(), isVerified: v.exactOptional(v.boolean()) }),
		call: async (given) => accepted(await engine.perform({ kind: "verify", ...given })),
	});
}

/** Returns `{}`, `{ id }`, `{ room }` or `{ words }`; throws the error to answer with for a refusal. */
function accepted(outcome: Outcome): object {
	if (outcome.kind === "refused") throw refusal(outcome.code, refusalWords(outcome));
	const { kind: _, ...fields } = outcome;
	return fields;
}

/** Returns a block as clients see it: `warning` is a sentence. */
function blockOf<Block extends Pick<BlockView, "warning">>(block: Block): object {
	return { ...block, ...(block.warning === undefined ? {} : { warning: blockWarnings[block.warning] }) };
}

const id = v.string();

/** Adds the methods about the rooms there are and what was said in them. */
function addRoomMethods(server: RpcServer, engine: Engine): void {
	server.add("rooms", { params: noParams, call: () => ({ rooms: engine.snapshot().rooms }) });
	server.add("files", {
		params: inRoom({}),
		call: ({ room: asked }) => ({ files: (engine.snapshot(asked).files ?? []).map(fileOf) }),
	});
	server.add("members", {
		params: inRoom({}),
		call: ({ room: asked }) => engine.snapshot(asked).people.map(memberOf),
	});
	server.add("unread", {
		params: inRoom({}),
		async call(where) {
			const { room: shown, rooms, timeline } = engine.snapshot(where.room);
			const count = rooms.find((one) => one.room === shown)?.unread ?? 0;
			accepted(await engine.perform({ kind: "read", ...where }));
			return { messages: unreadOf(timeline, count).map(messageOf) };
		},
	});
	server.add("invite", {
		params: inRoom({ label: v.exactOptional(v.string()) }),
		async call({ label, ...where }) {
			if (label !== undefined) return accepted(await engine.perform({ kind: "invite", label, ...where }));
			const { hosting, phase } = engine.snapshot(where.room);
			// A host's own room may still be opening.
			if (hosting === undefined && phase.kind !== "inRoom")
				throw refusal("not_in_room", refusalWords({ code: "not_in_room" }));
			if (hosting === undefined) throw refusal("not_host", refusalWords({ code: "not_host", what: "ways" }));
			const { invite, joinLines } = hosting;
			return { ...(invite === undefined ? {} : { invite }), joinLines: joinLines.map(joinLineOf) };
		},
	});
}

/** Adds the methods about messages. `perform` answers as the contract says: `{}`, `{ id }`, `{ words }` or an error. */
function addTalkMethods(server: RpcServer, perform: (command: Command) => Promise<object>): void {
	server.add("send", {
		params: inRoom({ text: v.string(), replyTo: v.exactOptional(id), isAction: v.exactOptional(v.boolean()) }),
		call: (said) => perform({ kind: "send", ...said }),
	});
	server.add("edit", {
		params: inRoom({ id, text: v.string() }),
		call: (change) => perform({ kind: "edit", ...change }),
	});
	server.add("delete", { params: inRoom({ id }), call: (line) => perform({ kind: "delete", ...line }) });
	server.add("react", {
		params: inRoom({ id, emoji: v.string() }),
		call: (reaction) => perform({ kind: "react", ...reaction }),
	});
	server.add("retry", { params: inRoom({ id }), call: (line) => perform({ kind: "retry", ...line }) });
	server.add("typing", {
		params: inRoom({ isTyping: v.boolean() }),
		call: (change) => perform({ kind: "typing", ...change }),
	});
	server.add("setTellTyping", {
		params: inRoom({ isOn: v.boolean() }),
		call: (change) => perform({ kind: "setTellTyping", ...change }),
	});
	server.add("setDisappearing", {
		params: inRoom({ seconds: v.union([v.number(), v.literal("off")]) }),
		call: (change) => perform({ kind: "setDisappearing", ...change }),
	});
	addVerifyMethods(server, perform);
	addFileMethods(server, perform);
}

function addFileMethods(server: RpcServer, perform: (command: Command) => Promise<object>): void {
	server.add("sendFile", {
		params: inRoom({ path: v.string() }),
		call: (wanted) => perform({ kind: "sendFile", ...wanted }),
	});
	server.add("acceptFile", {
		params: inRoom({ id, to: v.exactOptional(v.string()) }),
		call: (wanted) => perform({ kind: "acceptFile", ...wanted }),
	});
	for (const kind of ["declineFile", "cancelFile", "pauseFile", "resumeFile"] as const) {
		server.add(kind, { params: inRoom({ id }), call: (file) => perform({ kind, ...file }) });
	}
	server.add("limitFiles", {
		params: inRoom({ bytesPerSecond: v.union([v.number(), v.literal("off")]) }),
		call: (limit) => perform({ kind: "limitFiles", ...limit }),
	});
}

function addVerifyMethods(server: RpcServer, perform: (command: Command) => Promise<object>): void {
	server.add("verifyWords", {
		params: inRoom({ fingerprint: v.string() }),
		call: (whom) => perform({ kind: "verifyWords", ...whom }),
	});
	server.add("verifyAsk", {
		params: inRoom({ fingerprint: v.string(), secret: v.string(), question: v.exactOptional(v.string()) }),
		call: (asked) => perform({ kind: "verifyAsk", ...asked }),
	});
	server.add("verifyAnswer", {
		params: inRoom({ secret: v.string() }),
		call: (answer) => perform({ kind: "verifyAnswer", ...answer }),
	});
	server.add("verifyAbort", { params: inRoom({}), call: (where) => perform({ kind: "verifyAbort", ...where }) });
}
