// A socket of this computer that only its owner can reach: a file of mode 0600 in a folder of mode 0700. Never TCP.
import { chmodSync, lstatSync, rmSync, statSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";

/** Is what a socket's address takes at most, in bytes, on the system that takes least (sockaddr_un: 104 on macOS, 108 on Linux, with the end). */
const maxPathBytes = 103;
const ownerOnly = 0o600;
const others = 0o077;

/** Says why there is no such socket. `pathTooLong`: the system takes no such path · `notSafe`: others could reach it, or it is not ours. */
export type LocalFailure = "pathTooLong" | "notSafe" | "notPossible";

export type ListenLocalOutcome =
	| { readonly kind: "listening"; readonly close: () => Promise<void> }
	| { readonly kind: "failed"; readonly why: LocalFailure; readonly detail: string };

export type ConnectLocalOutcome =
	| { readonly kind: "connected"; readonly socket: Socket }
	/** Nobody listens there. */
	| { readonly kind: "nobody" }
	| { readonly kind: "failed"; readonly why: LocalFailure; readonly detail: string };

const failed = (
	why: LocalFailure,
	detail = "",
): { readonly kind: "failed"; readonly why: LocalFailure; readonly detail: string } => ({
	kind: "failed",
	why,
	detail,
});

/**
 * Listens at `path`. The folder must be ours and closed to everybody else: Node cannot ask the system who calls (SO_PEERCRED), so the modes of folder and
 * socket are what keeps others out. The caller holds the lock of the home: what lies at `path` is left over from a process that was killed, and is removed.
 */
export async function listenLocal(path: string, onSocket: (socket: Socket) => void): Promise<ListenLocalOutcome> {
	const problem = problemOf(path) ?? (isOurs(dirname(path), "folder") ? undefined : failed("notSafe"));
	if (problem !== undefined) return problem;
	const server = createServer(onSocket);
	try {
		rmSync(path, { force: true });
		await listening(server, path);
		chmodSync(path, ownerOnly);
	} catch (error) {
		server.close();
		return failed("notPossible", error instanceof Error ? error.message : String(error));
	}
	return { kind: "listening", close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** Connects to `path`, after a look at whose it is. */
export async function connectLocal(path: string): Promise<ConnectLocalOutcome> {
	const problem = problemOf(path);
	if (problem !== undefined) return problem.why === "notPossible" ? { kind: "nobody" } : problem;
	if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return { kind: "nobody" };
	if (!isOurs(dirname(path), "folder") || !isOurs(path, "socket")) return failed("notSafe");
	const socket = connect(path);
	return new Promise((resolve) => {
		socket.once("connect", () => resolve({ kind: "connected", socket }));
		// Whoever was killed leaves the file behind, at which nobody listens.
		socket.once("error", () => resolve({ kind: "nobody" }));
	});
}

function problemOf(path: string): ReturnType<typeof failed> | undefined {
	if (process.platform === "win32") return failed("notPossible", "there are no such sockets on this system");
	return Buffer.byteLength(path) > maxPathBytes ? failed("pathTooLong") : undefined;
}

function isOurs(path: string, what: "folder" | "socket"): boolean {
	// The home may be a link to a folder; the socket must be itself.
	const found = (what === "folder" ? statSync : lstatSync)(path, { throwIfNoEntry: false });
	if (found === undefined || found.uid !== process.geteuid?.() || (found.mode & others) !== 0) return false;
	return what === "folder" ? found.isDirectory() : found.isSocket();
}

/** Listens at a path. The socket is made with a mode that lets nobody else in, also for the moment before its own is set. */
function listening(server: Server, path: string): Promise<void> {
	const mask = process.umask(others);
	try {
		return new Promise((resolve, reject) => {
			server.once("error", reject);
			server.listen(path, () => resolve());
		});
	} finally {
		process.umask(mask);
	}
}
