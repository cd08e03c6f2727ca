"""Checks, without a container engine, docker-compose.yml, the Dockerfile, .env.example, the Procfile,
the systemd unit and deploy/processes.py, against each other and against the settings that the built binaries list with
--help. The argument is the folder of the binaries. Prints one line per fault and exits with 1 if there is any.
"""

import re
import subprocess
import sys
from pathlib import Path

import yaml

SERVICES = ["gateway", "relay", "supervisor", "scoring", "reports"]
KEY_HOLDERS = {"relay", "supervisor", "scoring"}
# Read by the start scripts, not by a process of ours.
NOT_SETTINGS = {"SWIFT_BACKTRACE", "PATH"}
# Set by deploy/up, not by an operator.
NOT_FOR_OPERATORS = {"SIMULATED"}
# Folders and addresses in a container, which the image and docker-compose.yml decide.
FIXED_IN_CONTAINERS = {
    "SOCKET_DIR", "DATA_DIR", "JOURNAL_DIR", "PERSONAS_DIR", "FONT_DIR", "WEB_DIR", "LOG_FORMAT", "HOST", "PORT"}
faults = []


def check(holds, fault):
    if not holds:
        faults.append(fault)


def settings_of(binary):
    """The default of each setting that the process reads, as --help shows it; "" for a required one."""
    text = subprocess.run([binary, "--help"], capture_output=True, text=True, check=True).stdout
    blocks = re.findall(
        r"^ *([A-Z][A-Z0-9_]+)(?: \(or [A-Z0-9_]+_FILE\))? *\n((?: {4,}\S.*\n)+)", text, re.MULTILINE)
    defaults = {name: re.search(r"\[(?:required|default: (.*))\]$", " ".join(lines.split())) for name, lines in blocks}
    return {name: match[1] or "" for name, match in defaults.items()}


def names(environment, settings):
    """The settings that are given; a secret may be given as a file, and some settings are named like one."""
    known = set().union(*settings.values())
    return {name if name in known else name.removesuffix("_FILE") for name in environment}


def check_compose(settings):
    compose = yaml.safe_load(Path("docker-compose.yml").read_text())
    services = compose["services"]
    check(set(services) == {*SERVICES, "mongo"}, f"compose: services are {sorted(services)}")
    for name in SERVICES:
        service = services.get(name, {})
        where = f"compose: {name}"
        check(service.get("command") == [name], f"{where}: the command is {service.get('command')}")
        check(service.get("image") == services["gateway"]["image"], f"{where}: another image")
        health = service.get("healthcheck", {}).get("test")
        check(health == ["CMD", name, "--healthy"], f"{where}: the health check is {health}")
        check(service.get("user") == "10001" and service.get("read_only") is True, f"{where}: not locked down")
        check(service.get("cap_drop") == ["ALL"] and service.get("init") is True, f"{where}: keeps capabilities or has no init")
        check("no-new-privileges:true" in service.get("security_opt", []), f"{where}: may gain privileges")
        check("sockets:/run/bat" in service.get("volumes", []), f"{where}: does not share the sockets")
        environment = service.get("environment", {})
        unknown = names(environment, settings) - set(settings[name]) - NOT_SETTINGS
        check(not unknown, f"{where}: sets {sorted(unknown)}, which it does not read")
        missing = set(settings[name]) - names(environment, settings) - FIXED_IN_CONTAINERS - NOT_FOR_OPERATORS
        check(not missing, f"{where}: lacks " + ", ".join(f"{each}: ${{{each}:-}}" for each in sorted(missing)))
        # The name of the socket must be the same after a restart, and its health check must know it.
        check(environment.get("INSTANCE_ID") == "%H", f"{where}: INSTANCE_ID is not the host name")
        for setting, value in environment.items():
            source = re.fullmatch(r"\$\{(\w+):-(.*)\}", value)
            check(not source or source[1] == setting, f"{where}: {setting} comes from {value}")
            check(
                not source or source[2] in {"", settings[name].get(setting)},
                f"{where}: {setting} has another default: {value}")
        check(
            ("openai_api_key" in service.get("secrets", [])) == (name in KEY_HOLDERS),
            f"{where}: holds the OpenAI key and should not, or the other way round")
        for secret in service.get("secrets", []):
            check(secret in compose["secrets"], f"{where}: secret {secret} is not declared")
        for volume in service.get("volumes", []):
            check(volume.split(":")[0] in compose["volumes"], f"{where}: volume {volume} is not declared")
        for other, how in service.get("depends_on", {}).items():
            wanted = "service_healthy" if other == "mongo" else "service_started"
            check(how == {"condition": wanted}, f"{where}: depends on {other} with {how}")
        check(("ports" in service) == (name == "gateway"), f"{where}: publishes ports, or the gateway does not")
    for name, secret in compose["secrets"].items():
        check(re.fullmatch(r"\$\{SECRETS_DIR(:\?.*)?\}/" + name, secret["file"]), f"compose: secret {name} is {secret}")
    check(":?" in next(iter(compose["secrets"].values()))["file"], "compose: nothing says how to make the secrets")
    check("ports" not in services["mongo"], "compose: MongoDB is published")
    check(":latest" not in str(compose) and re.search(r"mongo:\d+\.\d+\.\d+", str(compose)), "compose: MongoDB is not pinned")


def check_dockerfile(settings):
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
    environment = re.search(r"^ENV ((?:.*\\\n)*.*)", text, re.MULTILINE)[1]
    check_known("Dockerfile", re.findall(r"([A-Z][A-Z0-9_]*)=\S", environment), settings)


def check_known(where, found, settings):
    unknown = set(found) - set().union(*settings.values()) - NOT_SETTINGS
    check(not unknown, f"{where}: names {sorted(unknown)}, which no process reads")


def check_environment(settings):
    lines = re.findall(r"^([A-Z][A-Z0-9_]*)=(.*)$", Path(".env.example").read_text(), re.MULTILINE)
    example = dict(lines)
    known = set().union(*settings.values()) - NOT_FOR_OPERATORS
    check(set(example) == known, f".env.example: lacks {sorted(known - set(example))}, has {sorted(set(example) - known)} too many")
    check(len(lines) == len(example), ".env.example: a name stands twice")
    for name in known:
        defaults = {settings[service][name] for service in SERVICES if name in settings[service]}
        check(len(defaults) == 1, f"{name}: services disagree on the default: {sorted(defaults)}")
        check(example.get(name, "") in {"", *defaults}, f".env.example: {name}={example.get(name)}, default: {sorted(defaults)}")


def check_start_script(settings):
    text = Path("deploy/processes.py").read_text()
    read = re.findall(r"(?:environment|self)(?:\.get\(|\.setdefault\(|\[)\"(\w+)\"", text)
    check_known("deploy/processes.py", read + re.findall(r"\"([A-Z][A-Z0-9_]+)\":", text), settings)


def check_systemd(settings):
    unit = Path("deploy/systemd/bat@.service").read_text()
    check("StartLimitIntervalSec=0" in unit.split("[Service]")[0], "systemd: gives up after some restarts")
    check("ExecStart=/opt/bat/%i" in unit and "RestartPreventExitStatus=78" in unit, "systemd: not our unit")
    environment = " ".join(re.findall(r"^Environment=(.*)$", unit, re.MULTILINE))
    check_known("systemd", re.findall(r"(?:^| )([A-Z][A-Z0-9_]*)=", environment), settings)


def check_procfile():
    lines = [line.partition("#")[0].split() for line in Path("deploy/Procfile").read_text().splitlines()]
    counts = {words[0]: int(words[1]) for words in lines if words}
    check(set(counts) == set(SERVICES) and min(counts.values()) >= 1, f"Procfile: {counts}")


def main():
    binaries = Path(sys.argv[1])
    settings = {name: settings_of(binaries / name) for name in SERVICES}
    check_compose(settings)
    check_dockerfile(settings)
    check_environment(settings)
    check_procfile()
    check_start_script(settings)
    check_systemd(settings)
    for fault in faults:
        print(fault)
    print(f"deployment files: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
