// A tor of our own: its folder in the home, its process, and the control connection with which it begins and ends.
import { spawn } from "node:child_process";
import { access, chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openControl, type TorAddress, type TorControl } from "./control.ts";
import { findProgram } from "./find-program.ts";
import { type TorExtras, type TorPlaces, torrcText } from "./torrc.ts";

/** Says why there is no tor. `detail` is Tor's own last warning, as it came. */
export type TorTrouble =
	| { readonly why: "missing" | "homeUnusable" | "tooMany" | "notTor" | "controlLogin" | "controlUnreachable" }
	| { readonly why: "cannotStart" | "ended"; readonly detail: string };

/** A tor that runs, with nothing contacted yet. `close` ends what is ours of it. */
export interface RunningTor {
	readonly control: TorControl;
	readonly socks: TorAddress;
	/** A folder for sockets that this tor may connect to; absent where that tor is somebody else's. */
	readonly socketFolder?: string;
	/** Resolves when it runs no more, or its control connection is over. */
	readonly ended: Promise<void>;
	close(): Promise<void>;
}

/** A tor that runs, or why there is none. */
export type TorStarted =
	| { readonly kind: "running"; readonly tor: RunningTor }
	| { readonly kind: "failed"; readonly trouble: TorTrouble };

/** At most this many programs of one home may each have a tor at the same time. */
const MAX_SLOTS = 8;
/** Tor may take this long to start, also from a slow disk; where it is quick it is there in 30 ms. */
const START_TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 25;
/** Tor closes circuits and ends within a second. */
const END_TIMEOUT_MS = 5_000;
/** The path of a UNIX socket must be shorter than this on every system (108 bytes on Linux, 104 on macOS). */
const MAX_SOCKET_PATH_BYTES = 100;
const LONGEST_SOCKET_NAME = "/control-and-more";
/** At most this many characters of Tor's log are kept, for the message when it does not start. */
const MAX_LOG_CHARACTERS = 16 * 1024;

interface Slot {
	readonly places: TorPlaces;
	readonly torrc: string;
	readonly defaults: string;
	readonly sockets: string;
	/** The folder to remove afterwards, where the sockets could not stand in the home. */
	readonly temporary?: string;
}

/** Starts a tor in `folder`, which is made if it is not there. Nothing is contacted before DisableNetwork is lifted. Never rejects. */
export async function startOwnTor(folder: string, extras: TorExtras): Promise<TorStarted> {
	const program = findProgram("tor");
	if (program === undefined) return { kind: "failed", trouble: { why: "missing" } };
	for (let number = 1; number <= MAX_SLOTS; number += 1) {
		const slot = await makeSlot(folder, number).catch(() => undefined);
		if (slot === undefined) return { kind: "failed", trouble: { why: "homeUnusable" } };
		if (await answers(slot.places.control)) continue;
		const started = await startIn(slot, program, extras);
		if (started === "taken") continue;
		return started;
	}
	return { kind: "failed", trouble: { why: "tooMany" } };
}

async function makeSlot(folder: string, number: number): Promise<Slot> {
	const own = join(folder, String(number));
	await mkdir(join(own, "data"), { recursive: true, mode: 0o700 });
	for (const one of [folder, own, join(own, "data")]) await chmod(one, 0o700);
	const isLong = Buffer.byteLength(own + LONGEST_SOCKET_NAME) > MAX_SOCKET_PATH_BYTES;
	const temporary = isLong ? await mkdtemp(join(tmpdir(), "rt-tor-")) : undefined;
	const sockets = temporary ?? own;
	return {
		places: {
			data: join(own, "data"),
			socks: join(sockets, "socks"),
			control: join(sockets, "control"),
			cookie: join(own, "cookie"),
		},
		torrc: join(own, "torrc"),
		defaults: join(own, "no-defaults"),
		sockets,
		...(temporary === undefined ? {} : { temporary }),
	};
}

/** Returns whether another program's tor has this slot. */
async function answers(control: string): Promise<boolean> {
	const socket = connect(control);
	const isThere = await new Promise<boolean>((resolve) => {
		socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
	});
	socket.destroy();
	return isThere;
}

async function startIn(slot: Slot, program: string, extras: TorExtras): Promise<TorStarted | "taken"> {
	const { places, temporary } = slot;
	const cleared = (): Promise<void> =>
		temporary === undefined ? Promise.resolve() : rm(temporary, { recursive: true, force: true });
	await rm(places.cookie, { force: true });
	await writeFile(slot.torrc, torrcText(places, extras, process.pid, findProgram), { mode: 0o600 });
	await writeFile(slot.defaults, "", { mode: 0o600 });
	// No file of the system's own tor is read, and no Tor option of the environment.
	const child = spawn(program, ["--defaults-torrc", slot.defaults, "-f", slot.torrc], {
		stdio: ["ignore", "pipe", "ignore"],
	});
	let log = "";
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		log = (log + text).slice(-MAX_LOG_CHARACTERS);
	});
	const exited = new Promise<void>((resolve) => {
		// "exit" would be too early: what it warned of last may be read only after that.
		child.once("close", () => resolve());
		// Such as a program that is no program for this computer.
		child.once("error", () => resolve());
	});
	let hasExited = false;
	void exited.then(() => {
		hasExited = true;
	});
	const stop = async (): Promise<void> => {
		if (!hasExited) child.kill("SIGINT");
		const isLate = sleep(END_TIMEOUT_MS, "late", { ref: false });
		if ((await Promise.race([exited, isLate])) === "late") child.kill("SIGKILL");
		await cleared();
	};
	const control = await controlOf(places, () => hasExited);
	if (control === undefined || (await isUnowned(control))) {
		control?.close();
		const isTaken = /another Tor process is running/i.test(log);
		await stop();
		return isTaken ? "taken" : { kind: "failed", trouble: { why: "cannotStart", detail: lastWarning(log) } };
	}
	const ended = Promise.race([exited, control.closed]);
	return {
		kind: "running",
		tor: {
			control,
			socks: { path: places.socks },
			socketFolder: slot.sockets,
			ended,
			async close() {
				control.close();
				await stop();
			},
		},
	};
}

/** Waits for the control socket and authenticates; `undefined` when Tor has ended, or time is up. */
async function controlOf(places: TorPlaces, hasExited: () => boolean): Promise<TorControl | undefined> {
	for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS && !hasExited(); waitedMs += LOOK_EVERY_MS) {
		const isReady = await access(places.cookie).then(
			() => answers(places.control),
			() => false,
		);
		if (isReady) {
			const opened = await openControl({ path: places.control }, places.cookie);
			if (opened.kind === "open") return opened.control;
			if (opened.why !== "unreachable" && opened.why !== "noCookie") return undefined;
		}
		await sleep(LOOK_EVERY_MS);
	}
	return undefined;
}

/** Lets Tor end with this connection from here on, however this program ends. Resolves with whether Tor refused that. */
async function isUnowned(control: TorControl): Promise<boolean> {
	const owned = await control.send("TAKEOWNERSHIP");
	const freed = await control.send("RESETCONF __OwningControllerProcess");
	return owned.kind === "failed" || freed.kind === "failed";
}

/** Returns the last thing that Tor warned of, without its time. */
function lastWarning(log: string): string {
	const warnings = [...log.matchAll(/^.*\[(?:warn|err)\] (.*)$/gm)].map(([, words = ""]) => words);
	const telling = warnings.filter((words) => !/running Tor as root|Reading config failed/i.test(words));
	return telling.at(-1) ?? "";
}
