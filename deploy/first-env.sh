#!/bin/sh
# Draws everything a first start needs: .env with all secrets, and a self-signed certificate until a real one is there. Never replaces what exists.
# Usage: sh deploy/first-env.sh PUBLIC_HOST ADDRESS      PUBLIC_HOST: the name people open; ADDRESS: this machine as browsers reach it.
set -eu
[ $# -eq 2 ] || { echo 'usage: sh deploy/first-env.sh PUBLIC_HOST ADDRESS' >&2; exit 1; }
host=$1 address=$2
cd "$(dirname "$0")/.."
umask 077
draw() { head -c "$1" /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
if [ -e .env ]; then
  echo '.env is there already: it is left as it is.' >&2
else
  cat >.env.part <<END
# Drawn by deploy/first-env.sh. Whoever has this file has the platform: keep it out of backups that others read.
PUBLIC_HOST=$host
TURN_HOST=turn.$host
FILES_HOST=files.$host
MEDIA_ANNOUNCED_ADDRESS=$address
POSTGRES_PASSWORD=$(draw 24)
SFU_SECRET=$(draw 32)
TURN_SECRET=$(draw 32)
PHONE_PROVIDER_SECRET=$(draw 32)
S3_ACCESS_KEY_ID=$(draw 10)
S3_SECRET_ACCESS_KEY=$(draw 32)
END
  mv .env.part .env
  echo 'Drawn: .env' >&2
fi
folder=deploy/certificates
if [ ! -e $folder/site.crt ]; then
  mkdir -p $folder
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj "/CN=$host" \
    -addext "subjectAltName=DNS:$host,DNS:turn.$host,DNS:files.$host" -keyout $folder/site.crt.key -out $folder/site.crt 2>/dev/null
  echo "Self-signed for 90 days: $folder/site.crt. Put a real certificate for $host, turn.$host and files.$host in its place." >&2
fi
# Proxy and coturn run as users of their own: they read the key by this group.
chmod 750 $folder && chmod 640 $folder/site.crt $folder/site.crt.key
chgrp -R "${CERTIFICATES_GROUP:-8443}" $folder || echo "Give $folder to the group ${CERTIFICATES_GROUP:-8443} (as root), or proxy and coturn cannot read the key." >&2
