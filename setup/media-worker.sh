# mediasoup's worker: given, cached, downloaded as mediasoup itself would, or built. Sourced by set-up.sh.

runtime_packages=(libuv1 libssl3 libsrtp2-1 libabsl20220623)
build_packages=(g++ meson ninja-build pkg-config flatbuffers-compiler libflatbuffers-dev libabsl-dev libsrtp2-dev libssl-dev libuv1-dev)

# Without MEDIASOUP_VERSION the worker ends at once with code 41: it runs on this system, libraries and all.
worker_runs() {
  local code=0
  [ -x "$1" ] || return 1
  env -i "$1" >/dev/null 2>&1 || code=$?
  [ "$code" = 41 ]
}

# mediasoup's installer with a Python that refuses: it downloads, checks, and cannot go on to build with pip.
download_worker() {
  local made=node_modules/mediasoup/worker/out/Release/mediasoup-worker
  [ -n "${MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL:-}" ] || reaches_github || return 1
  say "Fetching mediasoup's worker (a few seconds) …"
  (cd node_modules/mediasoup && PYTHON=false timeout 300 node npm-scripts.mjs postinstall) >"$cache/worker-download.log" 2>&1 || return 1
  worker_runs "$made" || return 1
  cp "$made" "$1.part" && mv -f "$1.part" "$1"
}

build_worker() {
  local target=$1 work=$cache/build-$(basename "$1")
  install_debian 'building the media worker' "${build_packages[@]}" ||
    fail "The media worker can be neither downloaded nor built ($why_not): install $(missing_packages "${build_packages[@]}")or set MEDIASOUP_WORKER_BIN to a mediasoup-worker $version."
  say "Building mediasoup's worker from its sources, once (about 11 minutes on 2 cores; interrupted, the next run goes on) …"
  bash "$here/mediasoup-worker/build.sh" "$root/node_modules/mediasoup" "$work" "$target.built" ||
    fail "The media worker cannot be built; Debian 12 or newer is needed, else set MEDIASOUP_WORKER_BIN. All of it: $work/build.log"
  worker_runs "$target.built" || fail "The built media worker does not run: set MEDIASOUP_WORKER_BIN. The build: $work"
  mv -f "$target.built" "$target"
  rm -rf "$work"
}

find_media_worker() {
  local version target
  if [ -n "${MEDIASOUP_WORKER_BIN:-}" ]; then
    worker_runs "$MEDIASOUP_WORKER_BIN" || fail "MEDIASOUP_WORKER_BIN=$MEDIASOUP_WORKER_BIN does not run on this system: are its libraries installed (${runtime_packages[*]})?"
    return
  fi
  version=$(node -p "require('./node_modules/mediasoup/package.json').version")
  target=$cache/mediasoup-worker-$version-$platform-$arch
  # A cached one may only lack its libraries, on a new machine with an old home.
  if [ -x "$target" ] && ! worker_runs "$target"; then install_debian 'the media worker' "${runtime_packages[@]}" || true; fi
  worker_runs "$target" || download_worker "$target" || build_worker "$target"
  record MEDIASOUP_WORKER_BIN "$target"
}
