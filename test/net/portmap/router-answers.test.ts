// What UPnP routers say, read without a network: search answers, descriptions, SOAP, and the little XML they are made of.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Standpoint } from "../../../src/net/address/interfaces.ts";
import { readDescription, readSoapAnswer } from "../../../src/net/portmap/igd-device.ts";
import { parseOwnMapping } from "../../../src/net/portmap/method.ts";
import { elementsCalled, escapeXml, parseXml, textIn, type XmlElement } from "../../../src/net/portmap/router-xml.ts";
import { readSsdpAnswer } from "../../../src/net/portmap/ssdp.ts";

const home: Standpoint = {
	family: 4,
	address: "192.168.1.2",
	prefixLength: 24,
	interface: "eth0",
	gateway: { address: "192.168.1.1", isCertain: true },
};
const guessing: Standpoint = { ...home, gateway: { address: "192.168.1.1", isCertain: false } };
const home6: Standpoint = { family: 6, address: "2a0e:9999:a::2", prefixLength: 64, interface: "eth0" };

function answer(location: string, more = ""): Buffer {
	return Buffer.from(`HTTP/1.1 200 OK\r\nST: x\r\n${more}LOCATION: ${location}\r\n\r\n`);
}

test("the answer of the system's own router is taken, whatever port and path it names", () => {
	const found = readSsdpAnswer(answer("http://192.168.1.1:5000/rootDesc.xml"), "192.168.1.1", home);
	assert.equal(found?.url.href, "http://192.168.1.1:5000/rootDesc.xml");
	assert.equal(found?.host, "192.168.1.1");
});

test("where the router is only guessed, a neighbour on the subnet may be it", () => {
	const location = answer("http://192.168.1.254/");
	assert.ok(readSsdpAnswer(location, "192.168.1.254", guessing));
	assert.equal(readSsdpAnswer(location, "192.168.1.254", home), undefined);
});

test("an IPv6 router may answer from its link-local address, which then gets our zone", () => {
	const found = readSsdpAnswer(answer("http://[fe80::1]:5000/d"), "fe80::1%eth0", home6);
	assert.equal(found?.host, "fe80::1%eth0");
	assert.ok(readSsdpAnswer(answer("http://[2a0e:9999:a::1]/d"), "2a0e:9999:a::1", home6));
	assert.equal(readSsdpAnswer(answer("http://[2a0e:9999:b::1]/d"), "2a0e:9999:b::1", home6), undefined);
});

const lures: Readonly<Record<string, readonly [location: string, from: string]>> = {
	"to loopback": ["http://127.0.0.1:9999/", "192.168.1.1"],
	"to the Internet": ["http://44.128.0.50/", "192.168.1.1"],
	"to a neighbour": ["http://192.168.1.3/", "192.168.1.1"],
	"to ourselves": ["http://192.168.1.2/", "192.168.1.2"],
	"to a name": ["http://192.168.1.1.example/", "192.168.1.1"],
	"from off the subnet": ["http://10.0.0.1/", "10.0.0.1"],
	"to https": ["https://192.168.1.1/", "192.168.1.1"],
	"to a file": ["file:///etc/passwd", "192.168.1.1"],
	"with a password": ["http://u:p@192.168.1.1/", "192.168.1.1"],
	"to port 0": ["http://192.168.1.1:0/", "192.168.1.1"],
	"to IPv6 in an IPv4 search": ["http://[fe80::1]/", "fe80::1"],
	"of endless length": [`http://192.168.1.1/${"x".repeat(600)}`, "192.168.1.1"],
	"to nowhere": ["http://[", "192.168.1.1"],
};
for (const [what, [location, from]] of Object.entries(lures)) {
	test(`attack: a search answer that leads ${what} is refused`, () => {
		for (const own of [home, guessing]) assert.equal(readSsdpAnswer(answer(location), from, own), undefined);
	});
}

test("attack: two locations, none, another status, or more than a datagram's worth are refused", () => {
	const good = "http://192.168.1.1/";
	const bad = [
		answer(good, `LOCATION: ${good}\r\n`),
		Buffer.from("HTTP/1.1 200 OK\r\n\r\n"),
		Buffer.from(`NOTIFY * HTTP/1.1\r\nLOCATION: ${good}\r\n\r\n`),
		Buffer.from(`HTTP/1.1 302 Found\r\nLOCATION: ${good}\r\n\r\n`),
		answer(good, `X: ${"x".repeat(2_000)}\r\n`),
	];
	for (const one of bad) assert.equal(readSsdpAnswer(one, "192.168.1.1", home), undefined);
});

const location = { url: new URL("http://192.168.1.1:5000/d.xml"), host: "192.168.1.1" };

function description(control: string, type = "WANIPConnection:1", before = ""): string {
	return `<?xml version="1.0"?><root>${before}<device><serviceList><service>
<serviceType>urn:schemas-upnp-org:service:${type}</serviceType><controlURL>${control}</controlURL>
</service></serviceList></device></root>`;
}

test("control addresses are relative to the description, to URLBase, or whole, as UPnP 1.0 has it", () => {
	const control = (text: string) => readDescription(text, location, home)?.wan[0]?.control.href;
	assert.equal(control(description("ctl")), "http://192.168.1.1:5000/ctl");
	assert.equal(
		control(description("/ctl", undefined, "<URLBase>http://192.168.1.1:80/</URLBase>")),
		"http://192.168.1.1/ctl",
	);
	assert.equal(control(description("http://192.168.1.1:49152/c?a=1&amp;b=2")), "http://192.168.1.1:49152/c?a=1&b=2");
});

test("attack: a description cannot lead to another address, by control address or by base", () => {
	for (const control of [
		"http://127.0.0.1/",
		"http://44.128.0.50/",
		"//192.168.1.3/",
		"https://192.168.1.1/",
		"http://u@192.168.1.1/",
	]) {
		assert.deepEqual(readDescription(description(control), location, home)?.wan, [], control);
	}
	const based = description("/ctl", undefined, "<URLBase>http://44.128.0.50/</URLBase>");
	assert.equal(readDescription(based, location, home)?.wan[0]?.control.hostname, "192.168.1.1");
});

test("the newest connection service comes first, PPP is known too, others are not", () => {
	const service = (type: string) => /<service>[\s\S]*<\/service>/.exec(description("/c", type))?.[0] ?? "";
	const types = ["WANPPPConnection:1", "Layer3Forwarding:1", "WANIPConnection:1", "WANIPConnection:2"];
	const services = readDescription(`<root>${types.map(service).join("")}</root>`, location, home);
	assert.deepEqual(
		services?.wan.map(({ type }) => type.replace(/.*service:/, "")),
		["WANIPConnection:2", "WANIPConnection:1", "WANPPPConnection:1"],
	);
});

test("SOAP: values are found under any prefix, and errors by their numbers", () => {
	const body =
		'<s:Envelope xmlns:s="x"><s:Body><u:AddAnyPortMappingResponse><NewReservedPort>7</NewReservedPort></u:AddAnyPortMappingResponse></s:Body></s:Envelope>';
	const done = readSoapAnswer(200, body, "AddAnyPortMapping");
	assert.equal(done.kind === "done" && textIn(done.values, "NewReservedPort"), "7");
	assert.deepEqual(readSoapAnswer(200, body, "AddPortMapping"), { kind: "refused", refusal: { why: "malformed" } });
	for (const [code, why] of [
		["718", "portTaken"],
		["725", "onlyPermanent"],
		["606", "notAuthorized"],
		["999", "other"],
	]) {
		const fault = `<s:Envelope xmlns:s="x"><s:Body><s:Fault><detail><UPnPError><errorCode>${code}</errorCode></UPnPError></detail></s:Fault></s:Body></s:Envelope>`;
		assert.deepEqual(readSoapAnswer(500, fault, "AddPortMapping"), {
			kind: "refused",
			refusal: { why, code: Number(code) },
		});
	}
	for (const nonsense of [
		"",
		"<a>",
		"<html>Not found</html>",
		"<a><errorCode>-1</errorCode></a>",
		"<a><errorCode>7185</errorCode></a>",
	]) {
		assert.equal(readSoapAnswer(500, nonsense, "X").kind, "refused");
	}
});

test("XML: nesting, prefixes, attributes, comments, CDATA, entities and a byte order mark are read", () => {
	const root = parseXml(
		'\ufeff<?xml version="1.0"?><!-- <a> --><x:r a="1>2" b=\'"\'>\n<y:e/>t&amp;&#65;&#x42;<![CDATA[<z>&amp;]]> </x:r >\n\0',
	);
	assert.deepEqual(root, { name: "r", text: "t&AB<z>&amp;", children: [{ name: "e", text: "", children: [] }] });
	assert.equal(textIn(parseXml("<r><u>http://x/?a=1&b=2</u></r>") as XmlElement, "u"), "http://x/?a=1&b=2");
});

const notXml: Readonly<Record<string, string>> = {
	"a document type": '<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>',
	"crossed tags": "<a><b></a></b>",
	"an unclosed tag": "<a><b></b>",
	"two roots": "<a/><b/>",
	"text beside the root": "<a/>x",
	nothing: "",
	"a tag without end": "<a",
	"an unclosed comment": "<a><!-- </a>",
	"endless depth": `${"<a>".repeat(100)}${"</a>".repeat(100)}`,
	"too many elements": `<r>${"<a/>".repeat(9_000)}</r>`,
};
for (const [what, source] of Object.entries(notXml)) {
	test(`XML with ${what} is refused`, () => assert.equal(parseXml(source), undefined));
}

test("XML: text survives escaping, and no input makes the parser throw or take long", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary-ascii" }), (text) => {
			const kept = textIn(parseXml(`<r><v>${escapeXml(text)}</v></r>`) as XmlElement, "v");
			assert.equal(kept, text.trim());
		}),
	);
	const pieces = fc.constantFrom(
		"<a>",
		"</a>",
		"<b ",
		"x='1'",
		"<!--",
		"-->",
		"<![CDATA[",
		"]]>",
		"&#",
		";",
		" ",
		"<",
		">",
		"/",
		'"',
		"t",
	);
	fc.assert(
		fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
			const root = parseXml(parts.join(""));
			if (root) elementsCalled(root, "a");
		}),
	);
	for (const flood of ["<a ", "<a x=", "<a x=' ", "<!--", "<", " ", "<a\t", "&#1;", "<?"]) {
		parseXml(`<r>${flood.repeat(60_000 / flood.length)}`);
	}
});

test("own mappings are read back as they were written, and nothing else is", () => {
	const mapping = {
		nonce: "0123456789abcdef01234567",
		method: "upnp",
		router: "192.168.1.1",
		protocol: "tcp",
		internalAddress: "192.168.1.2",
		internalPort: 40_213,
		externalPort: 40_214,
		expiresAt: 1,
	};
	assert.deepEqual(parseOwnMapping(JSON.parse(JSON.stringify(mapping))), mapping);
	const wrongs = [
		{ nonce: "x" },
		{ method: "telnet" },
		{ router: "router.example" },
		{ router: "192.168.1.1\r\n" },
		{ externalPort: 0 },
		{ internalPort: 65_536 },
		{ expiresAt: -1 },
		{ pinholeId: 1.5 },
		{ extra: true },
	];
	for (const wrong of wrongs) assert.equal(parseOwnMapping({ ...mapping, ...wrong }), undefined, JSON.stringify(wrong));
	assert.equal(parseOwnMapping(undefined), undefined);
});
