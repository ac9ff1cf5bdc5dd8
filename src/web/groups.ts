// The worker of the page's groups. HPKE is the library's, on WebCrypto and JavaScript: a browser has no ML-KEM for it.
import { makeHpke } from "ts-mls/crypto/implementation/default/makeHpke.js";
import { serveGroups } from "../crypto/group/worker-sessions.ts";

/** Begins to answer what comes in by `port`. */
export async function serveGroupsOf(port: Parameters<typeof serveGroups>[0]): Promise<void> {
	// As ts-mls has it for our suite (mls-suite.ts).
	serveGroups(port, { hpke: await makeHpke({ kem: "X-Wing", kdf: "HKDF-SHA512", aead: "CHACHA20POLY1305" }) });
}
