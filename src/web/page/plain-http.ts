// What is shown where browsers have no cryptography: before anything that needs it is loaded.
import { element } from "./dom.ts";

const why =
	"This page was opened over plain HTTP, where browsers switch their cryptography off. Open it from a file, or over HTTPS.";

/** Says why the page can do nothing here. */
export function showPlainHttp(): void {
	const words = element("p", { class: "trouble", attributes: { role: "alert" } }, why);
	document.body.append(element("main", { class: "card" }, element("h1", {}, "Real Talk"), words));
}
