// `node:net` in a page: what reading an invite asks of it. A page opens no sockets but WebSockets.

const octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

export const isIPv4 = (text: string): boolean => ipv4.test(text);

/** Lets the URL parser judge, which takes every IPv6 address and no zone. */
export function isIPv6(text: string): boolean {
	return text.includes(":") && /^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]/`);
}

export const isIP = (text: string): 0 | 4 | 6 => (isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0);

/** Stands where lists of ranges are made; asking one throws, since nothing here has an address to ask about. */
export class BlockList {
	addSubnet(): void {}

	check(): boolean {
		throw new Error("a page knows no addresses");
	}
}
