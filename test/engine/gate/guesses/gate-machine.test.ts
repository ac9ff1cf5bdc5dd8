// The gate's machine alone: what each step decides, and what no order of steps can lead to.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
	coolsUntil,
	type GateInput,
	type GateState,
	mayGuess,
	stepGate,
} from "../../../../src/engine/gate/guesses/gate.ts";

const free = (strikes: number, visits: readonly (readonly [number, number])[] = []): GateState => ({
	standing: { kind: "free", strikes },
	visits: new Map(visits),
});
const blocked: GateState = { standing: { kind: "blocked" }, visits: new Map() };
const wrong: GateInput = { kind: "guess", visit: 1, isRight: false };
const right: GateInput = { kind: "guess", visit: 1, isRight: true };

test("a wrong guess is on record before it is answered, and the third on one connection is its last", () => {
	assert.deepEqual(stepGate(free(0, [[1, 0]]), wrong, "caller"), [
		free(1, [[1, 1]]),
		[
			{ kind: "keepStrikes", count: 1 },
			{ kind: "wrong", left: 2 },
			{ kind: "strike", attempts: 1, isDisconnected: false },
		],
	]);
	assert.deepEqual(
		stepGate(
			free(2, [
				[1, 2],
				[7, 1],
			]),
			wrong,
			"caller",
		),
		[
			free(3, [[7, 1]]),
			[
				{ kind: "keepStrikes", count: 3 },
				{ kind: "wrong", left: 0 },
				{ kind: "strike", attempts: 3, isDisconnected: true },
			],
		],
	);
	// Whoever has made four wrong guesses elsewhere has two left, whatever this connection would allow.
	assert.deepEqual(stepGate(free(4, [[1, 0]]), wrong, "caller")[1].at(1), { kind: "wrong", left: 1 });
});

test("the sixth wrong guess blocks: strikes make room for the block, and every other connection is closed", () => {
	assert.deepEqual(
		stepGate(
			free(5, [
				[1, 0],
				[7, 1],
				[8, 0],
			]),
			wrong,
			"caller",
		),
		[
			blocked,
			[
				{ kind: "wrong", left: 0 },
				{ kind: "strike", attempts: 6, isDisconnected: true },
				{ kind: "keepBlock", reason: "strikes" },
				{ kind: "forgetStrikes" },
				{ kind: "blocked", reason: "strikes" },
				{ kind: "closeVisit", visit: 7 },
				{ kind: "closeVisit", visit: 8 },
			],
		],
	);
});

test("a right guess clears the strikes, of which there may be none, and ends the visit", () => {
	assert.deepEqual(
		stepGate(
			free(5, [
				[1, 2],
				[7, 0],
			]),
			right,
			"caller",
		),
		[free(0, [[7, 0]]), [{ kind: "forgetStrikes" }, { kind: "right" }]],
	);
	assert.deepEqual(stepGate(free(0, [[1, 0]]), right, "caller"), [free(0), [{ kind: "right" }]]);
});

test("the guesses of those who share an invite go on counting when one of them is right, and the hundredth closes it", () => {
	assert.deepEqual(stepGate(free(5, [[1, 0]]), right, "shared"), [free(5), [{ kind: "right" }]]);
	assert.deepEqual(stepGate(free(5, [[1, 0]]), wrong, "shared")[1][0], { kind: "keepStrikes", count: 6 });
	assert.deepEqual(stepGate(free(98, [[1, 0]]), wrong, "shared")[1][1], { kind: "wrong", left: 1 });
	const [state, outputs] = stepGate(free(99, [[1, 0]]), wrong, "shared");
	assert.deepEqual(state, blocked);
	assert.deepEqual(outputs[1], { kind: "strike", attempts: 100, isDisconnected: true });
	assert.deepEqual(outputs[2], { kind: "keepBlock", reason: "strikes" });
});

test("the host's hand blocks and unblocks, and a guess that was under way in another process blocks no less", () => {
	assert.deepEqual(stepGate(free(2, [[7, 0]]), { kind: "block" }, "caller"), [
		blocked,
		[
			{ kind: "keepBlock", reason: "byHand" },
			{ kind: "forgetStrikes" },
			{ kind: "blocked", reason: "byHand" },
			{ kind: "closeVisit", visit: 7 },
		],
	]);
	assert.deepEqual(stepGate({ ...blocked, visits: new Map([[7, 1]]) }, { kind: "unblock" }, "caller"), [
		free(0, [[7, 1]]),
		[{ kind: "forgetBlock" }, { kind: "forgetStrikes" }],
	]);
	assert.deepEqual(stepGate({ ...blocked, visits: new Map([[1, 0]]) }, wrong, "caller")[0], blocked);
});

test("only a visit that is under way may guess, and none while its caller is blocked", () => {
	assert.equal(mayGuess(free(5, [[1, 2]]), 1), true);
	assert.equal(mayGuess(free(0, [[1, 0]]), 2), false);
	assert.equal(mayGuess({ ...blocked, visits: new Map([[1, 0]]) }, 1), false);
});

test("a shared invite cools down after every third wrong guess, for a minute, two, four, and never longer than an hour", () => {
	const minute = 60_000;
	for (const strikes of [0, 1, 2, 4, 5, 98]) assert.equal(coolsUntil(strikes, 1_000), 0, `${strikes}`);
	for (const [strikes, minutes] of [
		[3, 1],
		[6, 2],
		[9, 4],
		[18, 32],
		[21, 60],
		[99, 60],
	] as const)
		assert.equal(coolsUntil(strikes, 1_000), 1_000 + minutes * minute, `${strikes}`);
});

test("the machine never leaves a blocked caller a visit, a free one six strikes, or a visit three guesses", () => {
	const input = fc.oneof(
		fc.record({ kind: fc.constant("comes" as const), visit: fc.nat(4) }),
		fc.record({ kind: fc.constant("goes" as const), visit: fc.nat(4) }),
		fc.record({
			kind: fc.constant("guess" as const),
			visit: fc.nat(4),
			isRight: fc.constantFrom(true, false, false, false),
		}),
		fc.record({ kind: fc.constantFrom("block" as const, "unblock" as const) }),
	);
	fc.assert(
		fc.property(fc.array(input, { maxLength: 50, size: "max" }), (inputs) => {
			let state: GateState = free(0);
			for (const input of inputs) {
				if (input.kind === "comes" || input.kind === "goes") {
					const visits = new Map(state.visits);
					if (input.kind === "goes") visits.delete(input.visit);
					else if (state.standing.kind === "free") visits.set(input.visit, 0);
					state = { ...state, visits };
					continue;
				}
				if (input.kind === "guess" && !mayGuess(state, input.visit)) continue;
				state = stepGate(state, input, "caller")[0];
				if (state.standing.kind === "blocked") assert.equal(state.visits.size, 0);
				else assert.ok(state.standing.strikes >= 0 && state.standing.strikes < 6);
				for (const guesses of state.visits.values()) assert.ok(guesses < 3);
			}
		}),
	);
});
