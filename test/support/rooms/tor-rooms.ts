// Engines in a private Tor network: rooms that are reached through Tor and in no other way, and guests who come by the invite.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext } from "node:test";
import { hasTor, type PrivateTor, privateTor } from "../net/private-tor.ts";
import { joinTarget, openAgain, openTestEngine, type TestEngine } from "./real-engine.ts";

export const torPassword = "four calm green words";

/** A private Tor network with what engines need to be of it; ended after the tests of the file. `network` is absent where Tor is not installed. */
export async function torRooms() {
	const isThere = hasTor();
	const network: PrivateTor | undefined = isThere ? await privateTor() : undefined;
	const lines = network?.lines ?? [];
	const folder = mkdtempSync(join(tmpdir(), "rt-torrc-"));
	const torrc = join(folder, "torrc");
	writeFileSync(torrc, `${lines.join("\n")}\n`);
	after(async () => {
		await network?.close();
		rmSync(folder, { recursive: true });
	});
	const open = (t: TestContext, name: string): Promise<TestEngine> => openTestEngine(t, name, {}, { tor: { torrc } });
	return {
		lines,
		options: { skip: !isThere },
		open,
		/** A room that is reached through Tor and in no other way. */
		async hidden(t: TestContext): Promise<{ readonly host: TestEngine; readonly invite: string }> {
			const host = await open(t, "Hanna");
			await host.does({ kind: "host", password: torPassword, wish: { routes: ["tor"], isOnlyByRoutes: true } });
			await host.until(() => torWay(host)?.state === "open", "the room is published");
			return { host, invite: host.engine.snapshot().hosting?.invite ?? "" };
		},
		async joined(t: TestContext, invite: string, name: string): Promise<TestEngine> {
			const guest = await open(t, name);
			await joinTarget(guest, invite, torPassword);
			return guest;
		},
		/** Somebody whose program has ended starts it again, and comes in again. */
		async back(t: TestContext, invite: string, guest: TestEngine): Promise<TestEngine> {
			const again = await openAgain(t, guest, {}, { tor: { torrc } });
			await joinTarget(again, invite, torPassword);
			return again;
		},
	};
}

/** How a host's way in through Tor stands. */
export const torWay = ({ engine }: TestEngine) => engine.snapshot().hosting?.ways.find(({ way }) => way === "tor");

/** The processes of Tor that this engine has started. */
export function torsOf({ home }: TestEngine): readonly number[] {
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.filter((name) => {
			try {
				return readFileSync(`/proc/${name}/cmdline`, "utf8").includes(`${home}/tor/`);
			} catch {
				return false;
			}
		})
		.map(Number);
}
