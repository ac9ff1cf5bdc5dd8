// `rt daemon --install`: the file by which the system starts the background process when the person logs in.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Says what is written where, and what the person types then. */
export interface InstallPlan {
	readonly path: string;
	readonly text: string;
	readonly next: readonly string[];
}

export interface InstallFacts {
	readonly platform: NodeJS.Platform;
	/** The person's own folder. */
	readonly userHome: string;
	/** XDG_CONFIG_HOME, if it is set. */
	readonly configHome?: string;
	/** The program and its arguments, up to where ours begin. */
	readonly program: readonly string[];
	/** The home of rt, if another one than the usual. */
	readonly home?: string;
	/** The profile, if another one than the usual. */
	readonly profile?: string;
}

/** Returns what to write; `undefined` on a system that has neither systemd nor launchd. */
export function installPlan(facts: InstallFacts): InstallPlan | undefined {
	const { home, profile } = facts;
	const where = [
		...(home === undefined ? [] : ["--home", home]),
		...(profile === undefined ? [] : ["--profile", profile]),
	];
	const command = [...facts.program, "daemon", ...where];
	const name = profile === undefined ? "real-talk" : `real-talk-${profile}`;
	if (facts.platform === "darwin") return launchd(facts, command, name);
	return facts.platform === "linux" ? systemd(facts, command, name) : undefined;
}

// systemd.service(5), systemd.syntax(7): a quoted word with C escapes; % begins a specifier, $ a variable, and a line end would begin another setting.
const systemdWord = (word: string): string =>
	`"${word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%").replaceAll("$", "$$$$").replaceAll("\n", "\\n")}"`;

function systemd({ userHome, configHome }: InstallFacts, command: readonly string[], name: string): InstallPlan {
	const text = `[Unit]
Description=Real Talk: rooms that go on without a window
After=network-online.target

[Service]
ExecStart=${command.map(systemdWord).join(" ")}
Restart=on-failure
RestartSec=5
UMask=0077
NoNewPrivileges=yes
LimitCORE=0

[Install]
WantedBy=default.target
`;
	return {
		path: join(configHome ?? join(userHome, ".config"), "systemd", "user", `${name}.service`),
		text,
		next: ["systemctl --user daemon-reload", `systemctl --user enable --now ${name}.service`],
	};
}

const xml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

function launchd({ userHome }: InstallFacts, command: readonly string[], name: string): InstallPlan {
	const label = `chat.${name}`;
	const words = command.map((word) => `\t\t<string>${xml(word)}</string>`).join("\n");
	const text = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>${label}</string>
	<key>ProgramArguments</key>
	<array>
${words}
	</array>
	<key>RunAtLoad</key>
	<true/>
	<key>KeepAlive</key>
	<dict>
		<key>SuccessfulExit</key>
		<false/>
	</dict>
	<key>Umask</key>
	<integer>63</integer>
</dict>
</plist>
`;
	const path = join(userHome, "Library", "LaunchAgents", `${label}.plist`);
	return { path, text, next: [`launchctl load -w "${path}"`] };
}

/** Writes the file, for its owner alone. */
export function writeInstallPlan({ path, text }: InstallPlan): void {
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, text, { mode: 0o600 });
}
