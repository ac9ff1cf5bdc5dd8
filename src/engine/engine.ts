// The engine: carries out Commands, publishes Snapshots and Events. Owns the desks that do the work; knows no view.
import { GarbageAtRest } from "../crypto/garbage-at-rest.ts";
import { parseFingerprint } from "../crypto/identity/fingerprint.ts";
import { keyWords } from "../crypto/identity/safety-words.ts";
import { isStoreFailure } from "../store/failure.ts";
import type { Command, Engine, Entry, Snapshot } from "./api/api.ts";
import type { Outcome } from "./api/codes.ts";
import type { HistoryPage, HistoryQuery } from "./api/content.ts";
import type { Event } from "./api/events.ts";
import type { BlockPreview, BlockView, KnockQuery, KnockView } from "./api/gate.ts";
import type { Notice } from "./api/notices.ts";
import { refuse } from "./api/outcome.ts";
import type { PostsView } from "./api/posts/posts.ts";
import type { RoomKey } from "./api/room-key.ts";
import type { Told } from "./api/told.ts";
import { verifyKey } from "./compared-keys.ts";
import { Desks, type EngineOptions } from "./desks.ts";
import { previewFiles } from "./files/preview.ts";
import { isPostCommand } from "./posts/posts.ts";
import { Publisher } from "./publisher.ts";
import { performInRoom } from "./room-commands.ts";
import { noTimeline, type RoomSlot } from "./room-slot.ts";
import { cleanLine } from "./text/clean.ts";
import { keptOnDisk } from "./told/on-disk.ts";

/** Owns the account, the store and the locator, and closes them. */
export class RealTalk implements Engine {
	readonly #options: EngineOptions;
	readonly #publisher = new Publisher();
	readonly #desks: Desks;
	readonly #garbage = new GarbageAtRest();
	#version = 0;
	/** Holds what was drawn of each room since the last change. */
	readonly #drawn = new Map<RoomSlot | undefined, Snapshot>();

	constructor(options: EngineOptions) {
		this.#options = options;
		this.#desks = new Desks(options, {
			emit: (event) => this.#emit(event),
			changed: () => this.#publish(),
		});
	}

	snapshot(room?: RoomKey): Snapshot {
		const slot = this.#desks.stays.slots.shown(room);
		const drawn = this.#drawn.get(slot) ?? this.#draw(slot);
		this.#drawn.set(slot, drawn);
		return drawn;
	}

	subscribe(listener: () => void): () => void {
		this.#options.account.openSoon();
		return this.#publisher.subscribe(listener);
	}

	onEvent(listener: (event: Event) => void): () => void {
		return this.#publisher.onEvent(listener);
	}

	async blocks(): Promise<readonly BlockView[]> {
		return this.#desks.gates.of().blocks();
	}

	async previewBlock(address: string, room?: RoomKey): Promise<BlockPreview> {
		return this.#desks.gates.of(room).previewBlock(address);
	}

	readonly previewFiles = previewFiles;

	async knocks(query?: KnockQuery): Promise<readonly KnockView[]> {
		return this.#desks.gates.of().knocks(query);
	}

	history(query: HistoryQuery): Promise<HistoryPage> {
		return this.#desks.history.query(query);
	}

	async told(): Promise<Told> {
		return { ...this.#desks.told.view(), ...keptOnDisk(this.#options.store, this.#desks.history.histories.count()) };
	}

	async posts(of?: string): Promise<PostsView> {
		await this.#options.account.whenOpen();
		return this.#desks.posts.view(of);
	}

	async keyWords(text: string): Promise<readonly string[] | undefined> {
		const fingerprint = parseFingerprint(text);
		return fingerprint && keyWords(fingerprint);
	}

	async lines(
		room: RoomKey,
		{ before, limit }: { readonly before?: string; readonly limit: number },
	): Promise<readonly Entry[]> {
		return this.#desks.stays.slots.shown(room)?.room?.timeline.page(before, limit) ?? [];
	}

	/** Tells the person something in the room; nobody else hears of it. For who runs the engine, not for views. */
	tell(notice: Notice): void {
		this.#desks.stays.slots.shown(undefined)?.stay?.room?.notice("info", notice);
		this.#publish();
	}

	async perform(command: Command): Promise<Outcome> {
		try {
			const opening = this.#options.account.whenOpen();
			return await (opening?.then(() => this.#perform(command)) ?? this.#perform(command));
		} catch (error) {
			if (!isStoreFailure(error)) throw error;
			const why = cleanLine(error.message);
			return refuse({ code: "internal", why: "storage", detail: why });
		} finally {
			this.#publish();
		}
	}

	async close(): Promise<void> {
		await this.#desks.leave();
		// Whoever still looks sees the end, which needs neither account nor database.
		this.snapshot();
		await this.#desks.close();
		await this.#options.locator?.close?.();
		this.#options.account.close();
		this.#options.store.close();
	}

	/** Carries out what is not about a room. */
	#perform(command: Command): Outcome | Promise<Outcome> {
		const { account } = this.#options;
		switch (command.kind) {
			case "createIdentity":
				return account.create(command.name);
			case "unlockIdentity":
				return account.unlock(command.passphrase);
			case "rename":
				return account.rename(command.name);
			case "host":
				return this.#desks.stays.host(command);
			case "join":
				return this.#desks.stays.join(command);
			case "verify":
				return verifyKey(account, this.#desks.stays.slots.all(), this.#desks.posts, command);
			case "buddy":
			case "answerBuddy":
			case "unbuddy":
				return this.#desks.buddies.perform(command, this.#desks.stays.slots.roomWith(command));
			case "purgeHistory":
				return this.#desks.history.purge(command);
			case "browseLan":
				return this.#desks.lan.browse(command.isOn && !this.#desks.stays.slots.all().some(({ isLive }) => isLive));
			default:
				if (isPostCommand(command)) return this.#desks.posts.perform(command);
				return performInRoom(command, this.#desks);
		}
	}

	#publish(): void {
		if (!this.#options.store.database.open) return; // closed: nobody looks any more
		this.#version += 1;
		this.#drawn.clear();
		this.#publisher.changed();
	}

	/** Tells an event. Whoever hears of it sees the state that it came with, though `#publish` may follow only behind it. */
	#emit(event: Event): void {
		this.#drawn.clear();
		// It is told before: some programs end with their room.
		if (event.kind === "closed") this.#desks.buddies.ended(event);
		this.#publisher.emit(event);
		this.#desks.buddies.happened(event);
		// Coming into a room leaves much behind.
		if (event.kind === "listening" || (event.kind === "joined" && event.self)) this.#garbage.worked();
		// Which rooms are open says which of them give posts.
		if (event.kind === "listening" || event.kind === "closed") this.#desks.posts.doors.changed();
		if (event.kind === "verification" && event.state === "matched") this.#desks.posts.trustChanged();
	}

	#draw(slot: RoomSlot | undefined): Snapshot {
		const room = slot?.view() ?? { phase: { kind: "idle" }, people: [], timeline: noTimeline };
		return {
			version: this.#version,
			...room,
			identity: this.#options.account.state(),
			rooms: this.#desks.stays.slots.all().map((one) => one.summary()),
			...this.#desks.kept.view(this.#options.account.recentRooms(), (found) => this.#desks.buddies.view(found)),
			routeTerms: this.#desks.stays.routeTerms(),
			...this.#desks.posts.homeView(),
			...(this.#options.proxy === undefined ? {} : { proxy: this.#options.proxy }),
			...this.#desks.lan.view(),
		};
	}
}
