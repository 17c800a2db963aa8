#!/usr/bin/env bash
# Builds mediasoup's worker from the npm package's own C++ sources against Debian 12's libraries.
# Usage: build.sh MEDIASOUP_PACKAGE_DIR WORK_DIR OUTPUT_FILE. Interrupted, the next run goes on in WORK_DIR.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
package=$1 work=$2 output=$3
log=$work/build.log

copy_sources() {
  rm -rf "$work/source" "$work/out"
  mkdir -p "$work/source"
  cp -r "$package/worker/." "$work/source/"
  rm -rf "$work/source/subprojects"
  cp -r "$here/overlay/subprojects" "$work/source/"
  # Debian 12 has meson 1.0.1, which is enough for these files.
  sed -i "s/meson_version: '>= 1.1.0'/meson_version: '>= 1.0.0'/" "$work/source/meson.build"
  # With a kTLS-enabled OpenSSL (Debian's), a BIO callback that answers 1 to every control call makes OpenSSL
  # believe the kernel encrypts, so it allocates no write buffer and the first DTLS handshake crashes.
  local dtls=$work/source/src/RTC/DtlsTransport.cpp
  sed -i 's/(operationType == BIO_CB_RETURN) ?/((operationType \& BIO_CB_RETURN) != 0) ?/' "$dtls"
  grep -q 'operationType & BIO_CB_RETURN' "$dtls"
  touch "$work/source/.complete"
}

# Reads ninja's "[done/total]" lines; says where the build is at once and then every 20 seconds.
show_progress() {
  local started=$SECONDS said=-20 first='' line done total left
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    done=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]}
    first=${first:-$done}
    ((SECONDS - said >= 20 || done == total)) || continue
    said=$SECONDS left="about $((total * 11 / 261 + 1)) min left on 2 cores"
    if ((done - first >= 10)); then
      left="about $((((SECONDS - started) * (total - done) / (done - first) + 59) / 60)) min left"
    fi
    printf '  media worker: %s of %s steps done, %s\n' "$done" "$total" "$left" >&2
  done
}

mkdir -p "$work"
[ -e "$work/source/.complete" ] || copy_sources
if [ ! -e "$work/out/build.ninja" ]; then
  rm -rf "$work/out"
  meson setup "$work/out" "$work/source" --buildtype release -Db_ndebug=true --wrap-mode=nodownload >"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    exit 1
  }
fi
# Ninja redoes every step its log does not record as finished: what a killed compiler left half-written is never used.
if ! NINJA_STATUS='[%f/%t] ' ninja -C "$work/out" mediasoup-worker 2>&1 | show_progress; then
  tail -n 30 "$log" >&2
  exit 1
fi
strip -o "$output.part" "$work/out/mediasoup-worker"
mv -f "$output.part" "$output"
