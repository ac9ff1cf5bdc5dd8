// The host's side of the gate: settings, blocks by hand, the log of knocks, and what of it the host is told when.
import { type Fingerprint, shortFingerprint as shortFingerprintOf } from "../../crypto/identity/fingerprint.ts";
import type { Caller } from "../../net/address/caller.ts";
import type { Clock } from "../../net/link/clock.ts";
import type { Store } from "../../store/db.ts";
import type { Sealer } from "../../store/sealer.ts";
import type { Outcome } from "../api/codes.ts";
import type { Happening } from "../api/events.ts";
import type {
	BlockPreview,
	BlockView,
	GateCommand,
	GateSettings,
	GateView,
	KnockQuery,
	KnockView,
} from "../api/gate.ts";
import type { Notice, Tone } from "../api/notices.ts";
import type { Location, Person, Trust } from "../api/people.ts";
import { Turns } from "../bounds/turns.ts";
import { Locations, type LookUp, locate } from "../places/locations.ts";
import type { AccessRules, Knock, SeatAlarm } from "./access-rules.ts";
import { BlockCommands } from "./block-commands.ts";
import { parseBlockSubject } from "./block-subject.ts";
import { BlockWatch } from "./block-watch.ts";
import { type GateAlert, Gatekeeper } from "./guesses/gatekeeper.ts";
import { SeldomTopics } from "./guesses/seldom-topics.ts";
import { InviteTrails } from "./invite-trails.ts";
import { KnockLog } from "./knock-log.ts";
import { knownName } from "./knock-rows.ts";
import { GateNews, type News } from "./news.ts";
import { HostSettings } from "./settings.ts";

/** Changes are shown after this many milliseconds, so that a flood costs no more than a few drawings a second. */
const drawEveryMs = 250;
/** At most this many alerts wait until the place of their caller is known. Further ones are told at once with what is known. */
const maximumWaiting = 50;
/** When a blocked key comes again, that is told again only after this many milliseconds. */
const quietMs = 60_000;

/** Holds what the gate needs to know of the room, while there is one. */
export interface GateRoom {
	people(): readonly Person[];
	callerOf(fingerprint: Fingerprint): Caller | undefined;
	/** Returns the invites that are good, as callers. */
	invites(): readonly Caller[];
	remove(fingerprint: Fingerprint): Promise<unknown>;
	/** Is called when more may be known of where people are. */
	refreshPlaces(): void;
	/** Is called when the host has chosen otherwise. */
	settingsChanged(chosen: Partial<GateSettings>): void;
	note(tone: Tone, notice: Notice): void;
}

export interface GateHostOptions {
	readonly store: Store;
	readonly sealer: () => Sealer | undefined;
	readonly lookUp: LookUp;
	/** Returns the time in milliseconds since the epoch. */
	readonly now: () => number;
	readonly clock: Clock;
	readonly ownKey: () => string | undefined;
	readonly ownAddresses: () => readonly string[];
	/** Returns how well this key with this name was known before this moment. */
	readonly trustOf: (fingerprint: Fingerprint, name: string) => Trust;
	readonly room: () => GateRoom | undefined;
	readonly emit: (event: Happening) => void;
	/** Is called when somebody was blocked by their key. */
	readonly onKeyBlocked?: () => void;
	/** The blocks have changed here, which other rooms of this program have to know. */
	readonly onBlocks?: () => void;
	/** Is called when `view` or a place answers something else than before. */
	readonly onChange: () => void;
}

/** Keeps the gate on the host's side. Whoever has opened the store closes it. */
export class GateHost implements AccessRules {
	readonly gatekeeper: Gatekeeper;
	readonly locations: Locations;
	readonly #options: GateHostOptions;
	readonly #settings: HostSettings;
	readonly #log: KnockLog;
	readonly #blocks: BlockCommands;
	readonly #news: GateNews;
	readonly #watch: BlockWatch;
	readonly #seldom: SeldomTopics;
	/** Remembers how well those about to enter were known before they did. */
	readonly #trust = new Map<Fingerprint, { readonly name: string; readonly trust: Trust }>();
	readonly #trails = new InviteTrails();
	readonly #watchers = new Set<() => void>();
	#view: GateView | undefined;
	#stopDrawing: (() => void) | undefined;
	/** Alerts are told in their order, each when its place is known. */
	readonly #telling = new Turns();
	#waiting = 0;

	constructor(options: GateHostOptions) {
		this.#options = options;
		const { store, now, clock, sealer, lookUp } = options;
		this.locations = new Locations({ lookUp, now: () => clock.now(), onFound: () => this.#changed() });
		this.gatekeeper = new Gatekeeper({ store, now, clock, onAlert: (alert) => this.#alert(alert) });
		this.#settings = new HostSettings(store);
		const find = (caller: Caller): Promise<Location> => this.locations.find(caller);
		this.#log = new KnockLog({ store, sealer, find, now, clock, onEntry: (entry) => this.#logged(entry) });
		this.#blocks = new BlockCommands({
			gatekeeper: this.gatekeeper,
			locations: this.locations,
			log: this.#log,
			now,
			ownKey: options.ownKey,
			ownAddresses: options.ownAddresses,
			people: () => options.room()?.people() ?? [],
			callerOf: (fingerprint) => options.room()?.callerOf(fingerprint),
			invites: () => options.room()?.invites() ?? [],
			onBlocked: ({ kind: about, subject }, location, name) => {
				if (about === "fingerprint") options.onKeyBlocked?.();
				const caller = { key: subject, address: subject };
				const named = name === undefined ? {} : { name };
				this.#news.add({ kind: "blocked", caller, reason: "byHand", about, ...named }, location);
			},
		});
		this.#news = new GateNews(clock, (news) => this.#tell(news));
		this.#seldom = new SeldomTopics(quietMs, () => clock.now());
		this.#watch = new BlockWatch({
			store,
			clock,
			now,
			gatekeeper: this.gatekeeper,
			onChange: (added) => this.#blocksCame(added),
		});
	}

	/** Is called when a room is open: blocks that other processes add are seen within a second or so. */
	roomOpened(begins: Parameters<HostSettings["roomOpened"]>[0]): void {
		this.#settings.roomOpened(begins);
		this.#watch.start();
		this.#view = undefined;
	}

	/** Is called when the room is over. */
	roomClosed(): void {
		this.#watch.stop();
		this.#news.close();
		this.#trails.clear();
		this.#log.flush();
		// Last: what was told just now would have the picture drawn once more.
		this.#stopDrawing?.();
		this.#stopDrawing = undefined;
		this.#view = undefined;
	}

	/** Closes everything: whoever is on the way in has to go. */
	close(): void {
		this.gatekeeper.dismissAll("busy");
		this.roomClosed();
	}

	/** Is called when another room of this program has blocked or unblocked somebody. */
	blocksChanged(): void {
		this.#watch.lookNow();
	}

	/** Returns the gate as views see it, at most a moment old. */
	view(): GateView {
		this.#view ??= {
			settings: this.#settings.current,
			knocks: this.#log.recent(),
			blocks: this.#blocks.views(),
			invites: this.#trails.all(),
		};
		return this.#view;
	}

	blocks(): readonly BlockView[] {
		return this.#blocks.views();
	}

	previewBlock(address: string): BlockPreview {
		return this.#blocks.preview(address);
	}

	/** Returns the knocks that the query asks for, and none when `from` is nothing that can be blocked. */
	knocks(query: KnockQuery = {}): readonly KnockView[] {
		const subject = query.from === undefined ? undefined : parseBlockSubject(query.from);
		return query.from !== undefined && subject === undefined ? [] : this.#log.query(query, subject);
	}

	async perform(command: Extract<GateCommand, { kind: "block" | "unblock" | "settings" }>): Promise<Outcome> {
		const outcome = this.#carryOut(command);
		this.#view = undefined;
		if (command.kind === "settings") this.#options.room()?.settingsChanged(command);
		this.#rulesChanged();
		if (command.kind !== "settings" && outcome.kind === "done") this.#options.onBlocks?.();
		if (command.kind === "block" && outcome.kind === "done") {
			this.#watch.known();
			if (command.isRemoving) await this.#removeHit(command.address);
		}
		return outcome;
	}

	isPaused(): boolean {
		return this.#settings.current.isPaused;
	}

	memberCap(): number {
		return this.#settings.current.memberCap;
	}

	async isOwnerBlocked(caller: Caller): Promise<boolean> {
		const owners = this.gatekeeper.subjects("asn");
		if (owners.length === 0) return false;
		const { asn } = await this.locations.find(caller);
		return asn !== undefined && owners.includes(`AS${asn}`);
	}

	isKeyBlocked(fingerprint: Fingerprint): boolean {
		return this.gatekeeper.isBlocked("fingerprint", fingerprint);
	}

	/** Judges anew whoever is on the way in: other invites are good now. `takenBack` is the label of one that is good no longer. */
	changedInvites(takenBack?: string): void {
		if (takenBack !== undefined) this.#trails.forget(takenBack);
		this.#rulesChanged();
	}

	/** Is called when somebody is about to enter: how well they are known is remembered as it was before. */
	arriving(fingerprint: Fingerprint, name: string): void {
		this.#trust.set(fingerprint, { name, trust: this.#options.trustOf(fingerprint, name) });
	}

	onKnock({ caller, outcome, guesses, who, invite }: Knock): void {
		const before = who?.isProven ? this.#trust.get(who.fingerprint) : undefined;
		// Whoever said one name and came in under another was not looked up by it.
		const trust = before?.name === who?.name ? before?.trust : undefined;
		if (who) this.#trust.delete(who.fingerprint);
		const known = who && knownName(who.fingerprint, who.name, trust);
		const by = invite === undefined ? {} : { invite };
		this.#log.add({ caller, outcome, guesses, ...(known ? { who: known } : {}), ...by });
		if (invite !== undefined && invite !== "") void this.#follow(invite, caller);
		const code = outcome === "turnedAway" ? "blockedKeyCame" : outcome === "busy" ? "tooManyWaiting" : undefined;
		if (code === undefined || !known || !this.#seldom.isDue(known.fingerprint)) return;
		const { name, shortFingerprint } = known;
		const notice: Notice = { code, address: caller.address, name, shortFingerprint };
		this.#tell({ line: { tone: "alarm", notice }, isSummary: true });
	}

	/** Adds up from where a friend's invite comes, and tells the host when that is one country more. */
	async #follow(label: string, caller: Caller): Promise<void> {
		if (!this.#trails.knocked(label, caller)) return;
		const trail = this.#trails.found(label, await this.locations.find(caller));
		if (trail === undefined) return;
		const notice: Notice = { code: "inviteFromAfar", ...trail };
		this.#tell({ line: { tone: "warning", notice }, isSummary: true });
	}

	onSeatAlarm(fingerprint: Fingerprint, what: SeatAlarm): void {
		if (!this.#seldom.isDue(`seat ${fingerprint}`)) return;
		const known = this.#options
			.room()
			?.people()
			.find((person) => person.fingerprint === fingerprint)?.name;
		const { name, shortFingerprint } = knownName(fingerprint, known ?? shortFingerprintOf(fingerprint));
		const notice: Notice = { code: "seatAlarm", what, name, shortFingerprint };
		this.#tell({ line: { tone: "alarm", notice }, isSummary: true });
	}

	onInviteAlarm(label: string, { fingerprint, name: signed }: { fingerprint: Fingerprint; name: string }): void {
		if (!this.#seldom.isDue(`invite ${label} ${fingerprint}`)) return;
		const { name, shortFingerprint } = knownName(fingerprint, signed);
		const notice: Notice = { code: "inviteOfAnother", label, name, shortFingerprint };
		this.#tell({ line: { tone: "alarm", notice }, isSummary: true });
	}

	watch(onChange: () => void): () => void {
		this.#watchers.add(onChange);
		return () => this.#watchers.delete(onChange);
	}

	get settings(): HostSettings["current"] {
		return this.#settings.current;
	}

	#carryOut(command: Extract<GateCommand, { kind: "block" | "unblock" | "settings" }>): Outcome {
		switch (command.kind) {
			case "block":
				return this.#blocks.block(command);
			case "unblock":
				return this.#blocks.unblock(command.address);
			case "settings":
				return this.#settings.change(command);
		}
	}

	async #removeHit(typed: string): Promise<void> {
		const subject = parseBlockSubject(typed);
		const hits = subject ? this.#blocks.hits(subject) : [];
		for (const { fingerprint } of hits) await this.#options.room()?.remove(fingerprint);
	}

	/** Is called when another process has changed the blocks. What it added holds for those who are in as well. */
	#blocksCame(added: readonly string[]): void {
		for (const subject of added) {
			void this.#removeHit(subject);
			this.#tell({ line: { tone: "warning", notice: { code: "blockedElsewhere", subject } }, isSummary: true });
		}
		this.#rulesChanged();
		this.#changed();
	}

	/** Has everybody judged again who is on the way in. */
	#rulesChanged(): void {
		for (const tell of this.#watchers) tell();
	}

	#alert(alert: GateAlert): void {
		if (alert.kind === "blocked") {
			this.#rulesChanged();
			this.#options.onBlocks?.();
		}
		const caller = alert.kind === "storageFailed" ? undefined : alert.caller;
		if (caller === undefined || this.#waiting >= maximumWaiting) {
			this.#news.add(alert, caller === undefined ? locate("global") : this.locations.at(caller));
			return;
		}
		this.#waiting += 1;
		const found = this.locations.find(caller);
		void this.#telling.run(async () => {
			const location = await found;
			this.#waiting -= 1;
			this.#news.add(alert, location);
		});
	}

	#tell({ event, line, isSummary }: News): void {
		if (event) this.#options.emit(event);
		if (line) this.#options.room()?.note(line.tone, line.notice);
		if (line && isSummary) this.#options.emit({ kind: "notice", ...line });
		this.#changed();
	}

	#logged(entry: KnockView): void {
		this.#options.emit({ kind: "knock", ...entry });
		this.#changed();
	}

	#changed(): void {
		this.#stopDrawing ??= this.#options.clock.after(drawEveryMs, () => {
			this.#stopDrawing = undefined;
			this.#view = undefined;
			this.#options.room()?.refreshPlaces();
			this.#options.onChange();
		});
	}
}
