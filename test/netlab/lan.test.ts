// Rooms on the same network, between two real programs and by real multicast: who is found, who is not, and what a hostile neighbour can do.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { suite, type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Told } from "../../src/engine/api/told.ts";
import { cheapEnvironment, openRt, rtPath } from "../support/program/rt.ts";
import { type ListedRoom, type RtRpc, startRpc } from "../support/program/rt-rpc.ts";
import { temporaryHome } from "../support/temporary-home.ts";
import { keys } from "../support/terminal/terminal.ts";
import { until } from "../support/until.ts";
import { igmp, type Packet, startCapture } from "./capture.ts";
import { addresses, type Lab, openLab } from "./lab.ts";
import type { Place } from "./lab-plan.ts";

const password = "open the door";
const env = { RT_NO_LAN: "" };
const mdnsPort = 5353;
const mdnsGroups: readonly string[] = ["224.0.0.251", "ff02::fb"];
/** Longer than two questions and their answers. */
const longEnoughMs = 2_500;

async function hostIn(t: TestContext, lab: Lab, args: readonly string[] = ["--visible"]) {
	const host = startRpc(t, ["host", "--name", "Hana", ...args], { env, namespace: lab.nameOf("hostA") });
	await host.waitFor("passwordRequired");
	await host.call("password", { password });
	const { port } = await host.waitFor("listening");
	return { host, port };
}

function lookerIn(t: TestContext, lab: Lab, place: Place = "hostA2", home?: string): RtRpc {
	const where = { env, namespace: lab.nameOf(place), ...(home === undefined ? {} : { home }) };
	return startRpc(t, ["join", "--name", "Gus"], where);
}

const found = (guest: RtRpc): Promise<ListedRoom> =>
	guest
		.waitFor("lanRooms", ({ rooms }) => rooms.some(({ name }) => name === "Hana"), "Hana's room")
		.then(({ rooms }) => rooms.find(({ name }) => name === "Hana") ?? assert.fail());

const gone = (guest: RtRpc, afterwards: number): Promise<unknown> =>
	guest.waitFor(
		"lanRooms",
		(params) => params.rooms.length === 0 && guest.all("lanRooms").indexOf(params) >= afterwards,
		"an empty list",
	);

/** By multicast DNS, or telling routers that we want to hear it (IGMP, RFC 3376). */
const isDiscovery = (packet: Packet): boolean =>
	packet.kind === "ip" &&
	(packet.fromPort === mdnsPort ||
		packet.toPort === mdnsPort ||
		mdnsGroups.includes(packet.to) ||
		packet.protocol === igmp);

async function wordsOf(host: RtRpc): Promise<readonly string[]> {
	let words: readonly string[] | undefined;
	await until(async () => {
		const status = (await host.call("status")) as { hosting?: { lan?: { words?: readonly string[] } } };
		words = status.hosting?.lan?.words;
		return words !== undefined;
	}, "the host has words to read out");
	return words ?? [];
}

async function enter(guest: RtRpc, target: string): Promise<void> {
	await guest.call("join", { target });
	await guest.waitFor("passwordRequired");
	await guest.call("password", { password });
	await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
}

suite("Rooms on the same network", () => {
	test("A visible room is found by name with the words its host reads, and joined only as that host's", async (t) => {
		const lab = await openLab(t);
		if (!lab) return;
		const outside = await startCapture(t, lab, "gwA", "wan");
		const { host, port } = await hostIn(t, lab);
		const guest = lookerIn(t, lab);
		await guest.call("browseLan", { isOn: true });
		const room = await found(guest);
		assert.deepEqual([room.address, room.port, room.trust], [addresses.hostA, port, "new"]);
		assert.deepEqual(room.words, await wordsOf(host));
		const home = temporaryHome(t);
		// The words are stretched as the host's are.
		const settings = Object.entries(cheapEnvironment(home, env)).map(([name, value]) => `${name}=${value}`);
		const printed = lab.exec("hostA2", "env", ...settings, rtPath, "lan", "--home", home);
		assert.ok(printed.includes(`"Hana" (never met before), ${addresses.hostA} ${port}`), printed);
		assert.ok(printed.includes(`words: ${room.words.join(" ")}`));
		assert.ok(printed.includes(`./rt ${room.target}`));
		await enter(guest, room.target);
		const members = (await guest.call("members")) as readonly { host?: boolean; fingerprint: string }[];
		assert.equal(members.find(({ host: isHost }) => isHost)?.fingerprint, room.fingerprint);
		assert.deepEqual(
			guest.all("attempt").map(({ transport, address, state }) => [transport, address, state]),
			[
				["tcp", addresses.hostA, "trying"],
				["tcp", addresses.hostA, "answered"],
			],
		);
		await guest.call("quit");
		await guest.exit;
		const again = lookerIn(t, lab, "hostA2", guest.home);
		await again.call("browseLan", { isOn: true });
		assert.equal((await found(again)).trust, "known");
		await again.call("quit");
		// IGMP is for one cable and never passed on (RFC 3376 §4): what there is of it outside, the router says of itself.
		const isPassedOn = (packet: Packet): boolean =>
			isDiscovery(packet) && !(packet.kind === "ip" && packet.protocol === igmp);
		assert.deepEqual((await outside.stop()).filter(isPassedOn), [], "the router passes nothing on");
	});

	test("Without being asked no program says or asks anything by multicast", async (t) => {
		const lab = await openLab(t);
		if (!lab) return;
		const capture = await startCapture(t, lab, "gwA", "lan");
		const { host, port } = await hostIn(t, lab, []);
		const guest = startRpc(t, ["join", addresses.hostA, String(port), "--name", "Gus"], {
			env,
			namespace: lab.nameOf("hostA2"),
		});
		await guest.waitFor("passwordRequired");
		await guest.call("password", { password });
		await guest.waitFor("joined", ({ self }) => self === true, "the guest's own join");
		const screen = openRt(t, [addresses.hostA, String(port), "--name", "Sam"], {
			env,
			script: `exec ip netns exec ${lab.nameOf("hostA2")} $RT`,
		});
		await screen.waitFor("What should others call you?");
		screen.type(keys.enter);
		await screen.waitFor("Please enter the password of this room");
		await Promise.all([guest.call("quit"), host.call("quit")]);
		await Promise.all([guest.exit, host.exit]);
		const packets = await capture.stop();
		assert.ok(
			packets.some((packet) => packet.kind === "ip" && packet.toPort === port),
			"the session was recorded",
		);
		// The router is a program of its own, and looks for others by its own ways.
		const isOurs = (packet: Packet): boolean => packet.kind === "ip" && packet.from !== addresses.gwA;
		assert.deepEqual(
			packets.filter((packet) => isDiscovery(packet) && isOurs(packet)),
			[],
		);
	});

	test("A room one was in is found by its host's key when the host has another port today, and only when that is wished", async (t) => {
		const lab = await openLab(t);
		if (!lab) return;
		const hostHome = temporaryHome(t);
		const where = { env, namespace: lab.nameOf("hostA"), home: hostHome };
		const open = async (port: string): Promise<RtRpc> => {
			const host = startRpc(t, ["host", "--name", "Hana", "--visible", "--port", port], where);
			await host.waitFor("passwordRequired");
			await host.call("password", { password });
			await host.waitFor("listening");
			return host;
		};
		const first = await open("40213");
		const guest = openRt(t, [addresses.hostA, "40213", "--name", "Sam"], {
			env,
			script: `exec ip netns exec ${lab.nameOf("hostA2")} $RT`,
		});
		await guest.waitFor("What should others call you?");
		guest.type(keys.enter);
		await guest.waitFor("Please enter the password of this room");
		guest.type(`${password}${keys.enter}`);
		await guest.waitFor("2 people · connected");
		await first.call("quit");
		await first.exit;
		await guest.waitFor("The host closed the room.");
		await open("40214");
		guest.type(keys.escape);
		await guest.waitFor("Rooms you were in");
		guest.type(`${keys.down}${keys.enter}`);
		await guest.waitFor("f find it");
		guest.type("f");
		await guest.waitFor(`at ${addresses.hostA} port 40214`);
		guest.type(keys.enter);
		await guest.waitFor("Please enter the password of this room");
		guest.type(`${password}${keys.enter}`);
		await guest.waitFor("2 people · connected");
	});

	test("A room that is kept is come back to by its host's key when the host has another port today, and nobody is asked where that is forbidden", async (t) => {
		const lab = await openLab(t);
		if (!lab) return;
		const home = temporaryHome(t);
		const open = async (port: number): Promise<RtRpc> => {
			const args = ["host", "--name", "Hana", "--keep", "Den", "--visible", "--port", String(port)];
			const host = startRpc(t, args, { env, namespace: lab.nameOf("hostA"), home });
			await host.waitFor("passwordRequired");
			await host.call("password", { password });
			await host.waitFor("listening");
			return host;
		};
		const first = await open(40_213);
		const guest = startRpc(t, ["join", addresses.hostA, "40213", "--name", "Gus"], {
			env,
			namespace: lab.nameOf("hostA2"),
		});
		await guest.waitFor("passwordRequired");
		await guest.call("password", { password });
		await guest.waitFor("roomKept");
		await guest.call("quit");
		await first.call("quit");
		await Promise.all([guest.exit, first.exit]);
		await open(40_214);
		const comeBack = (RT_NO_LAN: string): RtRpc =>
			startRpc(t, ["join", "Den"], { env: { RT_NO_LAN }, namespace: lab.nameOf("hostA2"), home: guest.home });
		const capture = await startCapture(t, lab, "hostA2", "eth0");
		const forbidden = comeBack("1");
		// It says so when its first try is over.
		await forbidden.waitFor("reconnecting");
		await forbidden.call("quit");
		await forbidden.exit;
		const sent = (await capture.stop()).filter((packet) => packet.kind === "ip" && packet.from === addresses.hostA2);
		assert.ok(sent.some((packet) => packet.kind === "ip" && packet.toPort === 40_213));
		assert.deepEqual(sent.filter(isDiscovery), []);
		const allowed = comeBack("");
		await allowed.waitFor("joined", ({ self }) => self === true, "the guest's own join");
		assert.deepEqual(allowed.all("passwordRequired"), []);
		const { disclosures } = (await allowed.call("told")) as Told;
		assert.ok(disclosures.some(({ kind }) => kind === "askedNetwork"));
	});

	test("Looking finds nothing of a room that is not shown, and the list is empty again when a shown one is hidden or closed", async (t) => {
		const lab = await openLab(t);
		if (!lab) return;
		const { host } = await hostIn(t, lab, []);
		const guest = lookerIn(t, lab);
		await guest.call("browseLan", { isOn: true });
		await sleep(longEnoughMs);
		assert.deepEqual(guest.all("lanRooms"), []);
		await host.call("settings", { visibleOnLan: true });
		await found(guest);
		const whenShown = guest.all("lanRooms").length;
		await host.call("settings", { visibleOnLan: false });
		await gone(guest, whenShown);
		await host.call("settings", { visibleOnLan: true });
		const shownAgain = await guest.waitFor(
			"lanRooms",
			(params) => params.rooms.length === 1 && guest.all("lanRooms").indexOf(params) > whenShown,
			"the room again",
		);
		assert.equal(shownAgain.rooms[0]?.name, "Hana");
		await host.call("quit");
		await gone(guest, guest.all("lanRooms").length);
	});

	test("With --interface nobody on another cable is asked or answered, and without a network it is said", async (t) => {
		const lab = await openLab(t);
		if (!lab) return;
		await lab.secondCable({ guest: "10.77.0.2", host: "10.77.0.1" });
		await hostIn(t, lab, ["--visible", "--interface", "wwan0"]);
		const capture = await startCapture(t, lab, "hostA2", "eth0");
		const look = (...args: readonly string[]) => lab.exec("hostA2", rtPath, "lan", "--home", temporaryHome(t), ...args);
		assert.match(look("--interface", "wwan0"), /"Hana" \(never met before\), 10\.77\.0\.1 /);
		const asked = (await capture.stop()).filter(isDiscovery);
		assert.deepEqual(
			asked.filter((packet) => packet.kind === "ip" && packet.from !== addresses.gwA),
			[],
		);
		assert.match(look("--interface", "lo"), /on no network where others could be/);
		assert.match(look("--interface", "eth0"), /None shows itself so far/);
	});

	test("A room whose host was killed leaves the list by itself", async (t) => {
		const lab = await openLab(t);
		if (!lab) return;
		const { host } = await hostIn(t, lab);
		const guest = lookerIn(t, lab);
		await guest.call("browseLan", { isOn: true });
		await found(guest);
		host.kill("SIGKILL");
		await host.exit;
		await gone(guest, 0);
	});

	test("A neighbour who shouts thousands of rooms, tricks of the terminal and rubbish gets four clean lines, and hides nobody", async (t) => {
		const lab = await openLab(t);
		if (!lab) return;
		await hostIn(t, lab);
		const guest = lookerIn(t, lab);
		await guest.call("browseLan", { isOn: true });
		await found(guest);
		const screen = openRt(t, ["join", "--name", "Sam"], {
			env,
			script: `exec ip netns exec ${lab.nameOf("hostA2")} $RT`,
		});
		await screen.waitFor("What should others call you?");
		screen.type(keys.enter);
		await screen.waitFor("Hana");
		await shout(lab, 10_000, 0, [addresses.gwA]);
		await guest.waitFor("lanRooms", ({ rooms }) => rooms.length > 2, "some of the shouted rooms");
		const crowd = Array.from({ length: 60 }, (_, index) => `192.168.1.${100 + index}`);
		for (const address of crowd) lab.exec("gwA", "ip", "addr", "add", `${address}/24`, "dev", "lan");
		// Slowly enough for the system to pass them all on.
		await shout(lab, 240, 100, crowd);
		await guest.waitFor("lanRooms", ({ rooms }) => rooms.length >= 20, "many of them");
		await sleep(1_000);
		for (const { rooms } of guest.all("lanRooms")) {
			assert.ok(rooms.length <= 50);
			assert.ok(rooms.filter(({ address }) => address === addresses.gwA).length <= 4);
			for (const { name, address, words } of rooms) {
				assert.doesNotMatch(name, /[\p{Cc}\u202e\u200b]/u);
				assert.ok([...name].length <= 64 && name.trim() !== "");
				assert.ok(address.startsWith("192.168.1."), "never an address that a record names");
				assert.equal(words.length, 6);
			}
		}
		assert.ok(
			guest
				.all("lanRooms")
				.at(-1)
				?.rooms.some(({ address }) => address === addresses.hostA),
		);
		assert.doesNotMatch(screen.raw(), /pwned\u0007|\u001b\[2J\u001b\[31m/);
		await screen.waitFor("Hana");
		const rows = screen.screen();
		assert.match(rows[0] ?? "", /^ Join a room/);
		assert.ok(!rows.some((row) => row.includes("You joined as root") && !row.includes("192.168.1.")));
	});
});

async function shout(lab: Lab, rooms: number, pauseMs: number, from: readonly string[]): Promise<void> {
	const program = fileURLToPath(import.meta.resolve("./lab/rogue-lan-program.ts"));
	const rogue = lab.start("gwA", [process.execPath, program, String(rooms), String(pauseMs), ...from]);
	if (rogue.stdout === null) throw new Error("a started program has an output");
	await once(createInterface(rogue.stdout), "line");
	rogue.kill("SIGKILL");
}
