// What has changed since somebody looked last, for whoever follows from another process. Plain data. Part of api.ts.
import type { HomeView, RoomView, TimelineChanges } from "./api.ts";
import type { Event } from "./events.ts";
import type { RoomKey } from "./room-key.ts";

/** The fields that have changed; `null` says that a field is gone. */
export type Changed<View> = { readonly [Field in keyof View]?: View[Field] | null };

export interface RoomChanges {
	readonly view?: Changed<Omit<RoomView, "timeline" | "room">>;
	readonly lines?: TimelineChanges;
}

/** A step of what a window is told. `seq` grows by one from step to step; a window that misses one asks for everything anew. */
export type FeedStep = { readonly seq: number } & (
	| {
			readonly kind: "state";
			readonly home: Changed<HomeView>;
			readonly rooms: Readonly<Record<RoomKey, RoomChanges>>;
			readonly gone: readonly RoomKey[];
			/** Nothing that was told before counts. */
			readonly isWhole?: true;
	  }
	/** Something has happened. `missed` counts the events before this one that were left out because the window read too slowly. What they were about is in the state. */
	| { readonly kind: "event"; readonly event: Event; readonly missed?: number }
);

/** One window's place in what is told. */
export interface Feed {
	/** Tells what has changed, if anything has. */
	flush(): void;
	/** Tells everything anew. */
	restart(): void;
	/** Is called when the window takes more again. */
	drained(): void;
	close(): void;
}
