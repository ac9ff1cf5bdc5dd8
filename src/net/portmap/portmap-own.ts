// Own mappings as plain data: read back from a store, checked as if a stranger had written it.
import * as v from "valibot";
import { canonicalAddress } from "../address/address.ts";
import type { OwnMapping } from "./method.ts";

const address = v.pipe(
	v.string(),
	v.check((text) => canonicalAddress(text) === text),
);
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

const ownMapping = v.strictObject({
	nonce: v.pipe(v.string(), v.regex(/^[0-9a-f]{24}$/)),
	method: v.picklist(["upnp", "natpmp", "pcp", "pcpPinhole", "upnpPinhole"]),
	router: address,
	protocol: v.picklist(["tcp", "udp"]),
	internalAddress: address,
	internalPort: port,
	externalPort: port,
	pinholeId: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535))),
	expiresAt: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
});

/** `undefined` for whatever is not an OwnMapping of this version. */
export function parseOwnMapping(value: unknown): OwnMapping | undefined {
	const parsed = v.safeParse(ownMapping, value);
	return parsed.success ? parsed.output : undefined;
}
