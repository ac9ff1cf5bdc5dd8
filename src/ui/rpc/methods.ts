// The methods a JSON-RPC client can call, as agreed in the contract: names, params and results.
import * as v from "valibot";
import type { Command, Engine, Phase } from "../../engine/api/api.ts";
import type { Outcome } from "../../engine/api/codes.ts";
import type { BlockView } from "../../engine/api/gate.ts";
import type { Hosting } from "../../engine/api/hosting.ts";
import { endMessage } from "../words/endings.ts";
import { blockWarnings } from "../words/gate-words.ts";
import { refusalWords } from "../words/refusals.ts";
import { joinCommand } from "../words/way-words.ts";
import { attemptOf, memberOf, wayOf } from "./notifications.ts";
import { type RpcServer, refusal } from "./server.ts";

/** Holds what the methods need beside the engine: those steps of a run that the client decides. */
export interface RpcRun {
	/** Takes a room password: the one to join with, or the one of the room to open. */
	password(password: string): Promise<Outcome>;
	/** Unlocks the identity and goes on with what waited for it. */
	unlock(passphrase: string): Promise<Outcome>;
	/** Leaves the room and ends the run, once the call is answered. */
	quit(): void;
}

const noParams = v.object({});

/** Makes every method of the contract callable. */
export function addMethods(server: RpcServer, engine: Engine, run: RpcRun): void {
	const perform = async (command: Command) => accepted(await engine.perform(command));
	server.add("password", {
		params: v.object({ password: v.string() }),
		call: async ({ password }) => accepted(await run.password(password)),
	});
	server.add("join", {
		params: v.object({ target: v.string() }),
		call: ({ target }) => perform({ kind: "join", target }),
	});
	server.add("browseLan", {
		params: v.object({ isOn: v.boolean() }),
		call: ({ isOn }) => perform({ kind: "browseLan", isOn }),
	});
	server.add("unlock", {
		params: v.object({ passphrase: v.string() }),
		call: async ({ passphrase }) => accepted(await run.unlock(passphrase)),
	});
	addTalkMethods(server, perform);
	server.add("members", { params: noParams, call: () => engine.snapshot().people.map(memberOf) });
	server.add("told", { params: noParams, call: () => engine.told() });
	server.add("blocks", { params: noParams, call: async () => (await engine.blocks()).map(blockOf) });
	server.add("block", {
		params: v.object({
			address: v.string(),
			until: v.exactOptional(v.number()),
			note: v.exactOptional(v.string()),
			isRemoving: v.exactOptional(v.boolean()),
		}),
		call: (given) => perform({ kind: "block", ...given }),
	});
	addGateMethods(server, engine);
	server.add("unblock", {
		params: v.object({ address: v.string() }),
		call: ({ address }) => perform({ kind: "unblock", address }),
	});
	server.add("kick", {
		params: v.object({ fingerprint: v.string() }),
		call: ({ fingerprint }) => perform({ kind: "kick", fingerprint }),
	});
	server.add("status", { params: noParams, call: () => statusOf(engine) });
	server.add("quit", { params: noParams, call: () => run.quit() });
}

/** Adds the methods for which only a host has use. */
function addGateMethods(server: RpcServer, engine: Engine): void {
	server.add("previewBlock", {
		params: v.object({ address: v.string() }),
		async call({ address }) {
			const preview = await engine.previewBlock(address);
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
		params: v.object({
			placeDetail: v.exactOptional(v.picklist(["nothing", "country", "city"])),
			hasBell: v.exactOptional(v.boolean()),
			hasDesktopNotifications: v.exactOptional(v.boolean()),
			isPaused: v.exactOptional(v.boolean()),
			memberCap: v.exactOptional(v.number()),
			visibleOnLan: v.exactOptional(v.boolean()),
		}),
		async call(change) {
			accepted(await engine.perform({ kind: "settings", ...change }));
			return engine.snapshot().gate?.settings ?? {};
		},
	});
	server.add("setPassword", {
		params: v.object({ password: v.string() }),
		call: async ({ password }) => accepted(await engine.perform({ kind: "setPassword", password })),
	});
	server.add("verify", {
		params: v.object({ fingerprint: v.string(), isVerified: v.exactOptional(v.boolean()) }),
		call: async (given) => accepted(await engine.perform({ kind: "verify", ...given })),
	});
}

/** Returns `{}`, `{ id }` or `{ words }`; throws the error to answer with for a refusal. */
function accepted(outcome: Outcome): object {
	if (outcome.kind === "refused") throw refusal(outcome.code, refusalWords(outcome));
	const { id, words } = outcome;
	return { ...(id === undefined ? {} : { id }), ...(words === undefined ? {} : { words }) };
}

/** Returns a block as clients see it: `warning` is a sentence. */
function blockOf<Block extends Pick<BlockView, "warning">>(block: Block): object {
	return { ...block, ...(block.warning === undefined ? {} : { warning: blockWarnings[block.warning] }) };
}

function hostingOf({ port, joinLines, lan, ways }: Hosting): object {
	const dht = ways.find(({ way }) => way === "dht");
	return {
		port,
		joinLines: joinLines.map((line) => ({ ...line, command: joinCommand(line) })),
		...(lan === undefined ? {} : { lan: { ...lan, interfaces: lan.interfaces.map(({ name }) => name) } }),
		...(dht === undefined ? {} : { dht: wayOf(dht) }),
	};
}

/** Returns the phase as clients see it: reasons are sentences. */
function phaseOf(phase: Phase): object {
	const { kind: state, ...fields } = phase;
	const attempts = "attempts" in phase && phase.attempts ? { attempts: phase.attempts.map(attemptOf) } : {};
	return { state, ...fields, ...attempts, ...(phase.kind === "ended" ? { message: endMessage(phase) } : {}) };
}

/** Returns the status, never with the password: whoever may read it need not be able to let others in. */
function statusOf(engine: Engine): object {
	const { identity, phase, people, hosting } = engine.snapshot();
	const { kind: identityKind, ...identityFields } = identity;
	return {
		identity: { state: identityKind, ...identityFields },
		phase: phaseOf(phase),
		members: people.length,
		...(hosting === undefined ? {} : { hosting: hostingOf(hosting) }),
	};
}

const id = v.string();

/** Adds the methods about messages. `perform` answers as the contract says: `{}`, `{ id }`, `{ words }` or an error. */
function addTalkMethods(server: RpcServer, perform: (command: Command) => Promise<object>): void {
	server.add("send", {
		params: v.object({ text: v.string(), replyTo: v.exactOptional(id), isAction: v.exactOptional(v.boolean()) }),
		call: (said) => perform({ kind: "send", ...said }),
	});
	server.add("edit", {
		params: v.object({ id, text: v.string() }),
		call: (change) => perform({ kind: "edit", ...change }),
	});
	server.add("delete", { params: v.object({ id }), call: (line) => perform({ kind: "delete", ...line }) });
	server.add("react", {
		params: v.object({ id, emoji: v.string() }),
		call: (reaction) => perform({ kind: "react", ...reaction }),
	});
	server.add("retry", { params: v.object({ id }), call: (line) => perform({ kind: "retry", ...line }) });
	server.add("typing", {
		params: v.object({ isTyping: v.boolean() }),
		call: ({ isTyping }) => perform({ kind: "typing", isTyping }),
	});
	server.add("setTellTyping", {
		params: v.object({ isOn: v.boolean() }),
		call: ({ isOn }) => perform({ kind: "setTellTyping", isOn }),
	});
	server.add("setDisappearing", {
		params: v.object({ seconds: v.union([v.number(), v.literal("off")]) }),
		call: ({ seconds }) => perform({ kind: "setDisappearing", seconds }),
	});
	addVerifyMethods(server, perform);
}

function addVerifyMethods(server: RpcServer, perform: (command: Command) => Promise<object>): void {
	server.add("verifyWords", {
		params: v.object({ fingerprint: v.string() }),
		call: ({ fingerprint }) => perform({ kind: "verifyWords", fingerprint }),
	});
	server.add("verifyAsk", {
		params: v.object({ fingerprint: v.string(), secret: v.string(), question: v.exactOptional(v.string()) }),
		call: (asked) => perform({ kind: "verifyAsk", ...asked }),
	});
	server.add("verifyAnswer", {
		params: v.object({ secret: v.string() }),
		call: ({ secret }) => perform({ kind: "verifyAnswer", secret }),
	});
	server.add("verifyAbort", { params: v.object({}), call: () => perform({ kind: "verifyAbort" }) });
}
