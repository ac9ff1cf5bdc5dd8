// The command line: what it understands, what it refuses and in which words.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseTarget } from "../../../../src/net/address/target.ts";
import { helpTopics, parseArguments } from "../../../../src/ui/cli/arguments/arguments.ts";
import type { ArgumentContext } from "../../../../src/ui/cli/arguments/context.ts";
import { helpText } from "../../../../src/ui/cli/help-texts.ts";
import { exitCodeOf } from "../../../../src/ui/words/exit-codes.ts";
import { anyCharacter } from "../../../support/any-character.ts";
import { everyWish } from "../../../support/views/every-wish.ts";

const terminal: ArgumentContext = { stdoutIsTty: true, stdinIsTty: true, env: {}, parseTarget };
const pipe: ArgumentContext = { ...terminal, stdinIsTty: false };

const parse = (line: string, context = terminal) => parseArguments(line === "" ? [] : line.split(" "), context);

function messageOf(line: string, context = terminal): string {
	const parsed = parse(line, context);
	assert.equal(parsed.kind, "invalid", line);
	return parsed.kind === "invalid" ? parsed.message : "";
}

test("Without arguments the start screen opens at a terminal, and line mode elsewhere", () => {
	const home = { kind: "run", intent: { kind: "home", wish: {} }, isPortmapAllowed: true, isLanAllowed: true };
	assert.deepEqual(parse(""), { ...home, view: "screen" });
	assert.deepEqual(parse("", pipe), { ...home, view: "plain" });
	assert.deepEqual(parse("", { ...terminal, stdoutIsTty: false }), { ...home, view: "plain" });
	assert.deepEqual(parse("", { ...terminal, env: { TERM: "dumb" } }), { ...home, view: "plain" });
	assert.deepEqual(parse("--plain"), { ...home, view: "plain" });
	const commanded = parse("rt host --plain --commands".slice(3));
	assert.ok(commanded.kind === "run" && commanded.takesCommands === true);
	assert.match(messageOf("host --rpc --commands"), /--commands is for line mode/);
});

test("Lines are chosen for a screen reader, and the full screen where it is asked for in so many words", () => {
	const plain = parse("--plain");
	const screen = parse("");
	const reader = { ...terminal, env: { INK_SCREEN_READER: "true" } };
	assert.deepEqual(parse("", reader), { ...plain, isForReader: true });
	assert.deepEqual(parse("--plain", reader), plain);
	assert.deepEqual(parse("--full-screen", reader), { ...screen, isAsked: true });
	assert.deepEqual(parse("", { ...terminal, env: { INK_SCREEN_READER: "false" } }), screen);
	assert.deepEqual(parse("demo", reader), { kind: "demo", view: "plain", isForReader: true });
	assert.match(messageOf("--full-screen", pipe), /needs a terminal/);
	assert.match(messageOf("--full-screen", { ...terminal, env: { TERM: "dumb" } }), /needs a terminal/);
	assert.match(messageOf("--plain --full-screen"), /exclude each other/);
});

test("Hosting takes its port, address, name, password file and home", () => {
	const line = "host --port 0 --bind ::1 --name Ann --password-file - --no-portmap --rpc --home /tmp/ann";
	assert.deepEqual(parse(line), {
		kind: "run",
		view: "rpc",
		intent: { kind: "host", name: "Ann", wish: { port: 0, bind: "::1" } },
		passwordFile: "-",
		isPortmapAllowed: false,
		isLanAllowed: true,
		home: "/tmp/ann",
	});
});

test("A proxy is for joining, is not repeated in what is complained of, and can be left out where one is set", () => {
	const proxyOf = (line: string) => {
		const parsed = parse(line);
		return parsed.kind === "run" ? parsed.proxy : parsed.kind;
	};
	assert.equal(
		proxyOf("81.2.69.1 4000 --proxy socks5://ann:secret@127.0.0.1:9050"),
		"socks5://ann:secret@127.0.0.1:9050",
	);
	assert.equal(proxyOf("--proxy http://proxy.example"), "http://proxy.example");
	assert.equal(proxyOf("host --no-proxy"), "none");
	assert.equal(proxyOf("81.2.69.1 4000"), undefined);
	assert.doesNotMatch(messageOf("host --proxy socks5://ann:secret@127.0.0.1:9050"), /secret/);
	assert.doesNotMatch(messageOf("81.2.69.1 4000 --no-proxy --proxy socks5://ann:secret@127.0.0.1:9050"), /secret/);
});

test("Where to go out by is one interface, one address, or both", () => {
	const onlyOf = (line: string) => {
		const parsed = parse(line);
		return parsed.kind === "run" ? parsed.only : parsed;
	};
	assert.deepEqual(onlyOf("192.0.2.1 4000 --interface wlan0"), { interface: "wlan0" });
	assert.deepEqual(onlyOf("join 192.0.2.1 4000 --bind 192.0.2.9"), { bind: "192.0.2.9" });
	assert.deepEqual(onlyOf("192.0.2.1 4000 --bind ::1 --interface lo"), { interface: "lo", bind: "::1" });
	assert.deepEqual(onlyOf("host --interface tun0"), { interface: "tun0" });
	assert.deepEqual(onlyOf("--interface tun0"), { interface: "tun0" });
	assert.equal(onlyOf("host --bind 192.0.2.9"), undefined, "a host listens there, which its intent says");
	assert.match(messageOf("192.0.2.1 4000 --bind example.org"), /address in numbers/);
	assert.match(messageOf("key --interface eth0"), /not with \.\/rt key/);
});

test("The doctor takes a STUN server, by name or by address, and nothing else", () => {
	const plain = { kind: "doctor", isPortmapAllowed: true };
	assert.deepEqual(parse("doctor"), plain);
	assert.deepEqual(parse("doctor --no-portmap --home /tmp/ann"), {
		kind: "doctor",
		isPortmapAllowed: false,
		home: "/tmp/ann",
	});
	for (const [text, stun] of [
		["stun.example.org", { host: "stun.example.org" }],
		["stun.example.org:19302", { host: "stun.example.org", port: 19302 }],
		["192.0.2.1:3478", { host: "192.0.2.1", port: 3478 }],
		["2001:db8::1", { host: "2001:db8::1" }],
		["[2001:db8::1]:3478", { host: "2001:db8::1", port: 3478 }],
	] as const) {
		assert.deepEqual(parse(`doctor --stun ${text}`), { ...plain, stun }, text);
	}
	for (const text of ["stun.example.org:0", "a:65536", "[192.0.2.1]:1", "-x.org", "exa_mple/", "[::1"]) {
		assert.match(messageOf(`doctor --stun=${text}`), /needs a server/, text);
	}
	assert.match(messageOf("doctor now"), /takes nothing but/);
	assert.match(messageOf("host --stun a"), /goes with \.\/rt doctor/);
});

test("A room is joined by address and port, together or apart, with or without the word join, and written in one way from then on", () => {
	for (const [line, target] of [
		["192.0.2.1 4000", "192.0.2.1 4000"],
		["join 192.0.2.1 4000", "192.0.2.1 4000"],
		["192.0.2.1:4000", "192.0.2.1 4000"],
		["join example.org:4000", "example.org 4000"],
		["[2001:db8::1]:4000", "2001:db8::1 4000"],
		["2001:db8::1 4000", "2001:db8::1 4000"],
		["fe80::1%eth0 4000", "fe80::1%eth0 4000"],
		["join host 4000", "host 4000"],
	] as const) {
		const parsed = parse(line);
		assert.deepEqual(parsed.kind === "run" ? parsed.intent : parsed, { kind: "join", target }, line);
	}
});

test("Rooms on the same network are listed, joined from a list, and shown when a host asks for it", () => {
	const run = { kind: "run", isPortmapAllowed: true, isLanAllowed: true } as const;
	assert.deepEqual(parse("join"), { ...run, view: "screen", intent: { kind: "join" } });
	assert.deepEqual(parse("join --plain --name Ann"), { ...run, view: "plain", intent: { kind: "join", name: "Ann" } });
	assert.deepEqual(parse("host --visible"), {
		...run,
		view: "screen",
		intent: { kind: "host", wish: { visibleOnLan: true } },
	});
	assert.deepEqual(parse("lan --interface wlan0"), { kind: "lan", isLanAllowed: true, only: { interface: "wlan0" } });
	const forbidden = { ...terminal, env: { RT_NO_LAN: "1" } };
	assert.deepEqual(parse("lan", forbidden), { kind: "lan", isLanAllowed: false });
	assert.deepEqual(parse("join --no-lan"), { ...run, isLanAllowed: false, view: "screen", intent: { kind: "join" } });
	assert.match(messageOf("host --visible --no-lan"), /forbids/);
	assert.match(messageOf("host --visible", forbidden), /forbids/);
	assert.match(messageOf("join --visible"), /goes with \.\/rt host/);
	assert.match(messageOf("lan Hana"), /rt join/);
});

test("A target that cannot be dialled is refused with what to type instead", () => {
	assert.match(messageOf("192.0.2.1"), /port is missing/);
	assert.match(messageOf("192.0.2.1 0"), /1 to 65535/);
	assert.match(messageOf("192.0.2.1 65536"), /1 to 65535/);
	assert.match(messageOf("192.0.2.1:x"), /1 to 65535/);
	assert.match(messageOf("2001:db8::1"), /IPv6/);
	assert.match(messageOf("192.0.2.1 4000 more"), /too many words.*203\.0\.113\.7 40213/);
	assert.match(messageOf("hsot"), /Did you mean host\?/);
	assert.match(messageOf("frobnicate"), /There is no command "frobnicate"\. \.\/rt help lists them/);
	assert.match(messageOf("join frobnicate.example"), /port is missing/);
	// The name of a room that stays is known to the engine alone.
	const named = parse("join Friends");
	assert.deepEqual(named.kind === "run" && named.intent, { kind: "join", target: "Friends" });
});

test("A password on the command line is refused with the reason, and is not repeated", () => {
	for (const line of ["host --password hunter2", "host --password=hunter2", "192.0.2.1 4000 --password hunter2"]) {
		const message = messageOf(line);
		assert.match(message, /read a program's arguments/);
		assert.match(message, /--password-file/);
		assert.doesNotMatch(message, /hunter2/);
	}
});

test("An unknown option is named, with the nearest one that exists", () => {
	assert.match(messageOf("host --prot 5"), /"--prot".* Did you mean --port\?/);
	assert.match(messageOf("--plian"), /Did you mean --plain\?/);
	assert.match(messageOf("-x"), /"-x"/);
	assert.doesNotMatch(messageOf("--quite-something-else"), /Did you mean/);
});

test("An option without its value, with one it cannot take, or in the wrong place is refused", () => {
	assert.match(messageOf("host --name"), /--name needs a value/);
	assert.match(messageOf("host --name --plain"), /--name needs a value/);
	assert.match(messageOf("host --name="), /--name needs a value/);
	assert.match(messageOf("host --plain=yes"), /--plain takes no value/);
	assert.match(messageOf("host --port 70000"), /0 .* to 65535/);
	assert.match(messageOf("host --port 4e3"), /--port/);
	assert.match(messageOf("192.0.2.1 4000 --port 5"), /--port goes with \.\/rt host/);
	assert.match(messageOf("--rpc"), /--rpc goes with \.\/rt host and \.\/rt join/);
	assert.match(messageOf("host --rpc --plain"), /exclude each other/);
	assert.match(messageOf("host extra"), /rt ADDRESS PORT/);
	assert.match(messageOf("host --password-file -"), /--plain or --rpc/);
});

test("A word behind two dashes is no option", () => {
	assert.match(messageOf("-- --rpc"), /port is missing/);
});

test("RT_HOME is the home unless --home says another", () => {
	const context = { ...terminal, env: { RT_HOME: "/tmp/env" } };
	const homeOf = (line: string, env: ArgumentContext) => {
		const parsed = parse(line, env);
		return "home" in parsed ? parsed.home : undefined;
	};
	assert.equal(homeOf("host", context), "/tmp/env");
	assert.equal(homeOf("key show", context), "/tmp/env");
	assert.equal(homeOf("host --home /tmp/option", context), "/tmp/option");
	assert.equal(homeOf("host", { ...terminal, env: { RT_HOME: "" } }), undefined);
});

test("The key commands are read with their options", () => {
	const fingerprint = "AB".repeat(20);
	const spaced = `key use-gpg ${fingerprint.toLowerCase().replaceAll(/.{4}(?=.)/g, "$& ")} -y`;
	assert.deepEqual(parse("key"), { kind: "key", action: { kind: "show" } });
	assert.deepEqual(parse("key export"), { kind: "key", action: { kind: "export", isPrivate: false } });
	assert.deepEqual(parse("key export --private"), { kind: "key", action: { kind: "export", isPrivate: true } });
	assert.deepEqual(parse("key import - --yes"), {
		kind: "key",
		action: { kind: "import", file: "-", isConfirmed: true },
	});
	assert.deepEqual(parse(spaced), { kind: "key", action: { kind: "useGpg", fingerprint, isConfirmed: true } });
	assert.deepEqual(parse("key passphrase"), { kind: "key", action: { kind: "passphrase" } });
	assert.match(messageOf("key use-gpg 0123456789ABCDEF"), /whole fingerprint/);
	assert.match(messageOf("key import"), /one file/);
	assert.match(messageOf("key exprot"), /Did you mean export\?/);
	assert.match(messageOf("key show --private"), /rt key export/);
	assert.match(messageOf("key show all"), /takes no "all"/);
	assert.match(messageOf("host --private"), /rt key/);
});

test("The blocks command shows, adds and removes", () => {
	assert.deepEqual(parse("blocks"), { kind: "blocks" });
	assert.deepEqual(parse("blocks unblock 192.0.2.9"), { kind: "blocks", unblock: "192.0.2.9" });
	assert.deepEqual(parse("blocks list"), { kind: "blocks" });
	assert.deepEqual(parse("blocks remove AS3320"), { kind: "blocks", unblock: "AS3320" });
	assert.deepEqual(parse("blocks add 81.2.69.0/24 for 2h too loud"), {
		kind: "blocks",
		add: { address: "81.2.69.0/24", forMs: 7_200_000, note: "too loud" },
	});
	for (const line of ["blocks 192.0.2.9", "blocks add", "blocks remove", "blocks list 192.0.2.9"]) {
		assert.match(messageOf(line), /rt blocks unblock ADDRESS/);
	}
});

test("Help and version are given whatever else is there", () => {
	assert.deepEqual(parse("--help"), { kind: "help" });
	assert.deepEqual(parse("-h"), { kind: "help" });
	assert.deepEqual(parse("help"), { kind: "help" });
	assert.deepEqual(parse("help rpc"), { kind: "help", topic: "rpc" });
	assert.deepEqual(parse("host --help"), { kind: "help", topic: "host" });
	assert.deepEqual(parse("192.0.2.1 4000 -h"), { kind: "help" });
	assert.deepEqual(parse("-V"), { kind: "version" });
	assert.match(messageOf("help rpx"), /Did you mean rpc\?/);
});

test("Every help topic has a text that fits a wide terminal, and the general help names all topics", () => {
	for (const topic of helpTopics) {
		const text = helpText(topic);
		assert.ok(text.length > 100, topic);
		assert.ok(helpText().includes(topic), topic);
		assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f]/);
	}
	assert.match(helpText("exit-codes"), /^ 20 {2}wrong_password /m);
	assert.equal(exitCodeOf("wrong_password"), 20);
});

test("In a clone the help says ./rt wherever it is typed, and its columns stay where they are", () => {
	for (const text of [helpText(), ...helpTopics.map(helpText)]) {
		assert.doesNotMatch(text, /(?<![\w./-])rt (?:host|join|help|key|daemon|ADDRESS|rt:\/\/|--| )/);
		assert.doesNotMatch(text, /\.\/\.\/rt/);
	}
	const columns = [...helpText().matchAll(/^ {2}\.\/rt .*? {2,}(?=\S)/gm)].map(([words]) => words.length);
	assert.ok(columns.length > 20);
	assert.deepEqual([...new Set(columns)], [26]);
	assert.match(helpText("tor"), /^ {2}\.\/rt --tor, \.\/rt host --tor {3}the room /m);
});

test("Every exit code from 3 on has one reason, so that a script can tell reasons apart", () => {
	const codes = [...helpText("exit-codes").matchAll(/^ *(\d+) {2}\w+ /gm)].map(([, code]) => Number(code));
	const toTell = codes.filter((code) => code > 2);
	assert.ok(toTell.length > 50);
	assert.deepEqual(
		toTell.filter((code, index) => toTell.indexOf(code) !== index),
		[],
	);
});

test("Whatever stands in argv, the answer is one of the known kinds and every message is one printable line", () => {
	const word = fc.oneof(
		fc.string(),
		fc.string({ unit: anyCharacter }),
		fc.constantFrom(
			"host",
			"join",
			"key",
			"blocks",
			"help",
			"import",
			"export",
			"use-gpg",
			"--",
			"-",
			"__proto__",
			"constructor",
		),
		fc.constantFrom(
			"--port",
			"--name",
			"--rpc",
			"--plain",
			"--home",
			"--yes",
			"--private",
			"--password-file",
			"-hV",
			"-y",
		),
		fc.string().map((text) => `--${text}`),
		fc.constantFrom("toString", "__proto__", "hasOwnProperty").map((text) => `--${text}=1`),
	);
	const context = fc.record({
		stdoutIsTty: fc.boolean(),
		stdinIsTty: fc.boolean(),
		env: fc.dictionary(fc.constantFrom("RT_HOME", "TERM"), fc.string()),
		parseTarget: fc.constant(parseTarget),
	});
	fc.assert(
		fc.property(fc.array(word, { maxLength: 8 }), context, (argv, around) => {
			const parsed = parseArguments(argv, around);
			if (parsed.kind !== "invalid") return;
			assert.ok(parsed.message.length < 600);
			assert.match(parsed.message, /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
		}),
		{ numRuns: 3000 },
	);
});

test("everything a host can wish for has an option, and all of them together are the wish", () => {
	const offRecord = `--off-record ${everyWish.offRecordWith}`;
	const hosting = parse(`host --port 7777 --bind 127.0.0.1 --visible --dht --keep Friends --history 30 ${offRecord}`);
	assert.ok(hosting.kind === "run");
	assert.deepEqual(hosting.intent, { kind: "host", wish: everyWish });
});

test("rt demo takes a name and --plain, and no home, for it has one of its own", () => {
	const screen = { ...terminal, env: { RT_HOME: "/somewhere" } };
	assert.deepEqual(parseArguments(["demo", "--name", "Tess"], screen), { kind: "demo", view: "screen", name: "Tess" });
	assert.deepEqual(parseArguments(["demo", "--plain"], screen), { kind: "demo", view: "plain" });
	for (const more of [["now"], ["--home", "x"], ["--rpc"], ["--port", "1"], ["--password-file", "x"]])
		assert.equal(parseArguments(["demo", ...more], screen).kind, "invalid", more.join(" "));
});

test("The DHT is used only by those who say so, and its options go only where they mean something", () => {
	const hosting = parse("host --dht --dht-bootstrap dht.example:49737 --dht-relay ab");
	assert.ok(hosting.kind === "run" && hosting.intent.kind === "host");
	assert.deepEqual(hosting.intent.wish, { routes: ["dht"] });
	assert.deepEqual(hosting.dht, { bootstrap: "dht.example:49737", relay: "ab" });
	const joining = parse("rt://abc --allow-relay");
	assert.deepEqual(joining.kind === "run" && joining.dht, { isRelayAllowed: true });
	const forbidden = parse("host", { ...terminal, env: { RT_NO_DHT: "1" } });
	assert.deepEqual(forbidden.kind === "run" && forbidden.dht, { isAllowed: false });
	assert.match(messageOf("host --dht", { ...terminal, env: { RT_NO_DHT: "1" } }), /forbids/);
	assert.match(messageOf("host --dht --interface eth0"), /one interface/);
	assert.match(messageOf("join 1.2.3.4 5 --dht"), /goes with \.\/rt host/);
});

test("A DHT of one's own takes a port, an address, a relay and a DHT to be part of", () => {
	assert.deepEqual(parse("dht-node"), { kind: "dhtNode", wish: {} });
	assert.deepEqual(parse("dht-node --port 48000 --bind 44.1.1.1 --with-relay --dht-bootstrap a:1 --home /x"), {
		kind: "dhtNode",
		wish: { port: 48_000, bind: "44.1.1.1", hasRelay: true, bootstrap: "a:1" },
		home: "/x",
	});
	assert.match(messageOf("dht-node now"), /takes nothing but/);
	assert.match(messageOf("dht-node --port 0"), /1 to 65000/);
});

test("The page goes with a room through Tor as with a relay, and with nothing else", () => {
	const parsed = parse("host --tor --page");
	assert.ok(parsed.kind === "run");
	assert.deepEqual(parsed.tor, { hasPage: true });
	assert.match(messageOf("doctor --page"), /goes with/);
});

test("The doctor asks about Tor with the options of Tor, and about nothing else then", () => {
	assert.deepEqual(parse("doctor --tor --home /x"), { kind: "torDoctor", tor: {}, home: "/x" });
	const chosen = parse("doctor --tor --tor-control 9051 --tor-socks 9050");
	assert.deepEqual(chosen, { kind: "torDoctor", tor: { control: "9051", socks: "9050" } });
	assert.match(messageOf("doctor --tor --stun x"), /two questions/);
	assert.match(messageOf("doctor --torrc f"), /--tor, which is missing/);
});

test("Relays are joined by a NATS without a login in its address, and each has a name of its own", () => {
	const whole = "relay --nats nats://10.0.0.1:4222 --own-name One.Relay.test --public-name relay.test";
	const parsed = parse(whole);
	assert.ok(parsed.kind === "relay");
	assert.deepEqual([parsed.wish.nats, parsed.wish.ownName], ["nats://10.0.0.1:4222", "one.relay.test"]);
	assert.match(messageOf("relay --nats nats://x:1 --public-name a.test"), /go together/);
	assert.match(messageOf("relay --nats nats://x:1 --own-name b.a.test"), /needs --public-name/);
	for (const wrong of ["http://x:1", "nats://user:secret@x:1", "nats://", "x:4222", "nats://x:1/y"]) {
		const message = messageOf(`relay --nats ${wrong} --own-name b.a.test --public-name a.test`);
		assert.match(message, /^--nats needs/);
		assert.ok(!message.includes("secret"));
	}
});

test("Helping Tor takes how many people, a broker, a STUN server and a yes", () => {
	assert.deepEqual(parse("help-tor"), { kind: "helpTor", isConfirmed: false, wish: {} });
	assert.deepEqual(parse("help-tor --capacity 5 --broker http://127.0.0.1:1/ --stun ::1 -y"), {
		kind: "helpTor",
		isConfirmed: true,
		wish: { capacity: 5, broker: "http://127.0.0.1:1/", stun: "[::1]:3478" },
	});
	for (const wrong of ["--capacity 0", "--capacity 1001", "--broker file:///etc/passwd", "--broker x", "--stun a/b"]) {
		assert.match(messageOf(`help-tor ${wrong}`), /^--(?:capacity must|broker needs|stun needs)/);
	}
	assert.match(messageOf("help-tor now"), /takes nothing but/);
});

test("A home that only a shell understands, or that is another one in each folder, is refused before anything is made there", () => {
	const withEnv = (env: Readonly<Record<string, string>>) => ({ ...terminal, env });
	for (const [line, env, words] of [
		["--home ~/talk", {}, /--home is "~\/talk": nobody has put a folder in the place of the ~/],
		["host --home ~", {}, /Write it in full/],
		["blocks", { RT_HOME: "~ann/talk" }, /RT_HOME is "~ann\/talk"/],
		["key show", { RT_HOME: "talk" }, /RT_HOME must be a whole path/],
		["", { HOME: "" }, /HOME is empty, .*--home DIR/],
		["", { HOME: "home/ann" }, /HOME is "home\/ann"/],
		["", { HOME: "/home/ann", XDG_DATA_HOME: "~/.data" }, /XDG_DATA_HOME is "~\/\.data"/],
		["", { XDG_CONFIG_HOME: "conf" }, /XDG_CONFIG_HOME is "conf"/],
	] as const)
		assert.match(messageOf(line, withEnv(env)), words);
	// A relative path that somebody types means the folder they are in, and no variable matters where the home is named.
	const typed = parse("--home talk", withEnv({ HOME: "", XDG_DATA_HOME: "x" }));
	assert.ok(typed.kind === "run" && typed.home === "talk");
	const usual = parse("", withEnv({ HOME: "/home/ann", XDG_DATA_HOME: "", RT_HOME: "" }));
	assert.ok(usual.kind === "run" && usual.home === undefined);
	assert.equal(parse("demo", withEnv({ HOME: "" })).kind, "demo");
});

test("The background process is run, asked, stopped or installed, and a profile is a name that can be a folder", () => {
	const rest = { isPortmapAllowed: true, isLanAllowed: true };
	assert.deepEqual(parse("daemon"), { kind: "daemon", action: { kind: "run" }, ...rest });
	assert.deepEqual(parse("daemon --no-portmap --no-lan --no-dht --name Ann --profile work"), {
		kind: "daemon",
		action: { kind: "run" },
		isPortmapAllowed: false,
		isLanAllowed: false,
		dht: { isAllowed: false },
		name: "Ann",
		profile: "work",
	});
	assert.deepEqual(parse("daemon status --json"), {
		kind: "daemon",
		action: { kind: "status", isJson: true },
		...rest,
	});
	assert.deepEqual(parse("daemon stop"), { kind: "daemon", action: { kind: "stop" }, ...rest });
	assert.deepEqual(parse("daemon --install"), { kind: "daemon", action: { kind: "install" }, ...rest });
	assert.deepEqual(parse("unlock --home /tmp/a"), { kind: "unlock", home: "/tmp/a" });
	assert.deepEqual(parse("profiles"), { kind: "profiles" });
	assert.match(messageOf("daemon statsu"), /There is no rt daemon “?"?statsu/);
	assert.match(messageOf("daemon stop --json"), /--json goes with \.\/rt daemon status/);
	assert.match(messageOf("daemon stop --install"), /--install goes with \.\/rt daemon alone/);
	assert.match(messageOf("--profile ../other"), /--profile must be a name/);
	assert.match(messageOf("unlock now"), /rt unlock takes no/);
});

test("A buddy is named by a name in quotes or by a whole key, and rt buddies takes one wish at a time", () => {
	const key = "A".repeat(40);
	for (const target of ["Ann Lee", key]) {
		const parsed = parseArguments(["join", target], terminal);
		assert.deepEqual(parsed.kind === "run" && parsed.intent, { kind: "join", target });
	}
	for (const wrong of ["Ann: Lee", "an example.org"]) {
		assert.equal(parseArguments(["join", wrong], terminal).kind, "invalid", wrong);
	}
	assert.deepEqual(parse("buddies"), { kind: "buddies", shown: "list" });
	assert.deepEqual(parse("buddies --json"), { kind: "buddies", shown: "json" });
	assert.deepEqual(parse("buddies --fingerprint"), { kind: "buddies", shown: "fingerprints" });
	assert.match(messageOf("buddies --json --fingerprint"), /exclude each other/);
	assert.match(messageOf("buddies Ann"), /rt join NAME/);
});
