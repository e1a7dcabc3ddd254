#!/usr/bin/env bash
# Lets random worlds live: clusters of 200 claims for simulated years, with faults, until the time is up or one goes wrong.
#
#   scripts/simulate.sh              for an hour
#   scripts/simulate.sh 0.25         for a quarter of an hour
#   scripts/simulate.sh --seed 42    one world: the seed, or all the parameters, as a failure prints them
#
# What went wrong is printed with the smallest world found in which it does, and the command that plays that again.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1:-1}" in
  --seed) export BACKSNAP_SEED=${2:?"--seed needs a number, or the parameters that a failure printed"} ;;
  -*) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  *) export BACKSNAP_SIMULATE_HOURS=${1:-1} ;;
esac

exec dotnet test tests/Backsnap.Simulation.Tests -c Release --nologo --verbosity quiet \
  --filter "FullyQualifiedName~YearTests" --logger "console;verbosity=normal"
