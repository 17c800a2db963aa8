# The four networks of the face engine, from an npm package of which nothing else is wanted. Sourced by set-up.sh.

models_package=faceplugin-face-recognition-js@0.0.1
models_sums='6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854  fr_detect.onnx
f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258  fr_landmark.onnx
87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581  fr_feature.onnx
afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d  fr_liveness.onnx'

models_are_whole() { [ -d "$1" ] && (cd "$1" && printf '%s\n' "$models_sums" | sha256sum --status -c - 2>/dev/null); }

fetch_models() {
  local target=$1 work=$1.part
  rm -rf "$work" && mkdir -p "$work"
  (cd "$work" && npm pack "$models_package" --silent --ignore-scripts --fetch-retries=1 >/dev/null 2>&1 && tar -xzf ./*.tgz) || return 1
  mkdir -p "$work/models" && mv "$work"/package/model/fr_{detect,landmark,feature,liveness}.onnx "$work/package/LICENSE" "$work/models/" || return 1
  models_are_whole "$work/models" || return 1
  rm -rf "$target" && mv "$work/models" "$target" && rm -rf "$work"
}

find_face_models() {
  local target=$cache/face-models-0.0.1
  [ -z "${FACE_MODELS_DIR:-}" ] || return 0
  if ! models_are_whole "$target"; then
    say 'Fetching the face models (41 MB, a few seconds) …'
    fetch_models "$target" || {
      rm -rf "$target.part"
      say "The face models ($models_package) cannot be had: faces will not be judged (verdict review). The next start tries again; or set FACE_MODELS_DIR."
      missing='face models'
      return 0
    }
  fi
  record FACE_MODELS_DIR "$target"
}
