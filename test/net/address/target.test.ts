// Where people want to go, as they type it: every way of writing an address and a port, and what is wrong with the rest.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canonicalAddress } from "../../../src/net/address/address.ts";
import { parseTarget, type TargetTrouble } from "../../../src/net/address/target.ts";
import { targetWords } from "../../../src/ui/words/target-words.ts";
import { anyCharacter } from "../../support/any-character.ts";

const readable: Readonly<Record<string, readonly [host: string, port: number]>> = {
	"192.168.1.5 40213": ["192.168.1.5", 40213],
	"192.168.1.5:40213": ["192.168.1.5", 40213],
	"192.168.1.5,   40213": ["192.168.1.5", 40213],
	"\t192.168.1.5\t40213 \n": ["192.168.1.5", 40213],
	"[2001:DB8::0:1]:5000": ["2001:db8::1", 5000],
	"[2001:db8::1] 5000": ["2001:db8::1", 5000],
	"2001:db8:0:0:0:0:0:1 5000": ["2001:db8::1", 5000],
	"2001:db8:: 5000": ["2001:db8::", 5000],
	"::ffff:10.0.0.1 5000": ["10.0.0.1", 5000],
	"fe80::1%eth0 5000": ["fe80::1%eth0", 5000],
	"2001:db8::1%eth0 5000": ["2001:db8::1", 5000],
	"friend.example 1": ["friend.example", 1],
	"Friend.Example.:65535": ["friend.example.", 65535],
	"localhost 05000": ["localhost", 5000],
	"my_pc 5000": ["my_pc", 5000],
	"bücher.example 5000": ["xn--bcher-kva.example", 5000],
	"１９２.168.1.5：40213": ["192.168.1.5", 40213],
	"./rt 192.168.1.5 40213": ["192.168.1.5", 40213],
	"$ rt join [::1]:40213": ["::1", 40213],
	"rt 40213": ["rt", 40213],
	".\\rt.cmd 192.168.1.5 40213": ["192.168.1.5", 40213],
};

test("every way people write an address and a port is read", () => {
	for (const [typed, [host, port]] of Object.entries(readable)) {
		assert.deepEqual(parseTarget(typed), { kind: "target", host, port, display: `${host} ${port}` }, typed);
	}
});

const refusals: Readonly<Record<string, TargetTrouble["why"]>> = {
	"": "empty",
	"192.168.1.5": "noPort",
	"192.168.1.5:": "noPort",
	"[2001:db8::1]": "noPort",
	"friend.example": "noPort",
	"192.168.1.5 0": "badPort",
	"192.168.1.5 65536": "badPort",
	"192.168.1.5 4e4": "badPort",
	"192.168.1.5 -1": "badPort",
	"40213 192.168.1.5": "portFirst",
	"300.1.1.1 40213": "notIpv4",
	"1.2.3 40213": "notIpv4",
	"127.1:40213": "notIpv4",
	"0x7f.0.0.0x1 40213": "notIpv4",
	"2130706433 40213": "notIpv4",
	"010.0.0.1 40213": "notIpv4",
	"2001:db8::1": "ipv6WithoutSpace",
	"2001:db8::1:40213": "ipv6WithoutSpace",
	"1:2:3:4:5:6:7:8:40213": "ipv6WithoutSpace",
	"2001:db8::g 40213": "notIpv6",
	"[2001:db8::1:40213": "notIpv6",
	"192.168.1.5:40213 40213": "notIpv6",
	"0.0.0.0 40213": "everyAddress",
	"[::]:40213": "everyAddress",
	"http://friend.example:40213": "webAddress",
	"my friend 40213": "tooManyWords",
	"me@friend.example 40213": "notAName",
	"friend.example/room 40213": "notAName",
	"%31.example 40213": "notAName",
	"-friend.example 40213": "notAName",
	"friend..example 40213": "notAName",
	"friend\u001b[31m 40213": "invisibleCharacter",
	"friend\u0000.example 40213": "invisibleCharacter",
	"fri\u200bend.example 40213": "invisibleCharacter",
	"\u202e5.1.861.291 40213": "invisibleCharacter",
};

test("a target that cannot be dialled is refused with the reason", () => {
	for (const [typed, why] of Object.entries(refusals)) {
		const outcome = parseTarget(typed);
		assert.equal(outcome.kind === "refused" ? outcome.why : `accepted ${outcome.display}`, why, typed);
	}
	for (const typed of [`${"a".repeat(64)}.example 1`, `${"abc.".repeat(70)}example 1`, "a".repeat(100_000)]) {
		assert.equal(parseTarget(typed).kind, "refused");
	}
});

const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6();
const port = fc.integer({ min: 1, max: 65_535 });

test("whatever is typed: no exception, and a target reads the same when typed again", () => {
	const word = fc.oneof(ipv4, ipv6, fc.domain(), port.map(String), fc.constantFrom("[", "]", ":", "::", "%eth0", "rt"));
	const mixture = fc.array(fc.oneof(word, fc.string({ unit: anyCharacter, maxLength: 4 })), { maxLength: 6 });
	const glued = fc.tuple(mixture, fc.constantFrom("", " ", ":", ".")).map(([parts, glue]) => parts.join(glue));
	fc.assert(
		fc.property(fc.oneof(glued, fc.string({ unit: anyCharacter, maxLength: 400 })), (typed) => {
			const outcome = parseTarget(typed);
			if (outcome.kind === "target") {
				assert.deepEqual(parseTarget(outcome.display), outcome);
				assert.match(outcome.display, /^[!-~]+ \d+$/);
			} else {
				const words = targetWords(outcome);
				assert.doesNotMatch(words, /\p{C}/u);
				assert.ok(words.length < 200, words);
			}
		}),
		{ numRuns: 2000 },
	);
});

test("any literal address and port are read in each notation as the same target", () => {
	fc.assert(
		fc.property(fc.oneof(ipv4, ipv6), port, (address, number) => {
			const bracketed = address.includes(":") ? `[${address}]` : address;
			const [spaced, joined] = [parseTarget(`${address} ${number}`), parseTarget(`${bracketed}:${number}`)];
			assert.deepEqual(spaced, joined);
			if (spaced.kind === "target") assert.equal(spaced.host, canonicalAddress(address));
			else assert.equal(spaced.why, "everyAddress");
		}),
	);
});
