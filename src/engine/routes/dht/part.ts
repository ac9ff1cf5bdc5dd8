// What an invite says of the DHT (docs/protocol.md, section 15.1): the nodes by which it is entered, and a relay.
import * as v from "valibot";
import { type DhtNodeAddress, isDhtNode, MAX_DHT_HOST_CHARACTERS, MAX_DHT_NODES } from "../../../net/dht/nodes.ts";
import { bytesOf, wholeNumber } from "../../wire/codec.ts";

/** The key of this part in an invite. */
export const dhtPartKey = 4;
const relayBytes = 32;

export interface DhtPart {
	/** Lists the nodes; when there are none, the public ones are meant. */
	readonly nodes: readonly DhtNodeAddress[];
	/** Public key of the relay that the host offers to those it can't be reached by directly. */
	readonly relay?: Uint8Array;
}

const node = v.strictTuple([v.pipe(v.string(), v.maxLength(MAX_DHT_HOST_CHARACTERS)), wholeNumber(1, 65_535)]);
const nodes = v.pipe(v.array(node), v.maxLength(MAX_DHT_NODES));
const schema = v.union([v.strictTuple([nodes]), v.strictTuple([nodes, bytesOf(relayBytes)])]);

/** Writes the part as a value for CBOR. It throws when a node is none (a bug of the caller). */
export function packDhtPart({ nodes: named, relay }: DhtPart): readonly unknown[] {
	if (named.length > MAX_DHT_NODES || !named.every(isDhtNode)) throw new Error("an invite needs proper DHT nodes");
	return [named.map(({ host, port }) => [host, port]), ...(relay === undefined ? [] : [relay])];
}

/** Reads the part; `undefined` when it makes no sense or names nodes that nobody can ask. It never throws. */
export function readDhtPart(value: unknown): DhtPart | undefined {
	const read = v.safeParse(schema, value);
	if (!read.success) return undefined;
	const [packed, relay] = read.output;
	const named = packed.map(([host, port]) => ({ host, port }));
	if (!named.every(isDhtNode)) return undefined;
	return { nodes: named, ...(relay === undefined ? {} : { relay }) };
}
