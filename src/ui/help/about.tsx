// Shows what Real Talk is and whose data it uses: the licences of the data ask for these words. The key a of the help opens it.
import type { ReactNode } from "react";
import { bodyWidth, layPage, paragraph } from "../screen/page.ts";
import { ScrollScreen, useLook } from "../screen/screen.tsx";

/** Says what Real Talk is, a paragraph each. */
const aboutTexts: readonly string[] = [
	"Real Talk: people talk directly to each other in the terminal, end-to-end encrypted, with no server in between.",
	"Where an address is, and whose network it belongs to, is looked up on this computer only. No look-up ever leaves it.",
];

/** The attributions of the data about addresses, a paragraph each. They must be the ones of net/geoip/sources.ts, which a test compares. */
export const attributions: readonly string[] = [
	"Places: IP Geolocation by DB-IP (https://db-ip.com), CC BY 4.0.",
	"Network owners: routeviews.org and the Number Resource Organization (nro.net), and IP Geolocation by DB-IP (https://db-ip.com), merged by ip-location-db; CC BY 4.0.",
	"If you have it use data of MaxMind: This product includes GeoLite2 data created by MaxMind, available from https://www.maxmind.com.",
];

/** Says where to read more. */
const licenceNote = "Real Talk is free software (MIT). The licences of what it is made of are in docs/dependencies.md.";

/** Shows the texts about Real Talk. Escape, Enter, a or q close it. */
export function About({ onClose }: { readonly onClose: () => void }): ReactNode {
	const { theme, size } = useLook();
	const width = bodyWidth(size);
	const texts = (paragraphs: readonly string[]) => paragraphs.flatMap((text) => [...paragraph(theme, text, width), ""]);
	const rows = [
		...texts(aboutTexts),
		theme.paint("title", "Data about addresses"),
		...texts(attributions),
		...paragraph(theme, licenceNote, width, "faint"),
	];
	const bar = [{ keys: "Esc", words: "back" }];
	return (
		<ScrollScreen
			bodyRows={rows.length}
			lay={(scroll) => layPage({ size, theme, title: "About Real Talk", body: { rows }, bar, scroll })}
			onPress={(press) => {
				const isClosing =
					press.kind === "key" ? ["escape", "enter", "ctrl+c"].includes(press.name) : /^[aq]$/.test(press.text);
				if (isClosing) onClose();
			}}
		/>
	);
}
