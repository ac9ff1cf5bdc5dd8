// The relay part of a host by itself: real sessions and the real sequencer over TLS, without a group, without a member of the host's own and without an opening.
// `node passing-server.js` passes the lines of everybody who connects on to everybody else.
import { randomBytes } from "node:crypto";
import type { Certificate } from "../src/crypto/identity/certificate.ts";
import type { Fingerprint } from "../src/crypto/identity/fingerprint.ts";
import { Turns } from "../src/engine/bounds/turns.ts";
import { type Entrance, GuestSession } from "../src/engine/host/guest-session.ts";
import type { Authority } from "../src/engine/order/authority.ts";
import { newStart, Sequencer } from "../src/engine/order/sequencer.ts";
import { maxSecureBodyBytes } from "../src/engine/wire/frame.ts";
import { FrameStream } from "../src/engine/wire/frame-stream.ts";
import { maxWaitingBytes } from "../src/engine/wire/handshake.ts";
import { lineEpoch } from "./passing-line.ts";
import { serveTls } from "./tls-listener.ts";

const nobody = (): never => {
	throw new Error("nobody enters or leaves here");
};
const authority = new Proxy({} as Authority, { get: nobody });
const entrance: Entrance = { judge: async () => undefined, entered: nobody, giveSeat: nobody, seatKept: nobody };
const sequencer = new Sequencer(newStart(randomBytes(32), lineEpoch), authority);
const services = {
	sequencer,
	authority,
	admissions: new Turns(),
	uptime: () => performance.now(),
	onBack: () => {},
};

await serveTls(async (inside) => {
	const frames = new FrameStream(inside, { maxBodyBytes: maxSecureBodyBytes, maxWaitingBytes });
	// Nobody's certificate is looked at once they are in: only whose Link it is counts.
	const certificate = { fingerprint: randomBytes(20).toString("hex") as Fingerprint } as Certificate;
	const session = new GuestSession({ frames, stream: inside, certificate, entrance }, services);
	sequencer.addFounder(session);
	await session.run(true);
	await sequencer.leaveOpen(session);
});
