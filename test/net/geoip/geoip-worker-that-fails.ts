// A worker in the place of net/geoip/geoip-worker.ts, told by the address what to do: answer, hang for ever, or crash.
import { parentPort } from "node:worker_threads";

parentPort?.on("message", (address: string) => {
	if (address === "8.0.0.1") for (;;);
	if (address === "8.0.0.2") throw new Error("as a test asked for");
	// 8.0.0.3: never an answer.
	if (address === "8.0.0.3") return;
	parentPort?.postMessage({ kind: "answer", place: { kind: "place", country: "DE" } });
});
parentPort?.postMessage({ kind: "ready" });
