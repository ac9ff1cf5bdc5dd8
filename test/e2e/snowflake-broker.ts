// A double of the Tor project's broker, for a network namespace in which there is no other: says as a line what each helper that asks tells it, and sends nobody.
import { createServer } from "node:http";

const [port] = process.argv.slice(2);
createServer((request, answer) => {
	let body = "";
	request.on("data", (bytes: Buffer) => {
		body += String(bytes);
	});
	request.on("end", () => {
		process.stdout.write(`${JSON.stringify({ url: request.url, body })}\n`);
		answer.end(JSON.stringify({ Status: "no match", Offer: "", NAT: "", RelayURL: "" }));
	});
}).listen(Number(port), "127.0.0.1", () => void process.stdout.write("ready\n"));
