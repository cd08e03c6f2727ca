{{/* The name of everything that belongs to the release. Pods are <name>-<number>, which is a cell's name too: a label of a
host name, short enough for the names of sockets. */}}
{{- define "bat.name" -}}
{{- $name := .Release.Name -}}
{{- if not (contains .Chart.Name $name) -}}{{- $name = printf "%s-%s" $name .Chart.Name -}}{{- end -}}
{{- $name | replace "." "-" | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{/* The service whose names are the pods' own. */}}
{{- define "bat.cellsName" -}}
{{ include "bat.name" . }}-cells
{{- end }}

{{- define "bat.mongoName" -}}
{{ include "bat.name" . }}-mongodb
{{- end }}

{{- define "bat.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: cell
{{- end }}

{{- define "bat.mongoSelector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: mongodb
{{- end }}

{{/* Labels that may change with a release, unlike a selector. */}}
{{- define "bat.release" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "bat.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* How many cells there may be at most. */}}
{{- define "bat.mostCells" -}}
{{- if .Values.autoscaling.enabled }}{{ max .Values.autoscaling.min .Values.autoscaling.max }}{{ else }}{{ .Values.cells }}{{ end -}}
{{- end }}
