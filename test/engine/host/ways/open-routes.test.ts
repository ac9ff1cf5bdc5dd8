// Routes that are opened and closed while the room goes on: what each is given, who is told, and what is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RouteName } from "../../../../src/engine/api/hosting.ts";
import { done, refuse } from "../../../../src/engine/api/outcome.ts";
import { OpenRoutes, type OpenRoutesOptions } from "../../../../src/engine/host/ways/open-routes.ts";
import type { Route, RouteHost, RouteHostOptions } from "../../../../src/engine/routes/route.ts";
import type { Link } from "../../../../src/net/link/link.ts";
import { memoryLinkPair } from "../../../../src/net/link/memory-transport.ts";

const secretOf = (byte: number) => new Uint8Array(16).fill(byte);

/** The ways of a room with these routes; what happens is told in its order. */
function opens(routes: readonly Partial<Route>[], more: Partial<OpenRoutesOptions> = {}) {
	const told: unknown[] = [];
	const given = new Map<string, RouteHostOptions>();
	const only = { interface: "wlan0" };
	const played = routes.map((route) => ({
		refusal: () => undefined,
		host(options: RouteHostOptions) {
			given.set(route.name ?? "", options);
			return {
				start: async (): Promise<void> => void told.push(`${route.name} starts`),
				close: async (): Promise<void> => void told.push(`${route.name} closes`),
			};
		},
		...route,
	})) as unknown as readonly Route[];
	const open = new Map<RouteName, RouteHost>();
	const took: Link[] = [];
	const ways = new OpenRoutes(
		{
			context: {
				routes: played,
				transport: { only },
				emit: (event: unknown) => told.push(event),
				told: { contacts: (name: string) => () => told.push(`${name} contacts`) },
			},
			hosted: {
				inviteSecret: secretOf(1),
				invites: { all: () => [{ secret: secretOf(1) }, { secret: secretOf(2) }] },
				server: { take: (link: Link) => took.push(link) },
			},
			keptWays: {
				changed: () => told.push("kept"),
				keyOf: (name: string) => (name === "tor" ? secretOf(9) : undefined),
			},
			toldWays: { secrets: () => [secretOf(4)] },
			feedSecrets: () => [secretOf(3)],
			bind: undefined,
			onChange: () => told.push("changed"),
			...more,
		} as unknown as OpenRoutesOptions,
		open,
	);
	return { ways, open, told, given, took };
}

test("a route that is opened is kept, told and started, and one that is closed is taken out before it ends", async () => {
	const { ways, open, told } = opens([{ name: "dht" }, { name: "tor" }]);
	assert.deepEqual(await ways.set("dht", false), done);
	assert.deepEqual(told, [], "it was not open");
	assert.deepEqual(await ways.set("tor", true), done);
	assert.deepEqual([[...open.keys()], told.splice(0)], [["tor"], ["kept", "changed", "tor starts"]]);
	assert.deepEqual(await ways.set("tor", true), done);
	assert.deepEqual(told, [], "it was open already");
	assert.deepEqual(await ways.set("tor", false), done);
	assert.deepEqual([open.size, told], [0, ["kept", "changed", "tor closes"]]);
});

test("a route that this program does not have, or that can't be used here, is refused and changes nothing", async () => {
	const asked: unknown[] = [];
	const refusal = refuse({ code: "not_in_room" });
	const { ways, open, told } = opens([
		{
			name: "tor",
			refusal: (only) => {
				asked.push(only);
				return refusal;
			},
		},
	]);
	assert.deepEqual(await ways.set("dht", true), refuse({ code: "no_such_route" }));
	assert.deepEqual(await ways.set("tor", true), refusal);
	assert.deepEqual([asked, open.size, told], [[{ interface: "wlan0" }], 0, []]);
});

test("a route finds guests by all invites and feed links, and those of later rooms only where it leads to them; it has its former key and its Links go to the door", async () => {
	const { ways, given, told, took } = opens([{ name: "dht", leadsToLaterRooms: true }, { name: "tor" }], {
		bind: "192.0.2.1",
	});
	await ways.set("dht", true);
	await ways.set("tor", true);
	const [dht, tor] = [given.get("dht"), given.get("tor")];
	assert.ok(dht && tor);
	assert.deepEqual(dht.secrets(), [1, 2, 3, 4].map(secretOf));
	assert.deepEqual(tor.secrets(), [1, 2, 3].map(secretOf));
	assert.deepEqual([dht.secret, dht.key, tor.key, tor.bind], [secretOf(1), undefined, secretOf(9), "192.0.2.1"]);
	told.length = 0;
	const [link] = memoryLinkPair();
	tor.onLink(link);
	tor.onProgress({ percent: 5, summary: "loading" });
	tor.onContact({} as never);
	tor.onChange();
	assert.deepEqual(took, [link]);
	assert.deepEqual(told, [{ kind: "tor", percent: 5, summary: "loading" }, "tor contacts", "changed"]);
	const anywhere = opens([{ name: "dht" }]);
	await anywhere.ways.set("dht", true);
	assert.equal("bind" in (anywhere.given.get("dht") ?? {}), false);
});
