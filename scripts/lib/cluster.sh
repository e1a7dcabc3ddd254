# shellcheck shell=bash
# How scripts/try.sh speaks to the embedded cluster: with kubectl, or with plain HTTP where there is none. Needs common.sh.
# $work/kubeconfig is the cluster's.

: "${work:=}" "${schedule:=}" "${bold:=}" "${dim:=}" "${plain:=}"

# read_access: what plain HTTP needs of the kubeconfig.
read_access() {
  server=$(sed -n 's/^ *server: *//p' "$work/kubeconfig")
  token=$(sed -n 's/^ *token: *//p' "$work/kubeconfig")
  sed -n 's/^ *certificate-authority-data: *//p' "$work/kubeconfig" | base64 -d >"$work/ca.crt"
}

http() { curl --silent --show-error --fail --cacert "$work/ca.crt" --header "Authorization: Bearer $token" "$@"; }

# path_of KIND NAMESPACE [NAME]
path_of() {
  local name=${3:+/$3}
  case "$1" in
    namespace) printf '%s/api/v1/namespaces%s' "$server" "$name" ;;
    pvc) printf '%s/api/v1/namespaces/%s/persistentvolumeclaims%s' "$server" "$2" "$name" ;;
    pod) printf '%s/api/v1/namespaces/%s/pods%s' "$server" "$2" "$name" ;;
    job) printf '%s/apis/batch/v1/namespaces/%s/jobs%s' "$server" "$2" "$name" ;;
    *) printf '%s/apis/backsnap.skyb.it/v1alpha1/namespaces/%s/%ss%s' "$server" "$2" "$1" "$name" ;;
  esac
}

# make KIND NAMESPACE NAME <YAML: creates an object, or brings it to what the YAML says.
make() {
  if have kubectl; then
    kubectl apply -f - >/dev/null
  else
    http --request PATCH --header 'Content-Type: application/apply-patch+yaml' --data-binary @- --output /dev/null \
      "$(path_of "$@")?fieldManager=try&force=true"
  fi
}

# await KIND NAMESPACE NAME CONDITION SECONDS: fails when the time is over, or when the condition Failed came instead.
await() {
  local deadline=$((SECONDS + $5)) found
  while [ "$SECONDS" -lt "$deadline" ]; do
    found=$(conditions_of "$1" "$2" "$3" || true)
    case " $found " in
      *" $4 "*) return 0 ;;
      *" Failed "*) return 1 ;;
    esac
    sleep 0.3
  done
  return 1
}

# conditions_of KIND NAMESPACE NAME: the names of those that hold.
conditions_of() {
  if have kubectl; then
    kubectl get "$1" --namespace "$2" "$3" --output 'jsonpath={.status.conditions[?(@.status=="True")].type}' 2>/dev/null
  else
    http "$(path_of "$@")" 2>/dev/null | tr -d ' \n' | grep -o '{[^{}]*"status":"True"[^{}]*}' | sed -n 's/.*"type":"\([^"]*\)".*/\1/p' | tr '\n' ' '
  fi
}

# has_backup NAMESPACE PHASE: whether a backup in it has come to that phase.
has_backup() {
  if have kubectl; then
    kubectl get pvcbackup --namespace "$1" --output 'jsonpath={.items[*].status.phase}'
  else
    http "$(path_of pvcbackup "$1")" | grep -o '"phase": *"[A-Za-z]*"' || true
  fi | grep -q "$2"
}

# log_of NAMESPACE JOB
log_of() {
  local pod
  if have kubectl; then
    kubectl logs --namespace "$1" "job/$2"
  else
    pod=$(http "$(path_of pod "$1")?labelSelector=job-name%3D$2" | grep -o "\"name\": *\"$2-[a-z0-9]*\"" | head -n 1 | cut -d '"' -f 4)
    http "$(path_of pod "$1" "$pod")/log"
  fi
}

# remove KIND NAMESPACE NAME: and waits until it is gone.
remove() {
  local deadline=$((SECONDS + 30))
  if have kubectl; then
    kubectl delete "$1" --namespace "$2" "$3" --timeout=30s >/dev/null
    return
  fi
  http --request DELETE --output /dev/null "$(path_of "$@")?propagationPolicy=Background"
  while http --output /dev/null "$(path_of "$@")" 2>/dev/null; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.3
  done
}

# show KIND COMMAND…: what the kubectl command prints, or what there is to know without it.
show() {
  printf '\n%s$ kubectl %s%s\n' "$bold" "$*" "$plain"
  if have kubectl; then
    kubectl "$@"
  else
    printf '%s(kubectl is not installed; this is what "backsnap plan" says of the claims instead)%s\n' "$dim" "$plain"
    backsnap plan --schedule "$schedule" | sed '/^$/,$d'
  fi
}
