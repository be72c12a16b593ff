# Shared by the scripts of CI; sourced.
# shellcheck shell=bash

step() { printf '\n== %s\n' "$*"; }

# Says in one line why a part of CI does not run here, and ends it.
skip() {
  echo "Skipped: $1"
  exit 0
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# What takes long to build is kept here, outside the clone.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/mfa-login-ci

# Where each suite leaves what it found, for .ci/table.mjs.
export MFA_LOGIN_RESULTS=${MFA_LOGIN_RESULTS:-$cache/results}
results=$MFA_LOGIN_RESULTS
mkdir -p "$cache" "$results"

# Installs the runtimes that .ci/runtimes/package.json names, once for each version of its lock file. They are made
# for several systems, so npm needs --force. Sets $runtimes.
install_runtimes() {
  runtimes=$cache/runtimes-$(sha256sum .ci/runtimes/package-lock.json | cut -c 1-16)
  [ -d "$runtimes" ] && return
  rm -rf "$cache"/runtimes-*
  mkdir -p "$runtimes.new"
  cp .ci/runtimes/package*.json "$runtimes.new"
  npm ci --prefix "$runtimes.new" --force --ignore-scripts --no-audit --no-fund --loglevel error
  mv "$runtimes.new" "$runtimes"
}
