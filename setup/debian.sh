# Debian packages, installed only when missing, as root or through sudo. Sourced by set-up.sh.

# Prints those of the named packages that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
  done
}

# Prints how to become root, or fails: an empty line for root itself.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    echo
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    echo 'sudo -n'
  elif command -v sudo >/dev/null && [ -t 0 ] && [ -t 2 ]; then
    echo sudo
  else
    return 1
  fi
}

# install_debian WHAT_FOR PACKAGE...: true when all are installed in the end; else why_not says why they are not.
why_not=''
install_debian() {
  local purpose=$1 root_command log=$cache/apt.log packages
  shift
  why_not=''
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null || { why_not='this is not Debian' && return 1; }
  read -ra packages <<<"$(missing_packages "$@")"
  [ ${#packages[@]} -gt 0 ] || return 0
  root_command=$(as_root) || { why_not='not root, and no sudo' && return 1; }
  say "Installing Debian packages for $purpose (1 to 3 minutes): ${packages[*]} …"
  local install=($root_command env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${packages[@]}")
  # The lists may be missing or old: then they are fetched, once.
  "${install[@]}" >"$log" 2>&1 </dev/null && return 0
  $root_command apt-get -qq update >>"$log" 2>&1 </dev/null || true
  "${install[@]}" >>"$log" 2>&1 </dev/null && return 0
  why_not=$(grep '^E:' "$log" | tail -n 1 || true)
  why_not="apt-get failed${why_not:+ (${why_not#E: })}"
  return 1
}
