// Writes what installs a release elsewhere: install.sh, a Homebrew formula and a Nix expression, each with the hashes of the archives.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** An archive of the release: the system it is for, as in `Target`, its file name, and its SHA-256. */
export interface Archive {
	readonly system: string;
	readonly file: string;
	readonly sha256: string;
	readonly isTested: boolean;
}

export interface Recipe {
	readonly version: string;
	readonly description: string;
	/** Where the files of the release are published; without it the recipes take the archives that lie beside them. */
	readonly from?: string;
	readonly archives: readonly Archive[];
}

/** Returns install.sh for this release. */
export function installScript({ version, from = "", archives }: Recipe): string {
	const lines = archives.map(({ system, sha256 }) => `${system} ${sha256}`).join("\n");
	return readFileSync(join(import.meta.dirname, "install.sh"), "utf8")
		.replaceAll("@VERSION@", version)
		.replace("@FROM@", from)
		.replace("@ARCHIVES@", lines);
}

/** Returns a Homebrew formula for this release. It unpacks the archive: nothing is built. */
export function homebrewFormula({ version, description, from, archives }: Recipe): string {
	const blocks = archives.map(({ system, file, sha256 }) => {
		const [platform, arch] = system.split("-");
		const url = from === undefined ? `file://#{File.expand_path("${file}", __dir__)}` : `${from}/${file}`;
		const lines = [`url "${url}"`, `sha256 "${sha256}"`].map((line) => `      ${line}\n`).join("");
		return `  on_${platform === "darwin" ? "macos" : "linux"} do
    on_${arch === "x64" ? "intel" : "arm"} do
${lines}    end
  end
`;
	});
	return `# Made by scripts/release.ts.${untested(archives)}
class RealTalk < Formula
  desc "${description.split(":")[0]}"
  version "${version}"
  license "MIT"

${blocks.join("\n")}
  def install
    libexec.install Dir["*"]
    bin.install_symlink libexec/"rt"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/rt --version")
  end
end
`;
}

/** Returns a Nix expression for this release: `nix-build real-talk.nix`. The binaries are told where Nix keeps their libraries. */
export function nixExpression({ version, description, from, archives }: Recipe): string {
	const sources = archives.map(({ system, file, sha256 }) => {
		const source =
			from === undefined ? `./${file}` : `pkgs.fetchurl { url = "${from}/${file}"; sha256 = "${sha256}"; }`;
		return `    ${nixSystem(system)} = ${source};\n`;
	});
	return `# Made by scripts/release.ts.${untested(archives)}
{ pkgs ? import <nixpkgs> { } }:
let
  sources = {
${sources.join("")}  };
  system = pkgs.stdenv.hostPlatform.system;
in
pkgs.stdenv.mkDerivation {
  pname = "real-talk";
  version = "${version}";
  src = sources.\${system} or (throw "There is no release of Real Talk for \${system}.");
  nativeBuildInputs = pkgs.lib.optional pkgs.stdenv.isLinux pkgs.autoPatchelfHook;
  buildInputs = pkgs.lib.optional pkgs.stdenv.isLinux pkgs.stdenv.cc.cc.lib;
  dontBuild = true;
  dontStrip = true;
  installPhase = ''
    mkdir -p $out/lib/real-talk $out/bin
    cp -r . $out/lib/real-talk/
    ln -s $out/lib/real-talk/rt $out/bin/rt
  '';
  meta = {
    description = "${description.split(":")[0]}";
    license = pkgs.lib.licenses.mit;
    platforms = builtins.attrNames sources;
    mainProgram = "rt";
  };
}
`;
}

const nixSystem = (system: string): string => {
	const [platform, arch] = system.split("-");
	return `${arch === "x64" ? "x86_64" : "aarch64"}-${platform}`;
};

/** Says which archives nobody has ever run. */
function untested(archives: readonly Archive[]): string {
	const names = archives.filter(({ isTested }) => !isTested).map(({ system }) => system);
	return names.length === 0 ? "" : ` Never tried: ${names.join(", ")}.`;
}
