// UPnP IGD 2: a hole in the router's IPv6 firewall (WANIPv6FirewallControl:1). It has to be asked for over IPv6, by the address it is for.
import type { Standpoint } from "../address/interfaces.ts";
import type { OnContact } from "../link/contact.ts";
import { addressOfService, callIgd, describeIgd, type IgdService } from "./igd-device.ts";
import type { MapOutcome, MappingMethod, MapRequest, Router } from "./method.ts";
import { textIn } from "./router-xml.ts";
import { searchRouter } from "./ssdp.ts";

/** The IANA protocol numbers. */
const PROTOCOL_NUMBERS = { tcp: 6, udp: 17 } as const;
/** A pinhole lives from one second to a day, never for ever (WANIPv6FirewallControl:1 §2.4.3). */
const LONGEST_LEASE_SECONDS = 86_400;
/** There is no such pinhole, by the number of "NoSuchEntry" (WANIPv6FirewallControl:1 §2.6) or, from miniupnpd, of "invalid arguments". */
const NO_SUCH_PINHOLE: readonly (number | undefined)[] = [704, 402];

/** Makes the method that opens pinholes by UPnP, with the router on the IPv6 subnet of `own`. */
export function igdPinholeMethod(own: Standpoint, onContact?: OnContact): MappingMethod {
	return {
		name: "upnpPinhole",
		async find(signal) {
			if (own.family !== 6) return undefined;
			return searchRouter(
				own,
				async (location) => {
					const service = (await describeIgd(location, own, signal))?.pinhole[0];
					return service && pinholeRouter(service, own);
				},
				signal,
				onContact,
			);
		},
	};
}

function pinholeRouter(service: IgdService, own: Standpoint): Router {
	return {
		address: addressOfService(service),
		map: (request, signal) => open(service, own, request, signal),
		async check({ pinholeId }, lease, signal) {
			if (pinholeId === undefined) return { kind: "gone" };
			const answer = await callIgd(service, "GetPinholePackets", { UniqueID: pinholeId }, signal);
			if (answer.kind === "done") return { kind: "still", lease };
			const { why } = answer.refusal;
			if (why === "noAnswer" || why === "malformed") return { kind: "noAnswer" };
			// Without that action the lease has to tell. Any other error means that the pinhole is not as it was.
			return why === "unsupported" ? { kind: "still", lease } : { kind: "gone" };
		},
		async unmap({ pinholeId }, signal) {
			// A crash between question and answer leaves a pinhole nobody knows the number of: its lease ends it.
			if (pinholeId === undefined) return true;
			const answer = await callIgd(service, "DeletePinhole", { UniqueID: pinholeId }, signal);
			return answer.kind === "done" || NO_SUCH_PINHOLE.includes(answer.refusal.code);
		},
	};
}

async function open(
	service: IgdService,
	own: Standpoint,
	request: MapRequest,
	signal: AbortSignal,
): Promise<MapOutcome> {
	const seconds = request.leaseSeconds === 0 ? LONGEST_LEASE_SECONDS : request.leaseSeconds;
	const values = {
		// Anybody from outside, from any port.
		RemoteHost: "",
		RemotePort: 0,
		InternalClient: own.address,
		InternalPort: request.internalPort,
		Protocol: PROTOCOL_NUMBERS[request.protocol],
		LeaseTime: seconds,
	};
	const answer = await callIgd(service, "AddPinhole", values, signal);
	if (answer.kind === "refused") return answer;
	const text = textIn(answer.values, "UniqueID") ?? "";
	const pinholeId = /^\d{1,5}$/.test(text) ? Number(text) : -1;
	if (pinholeId < 0 || pinholeId > 65_535) return { kind: "refused", refusal: { why: "malformed" } };
	const { internalPort: externalPort } = request;
	return {
		kind: "mapped",
		lease: { externalPort, seconds, address: own.address, verdict: "public", pinholeId },
	};
}
