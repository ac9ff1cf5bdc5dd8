// `rt doctor --tor`: a Tor that gets into its network, one that hangs, one that is old, and none at all.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { openTorDoctor } from "../../../src/engine/tools/doctor-tor.ts";
import { torExaminationLines } from "../../../src/ui/words/tools/doctor-tor-words.ts";
import { ownPort } from "../../support/net/own-port.ts";
import { hasTor, privateTor } from "../../support/net/private-tor.ts";
import { controlPort, protocolInfo } from "../../support/net/tor-control-double.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const isThere = hasTor();
const network = isThere ? await privateTor() : undefined;
after(() => network?.close());
const options = { skip: !isThere };
const never = new AbortController().signal;

function doctorWith(t: TestContext, lines: readonly string[], patienceMs?: number) {
	const home = temporaryHome(t);
	const torrc = join(home, "torrc");
	writeFileSync(torrc, lines.join("\n"));
	const opened = openTorDoctor({ torrc }, home, patienceMs);
	assert.ok(opened.kind === "open");
	return opened.doctor;
}

test(
	"A Tor that gets into its network is said to work, with its version and that it knows proof of work",
	options,
	async (t) => {
		const percents: number[] = [];
		const found = await doctorWith(t, network?.lines ?? []).examine(
			never,
			({ percent }) => void percents.push(percent),
		);
		assert.equal(found.standing.kind, "ready", JSON.stringify(found));
		assert.ok(percents.includes(100) && percents.some((percent) => percent < 100));
		assert.deepEqual([found.isOwn, found.hasProofOfWork, found.bridges], [true, true, []]);
		assert.match(found.version ?? "", /^0\.4\.\d+/);
		const [first, , ...rest] = torExaminationLines(found);
		assert.match(first ?? "", /^Tor works from here/);
		assert.match(rest.join("\n"), /Bridges +none are set\n +Proof of work +yes/);
	},
);

test("A Tor that comes no further is said to hang, at how much, and on what", options, async (t) => {
	const [line = ""] = network?.lines.filter((one) => one.startsWith("DirAuthority")) ?? [];
	// The same authority, where nobody listens.
	const nowhere = line.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${await ownPort()}`).replace(/orport=\d+/, "orport=1");
	const lines = (network?.lines ?? []).map((one) => (one === line ? nowhere : one));
	const found = await doctorWith(t, lines, 4_000).examine(never, () => {});
	assert.ok(found.standing.kind === "stuck", JSON.stringify(found));
	const { percent, summary } = found.standing.progress;
	assert.ok(percent < 100 && summary !== "");
	const [first = ""] = torExaminationLines(found);
	assert.ok(first.includes(`it stands at ${percent} % (${summary}).`), first);
	assert.match(first, /bridges help/);
});

test("A Tor that knows no proof of work is said to be too old for it", async (t) => {
	const asked: string[] = [];
	const { path } = await controlPort(t, (line) => {
		asked.push(line);
		if (line.startsWith("PROTOCOLINFO")) return protocolInfo("METHODS=NULL");
		if (line.startsWith("GETINFO status")) {
			return '250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY="Done"\r\n250 OK';
		}
		if (line === "GETINFO version") return "250-version=0.4.6.8 (git-\u001b[31m)\r\n250 OK";
		if (line.includes("PoW")) return "512 Unrecognized keyword argument";
		if (line.startsWith("ADD_ONION")) return `250-ServiceID=${"a".repeat(56)}\r\n250 OK`;
		return "250 OK";
	});
	const opened = openTorDoctor({ control: path, socks: "9050" }, temporaryHome(t));
	assert.ok(opened.kind === "open");
	const found = await opened.doctor.examine(never, () => {});
	assert.deepEqual([found.isOwn, found.hasProofOfWork], [false, false]);
	assert.ok(asked.includes(`DEL_ONION ${"a".repeat(56)}`), "what was asked with is gone again");
	const report = torExaminationLines(found).join("\n");
	assert.match(report, /this Tor is too old/);
	assert.ok(!report.includes("\u001b"), "what Tor calls itself orders nothing of the terminal");
});

test("Without Tor the first sentence says how it comes onto the computer", async (t) => {
	const { PATH } = process.env;
	t.after(() => Object.assign(process.env, { PATH }));
	Object.assign(process.env, { PATH: temporaryHome(t) });
	const found = await doctorWith(t, []).examine(never, () => {});
	assert.deepEqual(found.standing, { kind: "failed", trouble: { why: "missing" } });
	assert.match(torExaminationLines(found)[0] ?? "", /apt install tor/);
});
