// What killed-receiver.ts is told to take: something that lies on this computer, as its sender has offered it.
import * as v from "valibot";
import { parseFingerprint } from "../../../src/crypto/identity/fingerprint.ts";
import { bytesOf, textOf } from "../../../src/engine/wire/codec.ts";
import { contentFields } from "../../../src/engine/wire/content-kinds.ts";

const read = parseFingerprint("11".repeat(20));
if (read === undefined) throw new Error("not a fingerprint");
export const sender = read;

export const offerSchema = v.strictObject({
	path: textOf(4_096),
	id: bytesOf(16),
	hashes: bytesOf(0, 4_096),
	body: v.strictObject({ kind: v.literal("file"), ...contentFields.file }),
});
