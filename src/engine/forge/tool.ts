// `rt forge`: makes a conversation off the record alone, and checks one.
import { readKey } from "openpgp";
import { certificateFromKey, type ReadCertificate, readCertificate } from "../../crypto/identity/certificate.ts";
import { openpgpConfig } from "../../crypto/identity/openpgp-policy.ts";
import type { Account } from "../account/account.ts";
import type { ForgeTool } from "../api/forge/forge.ts";
import { cleanLine } from "../text/clean.ts";
import { checkTranscript } from "./check.ts";
import { forge } from "./forge.ts";
import { readTranscript, writeTranscript } from "./transcript.ts";

const trouble = (why: Extract<Awaited<ReturnType<ForgeTool["check"]>>, { kind: "trouble" }>["why"]) =>
	({ kind: "trouble", why }) as const;

/** Reads a certificate as people have it: binary, or armored. */
async function certificateIn(file: Uint8Array): Promise<ReadCertificate> {
	const text = Buffer.from(file).toString("latin1");
	if (!text.includes("-----BEGIN PGP ")) return readCertificate(file);
	try {
		const key = await readKey({ armoredKey: text, config: openpgpConfig() });
		return certificateFromKey(key.isPrivate() ? key.toPublic() : key);
	} catch {
		return { kind: "refused", detail: "no key" };
	}
}

/** Makes the tool for the person whose account this is. `now` returns milliseconds since the epoch. */
export function forgeTool(account: Pick<Account, "self" | "state" | "whenOpen">, now: () => number): ForgeTool {
	return {
		async forge(file, lines) {
			await account.whenOpen();
			const self = account.self();
			if (!self) return trouble(account.state().kind === "locked" ? "locked" : "noIdentity");
			const read = await certificateIn(file);
			if (read.kind === "refused") return trouble("noCertificate");
			const { certificate } = read;
			if (certificate.fingerprint === self.signer.fingerprint) return trouble("ownKey");
			const name = cleanLine(certificate.userName) || "them";
			const made = await forge(self, { certificate, name }, lines, now());
			return made ? { kind: "forged", file: writeTranscript(made), name } : trouble("failed");
		},
		async check(text) {
			const transcript = readTranscript(text);
			if (!transcript) return trouble("damaged");
			await account.whenOpen();
			return { kind: "checked", ...(await checkTranscript(transcript, account.self()?.signer)) };
		},
	};
}
