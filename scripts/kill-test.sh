#!/usr/bin/env bash
# Kills (SIGKILL) mover and restic, restic alone, and the store, at random instants of backup, forget, prune and restore: the next run must
# succeed without help, and nothing that was reported as saved may be lost.
#
#   scripts/kill-test.sh           100 instants for each pair of victim and work: about an hour on two cores
#   scripts/kill-test.sh 20        so many
#
# BACKSNAP_SEED=N draws the instants and trees of a former run again; each test prints its own.
set -euo pipefail

here=$(dirname "${BASH_SOURCE[0]}")
kills=${1:-100}
case "$kills" in
  "" | *[!0-9]*)
    printf 'usage: scripts/kill-test.sh [NUMBER OF KILLS]\n' >&2
    exit 2
    ;;
esac

export BACKSNAP_KILLS=$kills
exec "$here/test.sh" 'FullyQualifiedName~Backsnap.Mover.Tests.Kills'
