// A sealer that hides nothing, but opens only what was sealed for this place.
import type { Sealer } from "../../../src/store/sealer.ts";

const labelOf = (table: string, column: string, row: string): Buffer => Buffer.from(`${table} ${column} ${row}\n`);

export const plainSealer: Sealer = {
	seal: (table, column, row, bytes) => Buffer.concat([labelOf(table, column, row), bytes]),
	open(table, column, row, sealed) {
		const label = labelOf(table, column, row);
		return label.equals(sealed.subarray(0, label.length)) ? sealed.subarray(label.length) : undefined;
	},
	blind: (_table, _column, value) => value,
};
