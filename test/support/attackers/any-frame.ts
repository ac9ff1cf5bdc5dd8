// Frames of every kind for property tests and fuzzing.
import fc from "fast-check";
import { type Frame, type FrameType, frameType } from "../../../src/engine/wire/frame.ts";

/** Every type but padding, which no frame stream hands out. */
const meaningfulTypes: readonly FrameType[] = Object.values(frameType).filter((type) => type !== frameType.padding);

/** Any type but padding. */
export const someFrameType: fc.Arbitrary<FrameType> = fc.constantFrom(...meaningfulTypes);

/** Any type but padding, with a body of up to `maxLength` bytes. */
export function anyFrame(maxLength: number): fc.Arbitrary<Frame> {
	return fc.record({ type: someFrameType, body: fc.uint8Array({ maxLength, size: "max" }) });
}
