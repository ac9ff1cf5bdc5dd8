// What the host tells friends: the password and the line each of them types. Shown when a room starts, and by F2 from the chat.
import type { ReactNode } from "react";
import type { Hosting, JoinLine } from "../engine/api.ts";
import { type BodyBuilder, buildBody } from "./body.ts";
import { barOf } from "./keys.ts";
import { layPage, type Size } from "./page.ts";
import { ScrollScreen, useLook } from "./screen.tsx";
import type { Theme } from "./theme.ts";

function joinLines(body: BodyBuilder, lines: readonly JoinLine[], theme: Theme): void {
	for (const { command, interface: name } of lines) {
		// Never wrapped in the middle of a word: it is meant to be copied. The interface only where there is room.
		const note = `   (${name})`;
		if (command.length + note.length + 2 <= body.width) {
			body.row(`  ${theme.paint("strong", command)}${theme.paint("faint", note)}`);
		} else if (command.length + 2 <= body.width) body.row(`  ${theme.paint("strong", command)}`);
		else body.text(command, "strong");
	}
}

function noGlobalAddress(body: BodyBuilder, port: number): void {
	body.text(
		`This computer has no address of its own on the Internet, and this version can't open your router by itself. In the router's settings, forward TCP port ${port} to this computer. Then friends type`,
	);
	body.text(`  ./rt YOUR-PUBLIC-ADDRESS ${port}`, "strong");
}

/** The rows of the host screen. The sentences are the owner's own: do not reword. */
function hostRows(hosting: Hosting, theme: Theme, size: Size): readonly string[] {
	const body = buildBody(theme, { ...size, rows: Number.POSITIVE_INFINITY });
	const of = (scope: JoinLine["scope"]) => hosting.joinLines.filter((line) => line.scope === scope);
	const [local, global, loopback] = [of("local"), of("global"), of("loopback")];
	body.text("Server has been started.", "good");
	body.gap();
	body.text(`The password is: ${hosting.password}`, "strong");
	body.text("All users will be prompted for the password upon connecting.");
	body.gap();
	body.text(
		"They have 3 password attempts. If they fail the first 3, they will get disconnected and you will be notified. They can reconnect a second time and enter 3 more passwords, but if those fail, they will be automatically blocked, and you will have to unblock them. You will be notified.",
		"faint",
	);
	body.gap();
	body.text(
		"For people on the same computer network (WiFi, cable, etc.), if they want to join, have them type",
		"accent",
	);
	joinLines(body, local, theme);
	if (local.length === 0) body.text("  (this computer is on no network just now)", "faint");
	body.gap();
	body.text(
		"For people outside of your computer network (remote locations on the Internet), if they want to join, have them type",
		"accent",
	);
	joinLines(body, global, theme);
	if (global.length === 0) noGlobalAddress(body, hosting.port);
	if (local.length === 0 && global.length === 0 && loopback.length > 0) {
		body.gap();
		body.text("On this computer itself, in another window:", "faint");
		joinLines(body, loopback, theme);
	}
	body.gap();
	body.text("F2 shows this again from the chat.", "faint");
	return body.finish().rows;
}

/** What to tell friends. Enter, Escape or F2 go to the chat. */
export function Host({ hosting, onClose }: { readonly hosting: Hosting; readonly onClose: () => void }): ReactNode {
	const { theme, size } = useLook();
	const rows = hostRows(hosting, theme, size);
	return (
		<ScrollScreen
			bodyRows={rows.length}
			lay={(scroll) => layPage({ size, theme, title: "Your room is open", body: { rows }, bar: barOf("host"), scroll })}
			onPress={(press) => {
				if (press.kind === "key" && ["enter", "escape", "f2", "ctrl+c"].includes(press.name)) onClose();
			}}
		/>
	);
}
