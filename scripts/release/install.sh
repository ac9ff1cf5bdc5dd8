#!/bin/sh
# Installs Real Talk @VERSION@ for the person who runs it, without root: the program into ~/.local/lib/real-talk, the command into ~/.local/bin/rt.
#   sh install.sh            installs; the archive lies beside this file, or is fetched from where the release was published
#   sh install.sh --remove   removes both again; what was said to whom, and the key, stay
set -u
umask 022
version='@VERSION@'
from='@FROM@'
# One line for each system: its name, and the SHA-256 of its archive.
archives='@ARCHIVES@'
base=${HOME:?rt: HOME is not set}/.local
folder=$base/lib/real-talk
command=$base/bin/rt

fail() {
	for line in "$@"; do echo "rt: $line" >&2; done
	exit 1
}

is_ours() { [ -L "$command" ] && [ "$(readlink "$command")" = "$folder/rt" ]; }

remove() {
	[ -d "$folder" ] || is_ours || fail "Real Talk is not installed in $folder."
	if is_ours; then rm -f "$command"; fi
	rm -rf "$folder"
	echo "Real Talk is removed. Your key and the people you met are still in ~/.local/share/real-talk; delete that folder to forget them."
	exit 0
}

# The name of this system as the archives have it.
system() {
	case $(uname -s) in Linux) name=linux ;; Darwin) name=darwin ;; *) return 1 ;; esac
	case $(uname -m) in x86_64 | amd64) echo "$name-x64" ;; aarch64 | arm64) echo "$name-arm64" ;; *) return 1 ;; esac
}

sum_of() {
	if command -v sha256sum >/dev/null 2>&1; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

fetch() {
	if command -v curl >/dev/null 2>&1; then curl --fail --location --silent --show-error --output "$2" "$1"
	elif command -v wget >/dev/null 2>&1; then wget -q -O "$2" "$1"
	else fail "Neither curl nor wget is here. Fetch $1 in another way, put it beside this file, and run it again."
	fi
}

case ${1-} in
	'') ;;
	--remove) remove ;;
	*) fail "install.sh takes nothing, or --remove." ;;
esac
if [ -e "$command" ] || [ -L "$command" ]; then is_ours || fail "$command is there already, and is another program. Nothing was changed."; fi
system=$(system) || fail "There is no release for this system ($(uname -s), $(uname -m))."
wanted=$(echo "$archives" | sed -n "s/^$system //p")
[ -n "$wanted" ] || fail "There is no archive for $system in this release."
for tool in tar xz; do command -v "$tool" >/dev/null 2>&1 || fail "$tool is missing. Install it, then run this again."; done

mkdir -p "$base/lib" "$base/bin" || fail "$base cannot be written to."
work=$(mktemp -d "$base/lib/real-talk.XXXXXX") || fail "$base/lib cannot be written to."
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
name=real-talk-$version-$system
archive=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)/$name.tar.xz
if ! [ -f "$archive" ]; then
	[ -n "$from" ] || fail "$name.tar.xz is not beside this file."
	archive=$work/archive
	echo "Fetching $from/$name.tar.xz …"
	fetch "$from/$name.tar.xz" "$archive" || fail "It could not be fetched."
fi
[ "$(sum_of "$archive")" = "$wanted" ] || fail "$name.tar.xz is not what this release has: its SHA-256 is another one. Nothing was installed."
xz -dc "$archive" | tar -xf - -C "$work" || fail "The archive could not be unpacked (is the disk full?)."
"$work/$name/rt" --version >/dev/null || fail "The program does not run on this system. Nothing was installed."
cp "$0" "$work/$name/install.sh"
# There is the old program or the new one, whole.
if [ -d "$folder" ]; then mv "$folder" "$work/old" || fail "$folder cannot be replaced."; fi
mv "$work/$name" "$folder" || fail "$folder cannot be written to."
ln -sf "$folder/rt" "$command" || fail "$command cannot be written to."
echo "Real Talk $version is installed. To remove it: sh $folder/install.sh --remove"
case :$PATH: in
	*:"$base/bin":*) echo "Start it with: rt" ;;
	*) echo "Start it with: $command   ($base/bin is not in your PATH)" ;;
esac
