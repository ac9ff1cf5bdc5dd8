// Scenes with files in every state: in the room, in the list, and the question before something is sent.
import type { FileState, FileView } from "../../../src/engine/api/files/files.ts";
import type { Person } from "../../../src/engine/api/people.ts";
import { exampleHosting, FakeEngine, lineOf, noon, personNamed, self } from "./fake-engine.ts";

const grace = personNamed("grace", "verified");
const mallory = personNamed("mallory", "known");
const people = [{ ...self, isHost: true }, grace, mallory];

let made = 0;

/** A file as the room lists it. */
export function fileView(name: string, from: Person, state: FileState, more: Partial<FileView> = {}): FileView {
	made += 1;
	return {
		id: String(made).padStart(32, "0"),
		name,
		sizeBytes: 1_400_000,
		from,
		isOwn: from.isSelf,
		at: noon,
		state,
		...more,
	};
}

/** One file in each state that looks like something. */
export const exampleFiles: readonly FileView[] = [
	fileView("minutes.txt", grace, {
		kind: "done",
		path: "/home/ada/Downloads/minutes.txt",
		sha256: "00",
	}),
	fileView("backup.tar", mallory, { kind: "failed", code: "wrong_bytes" }, { sizeBytes: 8_000_000_000 }),
	fileView(
		"slides.pdf",
		people[0]!,
		{ kind: "offered" },
		{
			shares: [
				{ fingerprint: grace.fingerprint, name: "grace", doneBytes: 1_400_000, isDone: true },
				{
					fingerprint: mallory.fingerprint,
					name: "mallory",
					doneBytes: 560_000,
					isDone: false,
					bytesPerSecond: 280_000,
				},
			],
		},
	),
	fileView(
		"photos of the trip",
		grace,
		{ kind: "running", doneBytes: 1_664_000_000, bytesPerSecond: 82_000_000 },
		{ sizeBytes: 3_200_000_000, folder: { files: 412 } },
	),
	fileView("song.flac", mallory, { kind: "waiting", doneBytes: 9_000_000, why: "person" }, { sizeBytes: 30_000_000 }),
	fileView("日本語の報告書.pdf", grace, { kind: "offered" }),
];

/** A room where those files were offered. */
export function filesEngine(): FakeEngine {
	const engine = new FakeEngine({
		phase: { kind: "inRoom", role: "host" },
		people,
		hosting: exampleHosting,
		files: exampleFiles,
	});
	engine.add({ kind: "youJoined", id: "y", at: noon });
	for (const file of exampleFiles) {
		const from = people.find(({ fingerprint }) => fingerprint === file.from.fingerprint) ?? self;
		engine.add(lineOf(from, file.name, { file: file.id }));
	}
	engine.filesPreview = (paths) => ({
		kind: "files",
		files: paths.map((path) => ({
			path,
			name: path.split("/").at(-1) ?? "",
			isRenamed: false,
			sizeBytes: 3_200_000_000,
			files: 412,
			leftOut: { links: 1, hidden: 2, special: 0 },
		})),
	});
	return engine;
}
