// UPnP IGD 1 and 2: opening a port of IPv4 (WANIPConnection and WANPPPConnection).
import type { Standpoint } from "../address/interfaces.ts";
import { type JudgedAddress, judgePublicAddress } from "../address/public-address.ts";
import type { OnContact } from "../link/contact.ts";
import { addressOfService, callIgd, describeIgd, type IgdService } from "./igd-device.ts";
import type { CheckOutcome, MapOutcome, MappingMethod, MapRequest, OwnMapping, Refusal, Router } from "./method.ts";
import { textIn } from "./router-xml.ts";
import { searchRouter } from "./ssdp.ts";

/** Routers show this on their own pages beside the mapping; by it own mappings are recognised. */
const DESCRIPTION = "Real Talk";

/** There is no such mapping, by UPnP error 714 "NoSuchEntryInArray" or 713 "SpecifiedArrayIndexInvalid" (WANIPConnection:2 §2.5). */
const NO_SUCH_MAPPING: readonly (number | undefined)[] = [713, 714];

/** Makes the method that opens ports by UPnP with whichever router on the subnet of `own` answers and passes the checks in ssdp.ts. */
export function igdMethod(own: Standpoint, onContact?: OnContact): MappingMethod {
	return {
		name: "upnp",
		async find(signal) {
			if (own.family !== 4) return undefined;
			return searchRouter(
				own,
				async (location) => {
					const services = await describeIgd(location, own, signal);
					const service = services && (await connectedOne(services.wan, signal));
					return service && igdRouter(service, own);
				},
				signal,
				onContact,
			);
		},
	};
}

/** Returns the service that is in use. Some routers describe two connections, of which one has an address. */
async function connectedOne(services: readonly IgdService[], signal: AbortSignal): Promise<IgdService | undefined> {
	if (services.length < 2) return services[0];
	for (const service of services) {
		const { verdict } = await externalAddress(service, signal);
		if (verdict === "public") return service;
	}
	return services[0];
}

async function externalAddress(service: IgdService, signal: AbortSignal): Promise<JudgedAddress> {
	const answer = await callIgd(service, "GetExternalIPAddress", {}, signal);
	if (answer.kind === "refused") return { verdict: "none" };
	return judgePublicAddress(textIn(answer.values, "NewExternalIPAddress"), 4);
}

function igdRouter(service: IgdService, own: Standpoint): Router {
	return {
		address: addressOfService(service),
		map: (request, signal) => map(service, own, request, signal),
		async check(mapping, lease, signal): Promise<CheckOutcome> {
			const entry = await readEntry(service, mapping, signal);
			if (entry === "noAnswer") return { kind: "noAnswer" };
			if (entry === "none" || !isOurs(entry, mapping)) return { kind: "gone" };
			const { externalPort, seconds } = lease;
			return { kind: "still", lease: { externalPort, seconds, ...(await externalAddress(service, signal)) } };
		},
		async unmap(mapping, signal) {
			const entry = await readEntry(service, mapping, signal);
			if (entry === "noAnswer") return false;
			// After a crash the port may have gone to somebody else.
			if (entry === "none" || !isOurs(entry, mapping)) return true;
			const answer = await callIgd(service, "DeletePortMapping", entryKey(mapping), signal);
			return answer.kind === "done" || NO_SUCH_MAPPING.includes(answer.refusal.code);
		},
	};
}

function entryKey({ externalPort, protocol }: Pick<MapRequest, "externalPort" | "protocol">) {
	return { NewRemoteHost: "", NewExternalPort: externalPort, NewProtocol: protocol.toUpperCase() };
}

async function map(
	service: IgdService,
	own: Standpoint,
	request: MapRequest,
	signal: AbortSignal,
): Promise<MapOutcome> {
	// IGD 2 can pick a free port by itself (WANIPConnection:2 §2.4.17).
	const mayChoose = request.mayChoose && service.type.endsWith("WANIPConnection:2");
	const values = {
		...entryKey(request),
		NewInternalPort: request.internalPort,
		NewInternalClient: own.address,
		NewEnabled: 1,
		NewPortMappingDescription: DESCRIPTION,
		NewLeaseDuration: request.leaseSeconds,
	};
	const answer = await callIgd(service, mayChoose ? "AddAnyPortMapping" : "AddPortMapping", values, signal);
	if (answer.kind === "refused") return explained(answer.refusal, service, signal);
	const chosen = mayChoose ? Number(textIn(answer.values, "NewReservedPort")) : request.externalPort;
	if (!Number.isInteger(chosen) || chosen < 1 || chosen > 65_535)
		return { kind: "refused", refusal: { why: "malformed" } };
	const outside = await externalAddress(service, signal);
	return { kind: "mapped", lease: { externalPort: chosen, seconds: request.leaseSeconds, ...outside } };
}

/** Adds to a refusal what may explain it. Routers behind another NAT refuse with "action failed" (501) and little else: their address tells why. */
async function explained(refusal: Refusal, service: IgdService, signal: AbortSignal): Promise<MapOutcome> {
	const isPlain = ["portTaken", "onlyPermanent", "noAnswer"].includes(refusal.why);
	if (isPlain) return { kind: "refused", refusal };
	return { kind: "refused", refusal: { ...refusal, outside: await externalAddress(service, signal) } };
}

interface Entry {
	readonly client: string | undefined;
	readonly port: number;
	readonly description: string | undefined;
}

async function readEntry(
	service: IgdService,
	mapping: OwnMapping,
	signal: AbortSignal,
): Promise<Entry | "none" | "noAnswer"> {
	const answer = await callIgd(service, "GetSpecificPortMappingEntry", entryKey(mapping), signal);
	if (answer.kind === "refused") return NO_SUCH_MAPPING.includes(answer.refusal.code) ? "none" : "noAnswer";
	return {
		client: textIn(answer.values, "NewInternalClient"),
		port: Number(textIn(answer.values, "NewInternalPort")),
		description: textIn(answer.values, "NewPortMappingDescription"),
	};
}

function isOurs(entry: Entry, mapping: OwnMapping): boolean {
	const isSameEnd = entry.client === mapping.internalAddress && entry.port === mapping.internalPort;
	return isSameEnd && entry.description === DESCRIPTION;
}
