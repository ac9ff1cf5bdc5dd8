// The six words of keys, which the engine makes and screens show beside fingerprints.
import { createContext, type ReactNode, useContext } from "react";
import { useAnswer } from "./use-answer.ts";

type ReadWords = (fingerprint: string) => Promise<readonly string[] | undefined>;
type WordsByKey = ReadonlyMap<string, string>;

const Reader = createContext<ReadWords>(async () => undefined);
const none: WordsByKey = new Map();

/** Gives the screens inside it the words of keys. `read` asks the engine. */
export function KeyWords({ read, children }: { readonly read: ReadWords; readonly children: ReactNode }): ReactNode {
	return <Reader value={read}>{children}</Reader>;
}

/** Returns the words of these keys by their fingerprint, such as "ocean velvet tiger lamp north apple"; until they are known there are none. */
export function useKeyWords(fingerprints: readonly string[]): WordsByKey {
	const read = useContext(Reader);
	const ask = async (): Promise<WordsByKey> => {
		const words = new Map<string, string>();
		for (const fingerprint of fingerprints) {
			const six = await read(fingerprint);
			if (six !== undefined) words.set(fingerprint, six.join(" "));
		}
		return words;
	};
	return useAnswer(fingerprints.join(), ask, read) ?? none;
}
