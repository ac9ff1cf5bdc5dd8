// Whom this program contacts: each part that sends something says to whom, so that the person can be told.

/** Somebody to whom something is sent, or a name for whose address a name server is asked. `port` is 0 where it is not known. */
export type Contact =
	| { readonly kind: "address"; readonly address: string; readonly port: number }
	| { readonly kind: "name"; readonly name: string }
	/** A network whose computers another program chooses, such as Tor. */
	| { readonly kind: "network"; readonly name: string };

/** Is called before something is sent, once or more often for the same contact. It must not throw. */
export type OnContact = (contact: Contact) => void;
