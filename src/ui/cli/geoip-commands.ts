// `rt geoip …`: says how the offline location data stands, looks an address up, and replaces the data, always asking first.

import type { ChangeOutcome, DatasetView, GeoIpTool, OfferView, OnGeoIpStep } from "../../engine/api/geoip.ts";
import type { Dialogue } from "../lines/dialogue.ts";
import { commandName } from "../text/command-name.ts";
import { type ExitCode, exitInternal, exitOk, exitUsage } from "../words/exit-codes.ts";
import { geoIpProblemWords } from "../words/tools/geoip-problems.ts";
import type { GeoIpAction } from "./arguments/geoip-arguments.ts";
import { type CommandSession, type CommandStreams, runInSession } from "./command-session.ts";

export interface GeoIpCommandOptions extends CommandStreams {
	readonly tool: GeoIpTool;
	readonly action: GeoIpAction;
	readonly stop: AbortSignal;
	/** Returns the time in ms since the epoch. */
	readonly now: () => number;
}

type Step = Parameters<OnGeoIpStep>[0];

const dayMs = 24 * 60 * 60 * 1000;
const oldDays = 90;
const names: Readonly<Record<DatasetView["dataset"], string>> = { location: "Locations", owner: "Network owners" };

interface Session extends CommandSession, Pick<GeoIpCommandOptions, "tool" | "errors" | "stop" | "now"> {}

/** Runs one sub-command to its end. It never throws for what people type, files hold or servers say. */
export function runGeoIpCommand({ action, ...options }: GeoIpCommandOptions): Promise<ExitCode> {
	return runInSession(options, (session) => perform({ ...options, ...session }, action));
}

async function perform(session: Session, action: GeoIpAction): Promise<ExitCode> {
	switch (action.kind) {
		case "status":
			return status(session);
		case "lookup":
			return lookup(session, action.address);
		case "update":
			return update(session, action.isConfirmed, action.keyFile);
		case "import":
			return change(session, "The file", (onStep) => session.tool.importFile(action.file, onStep, session.stop));
	}
}

function status({ tool, answer, now }: Session): ExitCode {
	for (const view of tool.status()) answer(...statusLines(view, now()));
	answer("", "Addresses are looked up on this computer only; the data changes only when you ask:");
	answer(`${commandName} geoip update, or ${commandName} geoip import FILE.mmdb`, "", ...tool.attributions);
	return exitOk;
}

function statusLines(view: DatasetView, now: number): readonly string[] {
	const name = `${names[view.dataset]}:`.padEnd(16);
	switch (view.kind) {
		case "missing":
			return [`${name}none (to get them: ${commandName} geoip update)`];
		case "damaged":
			return [`${name}damaged, not used (to replace them: ${commandName} geoip update)`];
		case "present":
			return [
				`${name}${view.source} ${view.version}${ageOf(view.dataDate, now)}`,
				`  licence       ${view.licence}`,
				`  kept in       ${view.folder} (${megabytes(view.sizeBytes)}, ${view.isOwn ? "yours" : "came with the program"})`,
			];
	}
}

function ageOf(dataDate: string | undefined, now: number): string {
	if (dataDate === undefined) return ", of unknown age";
	const days = Math.max(0, Math.floor((now - Date.parse(dataDate)) / dayMs));
	const age = days < 2 * 365 ? `${days} days` : `${Math.floor(days / 365)} years`;
	return `, from ${dataDate}: ${age} old${days > oldDays ? " (networks move: expect some wrong answers)" : ""}`;
}

async function lookup({ tool, answer, questions }: Session, address: string): Promise<ExitCode> {
	const found = await tool.lookup(address);
	if (found === undefined) return refuse(questions, "That is not an IPv4 or IPv6 address.", exitUsage);
	answer(found.label + (found.asn === undefined ? "" : ` (AS${found.asn})`));
	return exitOk;
}

async function update(session: Session, isConfirmed: boolean, keyFile: string | undefined): Promise<ExitCode> {
	const { tool, questions, answer, stop } = session;
	const plan = await tool.plan(keyFile, stop);
	if (plan.kind === "refused") return refuse(questions, `${geoIpProblemWords(plan.problem)} Nothing was changed.`);
	for (const offer of plan.offers) questions.say(...offerLines(offer));
	const wanted = plan.offers.filter((offer) => !offer.isCurrent);
	if (wanted.length === 0) {
		answer("There is nothing newer to download.");
		return exitOk;
	}
	if (!isConfirmed && !(await isAgreed(questions, wanted))) {
		const advice = questions.isTerminal ? "" : " Without a terminal say --yes.";
		return refuse(questions, `Nothing was downloaded.${advice}`, exitUsage);
	}
	let exitCode = exitOk;
	for (const { dataset, source } of wanted) {
		const code = await change(session, source, (onStep) => tool.update(dataset, onStep, stop));
		if (code !== exitOk) exitCode = code;
		if (stop.aborted) break;
	}
	return exitCode;
}

function offerLines(offer: OfferView): readonly string[] {
	const size = offer.sizeBytes === undefined ? "size unknown" : megabytes(offer.sizeBytes);
	const state = offer.isCurrent ? "this is what you have" : `${size} from ${offer.from}`;
	return [`${`${names[offer.dataset]}:`.padEnd(16)}${offer.source} ${offer.version}, ${state}`];
}

async function isAgreed(questions: Dialogue, wanted: readonly OfferView[]): Promise<boolean> {
	const sizes = wanted.map((offer) => offer.sizeBytes);
	const total = sizes.every((size) => size !== undefined)
		? megabytes(sizes.reduce((sum, size) => sum + size, 0))
		: "it (the size is not known)";
	const places = [...new Set(wanted.map((offer) => offer.from))].join(" and ");
	const question = `To download ${total} from ${places}, type yes. That server sees this computer's address, nothing else.`;
	if (!questions.isTerminal) {
		questions.say(question);
		return false;
	}
	const typed = await questions.ask(question);
	return typed.kind === "text" && typed.text.trim().toLowerCase() === "yes";
}

async function change(
	{ questions, answer, errors }: Session,
	what: string,
	work: (onStep: OnGeoIpStep) => Promise<ChangeOutcome>,
): Promise<ExitCode> {
	const progress = new Progress(errors, what);
	const outcome = await work((step) => progress.show(step));
	progress.end();
	if (outcome.kind === "refused") {
		return refuse(questions, `${what}: ${geoIpProblemWords(outcome.problem)} What you had before is still in use.`);
	}
	answer(`${names[outcome.dataset]} are now from ${outcome.source} ${outcome.version}.`);
	return exitOk;
}

/** Shows one line that is written over and over at a terminal; elsewhere it is a line now and then. */
class Progress {
	readonly #errors: GeoIpCommandOptions["errors"];
	readonly #what: string;
	#last = "";

	constructor(errors: GeoIpCommandOptions["errors"], what: string) {
		this.#errors = errors;
		this.#what = what;
	}

	show(step: Step): void {
		const isTerminal = this.#errors.isTTY === true;
		const text = `${this.#what}: ${isTerminal ? barOf(step) : quarterOf(step)}`;
		if (text === this.#last) return;
		this.#last = text;
		// The rest of a longer line before is blanked (EL, ECMA-48 §8.3.41).
		this.#errors.write(isTerminal ? `\r${text}\u001b[K` : `${text}\n`);
	}

	end(): void {
		if (this.#last !== "" && this.#errors.isTTY === true) this.#errors.write("\r\u001b[K");
	}
}

const barCells = 20;

function barOf(step: Step): string {
	if (step.kind !== "downloading") return wordFor(step.kind);
	if (step.totalBytes === undefined || step.totalBytes === 0) return megabytes(step.doneBytes);
	const share = Math.min(1, step.doneBytes / step.totalBytes);
	const filled = Math.floor(share * barCells);
	const bar = "#".repeat(filled) + "-".repeat(barCells - filled);
	return `[${bar}] ${Math.floor(share * 100)} % of ${megabytes(step.totalBytes)}`;
}

function quarterOf(step: Step): string {
	if (step.kind !== "downloading") return wordFor(step.kind);
	if (step.totalBytes === undefined || step.totalBytes === 0) return "downloading …";
	return `${Math.floor((step.doneBytes / step.totalBytes) * 4) * 25} % of ${megabytes(step.totalBytes)}`;
}

function wordFor(kind: "making" | "trying"): string {
	return kind === "making" ? "checking and making ready …" : "trying it out …";
}

/** Returns a size in the decimal megabytes in which downloads are measured. */
function megabytes(sizeBytes: number): string {
	return `${(sizeBytes / 1_000_000).toFixed(1)} MB`;
}

function refuse(questions: Dialogue, message: string, exitCode: ExitCode = exitInternal): ExitCode {
	questions.say(`rt: ${message}`);
	return exitCode;
}
