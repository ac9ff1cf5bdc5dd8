// Elements of the page. Text goes in as text and never as markup, so what others have written can only ever be read.

type Child = Node | string | undefined | false;

interface Properties {
	readonly class?: string;
	readonly id?: string;
	/** Attributes, ARIA's among them; `true` sets an empty one, `undefined` and `false` none. */
	readonly attributes?: Readonly<Record<string, string | boolean | undefined>>;
	/** Is called for each click, and for Enter and the space bar on a button. */
	readonly onClick?: () => void;
}

/** Makes an element. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
	tag: Tag,
	{ class: className, id, attributes = {}, onClick }: Properties = {},
	...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
	const made = document.createElement(tag);
	if (className !== undefined) made.className = className;
	if (id !== undefined) made.id = id;
	for (const [name, value] of Object.entries(attributes)) {
		if (value === true) made.setAttribute(name, "");
		else if (value !== undefined && value !== false) made.setAttribute(name, value);
	}
	if (onClick) made.addEventListener("click", onClick);
	made.append(...children.filter((child) => child !== undefined && child !== false));
	return made;
}

/** Makes a button that does something. */
export const button = (words: string, onClick: () => void, className = "", label?: string): HTMLButtonElement =>
	element("button", { class: className, onClick, attributes: { type: "button", "aria-label": label } }, words);

/** Makes a field with its label before it. */
export function field(
	words: string,
	attributes: Readonly<Record<string, string | boolean>>,
): {
	readonly row: HTMLElement;
	readonly input: HTMLInputElement;
} {
	const input = element("input", { attributes });
	return { input, row: element("label", { class: "field" }, element("span", {}, words), input) };
}
