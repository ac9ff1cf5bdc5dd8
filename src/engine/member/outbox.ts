// The member's machine for its own lines: each is encrypted in its turn, submitted, and kept until the host has given it a place.
// A commit makes every line that has no place yet stale (the host drops lines of an older epoch), so they are encrypted again, in order.
import type { Body } from "../wire/content-kinds.ts";

/** An Outgoing is a line on its way out. `epoch` and `number` are there once it has been encrypted and submitted. */
export interface Outgoing {
	readonly id: string;
	readonly body: Body;
	readonly at: number;
	readonly submitted?: { readonly number: number; readonly epoch: number; readonly message: Uint8Array };
}

export interface Outbox {
	readonly items: readonly Outgoing[];
	readonly nextNumber: number;
}

export const emptyOutbox: Outbox = { items: [], nextNumber: 1 };
/** When more lines than this have no place, the person is told to wait. */
export const maxWaitingLines = 1000;

export type OutboxInput =
	| { readonly kind: "said"; readonly id: string; readonly body: Body; readonly at: number }
	| { readonly kind: "encrypted"; readonly id: string; readonly epoch: number; readonly message: Uint8Array }
	/** The host has given its place to the line that was submitted under this number. */
	| { readonly kind: "placed"; readonly number: number }
	/** The person does not want to say it any more; one that was submitted stays. */
	| { readonly kind: "takenBack"; readonly id: string }
	/** The group is in this epoch now. */
	| { readonly kind: "epoch"; readonly epoch: number }
	/** A new Link: nothing that was submitted on the old one counts. */
	| { readonly kind: "linkLost" };

export interface Submission {
	readonly number: number;
	readonly message: Uint8Array;
}

/** A Submitted is a line that was submitted and has no place yet. */
export type Submitted = Outgoing & Required<Pick<Outgoing, "submitted">>;

/** Returns the line submitted under this number that has no place yet. */
export function submittedAs(outbox: Outbox, number: number): Submitted | undefined {
	for (const item of outbox.items) {
		if (item.submitted?.number === number) return { ...item, submitted: item.submitted };
	}
	return undefined;
}

/** Returns the line to encrypt next: the oldest that is not submitted. */
export function nextToEncrypt(outbox: Outbox): Outgoing | undefined {
	return outbox.items.find((item) => !item.submitted);
}

/** Takes one step: it returns the new state, and what to submit now. */
export function stepOutbox(outbox: Outbox, input: OutboxInput): readonly [Outbox, Submission | undefined] {
	switch (input.kind) {
		case "said":
			return [{ ...outbox, items: [...outbox.items, { id: input.id, body: input.body, at: input.at }] }, undefined];
		case "encrypted":
			return encrypted(outbox, input);
		case "placed":
			return [{ ...outbox, items: outbox.items.filter((item) => item.submitted?.number !== input.number) }, undefined];
		case "takenBack":
			return [
				{ ...outbox, items: outbox.items.filter(({ id, submitted }) => submitted || id !== input.id) },
				undefined,
			];
		case "epoch":
			return [withdraw(outbox, (epoch) => epoch < input.epoch), undefined];
		case "linkLost":
			return [withdraw(outbox, () => true), undefined];
	}
}

/**
 * Submits, unless an older line is stale: then this ciphertext is thrown away, or the two would swap places. The ciphertext's own
 * epoch tells of a commit as well, sometimes before the input `epoch` does.
 */
function encrypted(
	outbox: Outbox,
	input: Extract<OutboxInput, { kind: "encrypted" }>,
): readonly [Outbox, Submission | undefined] {
	const fresh = withdraw(outbox, (epoch) => epoch < input.epoch);
	if (nextToEncrypt(fresh)?.id !== input.id) return [fresh, undefined];
	const number = outbox.nextNumber;
	const submitted = { number, epoch: input.epoch, message: input.message };
	const items = fresh.items.map((item) => (item.id === input.id ? { ...item, submitted } : item));
	return [
		{ items, nextNumber: number + 1 },
		{ number, message: input.message },
	];
}

function withdraw(outbox: Outbox, isStale: (epoch: number) => boolean): Outbox {
	const items = outbox.items.map((item) => {
		if (!item.submitted || !isStale(item.submitted.epoch)) return item;
		const { submitted: _, ...fresh } = item;
		return fresh;
	});
	return { ...outbox, items };
}
