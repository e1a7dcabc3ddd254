# shellcheck shell=bash
# What building, testing and trying Backsnap needs, each installed only where it is missing. Needs common.sh and packages.sh.

: "${tools:?source common.sh first}"

restic_minimum=0.17.1
s3rver_version=3.7.1
azurite_version=3.35.0

need_base() {
  local missing=() pair
  for pair in unshare:util-linux setpriv:util-linux flock:util-linux openssl:openssl tar:tar sed:sed; do
    have "${pair%%:*}" || missing+=("${pair##*:}")
  done
  [ "${#missing[@]}" -eq 0 ] || install_packages "${missing[@]}"
}

have_dotnet() { have dotnet && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; }

# The SDK: Ubuntu carries it; for Debian it comes from Microsoft's feed for that release.
need_dotnet() {
  local release feed
  if have_dotnet; then return 0; fi
  case "$(distribution)" in
    ubuntu) install_packages dotnet-sdk-10.0 ;;
    debian)
      install_packages ca-certificates
      release=$(. /etc/os-release && printf '%s' "${VERSION_ID:-}")
      feed=https://packages.microsoft.com/config/debian/$release/packages-microsoft-prod.deb
      say "adding Microsoft's package feed for Debian $release"
      quietly /usr/lib/apt/apt-helper download-file "$feed" "$tools/packages-microsoft-prod.deb" \
        || die "could not fetch $feed. Install the .NET SDK 10 by hand (https://dotnet.microsoft.com/download/dotnet/10.0), then run this again."
      quietly as_root dpkg -i "$tools/packages-microsoft-prod.deb" || die "could not install Microsoft's package feed."
      quietly as_root apt-get update -q || die "apt-get update failed after adding Microsoft's package feed."
      install_packages dotnet-sdk-10.0
      ;;
    *) die "please install the .NET SDK 10: https://dotnet.microsoft.com/download/dotnet/10.0" ;;
  esac
  have_dotnet || die "the .NET SDK 10 is still missing after its installation."
}

# restic_version PROGRAM: its version, or nothing when it does not run.
restic_version() { "$1" version 2>/dev/null | sed -n 's/^restic \([0-9][0-9.]*\).*/\1/p'; }

usable_restic() {
  local version
  version=$(restic_version "$1")
  [ -n "$version" ] && version_at_least "$version" "$restic_minimum"
}

# fetch_restic SUITE LINK: restic of that release as .tools/bin/LINK.
fetch_restic() {
  local suite=$1 link=$2 version directory
  refresh_lists "$suite" || return 1
  version=$(package_version "$suite" restic)
  version=${version%%[-+~]*}
  [ -n "$version" ] && version_at_least "$version" "$restic_minimum" || return 1
  directory=$tools/restic-$version
  if ! usable_restic "$directory/usr/bin/restic"; then
    say "fetching restic $version from $suite into .tools"
    fetch_packages "$suite" "$directory" restic && usable_restic "$directory/usr/bin/restic" || return 1
  fi
  # No symbolic link: a pod of the embedded cluster sees the directories of its PATH, but not what they point to below a covered /tmp.
  ln -f "$directory/usr/bin/restic" "$tools/bin/$link"
}

# restic: the one on PATH when it is new enough, else the newest of this distribution.
need_restic() {
  local suite
  if have restic && usable_restic restic; then return 0; fi
  case "$(distribution)" in
    debian) suite=sid ;;
    ubuntu) suite=devel ;;
    *) die "please install restic $restic_minimum or newer: https://restic.readthedocs.io/en/stable/020_installation.html" ;;
  esac
  fetch_restic "$suite" restic \
    || die "could not get restic $restic_minimum or newer from $(distribution) $suite. Install it by hand and run this again."
}

# The oldest restic that is supported and can be had, for the tests that run with two versions; they skip without it.
want_restic_oldest() {
  if usable_restic "$tools/bin/restic-oldest"; then return 0; fi
  if [ "$(distribution)" = debian ]; then
    fetch_restic trixie restic-oldest && return 0
  fi
  warn "no second version of restic: the tests that compare two versions will be skipped."
}

want_kubectl() {
  local suite=devel
  if have kubectl; then return 0; fi
  if [ "$(distribution)" != other ]; then
    [ "$(distribution)" = ubuntu ] || suite=trixie
    if refresh_lists "$suite" && [ -n "$(package_version "$suite" kubernetes-client)" ]; then
      say "fetching kubectl from $suite into .tools"
      if fetch_packages "$suite" "$tools/kubernetes-client" kubernetes-client; then
        ln -sfn ../kubernetes-client/usr/bin/kubectl "$tools/bin/kubectl"
        return 0
      fi
    fi
  fi
  warn "kubectl is not installed: what needs it will be skipped."
}

# want_npm_server NAME VERSION: a server of the npm registry, as .tools/NAME.
want_npm_server() {
  local name=$1 version=$2 home=$tools/$1
  if [ -x "$home/node_modules/.bin/$name" ]; then return 0; fi
  if ! have npm && [ "$(distribution)" != other ]; then
    install_packages nodejs npm
  fi
  if have npm; then
    say "installing $name $version into .tools"
    mkdir -p "$home"
    quietly npm install --prefix "$home" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error "$name@$version" \
      && return 0
  fi
  warn "$name could not be installed (Node.js and npm are needed): the tests that need it will be skipped."
}

# An S3 server for the tests. It is small, and works with restic over TLS.
want_s3rver() { want_npm_server s3rver "$s3rver_version"; }

# A server with the interface of Azure's blobs.
want_azurite() { want_npm_server azurite "$azurite_version"; }

# ssh, and a server of it that is only unpacked: installed, it would run on this machine for good. It must fit this machine's libraries.
want_ssh() {
  local suite
  if [ "$(distribution)" != other ]; then
    have ssh || (install_packages openssh-client) || true
    if [ -x "$tools/ssh-server/usr/sbin/sshd" ]; then return 0; fi
    suite=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
    if refresh_lists "$suite"; then
      say "fetching an ssh server from $suite into .tools"
      fetch_packages "$suite" "$tools/ssh-server" openssh-server libwrap0 && return 0
    fi
  fi
  warn "no ssh server: the tests of SFTP will be skipped."
}

# rclone, through which restic reaches what it has no backend for.
want_rclone() {
  local suite=devel
  if [ -x "$tools/bin/rclone" ]; then return 0; fi
  if [ "$(distribution)" != other ]; then
    [ "$(distribution)" = ubuntu ] || suite=trixie
    if refresh_lists "$suite" && [ -n "$(package_version "$suite" rclone)" ]; then
      say "fetching rclone from $suite into .tools"
      if fetch_packages "$suite" "$tools/rclone" rclone; then
        ln -f "$tools/rclone/usr/bin/rclone" "$tools/bin/rclone"
        return 0
      fi
    fi
  fi
  warn "no rclone: the tests of it will be skipped."
}

# A clock that can be set for one process alone, for the tests that set the operator's. It must fit this machine's libraries.
want_faketime() {
  local suite
  if [ -e "$tools/faketime/libfaketime.so" ]; then return 0; fi
  if [ "$(distribution)" != other ]; then
    suite=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
    if refresh_lists "$suite" && [ -n "$(package_version "$suite" libfaketime)" ]; then
      say "fetching libfaketime from $suite into .tools"
      if fetch_packages "$suite" "$tools/faketime" libfaketime; then
        ln -f "$tools"/faketime/usr/lib/*/faketime/libfaketimeMT.so.1 "$tools/faketime/libfaketime.so"
        return 0
      fi
    fi
  fi
  warn "no libfaketime: the tests that set the operator's clock will be skipped."
}

# restic's own server for its REST backend, for the tests: it is the store that keeps what it answered even when it is killed.
want_rest_server() {
  local suite=devel
  if [ -x "$tools/bin/rest-server" ]; then return 0; fi
  if [ "$(distribution)" != other ]; then
    [ "$(distribution)" = ubuntu ] || suite=trixie
    if refresh_lists "$suite" && [ -n "$(package_version "$suite" restic-rest-server)" ]; then
      say "fetching rest-server from $suite into .tools"
      if fetch_packages "$suite" "$tools/rest-server" restic-rest-server; then
        ln -f "$tools/rest-server/usr/bin/restic-rest-server" "$tools/bin/rest-server"
        return 0
      fi
    fi
  fi
  warn "no rest-server: the tests against it will be skipped."
}

# Prometheus's own checker, which tests the alert rules. Newer releases carry it by itself, older ones within the server's package.
want_promtool() {
  local suite=devel package
  if have promtool; then return 0; fi
  if [ "$(distribution)" != other ]; then
    [ "$(distribution)" = ubuntu ] || suite=trixie
    if refresh_lists "$suite"; then
      for package in promtool prometheus; do
        [ -n "$(package_version "$suite" "$package")" ] || continue
        say "fetching promtool from $suite's package $package into .tools"
        if fetch_packages "$suite" "$tools/promtool" "$package" && [ -x "$tools/promtool/usr/bin/promtool" ]; then
          ln -f "$tools/promtool/usr/bin/promtool" "$tools/bin/promtool"
          return 0
        fi
      done
    fi
  fi
  warn "no promtool: the tests of the alert rules will be skipped."
}

# go_code DIRECTORY COMMAND…: runs a command with the Go and the sources that are there, and nothing from the network.
go_code() {
  local directory=$1 go
  shift
  go=$(printf '%s\n' "$directory"/usr/lib/go-*/bin/go | head -n 1)
  env PATH="${go%/go}:$PATH" GOROOT="${go%/bin/go}" GOPATH="$directory/usr/share/gocode" GOCACHE="$tools/go-cache" GO111MODULE=off \
    GOTOOLCHAIN=local GOFLAGS='' CGO_ENABLED=0 "$@"
}

# The chart is rendered with the template functions that Helm has; Helm itself is in no distribution.
want_helm_template() {
  local suite=devel source=$root/tests/Backsnap.Install.Tests/Tools/helm-template go
  if [ -x "$tools/bin/helm-template" ] && [ -z "$(find "$source" -newer "$tools/bin/helm-template")" ]; then return 0; fi
  if [ "$(distribution)" != other ]; then
    [ "$(distribution)" = ubuntu ] || suite=trixie
    if refresh_lists "$suite"; then
      go=$(private_apt apt-cache "$suite" depends golang-go 2>/dev/null | sed -n 's/.*Depends: \(golang-[0-9.]*-go\)$/\1/p' | head -n 1)
      say "building the renderer of the chart"
      if [ -n "$go" ] && { [ -d "$tools/helm-code" ] || fetch_packages "$suite" "$tools/helm-code" "$go" "${go%-go}-src" golang-github-google-uuid-dev golang-github-huandu-xstrings-dev \
        golang-github-imdario-mergo-dev golang-github-masterminds-goutils-dev golang-github-masterminds-semver-dev golang-github-masterminds-sprig-dev \
        golang-github-mitchellh-copystructure-dev golang-github-mitchellh-reflectwalk-dev golang-github-shopspring-decimal-dev \
        golang-github-spf13-cast-dev golang-github-xeipuuv-gojsonpointer-dev golang-github-xeipuuv-gojsonreference-dev \
        golang-github-xeipuuv-gojsonschema-dev golang-golang-x-crypto-dev golang-k8s-sigs-yaml-dev; } \
        && (cd "$source" && quietly go_code "$tools/helm-code" go build -o "$tools/bin/helm-template" .); then
        return 0
      fi
    fi
  fi
  warn "helm-template could not be built: the tests of the chart will be skipped."
}

have_croniter() { /usr/bin/python3 -c 'import croniter' 2>/dev/null || python3 -c 'import croniter' 2>/dev/null; }

# Another reading of cron expressions, for the test that compares ours with it.
want_croniter() {
  if have_croniter; then return 0; fi
  if [ "$(distribution)" != other ]; then
    (install_packages python3-croniter) || true
  fi
  have_croniter || warn "croniter for Python is not installed: the test that compares schedules with it will be skipped."
}

# The system's time zones, for the test that compares schedules with Cronos; Backsnap itself carries its own.
want_time_zones() {
  if [ -e /usr/share/zoneinfo/Europe/Amsterdam ]; then return 0; fi
  if [ "$(distribution)" != other ]; then
    (install_packages tzdata) || true
  fi
  [ -e /usr/share/zoneinfo/Europe/Amsterdam ] || warn "no time zones (tzdata): the test that compares schedules with Cronos will be skipped."
}

# What a person needs to try Backsnap.
install_to_try() {
  need_base
  need_dotnet
  need_restic
  want_kubectl
}

# What the tests need; of what is only wanted, the tests that use it skip and say so.
install_to_test() {
  install_to_try
  want_restic_oldest
  want_s3rver
  want_rest_server
  want_ssh
  want_rclone
  want_faketime
  want_azurite
  want_promtool
  want_croniter
  want_time_zones
  want_helm_template
}
