# Read by test.sh and mutate.sh with `.`, in the project's folder: sets up what is missing, and says how tests run.
sh scripts/setup.sh
# Tests ask nothing of the router of the machine they run on.
RT_NO_PORTMAP=1
# Compiled once for all files and runs.
NODE_COMPILE_CACHE=${NODE_COMPILE_CACHE-$PWD/node_modules/.cache/tests}
# As in rt: what stretches a password takes a third of the time in large pages.
GLIBC_TUNABLES=glibc.malloc.hugetlb=1
export RT_NO_PORTMAP NODE_COMPILE_CACHE GLIBC_TUNABLES
