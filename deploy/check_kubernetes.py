"""Checks the Helm chart: that it names every setting of .env.example, that it renders in all its shapes, that a cluster
would take what it renders, that deploy/kubernetes is what it renders, and that mistakes in values are refused.

    deploy/check_kubernetes.py [--write] [FOLDER OF THE BINARIES]

With the binaries it also checks that the chart knows each setting as the processes do. --write writes what is generated:
the settings in the chart (from the binaries), and deploy/kubernetes. Prints one line per fault and exits with 1 if there
is any.
"""

import json
import subprocess
import sys
from pathlib import Path

import helm_python as helm
import yaml

from chart import mistakes, pod, rendering, settings

CHART = rendering.CHART
SCHEMA = CHART / "values.schema.json"
SECRETS = CHART / "secrets.yaml"
faults = []


def check(holds, fault):
    if not holds:
        faults.append(fault)


def generated(of_processes):
    """The parts of the schema, and the secrets of each process, that follow from the settings."""
    own = settings.DECIDED | settings.FILES | settings.NOT_FOR_OPERATORS
    every = {each.name: each for listed in of_processes.values() for each in listed if each.name not in own}
    plain = {name: every[name].schema() for name in sorted(every) if not every[name].is_secret}
    keys = {name: {"type": "string", "description": every[name].text} for name in sorted(every) if every[name].is_secret}
    secrets = {name: sorted(each.name for each in listed if each.is_secret) for name, listed in of_processes.items()}
    return plain, keys, secrets


def secrets_text(secrets):
    lines = [f"{process}: [{', '.join(names)}]" for process, names in secrets.items()]
    return "\n".join(["# Written by deploy/check_kubernetes.py --write: the secret settings that each process reads.", *lines, ""])


def check_settings(binaries, is_writing):
    schema = json.loads(SCHEMA.read_text())
    parts = schema["properties"]["settings"], schema["properties"]["secretKeys"]
    if binaries:
        plain, keys, secrets = generated(settings.of_processes(binaries))
        if is_writing:
            parts[0]["properties"], parts[1]["properties"] = plain, keys
            SCHEMA.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
            SECRETS.write_text(secrets_text(secrets))
        is_current = (parts[0]["properties"], parts[1]["properties"]) == (plain, keys)
        is_current = is_current and SECRETS.read_text() == secrets_text(secrets)
        check(is_current, "the chart's settings are not those of the processes; run deploy/check_kubernetes.py --write BINARIES")
    example = settings.of_example(".env.example")
    known = set(parts[0]["properties"]) | set(parts[1]["properties"]) | settings.DECIDED | settings.FILES
    check(known == example, f"settings that only one of chart and .env.example has: {sorted(known ^ example)}")
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    check(
        set(values["secretKeys"]) == set(parts[1]["properties"]),
        f"values.yaml: secretKeys are {sorted(values['secretKeys'])}, secrets are {sorted(parts[1]['properties'])}")


def check_schema():
    command = [Path(sys.executable).parent / "check-jsonschema", "--check-metaschema", str(SCHEMA)]
    answer = subprocess.run(command, capture_output=True, text=True)
    check(answer.returncode == 0, f"{SCHEMA}: {answer.stdout.strip()}")


def check_shape(name, values, is_writing):
    report = helm.lint(CHART, values, strict=True, kube_version=f"v{rendering.KUBERNETES}.0")
    # From 2 on these are warnings.
    for message in report["messages"]:
        check(message["severity"] < 2, f"{name}: {message['path']}: {message['error']}")
    try:
        text = rendering.manifest(name, values)
    except helm.HelmError as refusal:
        return check(False, f"{name}: {refusal}")
    faults.extend(f"{name}: {fault}" for fault in rendering.faults_of(text))
    things = [thing for thing in yaml.safe_load_all(text) if thing]
    faults.extend(f"{name}: {fault}" for fault in pod.faults_of(things, yaml.safe_load(SECRETS.read_text())))
    path = rendering.MANIFESTS / f"{name}.yaml"
    if is_writing:
        path.write_text(text)
    is_current = path.exists() and path.read_text() == text
    check(is_current, f"{path} is not what the chart renders; run deploy/check_kubernetes.py --write")


def main():
    arguments = sys.argv[1:]
    is_writing = "--write" in arguments
    binaries = next((each for each in arguments if not each.startswith("-")), None)
    check_settings(binaries, is_writing)
    check_schema()
    shapes = rendering.shapes()
    for name, values in shapes.items():
        check_shape(name, values, is_writing)
    stray = {path.stem for path in rendering.MANIFESTS.glob("*.yaml")} - set(shapes)
    check(not stray, f"{rendering.MANIFESTS}: {sorted(stray)} belong to no shape")
    faults.extend(mistakes.not_refused())
    for fault in faults:
        print(fault)
    print(f"chart: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
