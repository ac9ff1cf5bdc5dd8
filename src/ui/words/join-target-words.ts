// Reads where to join from the words of a command line: ADDRESS PORT, ADDRESS:PORT, [IPv6]:PORT or an rt:// invite. Only the shape; the engine checks the rest.

/** `target` as the engine's join command takes it; `message` says what to type instead. */
export type TargetRead =
	| { readonly kind: "target"; readonly target: string }
	| { readonly kind: "unclear"; readonly message: string };

/** Longer than any host name (RFC 1035 §2.3.4: 255) with its port. */
const targetLimit = 300;
/** See MAX_INVITE_CHARACTERS in the engine; the engine reads it. */
const inviteLimit = 1_100;

/** Never throws; the message repeats nothing of what was typed. */
export function readTarget(words: readonly string[]): TargetRead {
	const [address = "", port, ...more] = words;
	if (/^rt:\/\//i.test(address) && port === undefined) {
		return address.length <= inviteLimit
			? { kind: "target", target: address }
			: unclear("That is too long for an invite.");
	}
	if (address.length > targetLimit) return unclear("That address is too long.");
	if (/[\p{C}\s]/u.test(address)) return unclear("An address has no spaces or control characters.");
	if (address === "" || more.length > 0) return unclear("To join a room: rt ADDRESS PORT.");
	if (port !== undefined) {
		return isPort(port)
			? { kind: "target", target: `${address} ${port}` }
			: unclear("The port must be a number from 1 to 65535: rt ADDRESS PORT.");
	}
	const joined = /^(?:\[[^\]]+\]|[^:[\]]+):([^:]*)$/.exec(address);
	if (joined !== null) {
		return isPort(joined[1] ?? "")
			? { kind: "target", target: address }
			: unclear("The port must be a number from 1 to 65535: rt ADDRESS:PORT.");
	}
	if (address.includes(":"))
		return unclear("An IPv6 address needs its port apart: rt ADDRESS PORT, or rt [ADDRESS]:PORT.");
	return unclear("The port is missing: rt ADDRESS PORT.");
}

function isPort(text: string): boolean {
	return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
}

function unclear(message: string): TargetRead {
	return { kind: "unclear", message };
}
