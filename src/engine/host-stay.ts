// A stay as the host: the room on this computer, who is in it and from where, and what the host alone can do.
import type { Fingerprint } from "../crypto/fingerprint.ts";
import type { Hosting, Outcome } from "./api.ts";
import { type HostedRoom, openRoom } from "./hosting.ts";
import { locate } from "./locate.ts";
import type { MemberEvent } from "./member.ts";
import { done, refuse } from "./outcome.ts";
import { Room } from "./room.ts";
import type { Self } from "./self.ts";
import { type Stay, type StayContext, type StayEnd, sendLine } from "./stay.ts";

export interface HostWish {
	readonly password: string;
	/** 0 = a free one. */
	readonly port: number;
	/** A canonical address. */
	readonly bind?: string;
}

export type HostStayOutcome =
	| { readonly kind: "open"; readonly stay: HostStay }
	| { readonly kind: "failed"; readonly message: string };

export class HostStay implements Stay {
	readonly ended: Promise<StayEnd>;
	readonly room: Room;
	readonly #hosted: HostedRoom;
	readonly #now: () => number;

	private constructor(hosted: HostedRoom, room: Room, now: () => number) {
		this.#hosted = hosted;
		this.room = room;
		this.#now = now;
		this.ended = this.#run();
	}

	/** Opens the room; resolves when guests can come in. */
	static async open(context: StayContext, self: Self, wish: HostWish): Promise<HostStayOutcome> {
		const { account, now, emit, transport, gatekeeper } = context;
		const addresses = new Map<Fingerprint, string>();
		const room = new Room({
			self: self.signer.fingerprint,
			host: self.signer.fingerprint,
			meet: (fingerprint, name) => account.meet(fingerprint, name),
			addressOf: (fingerprint) => {
				const address = addresses.get(fingerprint);
				return address === undefined ? undefined : { address, location: locate(address) };
			},
			now,
			emit,
		});
		const apply = (event: MemberEvent): void => {
			room.apply(event);
			context.changed();
		};
		const onAddress = (fingerprint: Fingerprint, from: string): void => void addresses.set(fingerprint, from);
		const onAway = (fingerprint: Fingerprint, isAway: boolean): void => {
			room.setAway(fingerprint, isAway);
			context.changed();
		};
		const opened = await openRoom({ self, ...wish, transport, gatekeeper, emit: apply, onAddress, onAway, now });
		if (opened.kind === "failed") return opened;
		const stay = new HostStay(opened, room, now);
		const { port, joinLines } = opened.hosting;
		emit({ kind: "listening", port, addresses: joinLines.map(({ address, scope }) => ({ address, port, scope })) });
		room.entered(opened.members);
		return { kind: "open", stay };
	}

	get hosting(): Hosting {
		return this.#hosted.hosting;
	}

	password(): Outcome {
		return refuse("not_asked", "No password is asked for at the moment.");
	}

	send(text: string): Outcome {
		return sendLine(this.#hosted.member, this.room, text, this.#now());
	}

	async kick(fingerprint: string): Promise<Outcome> {
		const person = this.room.person(fingerprint);
		if (!person || person.isSelf) return refuse("no_such_member", "Nobody else with that key is here.");
		const isGone = await this.#hosted.server.kick(person.fingerprint);
		return isGone ? done : refuse("no_such_member", "They have just left.");
	}

	/** Closes the room: everybody is told. */
	leave(): void {
		this.#hosted.member.leave();
	}

	async #run(): Promise<StayEnd> {
		const end = await this.#hosted.member.run();
		await this.#hosted.close();
		if (end.kind === "closed") return { code: "left", detail: "" };
		return { code: "internal", detail: end.kind === "hostMisbehaved" ? end.detail : "the host's own group failed" };
	}
}
