// What a person sees on the way into a room: the step, what is dialled, and where to; nothing once there is something else to see.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { RouteProgress } from "../../../src/engine/api/hosting.ts";
import type { JoinTarget } from "../../../src/engine/guest/join-target.ts";
import { ShownWayIn } from "../../../src/engine/guest/shown-way-in.ts";
import type { RouteGuest } from "../../../src/engine/routes/route.ts";

function showsWay(more: { readonly typed?: string; readonly isComingBack?: boolean } = {}) {
	const told: unknown[] = [];
	const phases: unknown[] = [];
	const target = { display: "192.0.2.1 4000", typed: more.typed ?? "192.0.2.1 4000" } as JoinTarget;
	const shown = new ShownWayIn({
		context: { emit: (event) => told.push(event), setPhase: (phase) => phases.push(phase) },
		target: () => target,
		isComingBack: () => more.isComingBack ?? false,
	});
	return { shown, told, phases };
}

/** A route that says how far it is and then leads nowhere. */
function torLeadingNowhere(): RouteGuest {
	let tell: (progress: RouteProgress) => void = () => {};
	return {
		...{ name: "tor", transport: "tor", via: "an onion address", timeoutMs: 1_000 },
		watch: (listener) => {
			tell = listener;
			return () => {
				tell = () => assert.fail("nobody listens any more");
			};
		},
		async dial() {
			tell(progress);
			return { kind: "failed", failure: "unreachable", detail: "nobody" };
		},
		close: async () => {},
	};
}

const progress: RouteProgress = { percent: 25, summary: "loading" };
const target = { kind: "route", route: "tor", via: "an onion address" };

test("each dial is told and shown with its progress and what came of it, as long as a step is shown", async () => {
	const { shown, told, phases } = showsWay();
	const route = shown.attempts.watchingRoute(torLeadingNowhere());
	const dial = () => route.dial({ signal: new AbortController().signal, timeoutMs: 1_000 });
	shown.at("dialling");
	const connecting = { kind: "connecting", target: "192.0.2.1 4000", step: "dialling" };
	assert.deepEqual(phases.splice(0), [{ ...connecting, attempts: [] }]);
	await dial();
	const trying = { transport: "tor", target, state: "trying" };
	const failed = { ...trying, state: "failed", why: { kind: "dial", failure: "unreachable", detail: "nobody" } };
	assert.deepEqual(told.splice(0), [
		{ kind: "attempt", ...trying },
		{ kind: "tor", ...progress },
		{ kind: "attempt", ...failed },
	]);
	assert.deepEqual(phases.splice(0), [
		{ ...connecting, attempts: [trying] },
		{ ...connecting, attempts: [{ ...trying, progress }] },
		{ ...connecting, attempts: [failed] },
	]);
	shown.hide();
	await dial();
	assert.equal(told.length, 3, "clients hear of it all the same");
	assert.deepEqual(phases, []);
});

test("the question for the password takes the place of the step, and names where it is for", async () => {
	const { shown, told, phases } = showsWay({ typed: "rt://a-long-invite", isComingBack: true });
	shown.at("entering");
	shown.askPassword(2, true);
	const where = { target: "192.0.2.1 4000", typed: "rt://a-long-invite", isComingBack: true };
	assert.deepEqual(phases, [
		{ kind: "connecting", ...where, step: "entering", attempts: [] },
		{ kind: "passwordNeeded", ...where, attemptsLeft: 2, wasWrong: true },
	]);
	assert.deepEqual(told, [{ kind: "passwordRequired", attemptsLeft: 2 }]);
	const route = shown.attempts.watchingRoute(torLeadingNowhere());
	await route.dial({ signal: new AbortController().signal, timeoutMs: 1_000 });
	assert.equal(phases.length, 2, "what is still dialled is not shown in its place");
});
