"""The chart, rendered as `helm template` does it, and each object checked against the schema of its kind."""

import json
from pathlib import Path

import helm_python as helm
import jsonschema
import kubernetes_validate
import yaml

CHART = Path("deploy/helm/bat-vr-trainer")
SHAPES = Path("deploy/helm/shapes")
MANIFESTS = Path("deploy/kubernetes")
# Kinds that are not Kubernetes' own.
SCHEMAS = {
    ("gateway.networking.k8s.io/v1", "HTTPRoute"): Path("deploy/chart/httproute.schema.json"),
    ("monitoring.coreos.com/v1", "ServiceMonitor"): Path("deploy/chart/servicemonitor.schema.json"),
}
KUBERNETES = "1.37"


def shapes():
    """The values of each shape, by its name."""
    return {path.stem: yaml.safe_load(path.read_text()) for path in sorted(SHAPES.glob("*.yaml"))}


def manifest(name, values):
    """One text with all objects, for `kubectl apply`."""
    with helm.Chart.load(CHART) as chart:
        files = chart.render(values, name="bat-vr-trainer", namespace="trainer", is_install=True)
    texts = [text.strip() for file, text in sorted(files.items()) if file.endswith(".yaml") and text.strip()]
    command = f"helm template bat-vr-trainer deploy/helm/bat-vr-trainer -f deploy/helm/shapes/{name}.yaml"
    return f"# Made by deploy/check_kubernetes.py --write, as by: {command}\n---\n" + "\n---\n".join(texts) + "\n"


def faults_of(text):
    """What a cluster would refuse, as lines."""
    names = set()
    for thing in filter(None, yaml.safe_load_all(text)):
        where = f"{thing['kind']} {thing['metadata']['name']}"
        if where in names:
            yield f"{where}: stands twice"
        names.add(where)
        own = SCHEMAS.get((thing["apiVersion"], thing["kind"]))
        try:
            if own:
                jsonschema.validate(thing, json.loads(own.read_text()))
            else:
                kubernetes_validate.validate(thing, KUBERNETES, strict=True)
        except jsonschema.ValidationError as fault:
            yield f"{where}: {'.'.join(map(str, fault.path))}: {fault.message}"
        except kubernetes_validate.SchemaNotFoundError as fault:
            yield f"{where}: {fault.message}"
