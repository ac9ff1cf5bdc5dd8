#!/bin/sh
# Shows, as root, that Real Talk sets itself up in a bare Debian, and prints how long it takes and how much is fetched: the .deb, then a clone
# with the Node and npm of this computer, and with Node 24. Arguments: the .deb; a folder with a bare Debian (without it debootstrap makes one).
set -eu
cd "$(dirname -- "$0")/.."
sh scripts/setup.sh
deb=$1
work=$(mktemp -d)
bare=$work/debian
trap 'umount "$bare/proc" 2>/dev/null; rm -rf "$work"' EXIT
if [ $# -gt 1 ]; then cp -a "$2" "$bare"; else debootstrap --variant=minbase bookworm "$bare" >"$work/log"; fi
mkdir -p "$bare/proc" "$bare/opt/here"
mount -t proc proc "$bare/proc"
cp /etc/resolv.conf "$bare/etc/resolv.conf"

failed=
# Runs a shell script in the bare Debian, as $1 says; the rest are its words.
inside() { timeout 300 chroot "$bare" env -i HOME=/root TERM=xterm LANG=C.UTF-8 PATH="$1" ${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS=/opt/here/ca.crt} sh -c "$2"; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
# Says what was shown and in how many milliseconds; the command must succeed.
shown() {
	begun=$(milliseconds)
	if inside "$2" "$3" >"$work/out" 2>&1; then
		echo "$1: $(($(milliseconds) - begun)) ms. $(tail -n 1 "$work/out")"
	else
		echo "FAILED: $1"
		tail -n 5 "$work/out"
		failed=yes
	fi
}

cp "$deb" "$bare/opt/here/rt.deb"
shown "dpkg -i" /usr/sbin:/usr/bin:/sbin:/bin "dpkg -i /opt/here/rt.deb"
shown "rt --version" /usr/bin:/bin "rt --version"
# `script` gives it a terminal; the first screen asks for a name.
begun=$(milliseconds)
timeout 60 script -qefc "chroot '$bare' env -i HOME=/root TERM=xterm LANG=C.UTF-8 PATH=/usr/bin:/bin rt" /dev/null </dev/null >"$work/screen" 2>&1 &
screen=$!
until grep -q "What should others call you" "$work/screen"; do
	if ! kill -0 $screen 2>/dev/null; then failed=yes && break; fi
	sleep 0.01
done
echo "first frame: $(($(milliseconds) - begun)) ms"
kill $screen 2>/dev/null || :
inside /usr/sbin:/usr/bin:/sbin:/bin "dpkg -r real-talk" >/dev/null

[ -z "${NODE_EXTRA_CA_CERTS-}" ] || cp "$NODE_EXTRA_CA_CERTS" "$bare/opt/here/ca.crt"
mkdir -p "$bare/opt/system" "$bare/opt/24" "$bare/opt/lib"
cp "$(readlink -f "$(command -v node)")" "$bare/opt/system/node"
cp -L node_modules/.rt-node "$bare/opt/24/node"
cp -a "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" "$bare/opt/lib/npm"
for one in system 24; do ln -s ../lib/npm/bin/npm-cli.js "$bare/opt/$one/npm"; done
clone() { rm -rf "$bare/opt/$1" && mkdir -p "$bare/opt/$1" && git archive HEAD | tar -xf - -C "$bare/opt/$1"; }
size="du -sm node_modules | sed 's/node_modules/MB in node_modules/'"

for one in system 24; do
	path=/opt/$one:/usr/bin:/bin
	says="Node $(inside "$path" "node --version")"
	clone "of $one"
	shown "$says, no network" "$path" "cd '/opt/of $one' && unshare -n ./rt --version 2>&1 | grep 'cannot be reached'"
	shown "$says, set up" "$path" "cd '/opt/of $one' && ./rt --version && $size"
	shown "$says, next start" "$path" "'/opt/of $one/rt' --version"
done
path=/opt/system:/usr/bin:/bin
clone "Übung – für Zoë"
shown "spaces and umlauts, umask 077, by a link" "$path" "umask 077; ln -s '/opt/Übung – für Zoë/rt' /opt/here/link; /opt/here/link --version"
shown "read-only afterwards, for somebody else" "$path" "chmod -R go+rX '/opt/Übung – für Zoë'; setpriv --reuid=65534 --clear-groups '/opt/Übung – für Zoë/rt' --version"
clone twice
shown "twice at once" "$path" "cd /opt/twice; ./rt --version & ./rt --version && wait \$! && ! ls -d .setup* 2>/dev/null"
clone killed
shown "killed in the middle, started again" "$path" "cd /opt/killed; setsid ./rt & sleep 2; kill -9 -\$!; ./rt --version"
clone "no npm"
shown "without npm" /usr/bin:/bin "cd '/opt/no npm' && ! ./rt --version 2>/opt/here/err && grep 'npm is missing' /opt/here/err"
[ -z "$failed" ]
