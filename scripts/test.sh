#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors, checks the formatting, and runs the tests.
#
#   scripts/test.sh                 everything
#   scripts/test.sh Schedules       only tests whose full name contains "Schedules"
#   scripts/test.sh 'DisplayName~a|DisplayName~b'   any filter of dotnet test
#
# Without a filter, some end-to-end tests run once more on the published program, which is compiled natively as in the image;
# BACKSNAP_TEST_PUBLISHED=0 leaves that out (it takes some minutes).
#
# Ends with "N passed, N failed" (and ", N skipped" when tests were); the exit status is 0 only if tests ran and all passed.
set -euo pipefail

# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/packages.sh
. "$root/scripts/lib/packages.sh"
# shellcheck source=scripts/lib/tools.sh
. "$root/scripts/lib/tools.sh"
# shellcheck source=scripts/lib/publish.sh
. "$root/scripts/lib/publish.sh"

filter=${1:-}
case "$filter" in
  "" | *[=~]*) ;;
  *) filter="FullyQualifiedName~$filter" ;;
esac

cd "$root"
one_at_a_time install_to_test
publishes=""
[ -n "$filter" ] || [ "${BACKSNAP_TEST_PUBLISHED:-1}" = 0 ] || publishes=yes
[ -z "$publishes" ] || one_at_a_time need_linker

say "building"
dotnet build Backsnap.sln --verbosity quiet --nologo -consoleLoggerParameters:NoSummary \
  || die "the build failed: nothing was tested."

passed=0 failed=0 skipped=0

if [ -z "$filter" ]; then
  say "checking the formatting"
  if ! dotnet format whitespace Backsnap.sln --no-restore --verify-no-changes; then
    warn "the formatting differs, which counts as one failure: run \"dotnet format whitespace Backsnap.sln\"."
    failed=1
  fi
fi

say "testing"
BACKSNAP_RESTIC=$(command -v restic)
export BACKSNAP_RESTIC

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# run_tests PROJECT NAME [FILTER]: adds to the counts.
run_tests() {
  local project=$1 name=$2 only=${3:-} status=0 total run ok bad
  dotnet test "$project" --no-build --nologo --verbosity quiet \
    --logger "console;verbosity=minimal" --logger "trx;LogFileName=$name.trx" --results-directory "$results" \
    ${only:+--filter "$only"} 2>&1 \
    | grep --line-buffered -vE "^(Results File:|Test run for|A total of|Additionally, path|No test (is available|matches)|$)" \
    || status=${PIPESTATUS[0]}
  read -r total run ok < <(sed -n 's/.*<Counters total="\([0-9]*\)" executed="\([0-9]*\)" passed="\([0-9]*\)".*/\1 \2 \3/p' \
    "$results/$name.trx" 2>/dev/null || true) || true
  total=${total:-0} run=${run:-0} ok=${ok:-0}
  bad=$((run - ok))
  if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then
    warn "$name: the test run itself ended with status $status; counted as one failure."
    bad=1
  fi
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + total - run))
}

# One project after the other: several at once make each other's deadlines pass on a small machine.
for project in tests/*.Tests; do
  run_tests "$project" "$(basename "$project")" "$filter"
done

# What the native compiler takes away is missing only in the published program: the main job, S3, maintenance and the dry run must work there, too.
if [ -n "$publishes" ]; then
  say "publishing the program and testing it"
  if publish_program "$results/published"; then
    before=$((passed + failed))
    BACKSNAP_E2E_PROGRAM=$results/published/backsnap run_tests tests/Backsnap.EndToEnd.Tests published \
      'DisplayName~A_deleted_claim_comes_back|DisplayName~A_claim_goes_to_S3|DisplayName~by_hand_and_leaves_nothing|DisplayName~A_dry_run|DisplayName~The_published_program'
    if [ $((passed + failed)) -eq "$before" ]; then
      warn "none of the end-to-end tests ran on the published program, which counts as one failure."
      failed=$((failed + 1))
    fi
  else
    warn "the program could not be published, which counts as one failure (its messages are above)."
    failed=$((failed + 1))
  fi
fi

if [ "$failed" -gt 0 ]; then
  printf '\nFailed:\n'
  sed -n 's/.*<UnitTestResult .*testName="\([^"]*\)".*outcome="Failed".*/  \1/p' "$results"/*.trx 2>/dev/null | sort -u || true
fi
[ $((passed + failed)) -gt 0 ] || warn "no test ran."
summary="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || summary="$summary, $skipped skipped"
printf '\n%s\n' "$summary"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
