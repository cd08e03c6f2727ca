{{- define "bat.locked" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Whether a process lives: its own binary asks it, also while it drains. */}}
{{- define "bat.probes" -}}
startupProbe:
  exec: { command: [{{ .process }}, --healthy] }
  periodSeconds: 1
  timeoutSeconds: 5
  failureThreshold: 120
livenessProbe:
  exec: { command: [{{ .process }}, --healthy] }
  periodSeconds: 10
  timeoutSeconds: 10
  failureThreshold: 6
{{- end }}

{{/* The container of a process.

  root      the chart
  process   one of the five
  instance  what follows the pod's name in INSTANCE_ID; empty for a process that is alone
*/}}
{{- define "bat.process" -}}
{{- $values := .root.Values -}}
{{- $secrets := include "bat.secretsOf" . | fromJsonArray -}}
name: {{ .process }}{{ .instance }}
image: {{ include "bat.image" .root }}
imagePullPolicy: {{ $values.image.pullPolicy }}
command: [{{ .process }}]
env:
  - name: INSTANCE_ID
    value: "%H{{ .instance }}"
  # Below the volumes, whose own folders others may own: these the processes make for themselves alone.
  - { name: SOCKET_DIR, value: /run/bat/sockets }
  {{- if eq .process "relay" }}
  - { name: JOURNAL_DIR, value: {{ include "bat.journalFolder" . }} }
  - name: CELL
    valueFrom: { fieldRef: { fieldPath: metadata.name } }
  - name: NAMESPACE
    valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
  - name: CELL_ADDRESS
    value: {{ ternary "https" "http" (ne $values.tls.existingSecret "") }}://$(CELL).{{ include "bat.cellsName" .root }}.$(NAMESPACE).svc:{{ include "bat.port" .root }}
  {{- end }}
  {{- range $secrets }}
  - { name: {{ . }}_FILE, value: /etc/bat/secrets/{{ . }} }
  {{- end }}
  {{- if and $values.trialMongoDB.enabled (ne .process "supervisor") }}
  - name: MONGODB_URI
    value: mongodb://{{ include "bat.mongoName" .root }}-0.{{ include "bat.mongoName" .root }}:27017/bat-vr-trainer?replicaSet=rs0
  {{- end }}
  {{- if $values.authorities.existingConfigMap }}
  - { name: CA_FILE, value: /etc/bat/authorities/{{ $values.authorities.key }} }
  {{- end }}
  {{- if and $values.tls.existingSecret (eq .process "gateway") }}
  - { name: TLS_CERT, value: /etc/bat/tls/tls.crt }
  - { name: TLS_KEY, value: /etc/bat/tls/tls.key }
  {{- end }}
envFrom:
  - configMapRef: { name: {{ include "bat.name" .root }} }
securityContext: {{- include "bat.locked" .root | nindent 2 }}
resources: {{- toYaml (index $values.resources .process) | nindent 2 }}
volumeMounts:
  - { name: tmp, mountPath: /tmp }
  - { name: sockets, mountPath: /run/bat }
  {{- if eq .process "relay" }}
  - { name: journal, mountPath: /var/lib/bat/journal }
  {{- end }}
  {{- if has .process (list "gateway" "relay" "reports") }}
  - { name: data, mountPath: /var/lib/bat/sessions }
  {{- end }}
  {{- if $secrets }}
  - { name: secrets-{{ .process }}, mountPath: /etc/bat/secrets, readOnly: true }
  {{- end }}
  {{- if $values.authorities.existingConfigMap }}
  - { name: authorities, mountPath: /etc/bat/authorities, readOnly: true }
  {{- end }}
  {{- if and $values.tls.existingSecret (eq .process "gateway") }}
  - { name: tls, mountPath: /etc/bat/tls, readOnly: true }
  {{- end }}
{{ include "bat.probes" . }}
{{- end }}

{{- define "bat.journalFolder" -}}
/var/lib/bat/journal/cell
{{- end }}
