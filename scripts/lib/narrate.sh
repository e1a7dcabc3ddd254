# shellcheck shell=bash
# Tells what happens in the embedded cluster while it happens. Needs common.sh, and kubectl for all but the operator's own words.

: "${work:=}" "${bold:=}" "${dim:=}" "${green:=}" "${plain:=}"

calm_colours() {
  if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' plain=$'\e[0m'
  fi
}

heading() { printf '\n%s── %s%s\n' "$bold" "$*" "$plain"; }
words() { printf '%s\n' "$*"; }

# tell WHAT WHOSE WORDS…: one line of the story, unless the stage is hushed.
tell() {
  local what=$1 whose=$2
  shift 2
  [ -e "$work/hush" ] || printf '%s%(%H:%M:%S)T  %-14s  %-38s%s  %s\n' "$dim" -1 "$what" "$whose" "$plain" "$*"
}

hush() { : >"$work/hush"; }
speak() { rm -f "$work/hush"; }

# start_narration: in the background, until the cluster stops.
start_narration() {
  if have kubectl; then
    narrate PVCBackup pvcbackups &
    narrate PVCRestore pvcrestores &
    narrate_snapshots &
    narrate_jobs &
  else
    narrate_operator &
  fi
}

watch_of() { kubectl get "$1" --all-namespaces --watch --no-headers --output "custom-columns=$2" "${@:3}" 2>/dev/null; }

# narrate KIND RESOURCE: each phase that an object comes to.
narrate() {
  local space name phase message
  declare -A told=()
  while read -r space name phase message; do
    case "$phase" in "<none>" | "${told[$space/$name]:-}") continue ;; esac
    told[$space/$name]=$phase
    tell "$1" "$space/$name" "$phase: $message"
  done < <(watch_of "$2" 'S:.metadata.namespace,N:.metadata.name,P:.status.phase,M:.status.message')
}

narrate_snapshots() {
  local space name ready
  declare -A told=()
  while read -r space name ready; do
    case "$ready" in true) ready="ready to use" ;; *) ready="being taken" ;; esac
    [ "${told[$space/$name]:-}" != "$ready" ] || continue
    # The last event of an object that is deleted shows it as it was.
    [ "${told[$space/$name]:-}" != "ready to use" ] || continue
    told[$space/$name]=$ready
    tell VolumeSnapshot "$space/$name" "$ready"
  done < <(watch_of volumesnapshots 'S:.metadata.namespace,N:.metadata.name,R:.status.readyToUse')
}

narrate_jobs() {
  local space name state
  declare -A told=()
  while read -r space name state; do
    case "$state" in *Complete*) state=complete ;; *Failed*) state=failed ;; *) state=started ;; esac
    case "${told[$space/$name]:-}" in "$state" | complete | failed) continue ;; esac
    [ -n "${told[$space/$name]:-}" ] || narrate_log "$space" "$name" &
    told[$space/$name]=$state
    tell Job "$space/$name" "$state"
  done < <(watch_of jobs 'S:.metadata.namespace,N:.metadata.name,D:.status.conditions[?(@.status=="True")].type' \
    --selector app.kubernetes.io/managed-by=backsnap)
}

# narrate_log NAMESPACE JOB: the mover's lines, from when its pod runs until it ends.
narrate_log() {
  local line tries=0 seen=""
  while [ -z "$seen" ] && [ "$tries" -lt 50 ]; do
    while IFS= read -r line; do
      seen=yes
      tell "  log" "$1/$2" "$line"
    done < <(kubectl logs --namespace "$1" "job/$2" --follow 2>/dev/null)
    tries=$((tries + 1))
    sleep 0.1
  done
}

narrate_operator() {
  local line
  while IFS= read -r line; do
    [ -e "$work/hush" ] || printf '%s%s%s\n' "$dim" "$line" "$plain"
  done < <(tail --pid=$$ -n +1 -F "$work/operator.log" 2>/dev/null)
}
