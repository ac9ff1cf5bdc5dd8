// A member's own lines against a host that drops what is stale: each gets one place, in the order in which they were said.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
	emptyOutbox,
	nextToEncrypt,
	type Outbox,
	type OutboxInput,
	stepOutbox,
	submittedAs,
} from "../../../src/engine/member/outbox.ts";

/** What happens next. Each is possible at any time; those that find nothing to do do nothing. */
const moves = [
	"say",
	"startEncrypting",
	"finishEncrypting",
	"hostTakesOne",
	"hostCommits",
	"guestReadsOne",
	"loseLink",
] as const;
type Move = (typeof moves)[number];

type FromHost =
	| { readonly kind: "echo"; readonly number: number }
	| { readonly kind: "commit"; readonly epoch: number };

/** A guest with one outbox, a host who orders, and the two directions of the Link between them. */
class World {
	outbox: Outbox = emptyOutbox;
	readonly said: string[] = [];
	readonly placed: string[] = [];
	readonly #toHost: { readonly number: number; readonly epoch: number; readonly id: string }[] = [];
	readonly #toGuest: FromHost[] = [];
	#hostEpoch = 1;
	/** The guest's group: it is in a new epoch a while before the outbox hears of it. */
	#groupEpoch = 1;
	#encrypting: { readonly id: string; readonly epoch: number } | undefined;

	do(move: Move): void {
		switch (move) {
			case "say":
				this.#say();
				break;
			case "startEncrypting":
				this.#startEncrypting();
				break;
			case "finishEncrypting":
				this.#finishEncrypting();
				break;
			case "hostTakesOne":
				this.#hostTakesOne();
				break;
			case "hostCommits":
				this.#hostEpoch += 1;
				this.#toGuest.push({ kind: "commit", epoch: this.#hostEpoch });
				break;
			case "guestReadsOne":
				this.#guestReadsOne();
				break;
			case "loseLink":
				this.#loseLink();
				break;
		}
	}

	/** Everything that is under way arrives. */
	settle(): void {
		for (let i = 0; i < 20 * (this.said.length + this.#toGuest.length + 2); i++)
			for (const move of ["finishEncrypting", "startEncrypting", "hostTakesOne", "guestReadsOne"] as const)
				this.do(move);
	}

	#step(input: OutboxInput): void {
		const [outbox, submission] = stepOutbox(this.outbox, input);
		this.outbox = outbox;
		if (!submission) return;
		const item = submittedAs(outbox, submission.number);
		assert.ok(item, "what is submitted waits for its place");
		assert.deepEqual(submission.message, item.submitted.message);
		this.#toHost.push({ number: submission.number, epoch: item.submitted.epoch, id: item.id });
	}

	#say(): void {
		const id = `line ${this.said.length}`;
		this.said.push(id);
		this.#step({ kind: "said", id, body: { kind: "text", text: id }, at: 0 });
	}

	#startEncrypting(): void {
		const next = nextToEncrypt(this.outbox);
		// A commit that has arrived may already be in the group while the line is encrypted.
		const waiting = this.#toGuest.find((message) => message.kind === "commit");
		if (waiting?.kind === "commit" && this.#toGuest[0] === waiting) this.#groupEpoch = waiting.epoch;
		if (next && !this.#encrypting) this.#encrypting = { id: next.id, epoch: this.#groupEpoch };
	}

	#finishEncrypting(): void {
		const made = this.#encrypting;
		this.#encrypting = undefined;
		if (made) this.#step({ kind: "encrypted", ...made, message: Buffer.from(`${made.id} in ${made.epoch}`) });
	}

	#hostTakesOne(): void {
		const submitted = this.#toHost.shift();
		if (submitted?.epoch !== this.#hostEpoch) return;
		this.placed.push(submitted.id);
		this.#toGuest.push({ kind: "echo", number: submitted.number });
	}

	#guestReadsOne(): void {
		const message = this.#toGuest.shift();
		if (message?.kind === "echo") {
			assert.ok(submittedAs(this.outbox, message.number), "the host places only what waits for its place");
			this.#step({ kind: "placed", number: message.number });
		} else if (message?.kind === "commit") {
			// The group's worker answers in order: what was encrypted before the commit is there before it.
			if (this.#encrypting && this.#encrypting.epoch < message.epoch) this.#finishEncrypting();
			this.#groupEpoch = Math.max(this.#groupEpoch, message.epoch);
			this.#step({ kind: "epoch", epoch: message.epoch });
		}
	}

	/** The Link breaks: the host still takes some of what is under way, and the guest hears of none of it before it is in again. */
	#loseLink(): void {
		while (this.#toHost.length > this.said.length / 2) this.#hostTakesOne();
		this.#toHost.length = 0;
		this.#toGuest.length = 0;
		this.#encrypting = undefined;
		this.#hostEpoch += 1;
		this.#groupEpoch = this.#hostEpoch;
		this.#step({ kind: "linkLost" });
	}
}

/** Says and moves at random, then lets everything arrive. */
function play(script: readonly Move[]): World {
	const world = new World();
	for (const move of script) world.do(move);
	world.settle();
	assert.deepEqual(world.outbox.items, [], "nothing waits any more");
	return world;
}

test("whatever commits come between, every line gets its place exactly once and in the order said", () => {
	const unbroken = fc.constantFrom(...moves.filter((move) => move !== "loseLink"));
	fc.assert(
		fc.property(fc.array(unbroken, { maxLength: 120, size: "max" }), (script) => {
			const world = play(script);
			assert.deepEqual(world.placed, world.said);
		}),
		{ numRuns: 1000 },
	);
});

test("when Links break a line may get a second place, under the same id, but the first ones are all there and in order", () => {
	fc.assert(
		fc.property(fc.array(fc.constantFrom(...moves), { maxLength: 120, size: "max" }), (script) => {
			const world = play(script);
			assert.deepEqual([...new Set(world.placed)], world.said);
		}),
		{ numRuns: 1000 },
	);
});

test("a line encrypted while an older one went stale is thrown away, or the two would swap places", () => {
	let outbox = emptyOutbox;
	const step = (input: OutboxInput) => {
		const [next, submission] = stepOutbox(outbox, input);
		outbox = next;
		return submission;
	};
	for (const id of ["a", "b"]) step({ kind: "said", id, body: { kind: "text", text: id }, at: 0 });
	assert.ok(step({ kind: "encrypted", id: "a", epoch: 1, message: Buffer.from("a1") }));
	step({ kind: "epoch", epoch: 2 });
	assert.equal(step({ kind: "encrypted", id: "b", epoch: 2, message: Buffer.from("b2") }), undefined);
	assert.equal(nextToEncrypt(outbox)?.id, "a");
});

test("no two submissions have the same number, so that an echo is never taken for another line's", () => {
	fc.assert(
		fc.property(fc.array(fc.constantFrom("encrypt", "epoch", "linkLost"), { maxLength: 30 }), (script) => {
			let outbox = emptyOutbox;
			const numbers = new Set<number>();
			let epoch = 1;
			for (let i = 0; i < 5; i++)
				[outbox] = stepOutbox(outbox, { kind: "said", id: `${i}`, body: { kind: "text", text: "" }, at: 0 });
			for (const what of script) {
				if (what === "epoch") epoch += 1;
				const next = nextToEncrypt(outbox);
				const input: OutboxInput =
					what !== "encrypt"
						? what === "epoch"
							? { kind: "epoch", epoch }
							: { kind: "linkLost" }
						: { kind: "encrypted", id: next?.id ?? "", epoch, message: Buffer.from("x") };
				const [after, submission] = stepOutbox(outbox, input);
				outbox = after;
				if (submission) assert.ok(!numbers.has(submission.number));
				if (submission) numbers.add(submission.number);
			}
		}),
	);
});
