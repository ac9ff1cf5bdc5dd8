// What rt daemon --install writes: a file by which the system starts exactly this program with exactly this home.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type InstallFacts, installPlan, writeInstallPlan } from "../../../src/ui/daemon/install.ts";
import { temporaryHome } from "../../support/temporary-home.ts";

const facts: InstallFacts = { platform: "linux", userHome: "/home/ann", program: ["/opt/rt/rt"] };

test("On Linux the background process is installed as a unit of the person's own systemd, under the name of the profile", () => {
	const plan = installPlan({ ...facts, home: "/home/ann/100% mine", profile: "work" });
	assert.equal(plan?.path, "/home/ann/.config/systemd/user/real-talk-work.service");
	assert.match(
		plan?.text ?? "",
		/^ExecStart="\/opt\/rt\/rt" "daemon" "--home" "\/home\/ann\/100%% mine" "--profile" "work"$/m,
	);
	assert.deepEqual(plan?.next, [
		"systemctl --user daemon-reload",
		"systemctl --user enable --now real-talk-work.service",
	]);
	assert.equal(installPlan({ ...facts, configHome: "/cfg" })?.path, "/cfg/systemd/user/real-talk.service");
});

test("attack: a home whose name has quotes, dollars or line ends adds no further words or lines to the unit", () => {
	const plan = installPlan({ ...facts, home: '/h"; $HOME\nExecStartPre=/bin/evil' });
	const lines = (plan?.text ?? "").split("\n").filter((line) => line.startsWith("ExecStart"));
	assert.deepEqual(lines, ['ExecStart="/opt/rt/rt" "daemon" "--home" "/h\\"; $$HOME\\nExecStartPre=/bin/evil"']);
});

test("On macOS the background process is installed as a launch agent, with its arguments as they are", () => {
	const plan = installPlan({ ...facts, platform: "darwin", userHome: "/Users/ann", home: "/Users/ann/a<b>&c" });
	assert.equal(plan?.path, "/Users/ann/Library/LaunchAgents/chat.real-talk.plist");
	assert.match(plan?.text ?? "", /<string>\/Users\/ann\/a&lt;b&gt;&amp;c<\/string>/);
});

test("Where there is neither systemd nor launchd, nothing is written; else the file is the person's alone", (t) => {
	assert.equal(installPlan({ ...facts, platform: "win32" }), undefined);
	const plan = installPlan({ ...facts, userHome: temporaryHome(t) });
	assert.ok(plan !== undefined);
	writeInstallPlan(plan);
	assert.equal(readFileSync(plan.path, "utf8"), plan.text);
	assert.equal(statSync(plan.path).mode & 0o777, 0o600);
	assert.equal(join(plan.path, "..").endsWith("systemd/user"), true);
});
