"""Checks what cannot be run without a container engine: docker-compose.yml, the Dockerfile, .env.example, the Procfile and
the systemd unit, against each other and against the settings that the built binaries list with --help. The argument is
the folder of the binaries. Prints one line per fault and exits with 1 if there is any.
"""

import re
import subprocess
import sys
from pathlib import Path

import yaml

SERVICES = ["gateway", "relay", "supervisor", "scoring", "reports"]
KEY_HOLDERS = {"relay", "supervisor", "scoring"}
# Read by the start scripts and health checks, not by a process.
NOT_SETTINGS = {"SERVICE", "SWIFT_BACKTRACE", "PATH"}
faults = []


def check(holds, fault):
    if not holds:
        faults.append(fault)


def settings_of(binary):
    text = subprocess.run([binary, "--help"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^\s*([A-Z][A-Z0-9_]+)(?: \(or [A-Z0-9_]+_FILE\))?\s*$", text, re.MULTILINE))


def names(environment):
    return {name.removesuffix("_FILE") for name in environment}


def check_compose(settings):
    compose = yaml.safe_load(Path("docker-compose.yml").read_text())
    services = compose["services"]
    check(set(services) == {*SERVICES, "mongo"}, f"compose: services are {sorted(services)}")
    for name in SERVICES:
        service = services.get(name, {})
        where = f"compose: {name}"
        check(service.get("command") == [name], f"{where}: the command is {service.get('command')}")
        check(service.get("image") == services["gateway"]["image"], f"{where}: another image")
        check("healthcheck" in service, f"{where}: no health check")
        check(service.get("user") == "10001" and service.get("read_only") is True, f"{where}: not locked down")
        check(service.get("cap_drop") == ["ALL"] and service.get("init") is True, f"{where}: keeps capabilities or has no init")
        check("no-new-privileges:true" in service.get("security_opt", []), f"{where}: may gain privileges")
        check("sockets:/run/bat" in service.get("volumes", []), f"{where}: does not share the sockets")
        unknown = names(service.get("environment", {})) - settings[name] - NOT_SETTINGS
        check(not unknown, f"{where}: sets {sorted(unknown)}, which it does not read")
        check(
            ("openai_api_key" in service.get("secrets", [])) == (name in KEY_HOLDERS),
            f"{where}: holds the OpenAI key and should not, or the other way round")
        for secret in service.get("secrets", []):
            check(secret in compose["secrets"], f"{where}: secret {secret} is not declared")
        for volume in service.get("volumes", []):
            check(volume.split(":")[0] in compose["volumes"], f"{where}: volume {volume} is not declared")
        for other, how in service.get("depends_on", {}).items():
            check(how == {"condition": "service_healthy"}, f"{where}: does not wait for a healthy {other}")
        check(("ports" in service) == (name == "gateway"), f"{where}: publishes ports, or the gateway does not")
    check("ports" not in services["mongo"], "compose: MongoDB is published")
    check(":latest" not in str(compose) and re.search(r"mongo:\d+\.\d+\.\d+", str(compose)), "compose: MongoDB is not pinned")


def check_dockerfile():
    text = Path("deploy/Dockerfile").read_text()
    stages = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    check(len(stages) == 2 and stages[-1].endswith("-slim"), f"Dockerfile: stages are {stages}")
    check(all(re.search(r":\d+\.\d+", stage) for stage in stages), "Dockerfile: an image is not pinned")
    for name in SERVICES:
        check(re.search(rf"\bcp .*\b{name}\b", text), f"Dockerfile: {name} is not copied")
    built = set(re.findall(r"lib[a-z0-9]+-dev", text.replace("libcurl4-openssl-dev", "")))
    wanted = set(re.findall(r"^lib[a-z0-9]+-dev", Path("deploy/packages.txt").read_text(), re.MULTILINE))
    check(wanted <= built, f"Dockerfile: lacks {sorted(wanted - built)} of packages.txt")
    check("USER 10001" in text, "Dockerfile: runs as root")


def check_environment(settings):
    example = re.findall(r"^([A-Z][A-Z0-9_]*)=", Path(".env.example").read_text(), re.MULTILINE)
    known = set().union(*settings.values()) - {"SIMULATED"}
    check(set(example) == known, f".env.example: lacks {sorted(known - set(example))}, has {sorted(set(example) - known)} too many")
    check(len(example) == len(set(example)), ".env.example: a name stands twice")


def check_procfile():
    lines = [line.partition("#")[0].split() for line in Path("deploy/Procfile").read_text().splitlines()]
    counts = {words[0]: int(words[1]) for words in lines if words}
    check(set(counts) == set(SERVICES) and min(counts.values()) >= 1, f"Procfile: {counts}")


def main():
    binaries = Path(sys.argv[1])
    settings = {name: settings_of(binaries / name) for name in SERVICES}
    check_compose(settings)
    check_dockerfile()
    check_environment(settings)
    check_procfile()
    unit = Path("deploy/systemd/bat@.service").read_text()
    check("ExecStart=/opt/bat/%i" in unit and "RestartPreventExitStatus=78" in unit, "systemd: not our unit")
    for fault in faults:
        print(fault)
    print(f"deployment files: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
