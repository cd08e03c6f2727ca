"""Has every built process look at what it needs (`--doctor`), with the settings that deploy/up would give it, and looks for
names in .env that no process reads. The argument is the folder of the binaries. Exits with 1 if anything is wrong.
"""

import difflib
import os
import re
import subprocess
import sys
from pathlib import Path

from processes import CannotStart, dotenv

SERVICES = ["gateway", "relay", "supervisor", "scoring", "reports"]
# What deploy/up brings itself when nothing is set, and the lines that speak of it.
BROUGHT = {
    "MONGODB_URI": {"database"}, "OPENAI_API_KEY": {"upstream", "OPENAI_BASE_URL", "OPENAI_API_KEY"}}
SECONDS = 60


def unknown_names(given, known):
    """A line for each name that no process reads. A secret may come as a file."""
    lines = []
    for name in sorted(given):
        if name in known or name.removesuffix("_FILE") in known:
            continue
        near = difflib.get_close_matches(name, known, 1, 0.8)
        advice = f"Did you mean {near[0]}?" if near else "Remove it, or look for its name in .env.example."
        lines.append(f"LOOK  .env: {name} is read by no process. {advice}")
    return lines


def without_brought(lines, environment):
    """Leaves out what is said about parts that deploy/up brings."""
    brought = set()
    for setting, subjects in BROUGHT.items():
        if not any(environment.get(name) for name in (setting, setting + "_FILE")):
            brought |= subjects
    if environment.get("OPENAI_BASE_URL"):
        brought -= BROUGHT["OPENAI_API_KEY"]
    return [line for line in lines if re.sub(r"^\w+ +", "", line).split(":")[0] not in brought]


def ask(binary, environment):
    """The lines of one process; a process that says nothing is wrong."""
    try:
        answer = subprocess.run(
            [binary, "--doctor"], env=environment, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return [f"WRONG {binary.name}: has said nothing for {SECONDS} s. Look what it waits for."]
    lines = answer.stdout.splitlines()
    return lines or [f"WRONG {binary.name}: ended with {answer.returncode}. {answer.stderr.strip()[-300:]}"]


def main():
    binaries = Path(sys.argv[1])
    try:
        file = dotenv(Path(".env"))
    except CannotStart as error:
        print(f"WRONG .env: {error}. Save it as UTF-8.")
        return 1
    environment = {**file, **os.environ}
    known = set(re.findall(r"^([A-Z][A-Z0-9_]*)=", Path(".env.example").read_text(), re.MULTILINE))
    known |= {"SECRETS_DIR", "SIMULATED"}
    brings = [name for name in BROUGHT if not any(environment.get(each) for each in (name, name + "_FILE"))]
    given = dict(environment)
    if "OPENAI_API_KEY" in brings and not environment.get("OPENAI_BASE_URL"):
        # The processes get a key of the simulator, and none of ours must be refused for the lack of one.
        given |= {"OPENAI_API_KEY": "sk-simulated", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}
        print("ok    no OPENAI_API_KEY: deploy/up plays the customer with the bundled simulator")
    if "MONGODB_URI" in brings:
        print("ok    no MONGODB_URI: deploy/up brings a database of its own, for trying out only")
    lines, seen = unknown_names(file, known), set()
    for name in SERVICES:
        lines += without_brought(ask(binaries / name, {**given, "INSTANCE_ID": "doctor"}), environment)
    for line in lines:
        # Several processes share settings, folders and neighbours.
        if line not in seen:
            print(line)
        seen.add(line)
    return 1 if any(line.startswith("WRONG") for line in seen) else 0


if __name__ == "__main__":
    sys.exit(main())
