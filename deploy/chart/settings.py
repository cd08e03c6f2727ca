"""What the chart must know of the processes' settings: which there are, of which kind, and which are secrets."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROCESSES = ["gateway", "relay", "supervisor", "scoring", "reports"]
# The chart gives these itself: folders are volumes, and names and addresses are the pod's.
DECIDED = {"SOCKET_DIR", "DATA_DIR", "JOURNAL_DIR", "INSTANCE_ID", "CELL", "CELL_ADDRESS"}
# Files, which have values of their own: tls and authorities.
FILES = {"TLS_CERT", "TLS_KEY", "CA_FILE"}
# Set by deploy/up, not by an operator.
NOT_FOR_OPERATORS = {"SIMULATED"}


@dataclass
class Setting:
    name: str
    is_secret: bool
    # "what it means; what is allowed", as --help shows it
    text: str

    def schema(self):
        """The JSON Schema of a value in `settings`."""
        return {"description": self.text, **self._kind()}

    def _kind(self):
        if match := re.search(r"a whole number(?: of \w+)? from (\d+) to (\d+)$", self.text):
            return {"type": "integer", "minimum": int(match[1]), "maximum": int(match[2])}
        if match := re.search(r"a whole number, at least (\d+)$", self.text):
            return {"type": "integer", "minimum": int(match[1])}
        if match := re.search(r"a number from ([\d.]+) to ([\d.]+)$", self.text):
            return {"type": "number", "minimum": float(match[1]), "maximum": float(match[2])}
        if self.text.endswith("1, true, yes, on or 0, false, no, off"):
            return {"enum": [True, False, 0, 1]}
        if match := re.search(r"an absolute URL \(([a-z, ]+)\)$", self.text):
            return {"type": "string", "pattern": f"^({match[1].replace(', ', '|')})://[^/?#]+"}
        if match := re.search(r"; one of (\d+(?:, \d+)+)$", self.text):
            return {"enum": [int(each) for each in match[1].split(", ")]}
        if match := re.search(r"; ([a-z-]+(?:, [a-z-]+)+)$", self.text):
            return {"enum": match[1].split(", ")}
        return {"type": "string"}


def of_process(binary):
    """The settings that a process lists with --help, in its order."""
    text = subprocess.run([binary, "--help"], capture_output=True, text=True, check=True).stdout
    blocks = re.findall(r"^([A-Z][A-Z0-9_]+)( \(or \w+_FILE\))? *\n((?: {4,}\S.*\n)+)", text, re.MULTILINE)
    for name, is_secret, lines in blocks:
        text = re.sub(r" \[(?:required|default: .*)\]$", "", " ".join(lines.split()))
        yield Setting(name, bool(is_secret), text)


def of_processes(binaries):
    """The settings of each process; several processes may have the same one."""
    return {process: list(of_process(Path(binaries) / process)) for process in PROCESSES}


def of_example(path):
    """The names in .env.example."""
    return set(re.findall(r"^([A-Z][A-Z0-9_]*)=", Path(path).read_text(), re.MULTILINE))
