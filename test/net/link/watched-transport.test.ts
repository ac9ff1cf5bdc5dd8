// A Transport that says whom it contacts: also those of whom nothing is made.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Contact } from "../../../src/net/link/contact.ts";
import type { ListenOptions } from "../../../src/net/link/link.ts";
import { memoryTransport } from "../../../src/net/link/memory-transport.ts";
import { watchedTransport } from "../../../src/net/link/watched-transport.ts";
import { callerAt } from "../../support/net/caller-at.ts";

test("whoever may not come is told of as well, because the system has answered them; whoever may come is told of when the Link is there", async () => {
	let given: ListenOptions | undefined;
	const base = {
		...memoryTransport(),
		async listen(options: ListenOptions) {
			given = options;
			return memoryTransport().listen(options);
		},
	};
	const told: Contact[] = [];
	const watched = watchedTransport(base, { dialled: () => {}, answered: (contact) => told.push(contact) });
	await watched.listen({ port: 0, onLink: () => {}, mayCome: ({ key }) => key === "203.0.113.7" });
	assert.deepEqual(
		["203.0.113.7", "203.0.113.8"].map((address) => given?.mayCome?.(callerAt(address))),
		[true, false],
	);
	assert.deepEqual(told, [{ kind: "address", address: "203.0.113.8", port: 0 }]);
	await watched.listen({ port: 0, onLink: () => {} });
	assert.equal(given?.mayCome, undefined);
});
