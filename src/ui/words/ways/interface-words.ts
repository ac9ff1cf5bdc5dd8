// What people call a network interface, where its kind can be told from its name.
import type { InterfaceName } from "../../../engine/api/opening.ts";

/** Says each kind of interface in words. */
export const interfaceWords: Readonly<Record<InterfaceName["kind"], string>> = {
	wifi: "Wi-Fi",
	cable: "cable",
	mobile: "mobile network",
	vpn: "VPN",
	container: "containers and virtual machines",
	loopback: "this computer only",
	network: "network",
};
