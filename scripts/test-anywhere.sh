#!/bin/sh
# Shows that the tests pass on any computer: three times beside programs that keep every processor busy, then with the clock 1, 40 and 400 days
# ahead, and in the time zone that is furthest ahead. Takes the files to test, or tests all. CI runs none of it. Needs faketime (Debian's package).
set -eu
cd "$(dirname -- "$0")/.."
command -v faketime >/dev/null || { echo "faketime is missing (apt-get install faketime)" >&2; exit 1; }
# Built and installed with the right time: what is newer than the sources stays so.
sh scripts/setup.sh

failed=
run() {
	echo "== $1" >&2
	shift
	"$@" || failed="$failed $round"
}

busy=
keep_busy() {
	for _ in $(seq "$(nproc)"); do
		sh -c 'while :; do :; done' &
		busy="$busy $!"
	done
}
end_busy() {
	[ -z "$busy" ] || kill $busy
	busy=
}
trap end_busy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

keep_busy
for round in busy-1 busy-2 busy-3; do run "every processor is busy ($round)" sh scripts/test.sh "$@"; done
end_busy
# The clock that never jumps stays as it is: timers go by it, and what waits for it in the system would wait for another one.
FAKETIME_DONT_FAKE_MONOTONIC=1
# Else libfaketime 0.9.10 moves the end of each wait by that clock into the past: a thread that waits returns at once, for ever. Chromium has nothing but such threads.
FAKETIME_FORCE_MONOTONIC_FIX=0
export FAKETIME_DONT_FAKE_MONOTONIC FAKETIME_FORCE_MONOTONIC_FIX
for days in 1 40 400; do
	round=$days-days
	run "the clock is $days days ahead" faketime -f "+${days}d" sh scripts/test.sh "$@"
done
round=time-zone
run "the time zone is UTC+14" env TZ=Pacific/Kiritimati sh scripts/test.sh "$@"
[ -z "$failed" ] || { echo "failed:$failed" >&2; exit 1; }
