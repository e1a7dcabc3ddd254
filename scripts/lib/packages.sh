# shellcheck shell=bash
# Packages from the distribution. Needs common.sh.
#
# Two ways: install_packages changes the system as apt-get install does; fetch_packages takes packages of another release of
# the same distribution and unpacks it under .tools, with apt's own verification and without touching the system's apt.

: "${tools:?source common.sh first}"

# distribution: prints debian, ubuntu or other.
distribution() {
  local id="" like=""
  if [ -r /etc/os-release ]; then
    id=$(. /etc/os-release && printf '%s' "${ID:-}")
    like=$(. /etc/os-release && printf '%s' "${ID_LIKE:-}")
  fi
  case " $id $like " in
    *" ubuntu "*) printf 'ubuntu\n' ;;
    *" debian "*) printf 'debian\n' ;;
    *) printf 'other\n' ;;
  esac
}

# install_packages PACKAGE…: only the missing ones; elsewhere than on Debian and Ubuntu it says what is wanted and ends.
install_packages() {
  local missing=() package
  if [ "$(distribution)" = other ] || ! have apt-get; then
    die "please install: $*. (Only Debian and Ubuntu are set up automatically.)"
  fi
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  [ "$(id -u)" -eq 0 ] || have sudo || die "installing ${missing[*]} needs root and there is no sudo: run this once as root."
  say "installing ${missing[*]} with apt-get"
  # The lists on a fresh machine are often absent or old, so a first failure is a reason to update, not to give up.
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" 2>/dev/null \
    || { quietly as_root apt-get update -q \
      && quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } \
    || die "apt-get could not install ${missing[*]} (its messages are above)."
}

# mirror: the archive that this machine is set up to use.
mirror() {
  local suite uri
  suite=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  # shellcheck disable=SC2016 # the names in the format are apt's
  uri=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null \
    | sed -n "s/^$suite //p" | head -n 1)
  if [ -n "$uri" ]; then
    printf '%s\n' "$uri"
  elif [ "$(distribution)" = debian ]; then
    printf 'http://deb.debian.org/debian/\n'
  elif [ "$(dpkg --print-architecture)" = amd64 ]; then
    printf 'http://archive.ubuntu.com/ubuntu/\n'
  else
    printf 'http://ports.ubuntu.com/ubuntu-ports/\n'
  fi
}

# private_apt COMMAND SUITE ARGUMENT…: apt-get or apt-cache with lists, caches and sources of our own.
private_apt() {
  local command=$1 suite=$2 home=$tools/apt/$2 keyring components=main
  shift 2
  keyring=/usr/share/keyrings/$(distribution)-archive-keyring.gpg
  [ -r "$keyring" ] || die "the distribution's keyring $keyring is missing: install $(distribution)-keyring or debian-archive-keyring."
  [ "$(distribution)" = debian ] || components="main universe"
  mkdir -p "$home/lists" "$home/cache/archives/partial"
  printf 'deb [signed-by=%s] %s %s %s\n' "$keyring" "$(mirror)" "$suite" "$components" >"$home/sources.list"
  "$command" -q \
    -o Dir::Etc::sourcelist="$home/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=- -o APT::Default-Release= \
    -o Dir::State::lists="$home/lists" -o Dir::Cache="$home/cache" \
    -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=3 \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o Acquire::IndexTargets::deb::CNF::DefaultEnabled=false \
    -o Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled=false \
    -o Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled=false \
    -o Acquire::IndexTargets::deb::DEP-11-icons-hidpi::DefaultEnabled=false \
    -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false \
    "$@"
}

# refresh_lists SUITE: once per run of a script is enough.
refreshed=" "
refresh_lists() {
  case "$refreshed" in *" $1 "*) return 0 ;; esac
  say "reading the package lists of $1 (into .tools, the system's stay as they are)"
  quietly private_apt apt-get "$1" update || return 1
  # apt-get update only warns when a signature or a download is bad; without lists there is nothing to trust.
  # shellcheck disable=SC2016 # the name in the format is apt's
  private_apt apt-get "$1" indextargets --format '$(FILENAME)' 'Created-By: Packages' | while read -r list; do
    [ -n "$(ls "$list"* 2>/dev/null)" ] || exit 1
  done || return 1
  refreshed="$refreshed$1 "
}

# package_version SUITE PACKAGE: the version that the suite offers; nothing when it has none.
package_version() {
  private_apt apt-cache "$1" show --no-all-versions "$2" 2>/dev/null | sed -n 's/^Version: //p' | head -n 1
}

# fetch_packages SUITE DIRECTORY PACKAGE…: downloads, verifies and unpacks them over each other; DIRECTORY appears whole or not at all.
fetch_packages() {
  local suite=$1 directory=$2 work package
  shift 2
  work=$(mktemp -d "$tools/.fetch.XXXXXX")
  mkdir "$work/root"
  (cd "$work" && quietly private_apt apt-get "$suite" download "$@") || {
    rm -rf "$work"
    return 1
  }
  for package in "$work"/*.deb; do
    dpkg-deb -x "$package" "$work/root" || {
      rm -rf "$work"
      return 1
    }
  done
  rm -rf "$directory"
  mv "$work/root" "$directory"
  rm -rf "$work"
}
