// Who comes back to a kept room reads what was missed: 10,000 lines over 60 epochs through the group that was on the disk, and how long a key waits meanwhile.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Group } from "../src/crypto/group/group.ts";
import { done, encrypt, host, makeRoom } from "../test/support/rooms/group-room.ts";
import { report, timed } from "./report.ts";

const epochs = 60;
const linesAnEpoch = Math.ceil(10_000 / epochs);
/** As many messages are with the worker at once as a member's reader gives it. */
const inFlight = 64;
const allMs = 6_000;
/** A key that is answered within this many ms is answered at once. */
const keyMs = 16;

const room = await makeRoom("Hanna", "Bob");
const [hanna, bob] = [host(room), room.members[1]];
if (!bob) throw new Error("nobody was away");
const { bytes: snapshot } = await done(bob.session, { kind: "snapshot", isForDisk: true });
const messages: Uint8Array[] = [];
for (let epoch = 0; epoch < epochs; epoch += 1) {
	for (let line = 0; line < linesAnEpoch; line += 1)
		messages.push(await encrypt(hanna, `line ${line} of epoch ${epoch}`));
	messages.push((await done(hanna.session, { kind: "refresh" })).commit);
}
const certificates = room.members.map(({ certificate }) => certificate);
const from = { roomId: room.roomId, snapshot, certificates, hostFingerprint: hanna.fingerprint };
const restored = await Group.restore({ ...from, isForReading: true });
if (restored.kind !== "restored") throw new Error(restored.detail);
const { group } = restored;

const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
const reading = await timed(async () => {
	const under: Promise<unknown>[] = [];
	for (const message of messages) {
		if (under.length >= inFlight) await under.shift();
		under.push(
			group.receive({ message }).then((received) => {
				if (received.kind !== "line" && received.kind !== "membership") throw new Error(received.kind);
			}),
		);
	}
	await Promise.all(under);
});
delays.disable();
await group.close();
report(`${epochs * linesAnEpoch} missed lines over ${epochs} epochs`, [
	{ name: "all are read", value: reading, unit: "ms", peer: "the limit", peerValue: allMs },
	{
		name: "a key waits, 99 of 100",
		value: delays.percentile(99) / 1e6,
		unit: "ms",
		peer: "the limit",
		peerValue: keyMs,
	},
]);
