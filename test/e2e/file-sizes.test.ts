// What is large passes between two programs as it is, and what they need of memory does not grow with it: a folder of very many small files, and one file.
// RT_FILE_GB says how large that is, RT_FOLDER_FILES how many there are; 5 and 10000 take some minutes of a processor.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { hostRoom, joinRoom, type RtRpc } from "../support/program/rt-rpc.ts";
import { temporaryHome } from "../support/temporary-home.ts";

const { RT_FILE_GB = "0.03", RT_FOLDER_FILES = "300" } = process.env;
const sizeBytes = Math.round(Number(RT_FILE_GB) * 1e9) + 3;
const files = Number(RT_FOLDER_FILES);

const nameOf = (index: number): string => join(`${Math.floor(index / 100)}`, `${index}.eml`);

/** Returns the most memory that a program had at once so far, in MB. */
function mostMemoryMb({ pid }: RtRpc): number {
	const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
	return Math.round(Number(found) / 1000);
}

/** Resolves when something is so that takes long, as long as the program tells something now and then. */
async function goingOn(program: RtRpc, isSo: () => boolean): Promise<void> {
	while (!isSo()) {
		const seen = program.notifications.length;
		await program.waitUntil(() => program.notifications.length > seen, "it goes on");
	}
}

/** Has the host send what is at a path, and resolves with where the guest has it. */
async function passed(host: RtRpc, guest: RtRpc, path: string, to: string): Promise<string> {
	const { id } = (await host.call("sendFile", { path })) as { id: string };
	// However long it takes to read and to pass, one of them tells all the time how far it is.
	await goingOn(host, () => host.all("fileOffered").some((offered) => offered.id === id));
	await guest.waitFor("fileOffered", (offered) => offered.id === id);
	await guest.call("acceptFile", { id, to });
	await goingOn(guest, () => guest.all("fileDone").some((done) => done.id === id));
	return (await guest.waitFor("fileDone", (done) => done.id === id)).path;
}

test(`a file of ${RT_FILE_GB} GB with holes and a folder of ${files} small files come as they are, in bounded memory`, {
	timeout: 1_800_000,
}, async (t) => {
	const { host, ...room } = await hostRoom(t);
	const guest = await joinRoom(t, room, "Gabi");
	const folder = join(temporaryHome(t), "mail");
	for (let index = 0; index < files; index += 1) {
		if (index % 100 === 0) mkdirSync(join(folder, `${index / 100}`), { recursive: true });
		writeFileSync(join(folder, nameOf(index)), `letter ${index}`);
	}
	const mail = await passed(host, guest, folder, temporaryHome(t));
	const found = readdirSync(mail, { recursive: true }).filter((name) => String(name).endsWith(".eml"));
	assert.equal(found.length, files);
	for (let index = 0; index < files; index += 97)
		assert.equal(readFileSync(join(mail, nameOf(index)), "utf8"), `letter ${index}`);

	const path = join(temporaryHome(t), "disk.img");
	writeFileSync(path, "begin");
	truncateSync(path, sizeBytes - 3);
	writeFileSync(path, "end", { flag: "a" });
	const before = [host, guest].map(mostMemoryMb);
	const image = await passed(host, guest, path, temporaryHome(t));
	assert.equal(statSync(image).size, sizeBytes);
	const [more = 0, moreOfGuest = 0] = [host, guest].map((one, index) => mostMemoryMb(one) - (before[index] ?? 0));
	t.diagnostic(
		`${sizeBytes} bytes: ${more} MB more at the host, ${moreOfGuest} MB at the receiver, of ${before} before`,
	);
	assert.ok(more < 200 && moreOfGuest < 200, "what memory holds does not grow with the file");
});
