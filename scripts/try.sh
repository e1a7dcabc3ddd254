#!/usr/bin/env bash
# Shows the whole of Backsnap at work, on a small cluster inside one process: schedules, snapshots, backups with restic, and a deleted
# volume that comes back byte by byte. About a minute, after the first build.
#
#   scripts/try.sh           show it, then stop and remove everything
#   scripts/try.sh --keep    show it, then leave the cluster and the operator running until Ctrl-C
#
# Nothing is left on the machine but what it installs when it is missing (the .NET SDK with the system's packages, restic and kubectl
# in .tools/). No cluster but its own is touched.
set -euo pipefail

# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=scripts/lib/packages.sh
. "$root/scripts/lib/packages.sh"
# shellcheck source=scripts/lib/tools.sh
. "$root/scripts/lib/tools.sh"
# shellcheck source=scripts/lib/cluster.sh
. "$root/scripts/lib/cluster.sh"
# shellcheck source=scripts/lib/narrate.sh
. "$root/scripts/lib/narrate.sh"

keep=""
case "${1:-}" in
  "") ;;
  --keep) keep=yes ;;
  *) die "usage: scripts/try.sh [--keep]" ;;
esac

program=$root/src/Backsnap.Host/bin/Debug/net10.0/backsnap.dll
schedule='*/20 * * * * *'
sandbox="" operator="" finished=""

backsnap() { dotnet "$program" "$@"; }

# What a person would look at first when something went wrong.
diagnose() {
  printf '\n%s── It did not work. The last lines of the operator:%s\n' "$bold" "$plain"
  tail -n 25 "$work/operator.log" 2>/dev/null || true
  printf '\n%s── The last lines of the cluster, with its pods:%s\n' "$bold" "$plain"
  tail -n 15 "$work/sandbox.log" 2>/dev/null || true
  if have kubectl && [ -s "$work/kubeconfig" ]; then
    kubectl get pvcbackup,pvcrestore,job,pod --all-namespaces --request-timeout=5s || true
    while read -r space name; do
      printf '\n%s── The log of pod %s/%s:%s\n' "$bold" "$space" "$name" "$plain"
      kubectl logs --namespace "$space" "$name" --tail=15 --request-timeout=5s || true
    done < <(kubectl get pods --all-namespaces --request-timeout=5s --no-headers --output custom-columns=S:.metadata.namespace,N:.metadata.name,P:.status.phase \
      | sed -n 's/ *Failed *$//p')
  fi
} >&2 2>&1

stop() {
  local pid
  for pid in "$@"; do
    [ -z "$pid" ] || ! kill "$pid" 2>/dev/null || wait "$pid" 2>/dev/null || true
  done
}

clean_up() {
  local status=$?
  trap - EXIT INT TERM
  [ -z "$work" ] || hush
  [ -n "$finished" ] || [ "$status" -eq 0 ] || [ "$status" -ge 128 ] || diagnose
  stop "$operator" "$sandbox"
  if [ -n "$work" ]; then
    # What a pod made may be closed even to its owner.
    chmod -R u+rwX "$work" 2>/dev/null || true
    rm -rf "$work"
  fi
  exit "$status"
}

claim() { # NAMESPACE NAME [ANNOTATIONS]
  make pvc "$1" "$2" <<YAML
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: $2
  namespace: $1
  annotations: ${3:-"{}"}
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 256Mi
YAML
}

# with_claim NAMESPACE CLAIM JOB ARGUMENTS: runs "backsnap tree" in a pod that has the claim at /data.
with_claim() {
  make job "$1" "$3" <<YAML
apiVersion: batch/v1
kind: Job
metadata:
  name: $3
  namespace: $1
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: backsnap
          args: [tree, $4]
          volumeMounts:
            - name: data
              mountPath: /data
      volumes:
        - name: data
          persistentVolumeClaim:
            claimName: $2
YAML
}

# done_with NAMESPACE JOB…: waits for them, and removes them, for a claim is in use while a pod of it exists.
done_with() {
  local space=$1 job
  shift
  for job in "$@"; do
    await job "$space" "$job" Complete 60 || die "Job $space/$job did not complete."
  done
}

fingerprint() { # JOB FILE
  with_claim shop orders "$1" "fingerprint, /data"
  done_with shop "$1"
  log_of shop "$1" >"$2"
  remove job shop "$1"
}

start_cluster() {
  local tries=0
  dotnet "$program" sandbox --kubeconfig "$work/kubeconfig" --data "$work/cluster" --verbose >"$work/sandbox.log" 2>&1 &
  sandbox=$!
  until [ -s "$work/kubeconfig" ]; do
    if [ "$tries" -ge 300 ] || ! kill -0 "$sandbox" 2>/dev/null; then die "the embedded cluster did not start."; fi
    tries=$((tries + 1))
    sleep 0.2
  done
  export KUBECONFIG=$work/kubeconfig
  read_access
}

start_operator() {
  printf 'RESTIC_PASSWORD=%s\n' "try-$RANDOM$RANDOM" >"$work/credentials"
  dotnet "$program" run --repository "$work/repository" --secret-file "$work/credentials" --image backsnap --schedule "$schedule" \
    --metrics-bind-address 0 --health-probe-bind-address 0 >"$work/operator.log" 2>&1 &
  operator=$!
}

await_scheduled_backups() {
  local deadline=$((SECONDS + 120))
  until has_backup shop Succeeded && has_backup lab Succeeded; do
    if has_backup shop Failed || has_backup lab Failed; then die "a scheduled backup failed."; fi
    [ "$SECONDS" -lt "$deadline" ] || die "the scheduled backups did not succeed within two minutes."
    kill -0 "$operator" 2>/dev/null || die "the operator ended."
    sleep 0.5
  done
}

interesting_lines() {
  grep -E "$(printf '\t')(special/(program.sh|original|hard link|link to a file|fifo|group|attributes)|branch-01/record-003.bin|odd names/ünïcödé-日本語)$" "$1" || true
  tail -n 1 "$1"
}

work=""
calm_colours
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

one_at_a_time install_to_try
have kubectl || have curl || install_packages curl
say "building backsnap (a minute or two the first time)"
quietly dotnet build "$root/src/Backsnap.Host" --nologo --verbosity quiet || die "the build failed (the messages are above)."
work=$(mktemp -d "${TMPDIR:-/tmp}/backsnap-try.XXXXXX")
began=$SECONDS

heading "A cluster in one process"
start_cluster
sed -n 1p "$work/sandbox.log"
words "Two namespaces, three claims, filled by Jobs with files that can be recognised. shop/thumbnails has an empty schedule: no backups."
for space in shop lab; do
  printf 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: %s\n' "$space" | make namespace "" "$space"
done
claim shop orders
claim shop thumbnails '{"backsnap.skyb.it/schedule": ""}'
claim lab results
with_claim shop orders fill-orders "make, /data, --seed, '7', --label, shop/orders"
with_claim shop thumbnails fill-thumbnails "make, /data, --seed, '8', --label, shop/thumbnails"
with_claim lab results fill-results "make, /data, --seed, '9', --label, lab/results, --size, medium"
done_with shop fill-orders fill-thumbnails
done_with lab fill-results
for job in fill-orders fill-thumbnails; do remove job shop "$job"; done
remove job lab fill-results
show get pvc --all-namespaces

heading "What the operator would do (it changes nothing yet)"
printf '%s$ backsnap plan --schedule '\''%s'\''%s\n' "$bold" "$schedule" "$plain"
backsnap plan --schedule "$schedule"

heading "The operator runs, with a backup of every claim each 20 seconds"
start_operator
start_narration
await_scheduled_backups
hush
show get pvcbackups --all-namespaces

heading "Something changes in shop/orders, and we ask for a backup by hand"
with_claim shop orders edit "edit, /data, --seed, '5'"
done_with shop edit
log_of shop edit | sed 's/^/  /'
remove job shop edit
speak
make pvcbackup shop by-hand <<'YAML'
apiVersion: backsnap.skyb.it/v1alpha1
kind: PVCBackup
metadata:
  name: by-hand
  namespace: shop
spec:
  pvc: orders
YAML
await pvcbackup shop by-hand Complete 90 || die "the backup by hand did not succeed."
hush
words "Only what is new was added to the repository. (Every file counts as changed here, because this cluster's snapshots are copies.)"
show get pvcbackups --namespace shop

heading "What shop/orders holds: nine of its entries with mode, owner, time, attributes and the hash of the content"
fingerprint look-before "$work/before"
interesting_lines "$work/before"

heading "Disaster: the claim is deleted, and its volume with it"
remove pvc shop orders
show get pvc --namespace shop

heading "A PVCRestore names the claim, and it comes back from its newest backup"
make pvcrestore shop bring-back <<'YAML'
apiVersion: backsnap.skyb.it/v1alpha1
kind: PVCRestore
metadata:
  name: bring-back
  namespace: shop
spec:
  sourcePvc: orders
YAML
speak
await pvcrestore shop bring-back Complete 90 || die "the restore did not succeed."
hush
show get pvcrestores --namespace shop
show get pvc --namespace shop

heading "The same entries afterwards"
fingerprint look-after "$work/after"
interesting_lines "$work/after"
if ! cmp -s "$work/before" "$work/after"; then
  diff "$work/before" "$work/after" >&2 || true
  die "the restored volume differs from what it was."
fi
printf '\n%sThe restored volume is what it was: %s, compared by content, mode, owner, links and times.%s\n' \
  "$green" "$(tail -n 1 "$work/after")" "$plain"
finished=yes
words "That took $((SECONDS - began)) seconds."

heading "What next"
if [ -n "$keep" ]; then
  cat <<TEXT
The cluster and the operator run until you press Ctrl-C. In another terminal:

  export KUBECONFIG=$KUBECONFIG
  kubectl get pvcbackups,pvcrestores -A
  kubectl describe pvcrestore -n shop bring-back
  dotnet $program plan --schedule '$schedule'
  $(cat "$work/credentials") restic -r $work/repository/shop/orders snapshots
TEXT
  wait "$sandbox"
else
  cat <<'TEXT'
  scripts/try.sh --keep        the same, and the cluster stays for you and kubectl until Ctrl-C
  scripts/test.sh              all tests
  README.md                    how to install it in a cluster, schedules, restores, every flag
TEXT
fi
