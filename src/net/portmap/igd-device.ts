// A UPnP Internet gateway: which services its description offers, and one SOAP call of one of them (UPnP Device Architecture 1.1 §2, §3).
import { canonicalAddress } from "../address/address.ts";
import type { Standpoint } from "../address/interfaces.ts";
import type { Refusal } from "./method.ts";
import { askHttp } from "./router-http.ts";
import { elementsCalled, escapeXml, parseXml, textIn, type XmlElement } from "./router-xml.ts";
import type { DeviceLocation } from "./ssdp.ts";

/** One service of a router, and where it is controlled: always on the router's own address. */
export interface IgdService {
	/** The type, for example "urn:schemas-upnp-org:service:WANIPConnection:2". */
	readonly type: string;
	readonly control: URL;
	/** The host to connect to. */
	readonly host: string;
	/** The address of this computer to ask from. */
	readonly from: string;
}

export type SoapAnswer =
	| { readonly kind: "done"; readonly values: XmlElement }
	| { readonly kind: "refused"; readonly refusal: Refusal };

const SERVICE = "urn:schemas-upnp-org:service:";
/** The services that map ports, the newest first. */
const WAN_SERVICES = ["WANIPConnection:2", "WANIPConnection:1", "WANPPPConnection:1"] as const;
const PINHOLE_SERVICE = "WANIPv6FirewallControl:1";
/** At most this many services of one kind are asked, which is more than any router has; each costs a question. */
const MAX_SERVICES = 4;

/** Says what a description offers: services that map ports, services that open pinholes. */
export interface IgdServices {
	readonly wan: readonly IgdService[];
	readonly pinhole: readonly IgdService[];
}

/** Asks a router for its description; `undefined` when it has none, or one that makes no sense. */
export async function describeIgd(
	location: DeviceLocation,
	own: Standpoint,
	signal: AbortSignal,
): Promise<IgdServices | undefined> {
	const answer = await askHttp({ url: location.url, host: location.host, from: own.address, signal });
	// Anything but 200 is no description; a redirect would lead away from the address that was checked.
	if (answer.kind !== "answer" || answer.status !== 200) return undefined;
	return readDescription(answer.text, location, own);
}

/** Reads the services of one description, without asking anybody. */
export function readDescription(text: string, location: DeviceLocation, own: Standpoint): IgdServices | undefined {
	const root = parseXml(text);
	if (root === undefined) return undefined;
	const base = controlUrl(textIn(root, "URLBase"), location.url) ?? location.url;
	const services = elementsCalled(root, "service").flatMap((element) => {
		const type = textIn(element, "serviceType");
		const control = controlUrl(textIn(element, "controlURL"), base);
		return type === undefined || control === undefined
			? []
			: [{ type, control, host: location.host, from: own.address }];
	});
	const offered = (name: string) => services.filter(({ type }) => type === SERVICE + name);
	return {
		wan: WAN_SERVICES.flatMap(offered).slice(0, MAX_SERVICES),
		pinhole: offered(PINHOLE_SERVICE).slice(0, 1),
	};
}

/** Returns `text` as a URL on the same address as `base`; `undefined` when it leads elsewhere or is none. */
function controlUrl(text: string | undefined, base: URL): URL | undefined {
	if (text === undefined || text === "" || !URL.canParse(text, base.href)) return undefined;
	const url = new URL(text, base);
	const isPlain = url.protocol === "http:" && url.username === "" && url.password === "" && url.port !== "0";
	return isPlain && url.hostname === base.hostname ? url : undefined;
}

/** The meaning of the numbers of UPnP errors (WANIPConnection:2 §2.5, WANIPv6FirewallControl:1 §2.6, Device Architecture §3.2.2). */
const REFUSALS: Readonly<Record<number, Refusal["why"]>> = {
	401: "unsupported",
	501: "other",
	602: "unsupported",
	606: "notAuthorized",
	701: "noResources",
	702: "notAuthorized",
	703: "notAuthorized",
	718: "portTaken",
	724: "samePortOnly",
	725: "onlyPermanent",
	728: "noResources",
	729: "portTaken",
};

/** Calls one action. It never throws for what the router does. */
export async function callIgd(
	service: IgdService,
	action: string,
	values: Readonly<Record<string, string | number>>,
	signal: AbortSignal,
): Promise<SoapAnswer> {
	const body = envelope(service.type, action, values);
	const headers = {
		"content-type": 'text/xml; charset="utf-8"',
		"content-length": String(Buffer.byteLength(body)),
		soapaction: `"${service.type}#${action}"`,
	};
	const { control: url, host, from } = service;
	const answer = await askHttp({ url, host, from, signal, post: { body, headers } });
	if (answer.kind === "failed") {
		return { kind: "refused", refusal: { why: answer.why === "tooLarge" ? "malformed" : "noAnswer" } };
	}
	return readSoapAnswer(answer.status, answer.text, action);
}

function envelope(type: string, action: string, values: Readonly<Record<string, string | number>>): string {
	const inner = Object.entries(values)
		.map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
		.join("");
	return (
		'<?xml version="1.0"?>\r\n<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ' +
		's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>' +
		`<u:${action} xmlns:u="${escapeXml(type)}">${inner}</u:${action}></s:Body></s:Envelope>\r\n`
	);
}

/** Reads the answer to `action` (Device Architecture §3.2.2). */
export function readSoapAnswer(status: number, text: string, action: string): SoapAnswer {
	const root = parseXml(text);
	if (status === 200 && root) {
		const [values] = elementsCalled(root, `${action}Response`);
		if (values) return { kind: "done", values };
	}
	const code = root && textIn(root, "errorCode");
	if (code === undefined || !/^\d{3}$/.test(code)) return { kind: "refused", refusal: { why: "malformed" } };
	return { kind: "refused", refusal: { why: REFUSALS[Number(code)] ?? "other", code: Number(code) } };
}

/** Returns the canonical address at which a service is asked. */
export function addressOfService(service: IgdService): string {
	return canonicalAddress(service.host) ?? service.host;
}
