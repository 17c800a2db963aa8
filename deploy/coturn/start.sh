#!/bin/sh
# Starts coturn with its name, its secret and the only addresses it relays to. TURN_PEERS: addresses of the sfu nodes, comma separated; a range is from-to.
set -eu
umask 077
conf=${TURN_CONF:-/tmp/turnserver.conf}
here=$(dirname "$0")
[ "${#TURN_SECRET}" -ge 16 ] || { echo 'TURN_SECRET is shorter than 16 characters' >&2; exit 1; }
{
  cat "$here/turnserver.conf"
  printf 'realm=%s\nserver-name=%s\nstatic-auth-secret=%s\n' "$TURN_HOST" "$TURN_HOST" "$TURN_SECRET"
  printf '%s\n' "$TURN_PEERS" | tr ', ' '\n\n' | while read -r peer; do
    case $peer in
      '') ;;
      *[!0-9a-fA-F.:-]*) echo "TURN_PEERS: $peer is not an address" >&2; exit 1 ;;
      *) printf 'allowed-peer-ip=%s\n' "$peer" ;;
    esac
  done
} >"$conf"
# The secret stays out of the list of processes.
exec turnserver -c "$conf"
