// A JSON-RPC client of the real program: `./rt … --rpc` over pipes.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { temporaryHome } from "../temporary-home.ts";
import { Watch } from "../until.ts";
import { cheapEnvironment, type RtOptions, root, rtPath } from "./rt.ts";

export interface Member {
	readonly name: string;
	readonly fingerprint: string;
	readonly trust: string;
	readonly self?: boolean;
	readonly host?: boolean;
}

/** A room on the same network. */
export interface ListedRoom {
	readonly target: string;
	readonly name: string;
	readonly fingerprint: string;
	readonly words: readonly string[];
	readonly trust: string;
	readonly address: string;
	readonly port: number;
}

/** What each notification carries (`rt help rpc`), as far as tests read it. */
export interface NotificationParams {
	readonly listening: {
		readonly port: number;
		readonly addresses: readonly { readonly address: string; readonly scope: string }[];
	};
	readonly reachability: {
		readonly ways: readonly {
			readonly way: string;
			readonly state: string;
			readonly address?: string;
			readonly port?: number;
			readonly why?: string;
			readonly page?: { readonly url: string; readonly key: string };
		}[];
		readonly invite?: string;
	};
	readonly passwordRequired: { readonly attemptsLeft: number; readonly choosing?: boolean };
	readonly joined: { readonly self?: boolean; readonly member: Member; readonly room?: string };
	readonly left: { readonly member: Member; readonly reason: string };
	readonly message: {
		readonly id: string;
		readonly from: { readonly name: string; readonly fingerprint: string };
		readonly text: string;
		readonly own: boolean;
	};
	readonly strike: { readonly address: string; readonly attempts: number; readonly disconnected: boolean };
	readonly blocked: { readonly address: string };
	readonly lanRooms: { readonly rooms: readonly ListedRoom[] };
	readonly attempt: {
		readonly transport: string;
		readonly address: string;
		readonly port: number;
		readonly state: string;
		readonly why?: string;
	};
	readonly notice: { readonly tone: string; readonly text: string };
	readonly posts: { readonly of: { readonly name: string }; readonly count: number; readonly unread: number };
	readonly roomKept: { readonly name: string };
	readonly buddyProposed: { readonly buddy: { readonly room: string; readonly fingerprint: string } };
	readonly buddyAnswered: { readonly buddy: { readonly room: string }; readonly answer: string };
	readonly caughtUp: { readonly messages: number; readonly lost: number };
	readonly fileOffered: { readonly id: string; readonly name: string; readonly size: number; readonly own: boolean };
	readonly fileProgress: { readonly id: string; readonly done: number };
	readonly fileTaken: { readonly by: { readonly name: string } };
	readonly fileFailed: { readonly id: string; readonly code: string };
	readonly fileDone: { readonly id: string; readonly path: string; readonly sha256: string };
	readonly reconnected: object;
	readonly error: { readonly code: string; readonly message: string };
	readonly reconnecting: object;
	readonly closed: { readonly code: string; readonly message: string };
}
type Method = keyof NotificationParams;
export interface Notification<Name extends Method = Method> {
	readonly method: Name;
	readonly params: NotificationParams[Name];
}

/** What a call was refused with. */
class RpcRefusal extends Error {
	readonly code: string;

	constructor(code: string, message: string) {
		super(message);
		this.code = code;
	}
}

export interface RpcExit {
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly errors: string;
}

/** One running `./rt … --rpc`. */
export class RtRpc {
	readonly home: string;
	readonly pid: number;
	/** All so far, in order. */
	readonly notifications: Notification[] = [];
	readonly exit: Promise<RpcExit>;
	readonly #child: ChildProcessWithoutNullStreams;
	readonly #answers = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
	readonly #watch = new Watch(() =>
		[...this.notifications.slice(-10).map((one) => JSON.stringify(one)), this.#errors].join("\n"),
	);
	#lastId = 0;
	#errors = "";

	constructor(child: ChildProcessWithoutNullStreams, home: string) {
		this.#child = child;
		this.home = home;
		this.pid = child.pid ?? 0;
		createInterface({ input: child.stdout }).on("line", (line) => this.#onLine(line));
		child.stderr.on("data", (chunk: Buffer) => {
			this.#errors += chunk.toString();
		});
		child.stdin.on("error", () => {});
		this.exit = new Promise((resolve) => {
			child.on("close", (code, signal) => {
				this.#watch.ended(`rt ended with code ${code}`);
				for (const { reject } of this.#answers.values())
					reject(new Error(`rt ended with code ${code}: ${this.#errors}`));
				resolve({ code, signal, errors: this.#errors });
			});
		});
	}

	/** Calls a method; rejects with RpcRefusal for what rt refuses. */
	call(method: string, params: object = {}): Promise<unknown> {
		const id = ++this.#lastId;
		return new Promise((resolve, reject) => {
			this.#answers.set(id, { resolve, reject });
			this.#child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
		});
	}

	/** The first notification of this name (that fits), whether it has come already or comes later. */
	async waitFor<Name extends Method>(
		method: Name,
		fits: (params: NotificationParams[Name]) => boolean = () => true,
		what: string = method,
	): Promise<NotificationParams[Name]> {
		let found: NotificationParams[Name] | undefined;
		let next = 0;
		await this.#watch.until(() => {
			for (; found === undefined && next < this.notifications.length; next += 1) {
				const one = this.notifications[next];
				if (one !== undefined && isNamed(one, method) && fits(one.params)) found = one.params;
			}
			return found !== undefined;
		}, what);
		if (found === undefined) throw new Error("a fact that is so has been found");
		return found;
	}

	/** Resolves when something is so; it is asked again after each notification. */
	waitUntil(isSo: () => boolean, what: string): Promise<void> {
		return this.#watch.until(isSo, what);
	}

	/** All notifications of one name. */
	all<Name extends Method>(method: Name): readonly NotificationParams[Name][] {
		return this.notifications.flatMap((one) => (isNamed(one, method) ? [one.params] : []));
	}

	kill(signal: NodeJS.Signals): void {
		this.#child.kill(signal);
	}

	#onLine(line: string): void {
		const message = JSON.parse(line);
		if (message.method !== undefined) {
			this.notifications.push({ method: message.method, params: message.params });
			this.#watch.changed();
			return;
		}
		const answer = this.#answers.get(message.id);
		this.#answers.delete(message.id);
		if (message.error === undefined) answer?.resolve(message.result);
		else answer?.reject(new RpcRefusal(message.error.data?.code ?? "", message.error.message));
	}
}

function isNamed<Name extends Method>(one: Notification, method: Name): one is Notification<Name> {
	return one.method === method;
}

/** Starts `./rt ARGS --rpc`, in a network namespace if one is named; killed when the test is over. */
export function startRpc(
	t: TestContext,
	args: readonly string[],
	options: RtOptions & { readonly namespace?: string } = {},
): RtRpc {
	const { home = temporaryHome(t), env, namespace } = options;
	const [command = rtPath, ...rest] = [
		...(namespace === undefined ? [] : ["ip", "netns", "exec", namespace]),
		rtPath,
		...args,
		"--rpc",
		"--home",
		home,
	];
	const child = spawn(command, rest, { cwd: root, env: cheapEnvironment(home, env) });
	t.after(() => void child.kill("SIGKILL"));
	return new RtRpc(child, home);
}

/** Carries what is said at one's end of a socket to the other and back. */
const bridge = 'const s=require("net").connect(process.argv[1]);process.stdin.pipe(s).pipe(process.stdout)';

/**
 * Starts `rt daemon` in this home, in a network namespace if one is named, and talks to it by its socket. `name`: of the person, where the home has
 * none yet. `kill` ends the talk, not the daemon.
 */
export async function startDaemon(
	t: TestContext,
	home: string,
	{ env, namespace, name }: RtOptions & { readonly namespace?: string; readonly name?: string } = {},
): Promise<{ readonly daemon: ChildProcessWithoutNullStreams; readonly rpc: RtRpc }> {
	const inNamespace = namespace === undefined ? [] : ["ip", "netns", "exec", namespace];
	const named = name === undefined ? [] : ["--name", name];
	const [command = rtPath, ...rest] = [...inNamespace, rtPath, "daemon", "--home", home, ...named];
	const daemon = spawn(command, rest, { cwd: root, env: cheapEnvironment(home, env) });
	t.after(() => void daemon.kill("SIGKILL"));
	// Its one line says that its socket is there.
	await new Promise((resolve) => createInterface({ input: daemon.stdout }).once("line", resolve));
	const child = spawn(process.execPath, ["-e", bridge, join(home, "rt.sock")]);
	t.after(() => void child.kill("SIGKILL"));
	return { daemon, rpc: new RtRpc(child, home) };
}

interface RoomOptions extends RtOptions {
	readonly name?: string;
	readonly password?: string;
	/** A free one is picked if absent. */
	readonly port?: number;
}

/** A room of its own on loopback. */
export async function hostRoom(
	t: TestContext,
	{ name = "Hana", password = "open the door", port: wish = 0, ...options }: RoomOptions = {},
): Promise<{ readonly host: RtRpc; readonly port: number; readonly password: string }> {
	const host = startRpc(t, ["host", "--bind", "127.0.0.1", "--port", String(wish), "--name", name], options);
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	const { port } = await host.waitFor("listening");
	return { host, port, password };
}

/** Joins the room on loopback at `port`; resolves when in. */
export async function joinRoom(
	t: TestContext,
	room: { readonly port: number; readonly password: string },
	name: string,
	options: RtOptions = {},
): Promise<RtRpc> {
	const guest = startRpc(t, ["join", "127.0.0.1", String(room.port), "--name", name], options);
	await guest.waitFor("passwordRequired");
	await guest.call("password", { password: room.password });
	await guest.waitFor("joined", ({ self }) => self === true, `${name}'s own join`);
	return guest;
}
