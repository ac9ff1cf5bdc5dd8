// What a window in another process is told of the engine: everything once, then what has changed, each step numbered. A window that reads slowly costs no memory: it gets the newest state when it reads again.
import type { Engine, HomeView, RoomView, Snapshot, TimelineCursor } from "../api/api.ts";
import type { Changed, Feed, FeedStep, RoomChanges } from "../api/changes.ts";
import type { Event } from "../api/events.ts";
import type { RoomKey } from "../api/room-key.ts";

/** This many of the newest entries of a room are told at first; the window asks for the older ones by pages. */
const firstEntries = 200;
/** At most this many events wait for a window that reads slowly; further ones are left out and counted. */
const maxWaitingEvents = 1_000;

export interface FeedOptions {
	readonly engine: Engine;
	readonly tell: (step: FeedStep) => void;
	/** Tells whether what is told now is taken at once. */
	readonly isReady: () => boolean;
}

type RoomState = Omit<RoomView, "timeline" | "room">;

/** Holds what the window knows of a room. */
interface Told {
	readonly fields: Map<string, string>;
	cursor: TimelineCursor | undefined;
}

/** An Unnumbered is a step that has no number yet. */
type Unnumbered = FeedStep extends infer Step ? (Step extends FeedStep ? Omit<Step, "seq"> : never) : never;

/** Starts to tell a window of the engine. */
export function openFeed(options: FeedOptions): Feed {
	return new EngineFeed(options);
}

class EngineFeed implements Feed {
	readonly #options: FeedOptions;
	readonly #stops: readonly (() => void)[];
	#seq = 0;
	#home = new Map<string, string>();
	#rooms = new Map<RoomKey, Told>();
	#isWhole = true;
	#isScheduled = false;
	#isClosed = false;
	#events: Event[] = [];
	#missed = 0;

	constructor(options: FeedOptions) {
		this.#options = options;
		const { engine } = options;
		this.#stops = [engine.subscribe(() => this.#schedule()), engine.onEvent((event) => this.#event(event))];
		this.flush();
	}

	flush(): void {
		if (this.#isClosed || !this.#options.isReady()) return;
		const step = this.#changes();
		if (step !== undefined) this.#tell(step);
		for (const event of this.#events.splice(0)) {
			const missed = this.#missed > 0 ? { missed: this.#missed } : {};
			this.#missed = 0;
			this.#tell({ kind: "event", event, ...missed });
		}
	}

	restart(): void {
		this.#home = new Map();
		this.#rooms = new Map();
		this.#isWhole = true;
		this.flush();
	}

	drained(): void {
		this.flush();
	}

	close(): void {
		this.#isClosed = true;
		for (const stop of this.#stops) stop();
	}

	/** Tells what has changed once this turn of the event loop is over, so that what happens in one turn is one step. */
	#schedule(): void {
		if (this.#isScheduled) return;
		this.#isScheduled = true;
		setImmediate(() => {
			this.#isScheduled = false;
			this.flush();
		});
	}

	/** Tells an event after the state that it is about. */
	#event(event: Event): void {
		this.#events.push(event);
		if (this.#events.length > maxWaitingEvents) {
			this.#events.shift();
			this.#missed += 1;
		}
		this.#schedule();
	}

	#tell(step: Unnumbered): void {
		this.#seq += 1;
		this.#options.tell({ seq: this.#seq, ...step });
	}

	#changes(): Unnumbered | undefined {
		const { engine } = this.#options;
		const shown = engine.snapshot();
		const home = changed(this.#home, homeOf(shown));
		const keys = shown.rooms.map(({ room }) => room);
		const rooms: Record<RoomKey, RoomChanges> = {};
		for (const room of keys) {
			const changes = this.#roomChanges(room, engine.snapshot(room));
			if (changes !== undefined) rooms[room] = changes;
		}
		const gone = [...this.#rooms.keys()].filter((room) => !keys.includes(room));
		for (const room of gone) this.#rooms.delete(room);
		const isWhole = this.#isWhole;
		this.#isWhole = false;
		const isNothing = Object.keys(home).length + Object.keys(rooms).length + gone.length === 0;
		if (isNothing && !isWhole) return undefined;
		return { kind: "state", home, rooms, gone, ...(isWhole ? { isWhole } : {}) };
	}

	#roomChanges(room: RoomKey, snapshot: Snapshot): RoomChanges | undefined {
		const told = this.#rooms.get(room) ?? { fields: new Map(), cursor: undefined };
		this.#rooms.set(room, told);
		const view = changed(told.fields, stateOf(snapshot));
		const before = told.cursor;
		const lines = snapshot.timeline.changesSince?.(before, firstEntries);
		told.cursor = lines?.cursor;
		const hasLines =
			lines !== undefined && (before?.next !== lines.cursor.next || before.revision !== lines.cursor.revision);
		const hasView = Object.keys(view).length > 0;
		if (!hasView && !hasLines) return undefined;
		return { ...(hasView ? { view } : {}), ...(hasLines ? { lines } : {}) };
	}
}

/** The fields of a room; all others are the home's. The compiler asks here for each new one. */
const roomFields: Readonly<Record<keyof RoomView, true>> = {
	room: true,
	phase: true,
	people: true,
	timeline: true,
	hosting: true,
	gate: true,
	talk: true,
	isOffRecord: true,
	kept: true,
	files: true,
};

function homeOf({ version: _, ...snapshot }: Snapshot): HomeView {
	const home = Object.entries(snapshot).filter(([field]) => !Object.hasOwn(roomFields, field));
	return Object.fromEntries(home) as unknown as HomeView;
}

/** Returns what is told of a room's state. Its name is told as the key, and its timeline by what is new in it. */
function stateOf(snapshot: Snapshot): RoomState {
	const { room: _, timeline: __, ...told } = roomFields;
	const state = Object.entries(snapshot).filter(([field]) => Object.hasOwn(told, field));
	return Object.fromEntries(state) as unknown as RoomState;
}

/** Returns the fields that are not as they were told last, and remembers them as told. */
function changed<View extends object>(told: Map<string, string>, view: View): Changed<View> {
	const changes: Record<string, unknown> = {};
	for (const [field, value] of Object.entries(view)) {
		const text = JSON.stringify(value);
		if (told.get(field) === text) continue;
		told.set(field, text);
		changes[field] = value;
	}
	for (const field of [...told.keys()].filter((one) => !Object.hasOwn(view, one))) {
		told.delete(field);
		changes[field] = null;
	}
	return changes as Changed<View>;
}
