// What `rt doctor --tor` says: what it comes to in one sentence, then what is behind it. Pure.

import type { TorExamination, TorStanding } from "../../../engine/api/doctor.ts";
import { commandName } from "../../text/command-name.ts";
import { hoursOrMinutes, torFailureWords, torHindranceWords } from "../ways/tor-words.ts";

/** This is said before anybody is contacted. */
export const torDoctorNotice =
	"Tor is started and goes into its network, as for a room: your provider sees that you use Tor.";

/** Returns the whole report; its first line is what it comes to. */
export function torExaminationLines(found: TorExamination): readonly string[] {
	const { standing, isOwn, version } = found;
	const whose = isOwn ? "rt's own" : "one that runs already";
	return [
		inShort(standing),
		"",
		...(version === undefined ? [] : [`  Tor            ${version}, ${whose}`]),
		...(standing.kind === "failed"
			? []
			: [`  Start          ${standing.progress.percent} % (${standing.progress.summary})`]),
		...(standing.kind === "failed" ? [] : [`  Clock          ${clockWords(standing)}`]),
		...(isOwn ? [`  Bridges        ${bridgesWords(found)}`] : []),
		...(version === undefined ? [] : [`  Proof of work  ${powWords(found)}`]),
	];
}

function inShort(standing: TorStanding): string {
	switch (standing.kind) {
		case "ready":
			return "Tor works from here: rooms can be opened (rt --tor) and joined through it.";
		case "failed":
			return torFailureWords(standing.trouble);
		case "stuck": {
			const { percent, summary, hindrance } = standing.progress;
			const why = hindrance
				? torHindranceWords(hindrance)
				: `Where Tor is blocked, bridges help: ${commandName} help tor.`;
			return `Tor does not get into its network from here: it stands at ${percent} % (${summary}). ${why}`;
		}
	}
}

function clockWords({ progress: { hindrance } }: Extract<TorStanding, { progress: object }>): string {
	if (hindrance?.kind !== "clock") return "Tor has nothing to say against it";
	return `about ${hoursOrMinutes(hindrance.seconds)} ${hindrance.seconds > 0 ? "ahead" : "behind"}`;
}

function bridgesWords({ bridges }: TorExamination): string {
	if (bridges.length === 0) return "none are set";
	const names = [...new Set(bridges.map((name) => (name === "" ? "without a transport" : name)))];
	return `${bridges.length} (${names.join(", ")})`;
}

function powWords({ hasProofOfWork }: TorExamination): string {
	if (hasProofOfWork === undefined) return "it does not say";
	return hasProofOfWork
		? "yes: somebody who calls a room too often has to compute for it"
		: "no, this Tor is too old: a flood of callers is held off by rt alone";
}
