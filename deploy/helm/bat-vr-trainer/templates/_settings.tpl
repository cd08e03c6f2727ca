{{/* The settings as the processes get them: what the operator has given, and what follows from the route. */}}
{{- define "bat.settings" -}}
{{- $settings := dict -}}
{{- with .Values.route }}{{ if .enabled -}}
{{- with .hostnames }}{{ $_ := set $settings "PUBLIC_URL" (printf "https://%s" (first .)) }}{{ end -}}
{{- if eq .perCell "path" }}{{ $_ := set $settings "CELL_URL_TEMPLATE" "/c/{cell}" }}{{ end -}}
{{- if eq .perCell "host" }}{{ $_ := set $settings "CELL_URL_TEMPLATE" (printf "wss://{cell}.%s" .domain) }}{{ end -}}
{{- end }}{{ end -}}
{{- range $name, $value := .Values.settings -}}
{{- if not (or (kindIs "invalid" $value) (eq (toString $value) "")) }}{{ $_ := set $settings $name $value }}{{ end -}}
{{- end -}}
{{- range $name, $value := $settings }}
{{/* As JSON, because a large number would otherwise become 1e+06. */ -}}
{{ $name }}: {{ kindIs "string" $value | ternary $value (toJson $value) | quote }}
{{- end }}
{{- end }}

{{- define "bat.port" -}}
{{ index .Values.settings "PORT" | default 3001 | int }}
{{- end }}

{{- define "bat.drainSeconds" -}}
{{- $drain := index .Values.settings "DRAIN_SECONDS" -}}
{{- if or (kindIs "invalid" $drain) (eq (toString $drain) "") }}60{{ else }}{{ int $drain }}{{ end -}}
{{- end }}

{{/* The secret settings that a process reads and that are set, as JSON. */}}
{{- define "bat.secretsOf" -}}
{{- $wanted := list -}}
{{- range index (.root.Files.Get "secrets.yaml" | fromYaml) .process -}}
{{- $isTrial := and (eq . "MONGODB_URI") $.root.Values.trialMongoDB.enabled -}}
{{- if and (index $.root.Values.secretKeys .) (not $isTrial) }}{{ $wanted = append $wanted . }}{{ end -}}
{{- end -}}
{{- $wanted | toJson -}}
{{- end }}
