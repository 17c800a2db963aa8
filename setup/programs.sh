# ffmpeg, and what reads courseware, for the product; Chromium and Redis for tests and measurements. Sourced by set-up.sh.

record() { printf '%s=%s\n' "$1" "$2" >>"$state/found.new"; }

# H.264 and AAC can be left out of a build: such a one is of no use here.
encodes() { "$1" -hide_banner -encoders 2>/dev/null | grep libx264 >/dev/null; }

reaches_github() {
  [ -n "${github:-}" ] || github=$(node -e 'fetch("https://github.com", { method: "HEAD", signal: AbortSignal.timeout(5000) }).then(() => console.log("yes"), () => console.log("no"))')
  [ "$github" = yes ]
}

find_ffmpeg() {
  local path static=$root/node_modules/ffmpeg-static/ffmpeg
  if [ -n "${FFMPEG_BIN:-}" ]; then
    encodes "$FFMPEG_BIN" || fail "FFMPEG_BIN=$FFMPEG_BIN does not run or has no H.264 encoder (libx264)."
    return
  fi
  path=$(command -v ffmpeg || true)
  if [ -n "$path" ] && encodes "$path"; then record FFMPEG_BIN "$path" && return; fi
  if [ ! -x "$static" ] && [ -d node_modules/ffmpeg-static ] && reaches_github; then
    say 'Fetching ffmpeg (about 1 minute) …'
    (cd node_modules/ffmpeg-static && timeout 300 node install.js) >"$cache/ffmpeg.log" 2>&1 || rm -f "$static"
  fi
  if [ -x "$static" ] && encodes "$static"; then record FFMPEG_BIN "$static" && return; fi
  install_debian ffmpeg ffmpeg || fail "ffmpeg is missing and cannot be installed ($why_not): install the package ffmpeg, or set FFMPEG_BIN."
  record FFMPEG_BIN "$(command -v ffmpeg)"
}

# Finished units are looked at with ffprobe before anybody sees them. It is looked for beside ffmpeg; where they lie apart, links bring them together.
find_ffprobe() {
  local ffmpeg ffprobe
  if [ -n "${FFMPEG_BIN:-}" ]; then
    ffprobe=$(dirname "$FFMPEG_BIN")/$(basename "$FFMPEG_BIN" | sed s/ffmpeg/ffprobe/)
    case "$FFMPEG_BIN" in */*) [ -x "$ffprobe" ] || fail "ffprobe is missing beside FFMPEG_BIN=$FFMPEG_BIN: it must lie in the same folder." ;; esac
  else
    ffmpeg=$(sed -n 's/^FFMPEG_BIN=//p' "$state/found.new")
    ffprobe=$(dirname "$ffmpeg")/ffprobe
    if [ ! -x "$ffprobe" ]; then
      command -v ffprobe >/dev/null || install_debian ffprobe ffmpeg ||
        fail "ffprobe is missing and cannot be installed ($why_not): install the package ffmpeg, or set FFMPEG_BIN to one with ffprobe beside it."
      mkdir -p "$state/bin"
      ln -sf "$ffmpeg" "$state/bin/ffmpeg"
      ln -sf "$(command -v ffprobe)" "$state/bin/ffprobe"
      sed -i '/^FFMPEG_BIN=/d' "$state/found.new"
      record FFMPEG_BIN "$PWD/$state/bin/ffmpeg"
      ffprobe=$PWD/$state/bin/ffprobe
    fi
  fi
  command -v "$ffprobe" >/dev/null || fail "ffprobe is missing: it belongs to the package ffmpeg."
  [ -n "${FFPROBE_BIN:-}" ] || record FFPROBE_BIN "$(command -v "$ffprobe")"
}

# find_document_tool NAME VARIABLE: true when it is there, or named by hand.
find_document_tool() {
  local given
  eval "given=\${$2:-}"
  if [ -n "$given" ]; then
    [ -x "$given" ] || fail "$2=$given is not a program."
    return
  fi
  command -v "$1" >/dev/null || return 1
  record "$2" "$(command -v "$1")"
}

# LibreOffice with its parts for texts and for tables; its programs lie in the folder the command leads to.
office_is_there() {
  local folder
  folder=$(dirname "$(readlink -f "$(command -v soffice || echo /nowhere/soffice)")")
  [ -e "$folder/libsclo.so" ] && [ -e "$folder/libswlo.so" ]
}

# Courseware can do without: then PDF or Office files are refused in words, and pictures are still taken.
find_document_tools() {
  if ! command -v pdftoppm >/dev/null || ! command -v qpdf >/dev/null; then
    [ -n "${PDFTOPPM_BIN:-}${QPDF_BIN:-}" ] || install_debian 'courseware in PDF' poppler-utils poppler-data qpdf ||
      say "pdftoppm or qpdf is missing and cannot be installed ($why_not): PDF courseware will be refused; install the packages poppler-utils, poppler-data and qpdf."
  fi
  # Tests open with it what we write.
  [ "$command" != test ] || [ -n "${SOFFICE_BIN:-}" ] || office_is_there || install_debian 'workbooks opened in tests' libreoffice-calc-nogui libreoffice-writer-nogui ||
    say "LibreOffice is missing and cannot be installed ($why_not): the tests that open our workbooks with it are skipped; install the packages libreoffice-calc and libreoffice-writer."
  find_document_tool pdftoppm PDFTOPPM_BIN || true
  find_document_tool qpdf QPDF_BIN || true
  find_document_tool soffice SOFFICE_BIN || true
  { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ]; } || install_debian 'Chinese text' fontconfig fonts-noto-cjk ||
    say "No Chinese font, and none can be installed ($why_not): courseware whose fonts are not in the file, and screenshots, will show boxes; install the package fonts-noto-cjk."
}

find_chromium() {
  local name
  if [ -n "${CHROMIUM_BIN:-}" ]; then
    [ -x "$CHROMIUM_BIN" ] || fail "CHROMIUM_BIN=$CHROMIUM_BIN is not a program."
    return
  fi
  for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then record CHROMIUM_BIN "$(command -v "$name")" && return; fi
  done
  install_debian Chromium chromium || fail "Chromium is missing and cannot be installed ($why_not): install the package chromium, or set CHROMIUM_BIN."
  record CHROMIUM_BIN "$(command -v chromium)"
}

find_programs() {
  find_ffmpeg
  find_ffprobe
  find_document_tools
  [ "$command" = start ] && return
  find_chromium
  command -v redis-server >/dev/null || install_debian Redis redis-server ||
    fail "redis-server is missing and cannot be installed ($why_not): install the package redis-server."
  record REDIS_SERVER_BIN "$(command -v redis-server)"
  # OpenStack Swift speaks S3 and comes with Debian: a real object store for tests.
  [ "$command" != test ] || /usr/bin/python3 -c 'import swift, eventlet' 2>/dev/null || install_debian 'an object store' python3-swift ||
    say "No object store, and none can be installed ($why_not): tests that need one are skipped; install the package python3-swift."
}
