// How often V8 looks for garbage while files pass. Each block leaves buffers behind that are garbage at once; V8 counts them to its small heap and would search all of it every few megabytes: half of the processor's time, and pauses in which the talk waits.
import { setFlagsFromString } from "node:v8";
import { youngGarbage } from "../../../crypto/file/young-garbage.ts";

/** The heap may grow by this many percent of what is alive before all of it is searched. V8 reads the option anew at each search; 0 leaves it to V8. */
const growthWhileFilesPass = 300;

let passing = 0;

/** Notes that a Link for files is open, until the function that is returned is called. That may be done twice. */
export function filesPass(): () => void {
	let isOver = false;
	passing += 1;
	if (passing === 1) setGrowth(growthWhileFilesPass);
	return () => {
		if (isOver) return;
		isOver = true;
		passing -= 1;
		if (passing === 0) setGrowth(0);
	};
}

const setGrowth = (percent: number): void => setFlagsFromString(`--heap-growing-percent=${percent}`);

/** A tenth of a millisecond for this many bytes, by which the memory that a file takes is bounded. */
const collectEveryBytes = 2 * 1024 * 1024;

/** Takes in that so many bytes came, in buffers that are garbage now. */
export const filePassed = youngGarbage(collectEveryBytes);
