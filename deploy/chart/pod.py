"""What must hold of a cell's pod beyond the schema: rights, secrets, order, and time to stop."""

# Those that follow each other, and then the relay.
SIDECARS = ["supervisor", "scoring", "reports", "gateway"]
RESTRICTED = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
# The relay's own limit after its drain, in seconds: RelayConfiguration.maximumGracefulShutdown.
AFTER_DRAIN = 15


def faults_of(things, secrets):
    """
    things   all objects of a shape
    secrets  the secret settings of each process
    """
    settings = next(each["data"] for each in things if each["kind"] == "ConfigMap")
    for stateful in (each for each in things if each["kind"] == "StatefulSet"):
        where = stateful["metadata"]["name"]
        pod = stateful["spec"]["template"]["spec"]
        containers = pod.get("initContainers", []) + pod["containers"]
        if pod["automountServiceAccountToken"] or not pod["securityContext"]["runAsNonRoot"]:
            yield f"{where}: runs as root, or has a token of the cluster"
        if pod["securityContext"]["seccompProfile"]["type"] != "RuntimeDefault":
            yield f"{where}: no seccomp profile"
        for container in containers:
            if container["securityContext"] != RESTRICTED:
                yield f"{where}: {container['name']}: is not locked down"
        if pod["containers"][0]["name"] == "relay":
            yield from _faults_of_cell(where, pod, settings, secrets)


def _faults_of_cell(where, pod, settings, secrets):
    sidecars = pod["initContainers"]
    names = list(dict.fromkeys(each["command"][0] for each in sidecars))
    if names != SIDECARS or any(each.get("restartPolicy") != "Always" for each in sidecars):
        yield f"{where}: the sidecars are {names}"
    relay = pod["containers"][0]
    pause = int(relay["lifecycle"]["preStop"]["exec"]["command"][-1])
    needed = pause + int(settings.get("DRAIN_SECONDS", 60)) + AFTER_DRAIN
    if pod["terminationGracePeriodSeconds"] < needed + 30:
        yield f"{where}: {pod['terminationGracePeriodSeconds']} s to stop, and the relay alone may take {needed} s"
    volumes = {each["name"]: each for each in pod["volumes"]}
    for container in [*sidecars, relay]:
        process = container["command"][0]
        name = f"{where}: {container['name']}"
        environment = {each["name"] for each in container["env"]}
        foreign = {each.removesuffix("_FILE") for each in environment if each.endswith("_FILE")} - {"CA"} - set(secrets[process])
        if foreign:
            yield f"{name}: is given {sorted(foreign)}, which it does not read"
        mounted = {each["mountPath"]: each["name"] for each in container["volumeMounts"]}
        held = {item["path"] for item in volumes.get(mounted.get("/etc/bat/secrets"), {}).get("secret", {}).get("items", [])}
        if held != {each.removesuffix("_FILE") for each in environment if each.endswith("_FILE") and each != "CA_FILE"}:
            yield f"{name}: its secrets are {sorted(held)}, which its settings do not name"
        if ("/var/lib/bat/journal" in mounted) != (process == "relay"):
            yield f"{name}: has the journals and should not, or the other way round"
        for probe in ["startupProbe", "livenessProbe"]:
            if container[probe]["exec"]["command"] != [process, "--healthy"]:
                yield f"{name}: the {probe} is {container[probe]}"
