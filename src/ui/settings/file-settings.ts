// What a person has set about files: the table [files] of config.toml. Pure.
import * as v from "valibot";
import type { FileWishes } from "../../engine/api/files/files.ts";

/** Says where files go that are taken, which are taken without a question, and how fast files may pass. */
export interface FileSettings {
	/** The folder as it was written, beginning with "/" or "~". When it is absent, files go to the system's folder for downloads. */
	readonly folder?: string;
	/** Files of verified people come by themselves up to this many MB (1,000,000 bytes). With 0 none do. */
	readonly acceptVerifiedMb: number;
	/** Files pass no faster than this many KB (1,000 bytes) a second, in each direction. When it is absent, they pass as fast as they can. */
	readonly limitKbPerSecond?: number;
}

/** These hold for everybody who has set nothing. */
export const standardFiles: FileSettings = { acceptVerifiedMb: 0 };

/** The slowest that the engine takes: 16,384 bytes a second. */
const slowestKb = 17;
const mostMb = 1_000_000;
const longestPath = 1_024;

/** The table as it stands in the file; every setting may be left out. */
export const filesShape = v.strictObject({
	folder: v.optional(v.pipe(v.string(), v.maxLength(longestPath), v.regex(/^(?:~$|~?\/|[A-Za-z]:[\\/])/))),
	"accept-from-verified-mb": v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(mostMb))),
	"limit-kb-per-second": v.optional(v.pipe(v.number(), v.integer(), v.minValue(slowestKb), v.maxValue(mostMb * 1_000))),
});

/** Reads the table as it came through its shape. */
export function fileSettingsOf(table: v.InferOutput<typeof filesShape> = {}): FileSettings {
	const { folder, "accept-from-verified-mb": mb = 0, "limit-kb-per-second": limit } = table;
	return {
		acceptVerifiedMb: mb,
		...(folder === undefined ? {} : { folder }),
		...(limit === undefined ? {} : { limitKbPerSecond: limit }),
	};
}

const bytesPerMb = 1_000_000;
const bytesPerKb = 1_000;

/** Returns what the engine is asked for by these settings. It does the rest by itself, whether anybody looks or not. */
export const fileWishesOf = ({ folder, acceptVerifiedMb, limitKbPerSecond }: FileSettings): FileWishes => ({
	verifiedUpToBytes: acceptVerifiedMb * bytesPerMb,
	...(folder === undefined ? {} : { folder }),
	...(limitKbPerSecond === undefined ? {} : { bytesPerSecond: limitKbPerSecond * bytesPerKb }),
});
