{{/* What the schema cannot say. Each fault is one sentence. */}}
{{- define "bat.checks" -}}
{{- $needed := list "API_KEYS" "SESSION_SECRET" -}}
{{- if not .Values.trialMongoDB.enabled -}}{{- $needed = append $needed "MONGODB_URI" -}}{{- end -}}
{{- if not .Values.existingSecret -}}
{{- fail "existingSecret is missing: name the Secret with the keys of the processes (Docs/Kubernetes.md says how to make it)" -}}
{{- end -}}
{{- range $needed -}}
{{- if not (index $.Values.secretKeys .) -}}
{{- fail (printf "secretKeys.%s is empty, but in a cluster it must be set" .) -}}
{{- end -}}
{{- end -}}
{{- $cells := include "bat.mostCells" . | int -}}
{{- if and .Values.tls.existingSecret (gt $cells 1) -}}
{{- fail "tls.existingSecret is for one cell: gateways of several cells talk to each other without TLS, so let the Gateway end it" -}}
{{- end -}}
{{- if and .Values.route.enabled (not .Values.route.parents) -}}
{{- fail "route.parents is empty: name the Gateway" -}}
{{- end -}}
{{- if and (ne .Values.route.perCell "off") (not .Values.route.enabled) -}}
{{- fail "route.perCell needs route.enabled" -}}
{{- end -}}
{{- if and (eq .Values.route.perCell "host") (not .Values.route.domain) -}}
{{- fail "route.perCell is host, so route.domain must say under which domain the cells are" -}}
{{- end -}}
{{- if and (eq .Values.route.perCell "path") (not .Values.route.hostnames) -}}
{{- fail "route.perCell is path, so route.hostnames must name a host" -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (lt (int .Values.autoscaling.max) (int .Values.autoscaling.min)) -}}
{{- fail "autoscaling.max is less than autoscaling.min" -}}
{{- end -}}
{{- end }}
