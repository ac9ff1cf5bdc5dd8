// The room as a person sees it: who is here, how well they are known, what was said. Everything remote passes clean.ts here.
import type { GroupMember } from "../../crypto/group/messages.ts";
import { type Fingerprint, shortFingerprint } from "../../crypto/identity/fingerprint.ts";
import { unlessDiskFails } from "../../store/failure.ts";
import type { Meeting } from "../account/contact-book.ts";
import type { LeaveReason } from "../api/codes.ts";
import type { Event } from "../api/events.ts";
import type { Notice, Tone } from "../api/notices.ts";
import type { FormerKey, Person, Trust } from "../api/people.ts";
import { BoundedMap } from "../bounds/bounded-map.ts";
import type { MemberEvent } from "../member/events.ts";
import type { Outgoing } from "../member/outbox.ts";
import { ToldPlaces, type ToldPlacesOptions } from "../places/told-places.ts";
import { cleanName } from "../text/clean.ts";
import { lookAlike } from "../text/look-alike-names.ts";
import type { Content } from "../wire/content.ts";
import type { BodyOf } from "../wire/content-kinds.ts";
import { KeptTerms, type KeptTermsOptions } from "./kept-terms.ts";
import { LeafAges } from "./leaf-ages.ts";
import { type Problem, Problems } from "./problems.ts";
import { Talk, type TalkOptions } from "./talk.ts";
import type { RoomTimeline } from "./timeline.ts";

/** The ids of this many recent lines are remembered, to show a line once even if its sender had to send it twice. */
const rememberedLines = 4096;

export interface RoomOptions extends ToldPlacesOptions, Pick<KeptTermsOptions, "onKept" | "onTermsTold" | "pairKind"> {
	/** Tells how well this person was known before, and remembers the meeting. */
	readonly meet: (fingerprint: Fingerprint, name: string) => Meeting;
	/** The keys this name had before. */
	readonly formerKeys?: (fingerprint: Fingerprint, name: string) => readonly FormerKey[];
	/** Returns milliseconds since the epoch. */
	readonly now: () => number;
	/** Returns milliseconds on a clock that only goes forward. */
	readonly uptime: () => number;
	readonly emit: (event: Event) => void;
	/** Is called when what a view shows has changed by itself, with the time. */
	readonly changed: () => void;
	/** A step of a verification, for whomever it is. */
	readonly onVerify: (from: Person, step: BodyOf<"verify">) => void;
	/** The host says by which invite it can be reached from now on. */
	readonly onWay?: (invite: string) => void;
	/** Something that only some in the room can open, for whomever it is. `isMissed`: it was said while our program was not there. */
	readonly onSealed: (from: Person, body: BodyOf<"quiet-letter" | "quiet-posts">, isMissed: boolean) => void;
	/** Somebody offers a file, or says what has become of one (`TalkOptions`). */
	readonly onFile?: TalkOptions["onFile"];
	readonly onFileNews?: TalkOptions["onFileNews"];
	/** Somebody gives what goes with a post. */
	readonly onLend?: (from: Person, body: BodyOf<"quiet-lend">) => void;
	readonly onFileWanted?: TalkOptions["onFileWanted"];
}

/** A Room is the room as the person sees it. A stay owns and changes it, and it goes on over all Links of the stay. */
export class Room {
	readonly talk: Talk;
	readonly terms: KeptTerms;
	readonly #options: RoomOptions;
	readonly #people = new Map<Fingerprint, Person>();
	readonly #recentLines = new BoundedMap<string, true>(rememberedLines);
	readonly #problems = new Problems();
	readonly #places: ToldPlaces;
	readonly #leaves = new LeafAges();
	#ownName: string | undefined;
	#hasEntered = false;
	#lastId = 0;

	constructor(options: RoomOptions) {
		this.#options = options;
		this.#places = new ToldPlaces(options);
		this.talk = new Talk({
			...options,
			person: (fingerprint) => this.#people.get(fingerprint),
			people: () => this.people(),
			notice: (notice) => this.notice("info", notice),
			onOfferLeftOut: () => this.problem("offersLeftOut"),
			onKeep: ({ kind: _, ...kept }) => this.terms.set(kept),
		});
		this.terms = new KeptTerms({
			...options,
			lines: this.talk.lines,
			note: (notice) => this.note("info", notice),
			onTrouble: (detail) => this.notice("warning", { code: "notKeptHere", detail }),
		});
	}

	get host(): Fingerprint {
		return this.#options.host;
	}

	get timeline(): RoomTimeline {
		return this.talk.lines.timeline;
	}

	people(): readonly Person[] {
		return [...this.#people.values()];
	}

	person(fingerprint: string): Person | undefined {
		return this.people().find((person) => person.fingerprint === fingerprint);
	}

	/** Marks a person whose Link broke, or takes the mark away. */
	setAway(fingerprint: Fingerprint, isAway: boolean): void {
		const person = this.#people.get(fingerprint);
		if (!person) return;
		const { isAway: _, ...here } = person;
		this.#people.set(fingerprint, isAway ? { ...here, isAway } : here);
	}

	/** Is called when it has changed where a person's Link comes from, or what is known of the place. */
	refreshPlace(fingerprint: Fingerprint): void {
		const person = this.#people.get(fingerprint);
		if (!person) return;
		const { address: _, network: __, location: ___, isInBrowser: ____, ...rest } = person;
		this.#people.set(fingerprint, { ...rest, ...this.#places.of(fingerprint) });
	}

	/** Is called when we have changed how well a person is known. */
	setTrust(fingerprint: Fingerprint, trust: Trust): void {
		const person = this.#people.get(fingerprint);
		if (!person || person.isSelf) return;
		const { formerKeys: _, hasOwnName: __, ...rest } = person;
		const changed = { ...rest, ...this.#trustFacts(fingerprint, person.name, trust) };
		this.#people.set(fingerprint, changed);
		this.talk.lines.changedPerson(changed);
	}

	/** Is called when we are in. After a resync the same room goes on: who came or went meanwhile is told. */
	entered(members: readonly GroupMember[]): void {
		const isFirst = !this.#hasEntered;
		this.#hasEntered = true;
		this.#leaves.entered(members, this.#options.self, this.#options.now());
		const here = new Set(members.map(({ fingerprint }) => fingerprint));
		const self = members.find(({ fingerprint }) => fingerprint === this.#options.self);
		if (self) this.#ownName = cleanName(self.name);
		for (const person of this.people()) if (!here.has(person.fingerprint)) this.#left(person.fingerprint, "left");
		if (!isFirst) {
			for (const member of members) this.#joinedAnew(member);
			for (const { fingerprint } of members) this.#showLeaf(fingerprint);
			return;
		}
		// Somebody who comes back to a room that was kept sees it as it was, and has not joined just now.
		const isNew = this.#people.size === 0;
		this.#meetAll(members);
		const isHost = this.#options.self === this.#options.host ? ({ isHost: true } as const) : {};
		if (isNew) this.timeline.add({ kind: "youJoined", id: this.#nextId(), at: this.#options.now(), ...isHost });
		const person = this.person(this.#options.self);
		if (person) this.#options.emit({ kind: "joined", self: true, member: person });
		for (const one of this.people()) this.#warnOfChangedKey(one);
	}

	/** Shows the room as it was kept, before we are in: who was there, and what waits to be sent. */
	restored(members: readonly GroupMember[], waiting: readonly Outgoing[]): void {
		const self = members.find(({ fingerprint }) => fingerprint === this.#options.self);
		if (self) this.#ownName = cleanName(self.name);
		this.#meetAll(members);
		this.talk.waits(waiting);
	}

	/** Tells that own lines that waited can't be read any more, and lets them go. */
	lost({ count, letGo }: { readonly count: number; readonly letGo: () => void }): void {
		if (count === 0) return;
		this.notice("warning", { code: "waitingLost", count });
		unlessDiskFails(letGo);
	}

	/** Is called when what was said while our program was not there has been told. */
	caughtUp(what: { readonly messages: number; readonly lost: number }): void {
		this.#options.emit({ kind: "caughtUp", ...what });
		if (what.messages > 0 || what.lost > 0) this.note("info", { code: "caughtUp", ...what });
	}

	#meetAll(members: readonly GroupMember[]): void {
		for (const member of members) this.#people.set(member.fingerprint, this.#meet(member));
	}

	/** Takes in what happened. `isMissed`: it happened while our program was not there. */
	apply(event: MemberEvent, isMissed = false): void {
		switch (event.kind) {
			case "line":
				this.#line(event.from, event.content, event.seq, isMissed);
				return;
			case "placed":
				this.talk.placed(event.item, event.seq);
				return;
			case "membership":
				this.#membership(event, isMissed);
				return;
			case "problem":
				this.problem(event.problem);
		}
	}

	/** Tells something the person should know that no other event tells. */
	notice(tone: Tone, notice: Notice): void {
		this.note(tone, notice);
		this.#options.emit({ kind: "notice", tone, notice });
	}

	/** Adds a notice to the timeline, without an event: for what an event of its own has told already. */
	note(tone: Tone, notice: Notice): void {
		this.timeline.add({ kind: "notice", id: this.#nextId(), at: this.#options.now(), tone, notice });
	}

	/** Tells of something that is wrong, now and then however often it happens. */
	problem(code: Problem): void {
		const unsaid = this.#problems.tell(code, this.#options.uptime());
		if (unsaid === undefined) return;
		this.notice(code === "differentConversations" ? "alarm" : "warning", { code, unsaid });
	}

	#line(member: GroupMember, content: Content, seq: number, isMissed: boolean): void {
		const id = Buffer.from(content.id).toString("hex");
		const key = `${member.fingerprint} ${id}`;
		if (this.#recentLines.has(key)) return;
		this.#recentLines.set(key, true);
		if (content.kind === "place" || content.kind === "quiet-browsers") {
			const told = this.#places.told(member.fingerprint, content, (of) => this.#people.has(of));
			if (told === "refused") this.problem("unreadableLine");
			else for (const fingerprint of told) this.refreshPlace(fingerprint);
			return;
		}
		const from = this.#people.get(member.fingerprint) ?? this.#meet(member);
		this.talk.heard(from, content, seq, isMissed);
		if (content.kind === "verify") this.#options.onVerify(from, content);
		if (content.kind === "quiet-lend" && !isMissed) this.#options.onLend?.(from, content);
		if (content.kind === "quiet-letter" || content.kind === "quiet-posts")
			this.#options.onSealed(from, content, isMissed);
	}

	#membership(event: Extract<MemberEvent, { kind: "membership" }>, isMissed: boolean): void {
		const { joined, left, reason } = event;
		const comesBack = (one: GroupMember): boolean => joined.some(({ fingerprint }) => fingerprint === one.fingerprint);
		for (const one of left) {
			if (comesBack(one)) this.talk.left(one.fingerprint);
			else this.#left(one.fingerprint, reason);
		}
		const renewed = this.#leaves.changed(event, this.#options.now(), isMissed);
		for (const one of joined) this.#joinedAnew(one);
		for (const one of renewed) this.#showLeaf(one);
	}

	#showLeaf(fingerprint: Fingerprint): void {
		const person = this.#people.get(fingerprint);
		if (!person) return;
		const { leafSince: _, leafAtLeastSince: __, ...rest } = person;
		this.#people.set(fingerprint, { ...rest, ...this.#leaves.of(fingerprint) });
	}

	/** Tells it so that whoever comes back under another name leaves and joins, so that all who are here and all who come later see the same name. */
	#joinedAnew(member: GroupMember): void {
		const person = this.#people.get(member.fingerprint);
		if (person?.name === nameOf(member)) return;
		if (person) this.#left(member.fingerprint, "replaced");
		this.#joined(member);
	}

	#joined(member: GroupMember): void {
		const person = this.#meet(member);
		this.#people.set(person.fingerprint, person);
		this.timeline.add({ kind: "joined", id: this.#nextId(), at: this.#options.now(), person });
		this.#options.emit({ kind: "joined", self: false, member: person });
		this.#warnOfChangedKey(person);
	}

	#left(fingerprint: Fingerprint, reason: LeaveReason): void {
		const person = this.#people.get(fingerprint);
		if (!person) return;
		this.talk.left(fingerprint);
		this.#people.delete(fingerprint);
		this.#places.left(fingerprint);
		this.timeline.add({ kind: "left", id: this.#nextId(), at: this.#options.now(), person, reason });
		this.#options.emit({ kind: "left", member: person, reason });
	}

	#meet(member: GroupMember): Person {
		const { fingerprint } = member;
		const { self, host, meet } = this.#options;
		const name = nameOf(member);
		const isSelf = fingerprint === self;
		const { trust, ...known }: Meeting = isSelf ? { trust: "verified" } : meet(fingerprint, name);
		const facts = isSelf ? { trust } : this.#trustFacts(fingerprint, name, trust);
		return {
			fingerprint,
			shortFingerprint: shortFingerprint(fingerprint),
			name,
			isSelf,
			isHost: fingerprint === host,
			...facts,
			...known,
			...this.#leaves.of(fingerprint),
			...this.#places.of(fingerprint),
		};
	}

	/** Returns what is shown of a trust: where it is "changed", whose name it is. */
	#trustFacts(
		fingerprint: Fingerprint,
		name: string,
		trust: Trust,
	): Pick<Person, "trust" | "formerKeys" | "hasOwnName"> {
		if (trust !== "changed") return { trust };
		if (this.#ownName !== undefined && lookAlike(name, this.#ownName)) return { trust, hasOwnName: true };
		const formerKeys = this.#options.formerKeys?.(fingerprint, name) ?? [];
		return formerKeys.length === 0 ? { trust } : { trust, formerKeys };
	}

	#warnOfChangedKey(person: Person): void {
		if (person.trust !== "changed") return;
		this.notice("alarm", { code: "keyChanged", person });
		this.#options.emit({ kind: "keyChanged", member: person });
	}

	#nextId(): string {
		this.#lastId += 1;
		return `e${this.#lastId}`;
	}
}

function nameOf({ name, fingerprint }: GroupMember): string {
	return cleanName(name) ?? `(no name) ${shortFingerprint(fingerprint)}`;
}
