// Run before the program (`node --import`): writes a line to RT_WORKERS_FILE for each worker thread that the program starts.
import { appendFileSync } from "node:fs";

process.on("worker", () => appendFileSync(process.env.RT_WORKERS_FILE, "started\n"));
