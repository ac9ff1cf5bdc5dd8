// The key both ends of the bare TLS bench share.
import { PSK_BYTES } from "../src/crypto/password/channel.ts";

/** Not secret: it guards nothing. */
export const barePsk = new Uint8Array(PSK_BYTES).fill(7);
