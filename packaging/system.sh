#!/bin/sh
# system.sh WHO PROBE=PACKAGE...: installs the Debian packages whose PROBE, a program or a file, is not there.
# Root may do that; anybody else is told what to install. Says once what is fetched and how large it is.
set -eu
who=$1
shift
PATH=$PATH:/usr/sbin:/sbin
missing=
for need; do
    probe=${need%%=*}
    case $probe in
    /*) [ -e "$probe" ] && continue ;;
    *) command -v "$probe" >/dev/null && continue ;;
    esac
    missing="$missing ${need#*=}"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "$who needs packages of the system: sudo apt install --no-install-recommends$missing" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
quietly=$(dirname "$0")/quietly.sh
echo "$who installs packages of the system:$missing"
"$quietly" apt-get update
# shellcheck disable=SC2086 # the names are words
apt-get install --no-install-recommends --assume-no $missing 2>/dev/null |
    sed -n 's/^\(Need to get .*\) of archives.*/\1/p; s/^\(Download size: [^/]*[a-zA-Z]\).*/\1/p' || true
# shellcheck disable=SC2086
"$quietly" apt-get install --no-install-recommends --yes $missing
