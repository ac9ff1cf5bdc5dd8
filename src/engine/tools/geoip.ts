// What `rt geoip` needs: how the offline data stands, where an address is, and replacing the data. Hands out cleaned text only.
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import envPaths from "env-paths";
import { scopeOf } from "../../net/address/address.ts";
import { Caller } from "../../net/address/caller.ts";
import { type DatasetKind, datasetKinds, isIntact, type Manifest, readManifest } from "../../net/geoip/data-folder.ts";
import { geoIpDataFolders, ownDataFolder } from "../../net/geoip/folders.ts";
import { GeoIp } from "../../net/geoip/geoip.ts";
import { dataFoldersInOrder } from "../../net/geoip/sets.ts";
import { attributions } from "../../net/geoip/sources.ts";
import {
	dbIpServer,
	maxMindServer,
	type Offer,
	offerOfDbIp,
	offerOfMaxMind,
	readMaxMindKey,
} from "../../net/geoip-update/offers.ts";
import { carryOut, importData, type UpdateOptions } from "../../net/geoip-update/update.ts";
import { prepareHome } from "../../store/home.ts";
import type {
	ChangeOutcome,
	DatasetView,
	GeoIpProblem,
	GeoIpRefusal,
	GeoIpTool,
	OfferView,
	OnGeoIpStep,
	PlanOutcome,
} from "../api/geoip.ts";
import type { Location } from "../api/people.ts";
import { lookUpIn } from "../places/look-up.ts";
import { cleanLine, cleanTrouble } from "../text/clean.ts";

const keyFileLimitBytes = 16 * 1024;
const shownLimit = 120;

interface ToolOptions {
	readonly home: string;
	/** Names a server other than the real one, for tests and mirrors. */
	readonly dbIp?: URL;
	readonly maxMind?: URL;
	readonly now: () => number;
}

export type GeoIpToolOutcome = { readonly kind: "open"; readonly tool: GeoIpTool } | GeoIpRefusal;

/** Opens what `rt geoip` works with. `home` is as in `openEngine`. RT_GEOIP_DBIP and RT_GEOIP_MAXMIND in `env` name other servers to update from. */
export function openGeoIpTool(
	home = envPaths("real-talk", { suffix: "" }).data,
	env: Readonly<Record<string, string | undefined>> = {},
): GeoIpToolOutcome {
	const { RT_GEOIP_DBIP, RT_GEOIP_MAXMIND } = env;
	const [dbIp, maxMind] = [serverOf(RT_GEOIP_DBIP), serverOf(RT_GEOIP_MAXMIND)];
	if (dbIp === "unsafe" || maxMind === "unsafe") {
		return refused({ why: "unsafeServer" });
	}
	return {
		kind: "open",
		tool: new LocalGeoIpTool({
			home,
			now: Date.now,
			...(dbIp === undefined ? {} : { dbIp }),
			...(maxMind === undefined ? {} : { maxMind }),
		}),
	};
}

function serverOf(text: string | undefined): URL | "unsafe" | undefined {
	if (text === undefined || text === "") return undefined;
	const url = URL.parse(text.endsWith("/") ? text : `${text}/`);
	if (url === null) return "unsafe";
	const isHere = url.protocol === "http:" && scopeOf(url.hostname.replace(/^\[|\]$/g, "")) === "loopback";
	return url.protocol === "https:" || isHere ? url : "unsafe";
}

/** Opens nothing until it is asked. */
class LocalGeoIpTool implements GeoIpTool {
	readonly attributions = attributions;
	readonly #options: ToolOptions;
	readonly #dataFolders: readonly string[];
	#offers: readonly Offer[] = [];

	constructor(options: ToolOptions) {
		this.#options = options;
		this.#dataFolders = geoIpDataFolders(options.home);
	}

	/** Reads and checks every file of the data. */
	status(): readonly DatasetView[] {
		return datasetKinds.map((dataset) => this.#view(dataset));
	}

	/** Looks an address up. It returns `undefined` when the text is no address. */
	async lookup(address: string): Promise<Location | undefined> {
		const caller = Caller.at(address);
		if (caller === undefined) return undefined;
		const geoIp = new GeoIp({ dataFolders: this.#dataFolders });
		try {
			// Nobody is kept from anything here: there is time for a slow disk.
			return await lookUpIn(geoIp, 60_000)(caller);
		} finally {
			await geoIp.close();
		}
	}

	/** Asks what is new; downloads nothing to speak of. `maxMindKeyFile`: ask MaxMind instead of DB-IP. */
	async plan(maxMindKeyFile: string | undefined, signal: AbortSignal): Promise<PlanOutcome> {
		const { dbIp = dbIpServer, maxMind = maxMindServer, now } = this.#options;
		const key = maxMindKeyFile === undefined ? undefined : await readKeyFile(maxMindKeyFile);
		if (key?.kind === "refused") return key;
		const outcomes = await Promise.all(
			datasetKinds.map((dataset) =>
				key === undefined
					? offerOfDbIp(dataset, dbIp, now(), signal)
					: offerOfMaxMind(dataset, key.key, maxMind, signal),
			),
		);
		const failure = outcomes.find((outcome) => outcome.kind === "failed");
		if (failure?.kind === "failed") return failed(failure.detail);
		this.#offers = outcomes.flatMap((outcome) => (outcome.kind === "offer" ? [outcome.offer] : []));
		return { kind: "plan", offers: this.#offers.map((offer) => this.#offerView(offer)) };
	}

	/** Carries out what the last plan has for `dataset`. */
	async update(dataset: DatasetKind, onStep: OnGeoIpStep, signal: AbortSignal): Promise<ChangeOutcome> {
		const offer = this.#offers.find((one) => one.dataset === dataset);
		if (offer === undefined) return refused({ why: "nothingPlanned" });
		return this.#change((options) => carryOut(offer, options), onStep, signal);
	}

	/** Puts what a person brings along (an .mmdb file or a folder of geoip-lite), hostile, in the place of the data it is about. */
	importFile(file: string, onStep: OnGeoIpStep, signal: AbortSignal): Promise<ChangeOutcome> {
		return this.#change((options) => importData(file, options), onStep, signal);
	}

	async #change(
		work: (options: UpdateOptions) => ReturnType<typeof carryOut>,
		onStep: OnGeoIpStep,
		signal: AbortSignal,
	): Promise<ChangeOutcome> {
		const { home, now } = this.#options;
		const prepared = prepareHome(home);
		if (prepared.kind === "refused") {
			const { why, detail } = prepared;
			return refused({ why: "home", trouble: cleanTrouble({ path: home, why, detail }) });
		}
		const outcome = await work({ dataFolder: ownDataFolder(home), onStep, signal, now: now() });
		if (outcome.kind === "failed") return failed(outcome.detail);
		const { dataset, source, sourceVersion } = outcome.manifest;
		return { kind: "done", dataset, source: shown(source), version: shown(sourceVersion) };
	}

	#view(dataset: DatasetKind): DatasetView {
		let isDamaged = false;
		for (const dataFolder of dataFoldersInOrder(this.#dataFolders, dataset)) {
			const found = readManifest(dataFolder, dataset);
			if (found.kind === "found" && isIntact(dataFolder, found.manifest)) {
				return presentView(found.manifest, dataFolder, dataFolder === ownDataFolder(this.#options.home));
			}
			if (found.kind !== "absent") isDamaged = true;
		}
		return { kind: isDamaged ? "damaged" : "missing", dataset };
	}

	#offerView({ dataset, source, version, url, sizeBytes }: Offer): OfferView {
		const used = this.#view(dataset);
		// DB-IP's offers are of a month, its databases of a day in it.
		const isCurrent = used.kind === "present" && used.source === source && used.version.startsWith(version);
		return {
			dataset,
			source,
			version: shown(version),
			from: shown(url.host),
			isCurrent,
			...(sizeBytes === undefined ? {} : { sizeBytes }),
		};
	}
}

function presentView(manifest: Manifest, dataFolder: string, isOwn: boolean): DatasetView {
	const { dataset, source, sourceVersion, dataDate, licence, files, folder } = manifest;
	return {
		kind: "present",
		dataset,
		source: shown(source),
		version: shown(sourceVersion),
		licence: shown(licence),
		sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
		isOwn,
		folder: shown(join(dataFolder, folder)),
		...(dataDate === undefined ? {} : { dataDate }),
	};
}

async function readKeyFile(file: string) {
	try {
		const status = statSync(file);
		if (!status.isFile() || status.size > keyFileLimitBytes) return refused({ why: "keyFileTooLarge" });
		const key = readMaxMindKey(await readFile(file, "utf8"));
		if (key !== undefined) return { kind: "key", key } as const;
		return refused({ why: "noLicenceKey" });
	} catch (error) {
		return refused({ why: "keyFileUnreadable", detail: (error as NodeJS.ErrnoException).code ?? "unknown reason" });
	}
}

function shown(text: string): string {
	return cleanLine(text, shownLimit);
}

const refused = (problem: GeoIpProblem): GeoIpRefusal => ({ kind: "refused", problem });

const failed = (detail: string): GeoIpRefusal => refused({ why: "failed", detail: cleanLine(detail, 400) });
