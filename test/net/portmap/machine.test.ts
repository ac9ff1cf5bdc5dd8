// The machine that opens one port: its decisions one by one, and that no sequence of answers gets it stuck or makes it ask twice at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
	type SlotInput,
	type SlotOutput,
	type SlotPlan,
	type SlotState,
	startSlot,
	stepSlot,
} from "../../../src/net/portmap/machine.ts";
import type { Lease, MethodName, RefusalWhy } from "../../../src/net/portmap/method.ts";

const plan: SlotPlan = {
	protocol: "tcp",
	internalPort: 40_213,
	methods: ["pcp", "natpmp", "upnp"],
	nonce: "0123456789abcdef01234567",
};
const lease: Lease = { externalPort: 40_213, seconds: 3_600, address: "44.128.0.10", verdict: "public" };
const T0 = 1_000_000;

/** Plays inputs, all at T0 unless they come with a time, and returns where it ended and what the last one brought about. */
function play(...inputs: readonly (SlotInput | readonly [SlotInput, number])[]): {
	readonly state: SlotState;
	readonly outputs: readonly SlotOutput[];
} {
	let step: { state: SlotState; outputs: readonly SlotOutput[] } = { state: startSlot(plan), outputs: [] };
	for (const one of inputs) {
		const [input, now] = "kind" in one ? [one, T0] : one;
		step = stepSlot(plan, step.state, input, now);
	}
	return step;
}

const woken: SlotInput = { kind: "woken" };
const found = (method: MethodName): SlotInput => ({ kind: "found", method });
const absent = (method: MethodName): SlotInput => ({ kind: "absent", method });
const refused = (why: RefusalWhy): SlotInput => ({ kind: "refused", refusal: { why } });
const mapped: SlotInput = { kind: "mapped", lease };
const opened = [woken, found("upnp"), mapped] as const;

function mapOf(outputs: readonly SlotOutput[]) {
	const [output] = outputs;
	assert.ok(output?.kind === "map", JSON.stringify(outputs));
	return output;
}

test("the machine looks for routers first, and asks the first that is found without waiting for the others", () => {
	assert.deepEqual(play(woken).outputs, [{ kind: "find" }]);
	const { method, request } = mapOf(play(woken, absent("pcp"), found("upnp")).outputs);
	assert.equal(method, "upnp");
	assert.deepEqual([request.externalPort, request.internalPort, request.mayChoose], [40_213, 40_213, false]);
});

test("after error 718 the next port is tried, and the router may choose one if it can", () => {
	const { method, request } = mapOf(play(woken, found("upnp"), refused("portTaken")).outputs);
	assert.deepEqual([method, request.externalPort, request.mayChoose], ["upnp", 40_214, true]);
});

test("when a router answers 718 again and again, eight ports are tried and no more", () => {
	const refusals = Array.from({ length: 7 }, () => refused("portTaken"));
	assert.equal(mapOf(play(woken, found("upnp"), ...refusals).outputs).request.externalPort, 40_220);
	const { state } = play(woken, found("upnp"), ...refusals, refused("portTaken"), absent("pcp"), absent("natpmp"));
	assert.equal(state.kind, "blocked");
});

test("after error 725 the same port is asked for with a lease that does not end", () => {
	const { request } = mapOf(play(woken, found("upnp"), refused("onlyPermanent")).outputs);
	assert.deepEqual([request.externalPort, request.leaseSeconds], [40_213, 0]);
	const { state } = play(woken, found("upnp"), refused("onlyPermanent"), refused("onlyPermanent"));
	assert.equal(state.kind, "discovering", "and no third time");
});

test("after error 606 the next method that answered is asked, and when none is left the person is told why", () => {
	const inputs = [woken, found("upnp"), found("pcp"), refused("notAuthorized")] as const;
	assert.equal(mapOf(play(...inputs).outputs).method, "pcp");
	const { state, outputs } = play(...inputs, absent("natpmp"), refused("noAnswer"));
	assert.ok(state.kind === "blocked");
	const finding = state.findings.upnp;
	assert.ok(finding?.kind === "refused" && finding.refusal.why === "notAuthorized");
	assert.deepEqual(outputs, [{ kind: "wake", at: T0 + 60_000 }]);
});

test("a lease is renewed at its half, and looked after each minute until then", () => {
	const { outputs } = play(...opened);
	assert.deepEqual(outputs, [{ kind: "wake", at: T0 + 60_000 }]);
	assert.equal(play(...opened, [woken, T0 + 60_000]).outputs[0]?.kind, "check");
	const late = play(...opened, [woken, T0 + 1_800_000]);
	assert.equal(late.state.kind, "renewing");
	assert.equal(mapOf(late.outputs).request.externalPort, 40_213);
});

test("attack: a lease of one second does not make it ask every half second", () => {
	const { state } = play(woken, found("upnp"), { kind: "mapped", lease: { ...lease, seconds: 1 } });
	assert.ok(state.kind === "mapped");
	assert.equal(state.mapping.renewAt, T0 + 10_000);
});

test("attack: a lease of a hundred years is renewed within half a day", () => {
	const { state } = play(woken, found("upnp"), { kind: "mapped", lease: { ...lease, seconds: 2 ** 32 - 1 } });
	assert.ok(state.kind === "mapped");
	assert.equal(state.mapping.renewAt, T0 + 43_200_000);
});

test("a router that has forgotten the port is asked for the same one at once", () => {
	const { request, method } = mapOf(play(...opened, [woken, T0 + 60_000], { kind: "gone" }).outputs);
	assert.deepEqual([method, request.externalPort], ["upnp", 40_213]);
});

test("a router that has stopped answering is looked for again after 5 s, then ever more rarely, for the same port", () => {
	const lost = [...opened, [woken, T0], { kind: "noAnswer" }] as const;
	assert.deepEqual(play(...lost).outputs, [{ kind: "wake", at: T0 + 5_000 }]);
	const still = [...lost, woken, absent("pcp"), absent("natpmp"), absent("upnp")] as const;
	assert.equal(play(...still).state.kind, "lost");
	assert.deepEqual(play(...still).outputs, [{ kind: "wake", at: T0 + 10_000 }]);
	const { request } = mapOf(play(...still, woken, found("natpmp")).outputs);
	assert.equal(request.externalPort, 40_213);
});

test("a port that was opened elsewhere after a loss is closed where it was before", () => {
	const { outputs } = play(...opened, [woken, T0], { kind: "noAnswer" }, woken, found("pcp"), mapped);
	assert.deepEqual(outputs[0], { kind: "unmap", method: "upnp", externalPort: 40_213 });
});

test("closing removes what is open, what was open before, and what was just asked for", () => {
	assert.deepEqual(play(...opened, { kind: "close" }).outputs, [
		{ kind: "unmap", method: "upnp", externalPort: 40_213 },
	]);
	assert.deepEqual(play(woken, found("pcp"), { kind: "close" }).outputs, [
		{ kind: "unmap", method: "pcp", externalPort: 40_213 },
	]);
	const moving = [...opened, [woken, T0], { kind: "noAnswer" }, woken, found("pcp")] as const;
	assert.deepEqual(play(...moving, { kind: "close" }).outputs, [
		{ kind: "unmap", method: "upnp", externalPort: 40_213 },
		{ kind: "unmap", method: "pcp", externalPort: 40_213 },
	]);
	const forgotten = [...opened, [woken, T0 + 60_000], { kind: "gone" }] as const;
	assert.equal(play(...forgotten, { kind: "close" }).outputs.length, 1, "the same port is removed once");
	assert.deepEqual(play(woken, { kind: "close" }).outputs, []);
});

/** A world that answers whatever is outstanding, in any order and any way. */
interface World {
	state: SlotState;
	searching: Set<MethodName>;
	ready: Set<MethodName>;
	isAsked: "map" | "check" | undefined;
	wakeAt: number | undefined;
	now: number;
}

const refusals: readonly RefusalWhy[] = [
	"portTaken",
	"onlyPermanent",
	"notAuthorized",
	"noAnswer",
	"malformed",
	"other",
];

/** What could happen next; `choice` picks. `undefined` when nothing can: the machine is stuck. */
function nextInput(world: World, choice: number): SlotInput | undefined {
	const searched = [...world.searching].flatMap((method) => [found(method), absent(method)]);
	const ports = [40_213, 40_300].map((externalPort) => ({ ...lease, externalPort }));
	const leases = [...ports, { ...lease, seconds: 0 }, { ...lease, seconds: 1 }];
	const answers = leases.map((one): SlotInput => ({ kind: world.isAsked === "map" ? "mapped" : "still", lease: one }));
	const asked: readonly SlotInput[] =
		world.isAsked === "map"
			? [...answers, ...refusals.map(refused)]
			: world.isAsked === "check"
				? [...answers, { kind: "gone" }, { kind: "noAnswer" }]
				: [];
	const possible = [...searched, ...asked, ...(world.wakeAt === undefined ? [] : [woken])];
	return possible[choice % possible.length];
}

function happens(world: World, input: SlotInput): void {
	if (input.kind === "found" || input.kind === "absent") world.searching.delete(input.method);
	else if (input.kind === "woken") {
		world.now = Math.max(world.now, world.wakeAt ?? 0);
		world.wakeAt = undefined;
	} else world.isAsked = undefined;
	if (input.kind === "found") world.ready.add(input.method);
	const { state, outputs } = stepSlot(plan, world.state, input, world.now);
	world.state = state;
	for (const output of outputs) perform(world, output);
}

function perform(world: World, output: SlotOutput): void {
	if (output.kind === "find") for (const method of plan.methods) world.searching.add(method);
	if (output.kind === "wake") {
		assert.ok(output.at > world.now, "it never wakes itself without a pause");
		world.wakeAt = output.at;
	}
	if (output.kind === "map" || output.kind === "check") {
		assert.equal(world.isAsked, undefined, "one question at a time");
		assert.ok(world.ready.has(output.method), "only routers that were found are asked");
		world.isAsked = output.kind;
	}
	if (output.kind === "map") {
		const { externalPort } = output.request;
		assert.ok(externalPort >= 1_024 && externalPort <= 65_535);
	}
}

test("whatever routers answer, the machine asks one thing at a time, never gets stuck, and closing ends it", () => {
	fc.assert(
		fc.property(fc.array(fc.nat(1_000), { maxLength: 120 }), (choices) => {
			const world: World = {
				state: startSlot(plan),
				searching: new Set(),
				ready: new Set(),
				isAsked: undefined,
				wakeAt: undefined,
				now: T0,
			};
			happens(world, woken);
			for (const choice of choices) {
				const input = nextInput(world, choice);
				assert.ok(input, `stuck as ${world.state.kind}`);
				happens(world, input);
			}
			happens(world, { kind: "close" });
			assert.equal(world.state.kind, "closed");
			for (const input of [woken, mapped, found("upnp"), absent("upnp"), refused("other")]) {
				assert.deepEqual(stepSlot(plan, world.state, input, world.now).outputs, []);
			}
		}),
		{ numRuns: 1_000 },
	);
});
