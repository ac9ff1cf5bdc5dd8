// What the person wants from this run, as far as the command line tells: the views start from it.

/** `name`: to be called so from now on. `target` as the engine's join command takes it. */
export type Intent =
	| { readonly kind: "home"; readonly name?: string; readonly dht?: true }
	| {
			readonly kind: "host";
			readonly name?: string;
			readonly port?: number;
			readonly bind?: string;
			/** Shown to everyone on the same network from the start. */
			readonly visibleOnLan?: true;
			/** Found through the DHT. */
			readonly dht?: true;
	  }
	/** Without a target: it is still to be chosen. */
	| { readonly kind: "join"; readonly name?: string; readonly target?: string };
