// A Transport that reaches everybody through one proxy: names are resolved there, and nobody else hears of this computer. It takes nobody in.
import type { DialOptions, DialOutcome, HostAndPort, Transport } from "../link/link.ts";
import { proxyFailed } from "../socks/failure.ts";
import { socksConnect } from "../socks/socks5.ts";
import { httpConnect } from "./http-connect.ts";
import type { ProxyAddress } from "./proxy-address.ts";

/** Makes the Transport. `base` dials the proxy itself. */
export function proxyTransport(proxy: ProxyAddress, base: Transport): Transport {
	return {
		name: "proxy",
		...(base.only && { only: base.only }),
		dial: (target, options) => dialThrough(proxy, base, target, options),
		listen: async () => ({ kind: "failed", failure: "throughProxy", detail: "A proxy takes nobody in." }),
	};
}

async function dialThrough(
	proxy: ProxyAddress,
	base: Transport,
	target: HostAndPort,
	options: DialOptions,
): Promise<DialOutcome> {
	const { signal, timeoutMs } = options;
	const patience = AbortSignal.timeout(timeoutMs);
	const dialled = await base.dial({ host: proxy.host, port: proxy.port }, options);
	if (dialled.kind === "failed") {
		return dialled.failure === "aborted" ? dialled : { ...dialled, detail: `The proxy: ${dialled.detail}` };
	}
	const { stream } = dialled.link;
	const connect = proxy.kind === "socks5" ? socksConnect : httpConnect;
	const request = { ...target, ...(proxy.login ? { login: proxy.login } : {}) };
	const outcome = await connect(stream, request, AbortSignal.any([signal, patience]));
	if (outcome.kind === "connected") return { kind: "linked", link: { stream, far: { transport: "proxy" } } };
	stream.destroy();
	return proxyFailed(outcome.code, { name: `the proxy ${proxy.display}`, signal, timeoutMs });
}
