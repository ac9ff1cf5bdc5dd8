// One Tor for all rooms of this program: started when the first needs it, ended when the last lets go, started anew after it died.

import {
	isSameProgress,
	NOT_BEGUN,
	progressAfter,
	progressAfterTrouble,
	progressWhenStuck,
	type TorProgress,
} from "./bootstrap.ts";
import { type ControlTrouble, openControl, type TorAddress } from "./control.ts";
import { type RunningTor, startOwnTor, type TorStarted, type TorTrouble } from "./own-tor.ts";
import type { TorExtras } from "./torrc.ts";

/** Says which tor is used: one of our own, which is kept in `folder`, or one that runs already. */
export type TorSource =
	| { readonly kind: "own"; readonly folder: string; readonly extras: TorExtras }
	| { readonly kind: "running"; readonly control: TorAddress; readonly socks: TorAddress };

/** Says whether Tor is in its network, or why it is not. */
export type TorReady =
	| { readonly kind: "ready"; readonly tor: RunningTor }
	| { readonly kind: "failed"; readonly trouble: TorTrouble }
	/** The signal fired before. */
	| { readonly kind: "aborted" };

const EVENTS = "STATUS_CLIENT STATUS_GENERAL NETWORK_LIVENESS HS_DESC";
const ALL = 100;
/** Watchers hear at most this often, because a Tor that says more than anybody can read must not keep us busy. */
const TELL_EVERY_MS = 100;
/** Tor tries other relays meanwhile; a start that has not moved for this long waits for something that does not come. */
const STUCK_AFTER_MS = 60_000;

const controlTroubles: Readonly<Record<ControlTrouble, TorTrouble["why"]>> = {
	unreachable: "controlUnreachable",
	noCookie: "controlLogin",
	impostor: "controlLogin",
	wantsPassword: "controlLogin",
	refused: "controlLogin",
	notTor: "notTor",
};

/** One use of Tor. Whoever has it releases it. */
export interface TorUse {
	/** Starts Tor if it does not run, and waits until it is in its network. Never rejects. */
	ready(signal: AbortSignal): Promise<TorReady>;
	release(): Promise<void>;
}

/** Owns the process, if it is ours. */
export class Tor {
	readonly #source: TorSource;
	readonly #watchers = new Set<(progress: TorProgress) => void>();
	#uses = 0;
	#starting: Promise<TorStarted> | undefined;
	#progress = NOT_BEGUN;
	/** The news that watchers were told last, and the pause after it. */
	#told = NOT_BEGUN;
	#pause: NodeJS.Timeout | undefined;
	readonly #stuckAfterMs: number;
	#patience: NodeJS.Timeout | undefined;

	/** `stuckAfterMs` is what tests make shorter. */
	constructor(source: TorSource, stuckAfterMs = STUCK_AFTER_MS) {
		this.#source = source;
		this.#stuckAfterMs = stuckAfterMs;
	}

	get progress(): TorProgress {
		return this.#progress;
	}

	/** Calls `hear` at each step of the start. Returns the function that stops it. */
	watch(hear: (progress: TorProgress) => void): () => void {
		this.#watchers.add(hear);
		return () => this.#watchers.delete(hear);
	}

	/** Returns the Tor that runs now, wherever it is with its start. */
	async running(): Promise<RunningTor | undefined> {
		const started = await this.#starting;
		return started?.kind === "running" ? started.tor : undefined;
	}

	use(): TorUse {
		this.#uses += 1;
		let isReleased = false;
		return {
			ready: (signal) => this.#ready(signal),
			release: async () => {
				if (isReleased) return;
				isReleased = true;
				this.#uses -= 1;
				if (this.#uses > 0) return;
				const started = await this.#starting;
				// Somebody may have come meanwhile.
				if (this.#uses === 0 && started?.kind === "running") await started.tor.close();
			},
		};
	}

	async #ready(signal: AbortSignal): Promise<TorReady> {
		this.#starting ??= this.#start();
		const started = await this.#starting;
		if (started.kind === "failed") return started;
		const { tor } = started;
		const isIn = Promise.withResolvers<TorReady>();
		const stop = this.watch(({ percent }) => {
			if (percent === ALL) isIn.resolve({ kind: "ready", tor });
		});
		const abort = (): void => isIn.resolve({ kind: "aborted" });
		signal.addEventListener("abort", abort, { once: true });
		if (signal.aborted) abort();
		if (this.#progress.percent === ALL) isIn.resolve({ kind: "ready", tor });
		void tor.ended.then(() => isIn.resolve({ kind: "failed", trouble: { why: "ended", detail: "" } }));
		const outcome = await isIn.promise;
		stop();
		signal.removeEventListener("abort", abort);
		return outcome;
	}

	async #start(): Promise<TorStarted> {
		this.#set(NOT_BEGUN);
		this.#waitAnew();
		const started = await this.#open();
		if (started.kind === "failed") {
			this.#starting = undefined;
			clearTimeout(this.#patience);
			return started;
		}
		const { tor } = started;
		const hear = (event: string, after: (before: TorProgress, line: string) => TorProgress): void => {
			tor.control.on(event, (text) => this.#set(after(this.#progress, text)));
		};
		hear("STATUS_CLIENT", (before, text) => progressAfterTrouble(progressAfter(before, text), text));
		hear("STATUS_GENERAL", progressAfterTrouble);
		hear("NETWORK_LIVENESS", (before, text) => progressAfterTrouble(before, `NETWORK_LIVENESS ${text}`));
		void tor.ended.then(async () => {
			this.#starting = undefined;
			clearTimeout(this.#patience);
			await tor.close();
		});
		await tor.control.send(`SETEVENTS ${EVENTS}`);
		if (this.#source.kind === "own") await tor.control.send("SETCONF DisableNetwork=0");
		const phase = await tor.control.send("GETINFO status/bootstrap-phase");
		if (phase.kind === "done") this.#set(progressAfter(this.#progress, phase.lines[0] ?? ""));
		return started;
	}

	async #open(): Promise<TorStarted> {
		const source = this.#source;
		if (source.kind === "own") return startOwnTor(source.folder, source.extras);
		const opened = await openControl(source.control);
		if (opened.kind === "failed")
			return { kind: "failed", trouble: { why: controlTroubles[opened.why] } as TorTrouble };
		const { control } = opened;
		const tor: RunningTor = {
			control,
			socks: source.socks,
			ended: control.closed,
			close: async () => control.close(),
		};
		return { kind: "running", tor };
	}

	#set(progress: TorProgress): void {
		if (isSameProgress(progress, this.#progress)) return;
		if (progress.percent !== this.#progress.percent) this.#waitAnew();
		this.#progress = progress;
		if (this.#pause === undefined) this.#tell();
	}

	/** Tells the newest, then again what has changed meanwhile, after a pause. */
	#tell(): void {
		if (isSameProgress(this.#told, this.#progress)) return;
		this.#told = this.#progress;
		this.#pause = setTimeout(() => {
			this.#pause = undefined;
			this.#tell();
		}, TELL_EVERY_MS).unref();
		for (const hear of this.#watchers) hear(this.#progress);
	}

	/** Begins to wait for the next step of the start. */
	#waitAnew(): void {
		clearTimeout(this.#patience);
		this.#patience = setTimeout(() => this.#set(progressWhenStuck(this.#progress)), this.#stuckAfterMs).unref();
	}
}
