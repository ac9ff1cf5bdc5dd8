// The ways into a hosted room as they come and go: asks the router to open the port, watches the computer's addresses, says what to tell friends.

import type { Fingerprint } from "../../../crypto/identity/fingerprint.ts";
import { isLinkLocal, type LocalAddress, scopeOf, typeableAddresses } from "../../../net/address/address.ts";
import { interfaceKind, type Restriction, type Standpoint, standpoint } from "../../../net/address/interfaces.ts";
import { watchAddresses } from "../../../net/link/watch-addresses.ts";
import type { PortFacts } from "../../../net/portmap/facts.ts";
import { type OwnMapping, type OwnMappingChange, parseOwnMapping } from "../../../net/portmap/method.ts";
import { type PortMapper, startPortMapper } from "../../../net/portmap/portmap.ts";
import { codeOf } from "../../../store/failure.ts";
import type { OwnMappings } from "../../../store/own-mappings.ts";
import type { Hosting, JoinLine, WayIn } from "../../api/hosting.ts";
import { Turns } from "../../bounds/turns.ts";
import type { RouteHost } from "../../routes/route.ts";
import type { Disclosures } from "../../told/disclosures.ts";
import { encodeInvite, type InviteToWrite } from "../../wire/invite.ts";
import { inviteEndpoints, waysIn } from "./reachability.ts";

export interface WaysOptions {
	readonly port: number;
	/** That port is listened on by UDP too. */
	readonly isUdpOpen: boolean;
	/** Says whether anything listens; where nothing does, the routes are all there is, and neither router nor network is asked. */
	readonly isPortOpen: boolean;
	/** The invite names loopback where the room listens nowhere else: whom it is for is on this computer too. */
	readonly isForNeighbour: boolean;
	/** Names the one interface or address that is listened on; when it is empty all of them are. */
	readonly only: Restriction;
	/** Says whether the router may be asked. */
	readonly isMappingAllowed: boolean;
	readonly host: Fingerprint;
	/** Holds the secret of the room's invites; the name of the room in them follows from it. */
	readonly secret: Uint8Array;
	readonly room: Uint8Array;
	/** The room is off the record: its invites say so. */
	readonly isOffRecord: boolean;
	readonly mappings: OwnMappings;
	readonly told: Pick<Disclosures, "contacts" | "mapping">;
	/** Returns the ways in beside plain addresses that the host wants now. */
	readonly routes: () => readonly Pick<RouteHost, "view" | "inviteKey" | "invitePart" | "secretsChanged">[];
	readonly onChange: (view: WaysView) => void;
}

/** Holds what the screen shows of it. */
export type WaysView = Pick<Hosting, "joinLines" | "ways" | "invite">;

/** Tells whether an address leads nobody here who has an invite: only this computer itself, or whoever types a link-local address. */
const isForNoInvite = ({ scope, address }: LocalAddress): boolean => scope === "loopback" || isLinkLocal(address);

function isRunning(processId: number): boolean {
	try {
		process.kill(processId, 0);
		return true;
	} catch (error) {
		// EPERM: it runs, as somebody else.
		return codeOf(error) === "EPERM";
	}
}

function parsedJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Owns the port mapper. `close` takes back what was opened. */
export class Ways {
	readonly #options: WaysOptions;
	readonly #stop = new AbortController();
	#addresses: readonly LocalAddress[];
	#mapper: PortMapper | undefined;
	readonly #restarts = new Turns();

	constructor(options: WaysOptions) {
		this.#options = options;
		this.#addresses = this.#reachable(typeableAddresses());
	}

	/** Begins to ask and to watch. */
	start(): void {
		if (!this.#options.isPortOpen) return;
		const onChange = (addresses: readonly LocalAddress[]): void => {
			this.#addresses = this.#reachable(addresses);
			this.#restartMapper();
			this.#tell();
		};
		watchAddresses({ signal: this.#stop.signal, onChange, read: () => typeableAddresses() });
		this.#restartMapper();
	}

	view(): WaysView {
		const { port, isPortOpen, isMappingAllowed, secret } = this.#options;
		const routes = this.#options.routes();
		const ports = this.#mapper?.facts() ?? [];
		// No invite and no router can name a link-local address: it is for people to type.
		const addresses = this.#addresses.filter((one) => !isLinkLocal(one.address));
		const direct = isPortOpen ? waysIn({ port, addresses, ports, isMappingOff: !isMappingAllowed }) : [];
		const ways = [...routes.map((route) => route.view()), ...direct];
		const endpoints = this.#endpoints(ways);
		const joinLines = [...this.#addresses.map((one) => lineOf(one, port)), ...ways.flatMap(outsideLine)];
		const parts = new Map(routes.map((route) => [route.inviteKey, route.invitePart()]));
		const hasWay = endpoints.length > 0 || routes.length > 0;
		const invite = hasWay ? { invite: this.#invite({ endpoints, secret, parts }) } : {};
		return { joinLines: joinLines.filter(isFirstOfItsKind), ways, ...invite };
	}

	/** Returns by what the room can be dialled now; `undefined` where by nothing. Where it listens on this computer alone, that is named. */
	reach(): (Pick<InviteToWrite, "endpoints"> & Required<Pick<InviteToWrite, "parts">>) | undefined {
		const endpoints = inviteEndpoints(this.view().ways, this.#addresses.every(isForNoInvite));
		const parts = new Map(this.#options.routes().map((route) => [route.inviteKey, route.invitePart()]));
		return endpoints.length + parts.size > 0 ? { endpoints, parts } : undefined;
	}

	/** Returns an invite with another secret: by the addresses, and by the routes that take further secrets. Nothing when none of them leads here. */
	inviteFor(secret: Uint8Array): string | undefined {
		const endpoints = this.#endpoints(this.view().ways);
		const routes = this.#options.routes().filter((route) => route.secretsChanged !== undefined);
		const parts = new Map(routes.map((route) => [route.inviteKey, route.invitePart()]));
		if (endpoints.length === 0 && parts.size === 0) return undefined;
		return this.#invite({ endpoints, secret, parts });
	}

	#invite(rest: Pick<InviteToWrite, "endpoints" | "secret" | "parts">): string {
		const { host: fingerprint, room, isOffRecord } = this.#options;
		return encodeInvite({ fingerprint, room, ...(isOffRecord ? { isOffRecord } : {}), ...rest });
	}

	/** Returns the endpoints of the invite. Off the record nobody comes in but by an invite, so where nothing else leads here it names this computer itself. */
	#endpoints(ways: readonly WayIn[]): ReturnType<typeof inviteEndpoints> {
		const { isForNeighbour, isOffRecord } = this.#options;
		return inviteEndpoints(ways, (isForNeighbour || isOffRecord) && this.#addresses.every(isForNoInvite));
	}

	/** Tells that a route stands otherwise now. */
	refresh(): void {
		this.#tell();
	}

	async close(): Promise<void> {
		this.#stop.abort();
		await this.#restarts.settled();
		await this.#mapper?.close();
	}

	#reachable(addresses: readonly LocalAddress[]): readonly LocalAddress[] {
		const { only, isPortOpen } = this.#options;
		if (!isPortOpen) return [];
		const { bind } = only;
		// Somebody who keeps to one interface does not listen on its link-local addresses (net/link/restricted-transport.ts).
		const isMeant = (one: LocalAddress): boolean =>
			only.interface === undefined || (one.interface === only.interface && !isLinkLocal(one.address));
		if (bind === undefined) return addresses.filter(isMeant);
		const known = addresses.filter((one) => one.address === bind);
		if (known.length > 0) return known.filter(isMeant);
		return [{ address: bind, interface: "", scope: scopeOf(bind), family: bind.includes(":") ? 6 : 4 }];
	}

	#tell(): void {
		if (!this.#stop.signal.aborted) this.#options.onChange(this.view());
	}

	#restartMapper(): void {
		const { only, isMappingAllowed } = this.#options;
		if (!isMappingAllowed || (only.bind !== undefined && scopeOf(only.bind) === "loopback")) return;
		void this.#restarts.run(async () => {
			await this.#mapper?.close();
			if (this.#stop.signal.aborted) return;
			const found = await Promise.all([standpoint(4, only), standpoint(6, only)]);
			this.#mapper = this.#newMapper(found.filter((one) => one !== undefined));
			this.#tell();
		});
	}

	#newMapper(standpoints: readonly Standpoint[]): PortMapper {
		const { port, isUdpOpen } = this.#options;
		const protocols = isUdpOpen ? (["tcp", "udp"] as const) : (["tcp"] as const);
		// What becomes of UDP's opening is no way of its own, and no news.
		const isNews = ofTcpOnly();
		return startPortMapper({
			ports: protocols.map((protocol) => ({ protocol, port })),
			standpoints,
			stale: this.#stale(),
			onChange: (facts) => {
				if (isNews(facts)) this.#tell();
			},
			onOwnMapping: (change) => this.#keep(change),
			onContact: this.#options.told.contacts("router"),
		});
	}

	/** Returns what programs that have ended have left open. */
	#stale(): readonly OwnMapping[] {
		return this.#options.mappings.all().flatMap(({ processId, text }) => {
			if (processId !== process.pid && isRunning(processId)) return [];
			return parseOwnMapping(parsedJson(text)) ?? [];
		});
	}

	#keep(change: OwnMappingChange): void {
		const { mappings, told } = this.#options;
		told.mapping(change);
		if (change.kind === "gone") {
			mappings.forget(change.nonce);
			return;
		}
		const { nonce } = change.mapping;
		mappings.keep({ nonce, processId: process.pid, text: JSON.stringify(change.mapping) });
	}
}

/** Makes a function that tells whether what is known of TCP has changed since the last time. */
function ofTcpOnly(): (facts: readonly PortFacts[]) => boolean {
	let told = "";
	return (facts) => {
		const known = JSON.stringify(facts.filter(({ protocol }) => protocol === "tcp"));
		const isNews = known !== told;
		told = known;
		return isNews;
	};
}

function lineOf(
	{ address, interface: name, scope }: Pick<LocalAddress, "address" | "interface" | "scope">,
	port: number,
): JoinLine {
	const network = name === "" ? {} : { network: scope === "loopback" ? ("loopback" as const) : interfaceKind(name) };
	return { address, port, interface: name, ...network, scope };
}

/** Returns what people elsewhere can type, if this way in leads there. */
function outsideLine({ way, state, address, port }: WayIn): readonly JoinLine[] {
	const isLikely = state === "open" || state === "unproven";
	if (way === "local" || !isLikely || address === undefined || port === undefined) return [];
	return [lineOf({ address, interface: "", scope: "global" }, port)];
}

function isFirstOfItsKind(line: JoinLine, index: number, all: readonly JoinLine[]): boolean {
	return all.findIndex(({ address, port }) => address === line.address && port === line.port) === index;
}

/** Describes a room that is hosted. `isBound`: the person has chosen where it listens; a computer without a network has nothing but loopback too, but may get one. */
export function hostingWith(password: string, port: number, view: WaysView, isBound: boolean): Omit<Hosting, "lan"> {
	const isOnlyHere = port !== 0 && isBound && view.joinLines.every(({ scope }) => scope === "loopback");
	return { password, port, ...view, ...(isOnlyHere ? { isOnlyHere } : {}) };
}
