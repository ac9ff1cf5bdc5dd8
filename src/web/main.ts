// The one script of the page: in the page it is the guest, in the worker that the page starts it is the group's encryption.
import { parentPort } from "./shim/worker-threads.ts";

if (parentPort) {
	// The program's own worker has another HPKE; it also rehearses, which would make the page larger than it may be, and listens once more to collect garbage: a page can't, and its port has one listener.
	const { serveGroupsOf } = await import("./groups.ts");
	await serveGroupsOf(parentPort as unknown as Parameters<typeof serveGroupsOf>[0]);
} else if (!globalThis.isSecureContext) {
	const { showPlainHttp } = await import("./page/plain-http.ts");
	showPlainHttp();
} else {
	const { startPage } = await import("./page/start.ts");
	startPage();
}
