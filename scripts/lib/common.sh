# shellcheck shell=bash
# Shared by the scripts: where things are, how they speak, and how they become root. Source it; it runs nothing.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tools=$root/.tools

export PATH="$tools/bin:$PATH"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# A build node that outlives the build keeps the caller's pipe open.
export MSBUILDDISABLENODEREUSE=1

say() { printf '==> %s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# version_at_least 0.19.1 0.17.1: whether the first version is the second or newer.
version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# as_root COMMAND…: runs it as root, by sudo when we are not; says so when neither is possible.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die "\"$*\" needs root and there is no sudo: run it as root, then run this again."
  fi
}

# quietly COMMAND…: shows its output only when it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 || status=$?
  [ "$status" -eq 0 ] || cat "$log" >&2
  rm -f "$log"
  return "$status"
}

# one_at_a_time FUNCTION: two scripts started together must not unpack over each other.
one_at_a_time() {
  mkdir -p "$tools/bin"
  if have flock; then
    # The lock is the file descriptor's, so it ends with the subshell however that ends.
    (
      flock 9
      "$@"
    ) 9>"$tools/.lock"
  else
    "$@"
  fi
}
