// A worker of groups that hangs over every commit it receives, as ts-mls does over some, and dies of every removal. All else works.
import { parentPort } from "node:worker_threads";
import { messageKind } from "../../../src/crypto/group/header.ts";
import { systemHpke } from "../../../src/crypto/group/suite/hpke.ts";
import { serveGroups } from "../../../src/crypto/group/worker-sessions.ts";

serveGroups(parentPort!, {
	hpke: systemHpke,
	before(request) {
		if (request.kind === "receive" && messageKind(request.message)?.kind !== "line") for (;;);
		if (request.kind === "remove") process.exit(1);
	},
});
