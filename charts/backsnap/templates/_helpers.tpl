{{- define "backsnap.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{/* The beginning of all names: 50 characters, so that what is appended has room. */}}
{{- define "backsnap.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- else if contains (include "backsnap.name" .) .Release.Name }}
{{- .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "backsnap.name" .) | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "backsnap.manager" -}}
{{ include "backsnap.fullname" . }}-manager
{{- end }}

{{/* What no two releases share; it can never be changed. */}}
{{- define "backsnap.selectorLabels" -}}
app.kubernetes.io/name: {{ include "backsnap.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: manager
{{- end }}

{{/* Without a component: cluster roles and the like belong to no part. */}}
{{- define "backsnap.labels" -}}
app.kubernetes.io/name: {{ include "backsnap.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "backsnap.managerLabels" -}}
{{ include "backsnap.labels" . }}
app.kubernetes.io/component: manager
{{- end }}

{{- define "backsnap.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "backsnap.manager" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.name: which service account is it, if none is to be made?" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "backsnap.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* A setting as text. YAML's numbers are floats here, and would be printed as 1e+06. */}}
{{- define "backsnap.setting" -}}
{{- if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* The namespaces that the operator is limited to, one a line; nothing for all. */}}
{{- define "backsnap.namespaces" -}}
{{- range splitList "," (.Values.settings.namespaces | default "") }}
{{- with trim . }}
{{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* Whether an address is served at all: 0 is for nowhere. */}}
{{- define "backsnap.served" -}}
{{- if ne (toString .) "0" }}yes{{ end }}
{{- end }}

{{/* The port of an address such as :8080 or 127.0.0.1:8080. */}}
{{- define "backsnap.metricsPort" -}}
{{- index .Values.settings "metrics-bind-address" | default ":8080" | toString | splitList ":" | last }}
{{- end }}

{{- define "backsnap.healthPort" -}}
{{- index .Values.settings "health-probe-bind-address" | default ":8081" | toString | splitList ":" | last }}
{{- end }}

{{/* "backsnap-x" of the files, as this release names it. */}}
{{- define "backsnap.renamed" -}}
{{ include "backsnap.fullname" .root }}{{ trimPrefix "backsnap" .name }}
{{- end }}

{{/* All of a role or binding but its kind. */}}
{{- define "backsnap.role" -}}
metadata:
  name: {{ include "backsnap.renamed" (dict "root" .root "name" .object.metadata.name) }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- include "backsnap.labels" .root | nindent 4 }}
    {{- with omit .object.metadata.labels "app.kubernetes.io/name" }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .root.Values.commonAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- with .object.rules }}
rules:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .object.roleRef }}
roleRef:
  apiGroup: {{ .apiGroup }}
  kind: {{ .kind }}
  name: {{ include "backsnap.renamed" (dict "root" $.root "name" .name) }}
subjects:
  - kind: ServiceAccount
    name: {{ include "backsnap.serviceAccount" $.root }}
    namespace: {{ $.root.Release.Namespace }}
{{- end }}
{{- end }}

{{/*
The container's environment: the settings as variables, so that "kubectl exec … backsnap plan" has them too. Those that are null are left
to the program; an empty text is a value.
*/}}
{{- define "backsnap.environment" -}}
{{- range $name, $value := omit .Values.settings "image" }}
{{- if not (kindIs "invalid" $value) }}
- name: BACKSNAP_{{ $name | upper | replace "-" "_" }}
  value: {{ include "backsnap.setting" $value | quote }}
{{- end }}
{{- end }}
# The movers run from the same image.
- name: BACKSNAP_IMAGE
  value: {{ .Values.settings.image | default (include "backsnap.image" .) | quote }}
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
# It would make a socket in the read-only root file system.
- name: DOTNET_EnableDiagnostics
  value: "0"
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Where the environment comes from: the credentials. */}}
{{- define "backsnap.environmentFrom" -}}
- secretRef:
    name: {{ .Values.secret.name }}
{{- with .Values.extraEnvFrom }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "backsnap.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "backsnap.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}
