#!/usr/bin/env bash
# Builds .tools/bin/api-judge: the API server's own validation of custom resource definitions and of objects, which then judges ours in
# tests/Backsnap.Install.Tests. It takes some 300 MB of Debian's Go packages and many minutes, so scripts/test.sh does without.
set -euo pipefail

# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/packages.sh
. "$root/scripts/lib/packages.sh"
# shellcheck source=scripts/lib/tools.sh
. "$root/scripts/lib/tools.sh"

[ "$(distribution)" = debian ] || die "this needs Debian's packages of the Kubernetes libraries."
suite=sid
refresh_lists "$suite" || die "the package lists of $suite could not be read."
mapfile -t packages < <(private_apt apt-cache "$suite" depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces \
  --no-enhances golang-k8s-apiextensions-apiserver-dev golang-go 2>/dev/null | grep -E '^golang-(.*-dev|[0-9.]+-go|[0-9.]+-src)$' | sort -u)
say "fetching ${#packages[@]} packages of $suite into .tools"
[ -d "$tools/api-code" ] || fetch_packages "$suite" "$tools/api-code" "${packages[@]}" || die "the packages could not be fetched."
say "building api-judge (this takes long)"
(cd "$root/tests/Backsnap.Install.Tests/Tools/api-judge" && go_code "$tools/api-code" go build -o "$tools/bin/api-judge" .)
say "now: scripts/test.sh DefinitionTests"
