// Runs inside the lab: a hostile or odd router. Answers every UPnP search with the locations it was told, and serves every bad description there is.
import { createSocket } from "node:dgram";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { RogueOrders } from "./rogue.ts";

const orders: RogueOrders = JSON.parse(process.argv[2] ?? "{}");
const SERVICE = "urn:schemas-upnp-org:service:WANIPConnection:1";

function description(control: string): string {
	return `<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device><serviceList><service>
<serviceType>${SERVICE}</serviceType><controlURL>${control}</controlURL></service></serviceList></device></root>`;
}

let addressesTold = 0;

function soap(question: string, response: ServerResponse): void {
	if (orders.hangsUp === "never" && question.includes("AddPortMapping")) return;
	const action = /<u:(\w+)/.exec(question)?.[1] ?? "";
	if (orders.hasOnlyPermanent && action === "AddPortMapping" && !/<NewLeaseDuration>0</.test(question)) {
		response.statusCode = 500;
		response.end("<e><errorCode>725</errorCode></e>");
		return;
	}
	const last = orders.outside.length - 1;
	const address = action === "GetExternalIPAddress" ? orders.outside[Math.min(addressesTold++, last)] : "";
	const entry = /Specific/.test(action)
		? `<NewInternalClient>${orders.client}</NewInternalClient><NewInternalPort>40213</NewInternalPort>
<NewPortMappingDescription>Real Talk</NewPortMappingDescription>`
		: "";
	response.end(
		`<s:Envelope xmlns:s="s"><s:Body><u:${action}Response xmlns:u="u"><NewExternalIPAddress>${address}</NewExternalIPAddress>${entry}</u:${action}Response></s:Body></s:Envelope>`,
	);
}

function flood(response: ServerResponse, part: string, everyMs: number): void {
	response.write('<?xml version="1.0"?><root>');
	const timer = setInterval(() => response.write(part), everyMs);
	response.on("close", () => clearInterval(timer));
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
	const question = await text(request);
	switch (request.url) {
		case "/redirect":
			response.writeHead(302, { location: orders.trap });
			return void response.end(description("/control"));
		case "/huge":
			return flood(response, `<a>${"x".repeat(100_000)}</a>`, 1);
		case "/slow":
			return flood(response, " ", 50);
		case "/malformed":
			return void response.end(description("/control").replace("</device>", ""));
		case "/doctype":
			return void response.end(`<!DOCTYPE r [<!ENTITY c "/control">]>${description("&c;")}`);
		case "/deep":
			return void response.end(`${"<a>".repeat(10_000)}${description("/control")}${"</a>".repeat(10_000)}`);
		case "/elsewhere":
			return void response.end(description(orders.trap));
		case "/good":
			return void response.end(description("/control"));
		default:
			return soap(question, response);
	}
}

createServer(serve).listen(5000, orders.address);
const ssdp = createSocket({ type: "udp4", reuseAddr: true });
ssdp.on("message", (message, from) => {
	const target = /^ST:\s*(.*?)\r?$/im.exec(message.toString())?.[1];
	if (!message.toString().startsWith("M-SEARCH") || target === undefined) return;
	for (const location of orders.locations) {
		const lines = ["HTTP/1.1 200 OK", "CACHE-CONTROL: max-age=120", `ST: ${target}`, `LOCATION: ${location}`];
		ssdp.send(`${lines.join("\r\n")}\r\n\r\n`, from.port, from.address);
	}
});
ssdp.bind(1900, () => {
	ssdp.addMembership("239.255.255.250", orders.address);
	process.stdout.write("ready\n");
});
