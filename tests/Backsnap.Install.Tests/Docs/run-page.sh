#!/usr/bin/env bash
# Runs the commands of a page of docs as they stand, on an embedded cluster of its own.
#
#   run-page.sh PATH/backsnap.dll COMMANDS [STATE…]
#
# COMMANDS is a script. Each STATE is a function below that prepares the cluster. What the world outside would be stands in: the store at
# s3.example.com is a directory, and what "kubectl exec" runs in the operator's pod runs here.
set -euo pipefail
program=$1 commands=$2
shift 2
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
work=$(mktemp -d)
mkdir -p "$work/bin" "$work/repository" "$work/data" "$work/here"
running=()
clean_up() {
  for pid in "${running[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
  chmod -R u+rwX "$work"; rm -rf "$work"
}
trap clean_up EXIT

# stand_in NAME <SCRIPT: goes before the program of that name on PATH.
stand_in() { { printf '#!/usr/bin/env bash\nset -euo pipefail\n'; cat; } >"$work/bin/$1"; chmod +x "$work/bin/$1"; }

kubectl=$(command -v kubectl) restic=$(command -v restic)
# A dry run that goes on for ever is stopped when it has printed its plan.
stand_in backsnap <<SH
if [ "\$*" = "run --dry-run" ]; then
  mkfifo "$work/plan"
  dotnet "$program" "\$@" >"$work/plan" & pid=\$!
  exec 5<"$work/plan"
  while read -r line <&5; do echo "\$line"; case "\$line" in *VERDICT*) break ;; esac; done
  kill \$pid
  cat <&5
  wait \$pid
elif [ "\${1:-}" = explain ] && [ -n "\${EXPLAINED_FROM:-}" ]; then exec dotnet "$program" "\$@" --filename "\$EXPLAINED_FROM" --at 2026-11-22T14:00:00Z
else exec dotnet "$program" "\$@"
fi
SH
# The embedded cluster takes no protobuf, in which two of these speak: the same objects go to it as YAML.
stand_in kubectl <<SH
case "\$1 \${2:-}" in
  "create namespace" | "create secret") "$kubectl" "\$@" --dry-run=client --output yaml | "$kubectl" create --filename - ;;
  exec\ *)
    [[ " \$* " = *" backsnap-system deploy"*"/backsnap-manager -- "* ]]
    "$kubectl" get --namespace backsnap-system deployment/backsnap-manager >/dev/null
    while [ "\$1" != -- ]; do shift; done
    shift
    BACKSNAP_DERIVE_PASSWORDS=claim RESTIC_PASSWORD=correct-horse-battery-staple exec "\$@" ;;
  # It has no subresource for the scale.
  "scale --namespace") [[ "\$4 \$5 \$6" = "deployment --all --replicas=0" ]] && "$kubectl" get deployment --namespace "\$3" --output name | xargs -n 1 "$kubectl" patch --namespace "\$3" --patch '{"spec":{"replicas":0}}' ;;
  *) exec "$kubectl" "\$@" ;;
esac
SH
stand_in restic <<SH
exec "$restic" "\${@//s3:https:\/\/s3.example.com\/my-backups/$work/repository}"
SH
export PATH=$work/bin:$PATH KUBECONFIG=$work/kubeconfig HOME=$work
export BACKSNAP_REPOSITORY=$work/repository BACKSNAP_IMAGE=backsnap RESTIC_PASSWORD=correct-horse BACKSNAP_METRICS_BIND_ADDRESS=0 BACKSNAP_HEALTH_PROBE_BIND_ADDRESS=0

# The namespace shop with two claims.
claims() {
  kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: orders, namespace: shop}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 64Mi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: thumbnails-cache, namespace: shop}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 64Mi}}}
YAML
}

# An operator that makes no backups but those that it is asked for, so that none comes in between at a full hour.
operator() {
  BACKSNAP_MANUAL=true backsnap run >"$work/operator.log" 2>&1 & running+=($!)
}

filled() {
  claims
  job shop <<'YAML'
      containers: [{name: main, image: backsnap, args: [tree, make, /data, --seed, "7"], volumeMounts: [{name: data, mountPath: /data}]}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: orders}}]
YAML
  kubectl delete job --namespace shop mover
}

backup() {
  operator
  filled
  record
  kubectl wait --namespace shop --for=condition=Complete pvcbackup/orders-before-upgrade --timeout=90s || { cat "$work/operator.log"; exit 1; }
}

# Where no operator runs: PVCBackups that nobody carries out.
record() { kubectl apply -f "$root/config/samples/pvcbackup.yaml"; }
slot() { sed 's/orders-before-upgrade/orders-20261122-023000/' "$root/config/samples/pvcbackup.yaml" | kubectl apply -f -; }

# job NAMESPACE <POD: a Job with the name "mover", and its end.
job() {
  { printf 'apiVersion: batch/v1\nkind: Job\nmetadata: {name: mover, namespace: %s}\nspec:\n  backoffLimit: 0\n  template:\n    spec:\n      restartPolicy: Never\n' "$1"; cat; } | kubectl apply -f -
  kubectl wait --namespace "$1" --for=condition=Complete job/mover --timeout=60s
}

failed() { echo '      containers: [{name: main, image: backsnap, args: [version]}]' | job shop; }

# config/default with a pod that is the Deployment's, and a Lease that it holds.
installed() {
  kubectl apply -k "$root/config/default"
  kubectl apply -f - <<'YAML'
apiVersion: v1
kind: Pod
metadata: {name: backsnap-manager-0, namespace: backsnap-system, labels: {app.kubernetes.io/name: backsnap, app.kubernetes.io/component: manager}}
spec: {restartPolicy: Never, containers: [{name: manager, image: backsnap, args: [version]}]}
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: leader.backsnap.skyb.it, namespace: backsnap-system}
spec: {holderIdentity: backsnap-manager-0}
YAML
  kubectl wait --namespace backsnap-system --for=jsonpath='{.status.phase}'=Succeeded pod/backsnap-manager-0 --timeout=60s
}

# The kinds of Prometheus' operator, as far as their names go.
prometheus() {
  local kind
  for kind in ServiceMonitor PrometheusRule; do
    kubectl apply -f - <<YAML
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${kind,,}s.monitoring.coreos.com}
spec:
  group: monitoring.coreos.com
  scope: Namespaced
  names: {kind: $kind, plural: ${kind,,}s, singular: ${kind,,}}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
YAML
    kubectl wait --for=condition=Established "crd/${kind,,}s.monitoring.coreos.com" --timeout=60s
  done
}

# Three backups that hold all places, as their snapshots never become ready, and twelve that wait for one.
queue() {
  local name
  kubectl delete volumesnapshotclass backsnap-snapshot
  kubectl create -f - <<'YAML'
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshotClass
metadata: {name: backsnap-snapshot}
driver: sandbox.csi.backsnap.skyb.it
deletionPolicy: Delete
parameters: {sandbox.backsnap.skyb.it/never-ready: "true"}
YAML
  claims
  for name in a1 a2 a3 b1 b2 orders-20261122-023000 p1 p2 p3 p4 p5 p6 p7 p8 p9; do
    printf -- '---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: %s, namespace: shop}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}\n' "$name"
    printf -- '---\napiVersion: backsnap.skyb.it/v1alpha1\nkind: PVCBackup\nmetadata: {name: %s, namespace: shop}\nspec: {pvc: %s}\n' "$name" "$name"
  done | kubectl create -f -
  kubectl wait --namespace shop --for=jsonpath='{.status.phase}'=Bound pvc --all --timeout=60s
  operator
  kubectl wait --namespace shop --for=jsonpath='{.status.reason}'=Queued pvcbackup/p9 pvcbackup/orders-20261122-023000 --timeout=60s
}

# A repository as VolSync leaves it.
volsync() {
  printf 'kept\n' >"$work/data/file"
  export OLD=$work/old NEW=$work/new RESTIC_FROM_PASSWORD=theirs VOLUME=$work/data
  RESTIC_PASSWORD=theirs restic -q -r "$OLD" init
  RESTIC_PASSWORD=theirs restic -q -r "$OLD" backup --host volsync "$work/data"
}

# The original operator, as its README installs it.
original() {
  kubectl create namespace backsnap
  kubectl create deployment backsnap-operator --namespace backsnap --image=sjorsgielen/backsnap --dry-run=client --output yaml | kubectl apply -f -
}

explained() { export EXPLAINED_FROM=$root/tests/Backsnap.Host.Tests/Cli/Explain/cluster.yaml; }

# An hourly backup that comes due among the commands would be seen in what they print.
until [ "$(date +%M)" != 59 ]; do sleep 1; done

backsnap sandbox --kubeconfig "$KUBECONFIG" --data "$work/cluster" >"$work/sandbox.log" 2>&1 & running+=($!)
for _ in $(seq 600); do [ ! -s "$KUBECONFIG" ] || break; sleep 0.1; done
for state in "$@"; do "$state" >"$work/state.log" 2>&1 || { cat "$work/state.log" >&2; exit 1; }; done

# What a page reads and writes beside the repository's files is not left among them.
for entry in "$root"/*; do ln -s "$entry" "$work/here/"; done
cd "$work/here"
touch id_ed25519 known_hosts
echo another-correct-horse >new-password
bash -euxo pipefail "$commands"
