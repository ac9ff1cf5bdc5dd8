// The worker of the groups before there is a group: a program that was started for a room has it started beside everything else that is loaded.
import { Group, type GroupOptions } from "./group.ts";

/** The certificate of a made-up person (made by OpenPGP.js, as for a new key), whose private key nobody has: another one than the host of a rehearsal (rehearsal.ts). */
const madeUpGuest = Buffer.from(
	"xjMEaVW5ABYJKwYBBAHaRw8BAQdA2Tvddrv1FtuThe2nFal1zlX9Agct9dxj15iaPpuD4aTNAS3CwBMEExYKAIUFgmlVuQADCwkHCRBWGrtCpU+8vkUUAAAAAAAcACBzYWx0QG5vdGF0aW9ucy5vcGVucGdwanMub3JnOsoZPx++ed1+YoHDGiW2AvIHlc9NKYlnO0q1NsflzhYFFQoIDgwEFgACAQIZAQKbAwIeARYhBEg7yFUzMhwfH6zCilYau0KlT7y+AABHAgEAuBjrNX+FpAs4PBv1VaNpHH60CY2xZ0BOBJbPPoX8IE0BALIcGzpPM2E70UE77YB7G08jqVGvYLT9WwwOpfKB3ZQGzjgEaVW5ABIKKwYBBAGXVQEFAQEHQMucr3ldqT7oT+QlRlu/Jo+pIsk7Ynv5vKHxinUg5C5bAwEIB8K+BBgWCgBwBYJpVbkACRBWGrtCpU+8vkUUAAAAAAAcACBzYWx0QG5vdGF0aW9ucy5vcGVucGdwanMub3JnsEanMslTJP+eJv4Dr6FwL2tcMoKUQFxebq6v1Z3TGSkCmwwWIQRIO8hVMzIcHx+swopWGrtCpU+8vgAAtQAA/1tmZlKE0jX2nJB80ZPE3EZN3Q5uO8vo+Q8uj5dFEISkAP9jN9r3YVxYakEXMEIQd5uaWiZv3NxIlYiXSFNNmAMaDg==",
	"base64",
);

/** A worker for which no group has come after this long, in ms, ends. */
const KEPT_FOR_MS = 30_000;

/** Starts the worker, and has it rehearse the entry of a guest. Whoever opens a group goes on with it. */
export async function startEarly(options: Pick<GroupOptions, "threads"> = {}): Promise<void> {
	const group = await Group.open({ ...options, roomId: new Uint8Array(0) });
	group.rehearse(madeUpGuest);
	setTimeout(() => void group.close(), KEPT_FOR_MS).unref();
}
