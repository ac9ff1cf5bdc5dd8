// Has the router forgotten everything? Read from the clock that NAT-PMP and PCP routers send along (RFC 6886 §3.6, RFC 6887 §8.5).
import type { EpochReading } from "./method.ts";

/** RFC 6887 §8.5: clocks may differ in speed by a sixteenth, and readings by two seconds. */
const SPEED_SHARE = 16;
const SLACK_SECONDS = 2;

/** Whether the router lost its state between two readings: its clock went back, or ran at a speed no clock has. */
export function hasRestarted(before: EpochReading, after: EpochReading): boolean {
	const client = (after.at - before.at) / 1000;
	const server = after.seconds - before.seconds;
	if (server < -1) return true;
	return (
		client + SLACK_SECONDS < server - server / SPEED_SHARE || server + SLACK_SECONDS < client - client / SPEED_SHARE
	);
}
