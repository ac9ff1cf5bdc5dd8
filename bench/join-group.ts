// What MLS costs a join: starting the guest's worker, and the guest's entry until the host has judged it.

import { Group } from "../src/crypto/group/group.ts";
import { createLocalIdentity } from "../src/crypto/identity/local.ts";
import { certifyLeaf } from "../src/engine/member/certify-leaf.ts";
import { median, timed } from "./report.ts";

const rounds = 9;

/** Medians in ms. */
export async function groupSteps(roomId: Uint8Array): Promise<Readonly<Record<string, number>>> {
	const [host, guest] = await Promise.all([createLocalIdentity({ name: "H" }), createLocalIdentity({ name: "G" })]);
	const room = await Group.open({ roomId });
	const founder = await certifyLeaf(room, roomId, host.signer, "H");
	if (!founder || (await room.create(founder)).kind !== "created") throw new Error("no group");
	const starts: number[] = [];
	const entries: number[] = [];
	for (let round = 0; round < rounds; round += 1) {
		let group: Group | undefined;
		starts.push(
			await timed(async () => {
				group = await Group.open({ roomId });
				await group.newLeaf();
			}),
		);
		if (!group) throw new Error("no group");
		const own = await certifyLeaf(group, roomId, guest.signer, "G");
		if (!own) throw new Error("no leaf");
		const entering = group;
		entries.push(await timed(() => enter(room, entering, { own, host: host.signer, guest: guest.signer })));
		await group.close();
	}
	await room.close();
	return { "MLS worker's start": median(starts), "MLS entry, both sides": median(entries) };
}

type Signer = Awaited<ReturnType<typeof createLocalIdentity>>["signer"];
type Own = NonNullable<Awaited<ReturnType<typeof certifyLeaf>>>;

async function enter(
	room: Group,
	group: Group,
	who: { readonly own: Own; readonly host: Signer; readonly guest: Signer },
): Promise<void> {
	const { own, host, guest } = who;
	const admission = await room.admission(guest.fingerprint);
	if (admission.kind !== "admission") throw new Error("not admitted");
	const certificates = [host.certificate.bytes, guest.certificate.bytes];
	const { groupInfo, ticket } = admission;
	const entered = await group.enter({ groupInfo, ticket, certificates, hostFingerprint: host.fingerprint, ...own });
	if (entered.kind !== "entered") throw new Error(`not entered: ${entered.detail}`);
	const judged = await room.receive({ message: entered.commit, certificates: [guest.certificate.bytes] });
	if (judged.kind !== "membership") throw new Error("not judged");
}
