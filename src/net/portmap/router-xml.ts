// The little XML that routers speak, read from hostile text: elements and their text; no document types, no entities of its own.
//
// Why not a library: docs/dependencies.md, "XML".

/** One element. `name` is without its namespace prefix. `text` is the element's own, without that of its children, trimmed. */
export interface XmlElement {
	readonly name: string;
	readonly text: string;
	readonly children: readonly XmlElement[];
}

/** Elements may be nested this deep at most. A description nests about 10 deep, SOAP 4. */
const MAX_DEPTH = 24;
const MAX_ELEMENTS = 2_000;

const NAME = "[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?";
const ATTRIBUTES = "(?:\\s+[\\w:.-]+\\s*=\\s*(?:\"[^\"<]*\"|'[^'<]*'))*";
/** Matches one token: comment or processing instruction · CDATA (1) · closing tag (2) · opening tag (3), empty at once (4) · text (5). */
const TOKEN = new RegExp(
	`<!--[^]*?-->|<\\?[^]*?\\?>|<!\\[CDATA\\[([^]*?)\\]\\]>|</(${NAME})\\s*>|<(${NAME})${ATTRIBUTES}\\s*(/?)>|([^<]+)`,
	"y",
);

interface OpenElement {
	readonly name: string;
	text: string;
	readonly children: XmlElement[];
}

/** Returns the root element, or `undefined` for whatever is not well-formed, declares a document type, or is nested or split beyond reason. */
export function parseXml(source: string): XmlElement | undefined {
	const top: OpenElement = { name: "", text: "", children: [] };
	const open: OpenElement[] = [top];
	// Some routers send the zero that ends their C string.
	const text = source.replace(/^\ufeff/, "").replace(/[\0\s]+$/, "");
	const token = new RegExp(TOKEN);
	for (let count = 0; token.lastIndex < text.length; count += 1) {
		const found = token.exec(text);
		if (found === null || count > MAX_ELEMENTS * 4 || open.length > MAX_DEPTH) return undefined;
		if (!take(found, open)) return undefined;
	}
	const [root, second] = top.children;
	return open.length === 1 && second === undefined && top.text.trim() === "" ? root : undefined;
}

/** Adds one token to the innermost open element. Returns `false` when it does not belong there. */
function take([, cdata, closing, opening, slash, text]: RegExpExecArray, open: OpenElement[]): boolean {
	const inner = open.at(-1);
	if (inner === undefined) return false;
	if (cdata !== undefined) inner.text += cdata;
	else if (text !== undefined) inner.text += unescapeXml(text);
	else if (opening !== undefined) {
		open.push({ name: opening, text: "", children: [] });
		if (slash === "/") return close(opening, open);
	} else if (closing !== undefined) return close(closing, open);
	return true;
}

function close(name: string, open: OpenElement[]): boolean {
	const done = open.pop();
	if (done === undefined || done.name !== name) return false;
	open.at(-1)?.children.push({ name: name.replace(/^.*:/, ""), text: done.text.trim(), children: done.children });
	return open.length > 0;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Replaces the five entities of XML 1.0 §4.6 and character references; anything else stays as it is (routers forget to escape "&"). */
function unescapeXml(text: string): string {
	return text.replace(/&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (all, name, decimal, hex) => {
		if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? all;
		const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
		return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
	});
}

/** Makes a value fit to stand between tags. */
export function escapeXml(value: string): string {
	return value.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Returns all elements called `name` below `root`, in the order of the text. */
export function elementsCalled(root: XmlElement, name: string): readonly XmlElement[] {
	return root.children.flatMap((child) => [...(child.name === name ? [child] : []), ...elementsCalled(child, name)]);
}

/** Returns the text of the first element called `name` below `root`. */
export function textIn(root: XmlElement, name: string): string | undefined {
	return elementsCalled(root, name)[0]?.text;
}
