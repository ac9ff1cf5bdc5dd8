// The one script of the page: in the page it is the guest, in the worker that the page starts it is the group's encryption.
import { isWorker } from "./shim/worker-threads.ts";

if (isWorker) {
	await import("../crypto/group/group-worker.ts");
} else if (!globalThis.isSecureContext) {
	const { showPlainHttp } = await import("./page/plain-http.ts");
	showPlainHttp();
} else {
	const { startPage } = await import("./page/start.ts");
	startPage();
}
