// Gets files over HTTPS for people who asked for them: bounded, with time-outs, and going on where the last try was cut off.
import { createHash } from "node:crypto";
import { closeSync, createReadStream, openSync, rmSync, statSync, writeSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** A connection on which no byte comes for this many milliseconds counts as dead. */
const STALL_TIMEOUT_MS = 30_000;
const TRIES = 3;
const RETRY_PAUSE_MS = 1_000;
const TEXT_LIMIT_BYTES = 1024 * 1024;

/** `detail` says what happened, in one sentence fit to print; it never has the address with a key in it. */
export type Failure = {
	readonly kind: "failed";
	readonly detail: string;
	/** Is what the server answered in place of the file, such as 404. */
	readonly status?: number;
};
export type TextOutcome = { readonly kind: "text"; readonly text: string } | Failure;
export type SizeOutcome = { readonly kind: "size"; readonly sizeBytes?: number } | Failure;
export type DownloadOutcome = { readonly kind: "complete" } | Failure;

export interface Asking {
	readonly url: URL;
	readonly signal: AbortSignal;
	readonly headers?: Readonly<Record<string, string>>;
}

export interface Checksum {
	readonly algorithm: "sha256" | "sha512";
	/** The digest in hex. */
	readonly digest: string;
}

export interface Download extends Asking {
	/** What has arrived so far lies in this file; it is kept when something fails, so that the next try goes on. */
	readonly file: string;
	readonly limitBytes: number;
	/** Is what must arrive. Without one whatever arrives is taken: whoever asked has to look at it. */
	readonly checksum?: Checksum;
	/** Is called with what is there so far, in bytes, and what it will be, if that is known. */
	readonly onProgress: (doneBytes: number, totalBytes: number | undefined) => void;
	/** The time between two tries in milliseconds; only tests set it. */
	readonly retryPauseMs?: number;
}

class Broken extends Error {
	readonly status: number | undefined;

	constructor(message: string, status?: number) {
		super(message);
		this.status = status;
	}
}

/** Gets a small answer, of at most 1 MiB. */
export async function getText(asking: Asking): Promise<TextOutcome> {
	try {
		const response = await ask(asking, AbortSignal.timeout(STALL_TIMEOUT_MS), {});
		const chunks: Uint8Array[] = [];
		let sizeBytes = 0;
		for await (const chunk of bodyOf(response)) {
			sizeBytes += chunk.length;
			if (sizeBytes > TEXT_LIMIT_BYTES) throw new Broken("The answer is too long.");
			chunks.push(chunk);
		}
		return { kind: "text", text: Buffer.concat(chunks).toString("utf8") };
	} catch (error) {
		return failure(asking, error);
	}
}

/** Returns how large a file is, without getting it. */
export async function getSize(asking: Asking): Promise<SizeOutcome> {
	try {
		const response = await ask(asking, AbortSignal.timeout(STALL_TIMEOUT_MS), { method: "HEAD" });
		const sizeBytes = lengthOf(response);
		return sizeBytes === undefined ? { kind: "size" } : { kind: "size", sizeBytes };
	} catch (error) {
		return failure(asking, error);
	}
}

/** Gets a file and checks it. A file that is not what it should be is removed. Tries again by itself, with what is there already. */
export async function download(wanted: Download): Promise<DownloadOutcome> {
	let last: Failure = { kind: "failed", detail: "It was not tried." };
	for (let tries = 1; tries <= TRIES; tries += 1) {
		const outcome = await downloadOnce(wanted);
		if (outcome.kind === "complete" || wanted.signal.aborted) return outcome;
		last = outcome;
		if (tries < TRIES) await pause(wanted.retryPauseMs ?? RETRY_PAUSE_MS);
	}
	return last;
}

async function downloadOnce(wanted: Download): Promise<DownloadOutcome> {
	try {
		await fetchRest(wanted);
		const { file, checksum } = wanted;
		if (checksum === undefined || (await digestOf(file, checksum.algorithm)) === checksum.digest) {
			return { kind: "complete" };
		}
		rmSync(wanted.file, { force: true });
		return { kind: "failed", detail: "What arrived is not what was announced (the checksum is wrong)." };
	} catch (error) {
		return failure(wanted, error);
	}
}

async function fetchRest(wanted: Download): Promise<void> {
	const haveBytes = sizeOf(wanted.file);
	const stall = new AbortController();
	const clock = setTimeout(() => stall.abort(), STALL_TIMEOUT_MS);
	try {
		const headers = haveBytes > 0 ? { range: `bytes=${haveBytes}-` } : {};
		const response = await ask(wanted, stall.signal, { headers, isRangeFine: true });
		// All of it is here already, or it is another file than before: the checksum tells, and the next try begins anew.
		if (response.status === 416) return void (await response.body?.cancel());
		const isRest = response.status === 206 && startOf(response) === haveBytes;
		if (response.status === 206 && !isRest) throw new Broken("The server sent another part than it was asked for.");
		const startBytes = isRest ? haveBytes : 0;
		const length = lengthOf(response);
		const totalBytes = length === undefined ? undefined : startBytes + length;
		if (totalBytes !== undefined && totalBytes > wanted.limitBytes) throw new Broken("It is too large.");
		await writeBody(wanted, response, startBytes, totalBytes, () => clock.refresh());
	} finally {
		clearTimeout(clock);
	}
}

async function writeBody(
	{ file, limitBytes, onProgress }: Download,
	response: Response,
	startBytes: number,
	totalBytes: number | undefined,
	onChunk: () => void,
): Promise<void> {
	const descriptor = openSync(file, startBytes > 0 ? "a" : "w", 0o600);
	try {
		let doneBytes = startBytes;
		onProgress(doneBytes, totalBytes);
		for await (const chunk of bodyOf(response)) {
			onChunk();
			if (doneBytes + chunk.length > limitBytes) throw new Broken("It is too large.");
			// A short write is not the end: the next one says why (a full disk).
			for (let at = 0; at < chunk.length; ) at += writeSync(descriptor, chunk, at);
			doneBytes += chunk.length;
			onProgress(doneBytes, totalBytes);
		}
		if (totalBytes !== undefined && doneBytes !== totalBytes) throw new Broken("The connection was cut.");
	} finally {
		closeSync(descriptor);
	}
}

interface Manner {
	readonly method?: "HEAD";
	readonly headers?: Readonly<Record<string, string>>;
	/** Says that a part of a file was asked for, so that 206 and 416 are answers and not failures. */
	readonly isRangeFine?: boolean;
}

async function ask({ url, signal, headers }: Asking, timeout: AbortSignal, manner: Manner): Promise<Response> {
	const response = await fetch(url, {
		method: manner.method ?? "GET",
		// Packed once more on the way, sizes and parts would be others.
		headers: { "accept-encoding": "identity", "user-agent": "real-talk", ...headers, ...manner.headers },
		signal: AbortSignal.any([signal, timeout]),
	});
	if (!isSafe(new URL(response.url), url)) throw new Broken("The server sent us on to a place that is not encrypted.");
	if (response.status === 200 || (manner.isRangeFine && (response.status === 206 || response.status === 416))) {
		return response;
	}
	await response.body?.cancel();
	throw new Broken(wordsFor(response.status), response.status);
}

/** Tells whether an address may be asked: it is HTTPS, or at the very place that was named, as a test's server is. */
function isSafe(reached: URL, asked: URL): boolean {
	return reached.protocol === "https:" || reached.origin === asked.origin;
}

function wordsFor(status: number): string {
	if (status === 401 || status === 403) return `The server does not let us in (${status}); is the licence key right?`;
	if (status === 404) return "The server does not have it (404).";
	if (status === 429) return "The server has been asked too often (429); try again tomorrow.";
	return `The server answered ${status}.`;
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
	if (response.body === null) return;
	// The global ReadableStream is async-iterable in Node; its type does not say so everywhere.
	for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) yield chunk;
}

function lengthOf(response: Response): number | undefined {
	const text = response.headers.get("content-length") ?? "";
	return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Reads where an answer such as "bytes 100-199/200" begins (RFC 9110 §14.4). */
function startOf(response: Response): number | undefined {
	const text = /^bytes (\d{1,15})-/.exec(response.headers.get("content-range") ?? "")?.[1];
	return text === undefined ? undefined : Number(text);
}

function sizeOf(file: string): number {
	return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

async function digestOf(file: string, algorithm: Checksum["algorithm"]): Promise<string> {
	const hash = createHash(algorithm);
	for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
	return hash.digest("hex");
}

function failure({ url, signal }: Asking, error: unknown): Failure {
	if (signal.aborted) return { kind: "failed", detail: "It was broken off." };
	if (error instanceof Broken) {
		const { message: detail, status } = error;
		return { kind: "failed", detail, ...(status === undefined ? {} : { status }) };
	}
	const { code, name, cause } = error as NodeJS.ErrnoException;
	if (code === "ENOSPC" || code === "EDQUOT") return { kind: "failed", detail: "The disk is full." };
	if (name === "TimeoutError" || name === "AbortError") {
		return { kind: "failed", detail: `${url.host} did not answer in time.` };
	}
	const reason = (cause as NodeJS.ErrnoException | undefined)?.code ?? code ?? "";
	return { kind: "failed", detail: `The connection to ${url.host} failed${reason === "" ? "" : ` (${reason})`}.` };
}
