// The MLS group of one room as its owner sees it. Everything happens in a worker thread; a worker that hangs over a hostile message is killed by the watchdog.
import { Worker } from "node:worker_threads";
import type { Fingerprint } from "../identity/fingerprint.ts";
import {
	type Admission,
	type Committed,
	type Created,
	type Encrypted,
	type Entered,
	type EpochAuthenticator,
	type FromWorker,
	type GroupMember,
	type LeafMade,
	type OwnCertification,
	ownedBuffers,
	type Received,
	type Refused,
	type RemovalReason,
	type Replies,
	type Reply,
	type Request,
	type Snapshot,
	type WorkerStart,
} from "./messages.ts";

/** One call may keep the worker busy for this long, in ms. */
const DEFAULT_WATCHDOG_MS = 10_000;
/** The worker may take this long to start, in ms: it loads its libraries, which takes seconds on a slow or busy machine. */
const MAXIMUM_START_MS = 30_000;
/** The time of a call is counted in so many steps: when the whole computer slept or the program was stopped, one step counts at most. */
const WATCHDOG_TICKS = 5;
/** The worker may have so much memory for what lives long, and for what was just made: the more of that, the more lies about uncollected. */
const MAXIMUM_HEAP_MB = 256;
const YOUNG_HEAP_MB = 8;
const workerFile = new URL(
	import.meta.url.endsWith(".ts") ? "./group-worker.ts" : "./group-worker.js",
	import.meta.url,
);

/** The worker is gone: the group can be restored from a snapshot, or entered again, in a new Group. */
export interface Failed {
	readonly kind: "failed";
	/**
	 * Says why the worker is gone. `watchdog`: this call took too long · `crashed`: the worker died of it · `closed`: it was gone before, or closed meanwhile.
	 */
	readonly failure: "watchdog" | "crashed" | "closed";
	readonly detail: string;
}

export interface GroupOptions {
	/** The name of the MLS group: any length up to 255 bytes, made by the host. */
	readonly roomId: Uint8Array;
	/** The room is one of two people, without signatures. */
	readonly isOffRecord?: boolean;
	/** One call may keep the worker busy for so many ms; 10,000 when absent. */
	readonly watchdogMs?: number;
	/** Another worker file, for tests of the watchdog. */
	readonly workerUrl?: URL;
}

/** Holds what the host admitted us with, and our certified leaf. */
export interface EnterOptions extends OwnCertification {
	readonly groupInfo: Uint8Array;
	readonly ticket: Uint8Array;
	readonly hostFingerprint: Fingerprint;
	/** The certificates of all members. */
	readonly certificates: readonly Uint8Array[];
	/** Off the record: the host's leaf key, as it was proven beside the group. */
	readonly hostLeaf?: Uint8Array | undefined;
}

export interface ReceiveOptions {
	readonly message: Uint8Array;
	/** The certificates of people who may come in with this message. */
	readonly certificates?: readonly Uint8Array[];
	/** When it is given, an entry by anybody else is refused: the host knows whom it admitted. */
	readonly joiner?: Fingerprint;
	/** Off the record: the joiner's leaf key, as it was proven beside the group. */
	readonly joinerLeaf?: Uint8Array | undefined;
}

export interface RestoreOptions extends GroupOptions {
	readonly snapshot: Uint8Array;
	readonly certificates: readonly Uint8Array[];
	readonly hostFingerprint: Fingerprint;
	/** The snapshot comes from a disk and may be of any age: the group reads and admits, and never encrypts or commits. */
	readonly isForReading?: boolean;
	/** What stood beside a host's snapshot. */
	readonly groupInfo?: Uint8Array | undefined;
}

interface Call {
	readonly settle: (reply: Reply | Failed) => void;
}

/** Copies byte arrays into buffers of their own: what came from a socket shares its buffer with other messages. */
function copied(request: Request): Request {
	const copy = (value: unknown): unknown => {
		if (value instanceof Uint8Array) return new Uint8Array(value);
		return Array.isArray(value) ? value.map(copy) : value;
	};
	return Object.fromEntries(Object.entries(request).map(([key, value]) => [key, copy(value)])) as unknown as Request;
}

/**
 * Is one member's side of a group. Calls may overlap: they are done in the order in which they were made. Each resolves with what was done, `refused` (nothing
 * changed) or `failed` (the worker is gone; all later calls fail too).
 */
export class Group {
	readonly #worker: Worker;
	readonly #calls: Call[] = [];
	readonly #members = new Map<number, GroupMember>();
	readonly #watchdogMs: number;
	#watchdog: NodeJS.Timeout | undefined;
	#hasStarted = false;
	#isOver = false;

	private constructor(options: GroupOptions) {
		this.#watchdogMs = options.watchdogMs ?? DEFAULT_WATCHDOG_MS;
		const { roomId, isOffRecord = false } = options;
		const workerData: WorkerStart = { roomId: new Uint8Array(roomId), isOffRecord };
		this.#worker = new Worker(options.workerUrl ?? workerFile, {
			workerData,
			execArgv: [],
			// Nothing a library prints may reach the screen.
			stdout: true,
			stderr: true,
			resourceLimits: { maxOldGenerationSizeMb: MAXIMUM_HEAP_MB, maxYoungGenerationSizeMb: YOUNG_HEAP_MB },
		});
		this.#worker.stdout.resume();
		this.#worker.stderr.resume();
		this.#worker.on("message", (message: FromWorker) => this.#hear(message));
		this.#worker.on("error", (error) => this.#end("crashed", String(error)));
		this.#worker.on("exit", () => this.#end("crashed", "the worker ended"));
	}

	/** Starts the worker. It does not wait for it: the first call does. */
	static async open(options: GroupOptions): Promise<Group> {
		return new Group(options);
	}

	/**
	 * Makes a group from `snapshot()`, in a new worker. Unless it is for reading, the next call must be `refresh()`: until then nothing is encrypted or received,
	 * because the lost worker may have used keys the snapshot still has.
	 */
	static async restore(
		options: RestoreOptions,
	): Promise<{ readonly kind: "restored"; readonly group: Group; readonly epoch: number } | Refused | Failed> {
		const group = new Group(options);
		const { snapshot, certificates, hostFingerprint, isForReading = false, groupInfo } = options;
		const asked = { snapshot, certificates, hostFingerprint, isForReading, ...(groupInfo && { groupInfo }) };
		const outcome = await group.#call({ kind: "restore", ...asked });
		if (outcome.kind === "restored") return { kind: "restored", group, epoch: outcome.epoch };
		await group.close();
		return outcome;
	}

	/**
	 * Makes a fresh signature key for our leaf: certify its public key (see `OwnCertification`), then call `create` or `enter`. One leaf serves any number of
	 * entries.
	 */
	newLeaf(): Promise<LeafMade | Refused | Failed> {
		return this.#call({ kind: "newLeaf" });
	}

	/** Founds the group. Whoever does is its host. */
	create({ certificate, name, signature }: OwnCertification): Promise<Created | Refused | Failed> {
		return this.#call({ kind: "create", certificate, name, ...(signature && { signature }) });
	}

	/** Makes what lets one guest in, while this epoch lasts. Only the host can. The ticket is secret: encrypt it to the guest. */
	admission(guest: Fingerprint): Promise<Admission | Refused | Failed> {
		return this.#call({ kind: "admission", guest });
	}

	/** Enters, or comes back in the place of our old leaf. It is refused unless `hostFingerprint` signed the GroupInfo and all members are certified. */
	enter(options: EnterOptions): Promise<Entered | Refused | Failed> {
		const { groupInfo, ticket, hostFingerprint, certificates, certificate, name, signature, hostLeaf } = options;
		return this.#call({
			kind: "enter",
			groupInfo,
			ticket,
			hostFingerprint,
			certificates,
			certificate,
			name,
			...(signature && { signature }),
			...(hostLeaf && { hostLeaf }),
		});
	}

	/** Judges a message in the host's order. */
	receive({ message, certificates = [], joiner, joinerLeaf }: ReceiveOptions): Promise<Received | Refused | Failed> {
		const who = { ...(joiner !== undefined && { joiner }), ...(joinerLeaf && { joinerLeaf }) };
		return this.#call({ kind: "receive", message, certificates, ...who });
	}

	/** Encrypts a line for everybody, in the current epoch only. */
	encrypt(plaintext: Uint8Array): Promise<Encrypted | Refused | Failed> {
		return this.#call({ kind: "encrypt", plaintext });
	}

	/** Removes a member. Only the host can. */
	remove(fingerprint: Fingerprint, reason: RemovalReason): Promise<Committed | Refused | Failed> {
		return this.#call({ kind: "remove", fingerprint, reason });
	}

	/** Renews our own keys and begins a new epoch. */
	refresh(): Promise<Committed | Refused | Failed> {
		return this.#call({ kind: "refresh" });
	}

	/** Returns bytes that are equal for two members exactly if they are in the same epoch of the same group. */
	epochAuthenticator(): Promise<EpochAuthenticator | Refused | Failed> {
		return this.#call({ kind: "epochAuthenticator" });
	}

	/**
	 * Returns everything that `restore` needs. To be of use it must be newer than the last commit: take it before `receive` of an entry or commit. One that is for a
	 * disk is for reading alone, and holds no leaf key where the room is off the record.
	 */
	snapshot({ isForDisk = false }: { readonly isForDisk?: boolean } = {}): Promise<Snapshot | Refused | Failed> {
		return this.#call({ kind: "snapshot", isForDisk });
	}

	/** Returns everybody in the group, in leaf order, as they were when the last call resolved. */
	members(): readonly GroupMember[] {
		return [...this.#members.values()].sort((left, right) => left.leafIndex - right.leafIndex);
	}

	/** Kills the worker and all secrets with it. Calls under way fail with "closed". It may be called twice. */
	async close(): Promise<void> {
		this.#end("closed", "closed");
		await this.#worker.terminate();
	}

	#call<Asked extends Request>(request: Asked): Promise<Replies[Asked["kind"]] | Refused | Failed> {
		if (this.#isOver) return Promise.resolve({ kind: "failed", failure: "closed", detail: "the group is closed" });
		const { promise, resolve } = Promise.withResolvers<Replies[Asked["kind"]] | Refused | Failed>();
		// Replies come in the order of the requests: the reply that settles this call is of its kind.
		this.#calls.push({ settle: resolve as Call["settle"] });
		if (this.#calls.length === 1) this.#watch();
		const owned = copied(request);
		this.#worker.postMessage(owned, ownedBuffers(owned));
		return promise;
	}

	/** Starts the time of the call the worker is busy with: the oldest. Those behind it are not on the clock yet. */
	#watch(): void {
		clearInterval(this.#watchdog);
		if (this.#calls.length === 0) return;
		const timeoutMs = this.#hasStarted ? this.#watchdogMs : MAXIMUM_START_MS;
		let left = WATCHDOG_TICKS;
		this.#watchdog = setInterval(() => {
			left -= 1;
			if (left === 0) this.#end("watchdog", "the worker took too long");
		}, timeoutMs / WATCHDOG_TICKS);
	}

	#hear(message: FromWorker): void {
		if (this.#isOver) return;
		if (message.kind === "broken") {
			this.#end("crashed", message.detail);
			return;
		}
		if (message.kind === "started") {
			this.#hasStarted = true;
			this.#watch();
			return;
		}
		const call = this.#calls.shift();
		this.#watch();
		this.#follow(message.reply);
		call?.settle(message.reply);
	}

	#follow(reply: Reply): void {
		if (reply.kind === "created" || reply.kind === "entered" || reply.kind === "restored") {
			this.#members.clear();
			for (const member of reply.members) this.#members.set(member.leafIndex, member);
		}
		if (reply.kind === "committed" || reply.kind === "membership")
			for (const { leafIndex } of reply.left) this.#members.delete(leafIndex);
		if (reply.kind === "membership") for (const member of reply.joined) this.#members.set(member.leafIndex, member);
	}

	#end(failure: Failed["failure"], detail: string): void {
		if (this.#isOver) return;
		this.#isOver = true;
		clearInterval(this.#watchdog);
		void this.#worker.terminate();
		const [busy, ...waiting] = this.#calls.splice(0);
		busy?.settle({ kind: "failed", failure, detail });
		for (const call of waiting)
			call.settle({ kind: "failed", failure: "closed", detail: `after ${failure}: ${detail}` });
	}
}
