#!/usr/bin/env bash
# Runs the commands of a page of docs (its blocks marked "sh") as they stand, one after the other, on an embedded cluster of its own.
#
#   run-page.sh PATH/backsnap.dll PAGE.md [empty]
#
# In the cluster: an operator, and the namespace "shop" with the claim "orders", filled and backed up once; with "empty", nothing.
set -euo pipefail
program=$1 page=$2 state=${3:-}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
work=$(mktemp -d)
mkdir -p "$work/bin" "$work/repository" "$work/data"
running=()
clean_up() {
  for pid in "${running[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
  chmod -R u+rwX "$work"; rm -rf "$work"
}
trap clean_up EXIT

real=$(command -v kubectl)
printf '#!/bin/sh\nexec dotnet %s "$@"\n' "$program" >"$work/bin/backsnap"
# The embedded cluster takes no protobuf, in which these two speak: the same objects go to it as YAML.
cat >"$work/bin/kubectl" <<SH
#!/bin/sh
case "\$1 \$2" in
  "create namespace" | "create secret") "$real" "\$@" --dry-run=client --output yaml | "$real" create --filename - ;;
  *) exec "$real" "\$@" ;;
esac
SH
chmod +x "$work/bin"/*
export PATH=$work/bin:$PATH KUBECONFIG=$work/kubeconfig HOME=$work
export BACKSNAP_REPOSITORY=$work/repository BACKSNAP_IMAGE=backsnap RESTIC_PASSWORD=correct-horse BACKSNAP_METRICS_BIND_ADDRESS=0 BACKSNAP_HEALTH_PROBE_BIND_ADDRESS=0

backsnap sandbox --kubeconfig "$KUBECONFIG" --data "$work/cluster" >"$work/sandbox.log" 2>&1 & running+=($!)
for _ in $(seq 300); do [ ! -s "$KUBECONFIG" ] || break; sleep 0.2; done

if [ -z "$state" ]; then
  backsnap run >"$work/operator.log" 2>&1 & running+=($!)
  kubectl apply -f - >/dev/null <<'YAML'
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: orders, namespace: shop}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 64Mi}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: fill, namespace: shop}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: backsnap, args: [tree, make, /data, --seed, "7"], volumeMounts: [{name: data, mountPath: /data}]}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: orders}}]
YAML
  kubectl wait --namespace shop --for=condition=Complete job/fill --timeout=60s >/dev/null
  kubectl delete job --namespace shop fill >/dev/null
  kubectl apply -f "$root/config/samples/pvcbackup.yaml" >/dev/null
  kubectl wait --namespace shop --for=condition=Complete pvcbackup/orders-before-upgrade --timeout=90s >/dev/null \
    || { cat "$work/operator.log" >&2; exit 1; }
fi

# For the page on migration: a repository as VolSync leaves it.
printf 'kept\n' >"$work/data/file"
export OLD=$work/old NEW=$work/new RESTIC_FROM_PASSWORD=theirs
if grep -q '"\$OLD"' "$page"; then
  RESTIC_PASSWORD=theirs restic -q -r "$OLD" init
  RESTIC_PASSWORD=theirs restic -q -r "$OLD" backup --host volsync "$work/data"
fi

cd "$root"
sed -n '/^```sh$/,/^```$/p' "$page" | grep -v '^```' | sed "s#--path /data#--path $work/data#" >"$work/commands"
bash -euxo pipefail "$work/commands" 2>&1
