// A Transport that says whom it contacts.
import type { OnContact } from "./contact.ts";
import type { DialOptions, ListenOptions, Transport } from "./link.ts";

/** These are called for each contact, by the side that began it: `dialled` for ours, `answered` for those who came to us. */
interface TransportContacts {
	readonly dialled: OnContact;
	readonly answered: OnContact;
}

/** Makes a Transport that does as `base` does, and says whom it contacts. */
export function watchedTransport(base: Transport, contacts: TransportContacts): Transport {
	const dialling = (options: DialOptions): DialOptions => ({ ...options, onContact: contacts.dialled });
	const listening = ({ onLink, mayCome, ...options }: ListenOptions): ListenOptions => ({
		...options,
		mayCome:
			mayCome &&
			((caller) => {
				const may = mayCome(caller);
				// The system has answered them by then.
				if (!may) contacts.answered({ kind: "address", address: caller.address, port: 0 });
				return may;
			}),
		onContact: contacts.answered,
		onLink(link) {
			const { address, port } = link.far;
			if (address !== undefined && port !== undefined) contacts.answered({ kind: "address", address, port });
			onLink(link);
		},
	});
	return {
		...base,
		...(base.parts && { parts: base.parts.map((part) => watchedTransport(part, contacts)) }),
		dial: (target, options) => base.dial(target, dialling(options)),
		listen: (options) => base.listen(listening(options)),
	};
}
