// Test vectors of the channel by Noise (docs/protocol.md, section 4.1), for protocol-vectors.ts.
import { guestHandshake, hostHandshake } from "../src/crypto/opening/noise-keys.ts";
import { RecordWriter } from "../src/crypto/opening/noise-records.ts";

const counting = (first: number, size: number) =>
	Uint8Array.from({ length: size }, (_, index) => (first + index) % 256);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

const inputs = {
	guestEphemeral: counting(0x01, 32),
	guestKemSeed: counting(0x41, 64),
	hostEphemeral: counting(0x21, 32),
	hostKemSeed: counting(0x81, 32),
	plaintext: counting(0x30, 10),
} as const;

/** One handshake with decided keys, and what the guest then sends: a record, and the end. */
export async function noiseVectors() {
	const guest = await guestHandshake({ ephemeral: inputs.guestEphemeral, kem: inputs.guestKemSeed });
	const host = await hostHandshake(guest.message, { ephemeral: inputs.hostEphemeral, kem: inputs.hostKemSeed });
	const keys = guest.finish(host.message);
	const writer = new RecordWriter(keys.guest);
	return {
		...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, hex(value)])),
		first: hex(guest.message),
		second: hex(host.message),
		guestKey: hex(keys.guest),
		hostKey: hex(keys.host),
		exporter: hex(keys.exporter),
		record: hex(writer.seal(inputs.plaintext)),
		end: hex(writer.end()),
	};
}
