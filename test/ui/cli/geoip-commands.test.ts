// `rt geoip …` with a tool that only remembers what was asked of it; and its command line.
import assert from "node:assert/strict";
import { PassThrough, type Readable } from "node:stream";
import { test } from "node:test";
import type {
	ChangeOutcome,
	DatasetView,
	GeoIpTool,
	OfferView,
	OnGeoIpStep,
	PlanOutcome,
} from "../../../src/engine/api/geoip.ts";
import type { Location } from "../../../src/engine/api/people.ts";
import { parseTarget } from "../../../src/net/address/target.ts";
import { parseArguments } from "../../../src/ui/cli/arguments/arguments.ts";
import type { GeoIpAction } from "../../../src/ui/cli/arguments/geoip-arguments.ts";
import { runGeoIpCommand } from "../../../src/ui/cli/geoip-commands.ts";
import { Collected, FakeTerminalInput } from "../../support/terminal/streams.ts";

const now = Date.parse("2026-11-21");
const offer: OfferView = {
	dataset: "location",
	source: "DBIP-City-Lite",
	version: "2.0.4",
	from: "server.example",
	sizeBytes: 35_600_000,
	isCurrent: false,
};

class RememberingTool implements GeoIpTool {
	readonly attributions = ["Made by Example."];
	readonly asked: unknown[] = [];
	views: readonly DatasetView[] = [];
	planned: PlanOutcome = { kind: "plan", offers: [offer] };
	outcome: ChangeOutcome = { kind: "done", dataset: "location", source: "DBIP-City-Lite", version: "2.0.4" };
	steps: readonly Parameters<OnGeoIpStep>[0][] = [];

	status(): readonly DatasetView[] {
		return this.views;
	}

	lookup(address: string): Promise<Location | undefined> {
		return Promise.resolve(
			address === "8.8.8.8" ? { label: "Berlin · Net", isSameNetwork: false, asn: 64_500 } : undefined,
		);
	}

	plan(keyFile: string | undefined): Promise<PlanOutcome> {
		this.asked.push(["plan", keyFile]);
		return Promise.resolve(this.planned);
	}

	update(dataset: string, onStep: OnGeoIpStep): Promise<ChangeOutcome> {
		this.asked.push(["update", dataset]);
		for (const step of this.steps) onStep(step);
		return Promise.resolve(this.outcome);
	}

	importFile(file: string): Promise<ChangeOutcome> {
		this.asked.push(["import", file]);
		return Promise.resolve(this.outcome);
	}
}

function run(tool: GeoIpTool, action: GeoIpAction, input: Readable = new PassThrough().end()) {
	const output = new Collected();
	const errors = new Collected();
	const { signal: stop } = new AbortController();
	return { output, errors, exit: runGeoIpCommand({ tool, action, input, output, errors, stop, now: () => now }) };
}

const update = { kind: "update", isConfirmed: false } as const;

test("The status says how old the data is, from where, under which licence, and who made it", async () => {
	const tool = new RememberingTool();
	tool.views = [
		{
			kind: "present",
			dataset: "location",
			source: "DBIP-City-Lite",
			version: "2.0.3",
			dataDate: "2019-08-28",
			licence: "CC BY-SA 4.0",
			sizeBytes: 75_900_000,
			isOwn: false,
			folder: "/somewhere",
		},
		{ kind: "damaged", dataset: "owner" },
	];
	const { output, exit } = run(tool, { kind: "status" });
	assert.equal(await exit, 0);
	assert.match(output.text, /DBIP-City-Lite 2\.0\.3, from 2019-08-28: 7 years old/);
	for (const part of ["CC BY-SA 4.0", "75.9 MB", "/somewhere", "damaged", "Made by Example."]) {
		assert.ok(output.text.includes(part), part);
	}
});

test("A look-up prints the place and the number of the network, and refuses what is no address", async () => {
	const found = run(new RememberingTool(), { kind: "lookup", address: "8.8.8.8" });
	assert.equal(await found.exit, 0);
	assert.equal(found.output.text, "Berlin · Net (AS64500)\n");
	const none = run(new RememberingTool(), { kind: "lookup", address: "example.org" });
	assert.equal(await none.exit, 2);
	assert.equal(none.output.text, "");
});

test("An update says what it will download, from where and how much, and asks; only yes is yes", async () => {
	for (const [typed, exitCode, count] of [
		["y\n", 2, 1],
		["\n", 2, 1],
		["yes\n", 0, 2],
	] as const) {
		const tool = new RememberingTool();
		const input = new FakeTerminalInput();
		const { errors, exit } = run(tool, update, input);
		await errors.until("type yes");
		assert.match(errors.text, /DBIP-City-Lite 2\.0\.4, 35\.6 MB from server\.example/);
		input.write(typed);
		assert.equal(await exit, exitCode, typed);
		assert.equal(tool.asked.length, count);
	}
});

test("Without a terminal an update needs --yes, and a pipe that says yes is none", async () => {
	const tool = new RememberingTool();
	const { errors, exit } = run(tool, update, new PassThrough().end("yes\n"));
	assert.equal(await exit, 2);
	assert.match(errors.text, /35\.6 MB from server\.example[\s\S]*--yes/);
	assert.equal(tool.asked.length, 1);
	assert.equal(await run(tool, { ...update, isConfirmed: true }).exit, 0);
	assert.deepEqual(tool.asked.at(-1), ["update", "location"]);
});

test("Where there is nothing newer, that is said and nothing is asked", async () => {
	const tool = new RememberingTool();
	tool.planned = { kind: "plan", offers: [{ ...offer, isCurrent: true }] };
	const { output, errors, exit } = run(tool, update);
	assert.equal(await exit, 0);
	assert.match(output.text, /nothing newer/);
	assert.doesNotMatch(errors.text, /type yes/);
});

test("When data cannot be asked for, downloaded or imported, that is said with the data that stays in use", async () => {
	const tool = new RememberingTool();
	tool.planned = { kind: "refused", problem: { why: "failed", detail: "The connection failed." } };
	const unplanned = run(tool, { ...update, isConfirmed: true });
	assert.equal(await unplanned.exit, 1);
	assert.match(unplanned.errors.text, /The connection failed\. Nothing was changed/);
	tool.planned = { kind: "plan", offers: [offer] };
	tool.outcome = { kind: "refused", problem: { why: "failed", detail: "The disk is full." } };
	for (const action of [
		{ ...update, isConfirmed: true },
		{ kind: "import", file: "a.mmdb" },
	] as const) {
		const { errors, exit } = run(tool, action);
		assert.equal(await exit, 1);
		assert.match(errors.text, /The disk is full\. What you had before is still in use/);
	}
});

test("Progress is a line now and then in a pipe, and a bar at a terminal", async () => {
	const tool = new RememberingTool();
	const downloaded = Array.from({ length: 101 }, (_, percent): Parameters<OnGeoIpStep>[0] => ({
		kind: "downloading",
		doneBytes: percent * 10_000,
		totalBytes: 1_000_000,
	}));
	tool.steps = [...downloaded, { kind: "making" }, { kind: "trying" }];
	const piped = run(tool, { ...update, isConfirmed: true });
	await piped.exit;
	assert.deepEqual(
		piped.errors.lines.filter((line) => line.includes("%")).map((line) => line.replace(/^.*: /, "")),
		["0 % of 1.0 MB", "25 % of 1.0 MB", "50 % of 1.0 MB", "75 % of 1.0 MB", "100 % of 1.0 MB"],
	);
	assert.doesNotMatch(piped.errors.text, /[\r\u001b]/);
	const errors = Object.assign(new Collected(), { isTTY: true });
	const { signal: stop } = new AbortController();
	const action = { ...update, isConfirmed: true };
	await runGeoIpCommand({
		tool,
		action,
		input: new PassThrough().end(),
		output: new Collected(),
		errors,
		stop,
		now: () => now,
	});
	assert.match(errors.text, /\rDBIP-City-Lite: \[##########----------\] 50 % of 1\.0 MB/);
});

test("The command line knows the sub-commands and what goes with them", () => {
	const context = { stdoutIsTty: true, stdinIsTty: true, env: {}, parseTarget };
	const parse = (line: string) => parseArguments(line.split(" "), context);
	const geoip = (action: GeoIpAction) => ({ kind: "geoip", action });
	assert.deepEqual(parse("geoip"), geoip({ kind: "status" }));
	assert.deepEqual(parse("geoip status --home /h"), { ...geoip({ kind: "status" }), home: "/h" });
	assert.deepEqual(parse("geoip lookup 8.8.8.8"), geoip({ kind: "lookup", address: "8.8.8.8" }));
	assert.deepEqual(parse("geoip update"), geoip({ kind: "update", isConfirmed: false }));
	assert.deepEqual(
		parse("geoip update -y --maxmind-key-file F"),
		geoip({ kind: "update", isConfirmed: true, keyFile: "F" }),
	);
	assert.deepEqual(parse("geoip import a.mmdb"), geoip({ kind: "import", file: "a.mmdb" }));
	for (const line of [
		"geoip lookup",
		"geoip lookup 1 2",
		"geoip import",
		"geoip nonsense",
		"geoip status x",
		"geoip lookup 8.8.8.8 --yes",
		"host --maxmind-key-file F",
	]) {
		assert.equal(parse(line).kind, "invalid", line);
	}
	assert.deepEqual(parse("help geoip"), { kind: "help", topic: "geoip" });
});
