// Reads the keys of vi's normal mode: counts, operators, motions, objects. A pure parser that starts anew with every key.
import type { ViFind, ViMotion } from "./motions.ts";
import { isObject } from "./objects.ts";

/** What an operator works on or the cursor goes to. `again`: the last search once more, `isBack` the other way. `lines`: whole lines, from this one on. */
export type ViTarget =
	| { readonly kind: "motion"; readonly motion: ViMotion }
	| { readonly kind: "find"; readonly find: ViFind }
	| { readonly kind: "again"; readonly isBack: boolean }
	| { readonly kind: "vertical"; readonly step: -1 | 1 }
	| { readonly kind: "object"; readonly name: string; readonly isAround: boolean }
	| { readonly kind: "lines" };

/** Erase, erase and write, copy. */
export type ViOperator = "d" | "c" | "y";

/** Commands of one key. */
export type ViSimple = "i" | "I" | "a" | "A" | "o" | "O" | "p" | "P" | "~" | "J" | "." | "u" | "redo";

/** A whole command. Without a count it is `undefined`. */
export type ViCommand =
	| { readonly kind: "go"; readonly target: ViTarget; readonly count: number | undefined }
	| {
			readonly kind: "operate";
			readonly operator: ViOperator;
			readonly target: ViTarget;
			readonly count: number | undefined;
	  }
	| { readonly kind: "simple"; readonly name: ViSimple; readonly count: number | undefined }
	| { readonly kind: "replace"; readonly character: string; readonly count: number | undefined };

/** `more`: the keys may become a command; `nothing`: they never will. */
export type ViReading =
	| { readonly kind: "more" | "nothing" }
	| { readonly kind: "command"; readonly command: ViCommand };

const maxCount = 9_999;

const motions: Readonly<Record<string, ViMotion>> = {
	h: "left",
	"<left>": "left",
	"<backspace>": "left",
	l: "right",
	" ": "right",
	"<right>": "right",
	"0": "lineStart",
	"<home>": "lineStart",
	"^": "firstWord",
	$: "lineEnd",
	"<end>": "lineEnd",
	w: "word",
	W: "WORD",
	e: "wordEnd",
	E: "WORDEND",
	b: "back",
	B: "BACK",
	G: "textEnd",
};

const verticals: Readonly<Record<string, -1 | 1>> = {
	j: 1,
	"<down>": 1,
	"<ctrl+n>": 1,
	k: -1,
	"<up>": -1,
	"<ctrl+p>": -1,
};

/** Short for an operator with its target. */
const shorts: Readonly<Record<string, readonly string[]>> = {
	x: ["d", "l"],
	"<delete>": ["d", "l"],
	X: ["d", "h"],
	D: ["d", "$"],
	C: ["c", "$"],
	s: ["c", "l"],
	S: ["c", "c"],
	Y: ["y", "y"],
};

const simples: Readonly<Record<string, ViSimple>> = {
	i: "i",
	I: "I",
	a: "a",
	A: "A",
	o: "o",
	O: "O",
	p: "p",
	P: "P",
	"~": "~",
	J: "J",
	".": ".",
	u: "u",
	"<ctrl+r>": "redo",
};

const isOperator = (key: string): key is ViOperator => key === "d" || key === "c" || key === "y";
const isFindSign = (key: string): key is ViFind["sign"] => key.length === 1 && "fFtT".includes(key);
/** Keys with a name stand between angle brackets; typed ones are one grapheme. */
const isNamed = (key: string): boolean => key.length > 2 && key.startsWith("<");

function readCount(keys: readonly string[]): readonly [count: number | undefined, rest: readonly string[]] {
	const digits = keys.findIndex((key, index) => !/^[0-9]$/.test(key) || (index === 0 && key === "0"));
	const length = digits === -1 ? keys.length : digits;
	if (length === 0) return [undefined, keys];
	return [Math.min(maxCount, Number(keys.slice(0, Math.min(length, 6)).join(""))), keys.slice(length)];
}

function readTarget([key, next]: readonly string[]): ViTarget | "more" | "nothing" {
	if (key === undefined) return "more";
	const motion = motions[key];
	if (motion !== undefined) return { kind: "motion", motion };
	const step = verticals[key];
	if (step !== undefined) return { kind: "vertical", step };
	if (key === ";" || key === ",") return { kind: "again", isBack: key === "," };
	if (key === "g") {
		if (next === undefined) return "more";
		return next === "g" ? { kind: "motion", motion: "textStart" } : "nothing";
	}
	if (!isFindSign(key)) return "nothing";
	if (next === undefined) return "more";
	return isNamed(next) ? "nothing" : { kind: "find", find: { sign: key, character: next } };
}

function readOperand(operator: ViOperator, rest: readonly string[]): ViTarget | "more" | "nothing" {
	const [key, next] = rest;
	if (key === operator) return { kind: "lines" };
	if (key !== "i" && key !== "a") return readTarget(rest);
	if (next === undefined) return "more";
	return isObject(next) ? { kind: "object", name: next, isAround: key === "a" } : "nothing";
}

const times = (one: number | undefined, other: number | undefined): number | undefined =>
	one === undefined && other === undefined ? undefined : Math.min(maxCount, (one ?? 1) * (other ?? 1));

function readOperation(operator: ViOperator, rest: readonly string[], count: number | undefined): ViReading {
	const [more, operand] = readCount(rest);
	const target = readOperand(operator, operand);
	if (target === "more" || target === "nothing") return { kind: target };
	return { kind: "command", command: { kind: "operate", operator, target, count: times(count, more) } };
}

/** What the keys since the last command are. */
export function readViKeys(keys: readonly string[]): ViReading {
	const [count, rest] = readCount(keys);
	const [key, next] = rest;
	if (key === undefined) return { kind: "more" };
	const [operator, ...operand] = shorts[key] ?? [key, ...rest.slice(1)];
	if (operator !== undefined && isOperator(operator)) return readOperation(operator, operand, count);
	const name = simples[key];
	if (name !== undefined) return { kind: "command", command: { kind: "simple", name, count } };
	if (key === "r") {
		if (next === undefined) return { kind: "more" };
		if (isNamed(next)) return { kind: "nothing" };
		return { kind: "command", command: { kind: "replace", character: next, count } };
	}
	const target = readTarget(rest);
	if (target === "more" || target === "nothing") return { kind: target };
	return { kind: "command", command: { kind: "go", target, count } };
}
