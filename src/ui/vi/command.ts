// Reads the keys of vi's normal mode: counts, operators, motions, objects. It is a pure parser that reads all keys of a command anew with every key.
import type { ViFind, ViMotion } from "./motions.ts";
import { isObject } from "./objects.ts";

/**
 * Says what an operator works on, or where the cursor goes. `again` is the last search once more, with `isBack` in the other direction. `lines` are whole
 * lines, from the one with the cursor on.
 */
export type ViTarget =
	| { readonly kind: "motion"; readonly motion: ViMotion }
	| { readonly kind: "find"; readonly find: ViFind }
	| { readonly kind: "again"; readonly isBack: boolean }
	| { readonly kind: "vertical"; readonly step: -1 | 1 }
	| { readonly kind: "object"; readonly name: string; readonly isAround: boolean }
	| { readonly kind: "lines" };

/** Names the operators: d erases, c erases and goes on to write, y copies. */
export type ViOperator = "d" | "c" | "y";

/** Names the commands that consist of one key. */
export type ViSimple = "i" | "I" | "a" | "A" | "o" | "O" | "p" | "P" | "~" | "J" | "." | "u" | "redo";

/** A ViCommand is a whole command. `count` is `undefined` when none was typed. */
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

/** Says what the keys are so far: a whole command, the beginning of one (`more`), or keys that never become one (`nothing`). */
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

/** Keys that are short for an operator with its target. */
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
/** Tells whether a key has a name, which stands between angle brackets; a typed key is one grapheme. */
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

/** Reads the keys that were pressed since the last command. */
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
