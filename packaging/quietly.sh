#!/bin/sh
# quietly.sh COMMAND...: shows what it said only when it fails, and not when it is interrupted.
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 130' INT TERM
"$@" >"$log" 2>&1 || {
    code=$?
    cat "$log" >&2
    exit $code
}
