// Where a page may look for a room through Tor: at the onion that it came from, and only if the invite names that one.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { onionAddress, onionKey } from "../../src/net/tor/onion-key.ts";
import { onionRoute } from "../../src/web/session/onion-route.ts";

test("attack: an invite that names another onion, or a page from anywhere else, has no browser ask for an onion by its name", () => {
	const { publicKey } = onionKey(randomBytes(32));
	const secret = randomBytes(16);
	const own = onionRoute(`${onionAddress(publicKey)}.onion`);
	assert.ok(own.readInvite(publicKey, secret));
	assert.equal(own.readInvite(onionKey(randomBytes(32)).publicKey, secret), undefined);
	for (const host of ["", "relay.example.org"]) assert.equal(onionRoute(host).readInvite(publicKey, secret), undefined);
	for (const part of [undefined, "x", publicKey.subarray(1)]) assert.equal(own.readInvite(part, secret), undefined);
});
