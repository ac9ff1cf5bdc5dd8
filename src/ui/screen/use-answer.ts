// Asks the engine something while a screen is shown, and keeps what it answered last.
import { useEffect, useEffectEvent, useState } from "react";

/** Returns the answer to a question, once it is there; `undefined` for another question than `about`, and for none, which is "". It is asked again when `again` changes. */
export function useAnswer<Answer>(about: string, ask: () => Promise<Answer>, again: unknown): Answer | undefined {
	const [known, setKnown] = useState<{ readonly about: string; readonly answer: Answer }>();
	const onAsk = useEffectEvent(ask);
	// biome-ignore lint/correctness/useExhaustiveDependencies: `again` says when the answer may be another one.
	useEffect(() => {
		if (about === "") return undefined;
		let isOld = false;
		void onAsk().then((answer) => {
			if (!isOld) setKnown({ about, answer });
		});
		return () => {
			isOld = true;
		};
	}, [about, again]);
	return known?.about === about ? known.answer : undefined;
}
