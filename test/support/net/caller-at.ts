// Callers of tests, by address.
import assert from "node:assert/strict";
import { Caller } from "../../../src/net/address/caller.ts";

/** The caller at this address, or of this network "…::/64". */
export function callerAt(text: string): Caller {
	const caller = Caller.parse(text);
	assert.ok(caller, `${text} is nobody's address`);
	return caller;
}
