"""Documents that a test puts into the database of an installation, for calls that nobody could hold in a test."""

import json
import subprocess
from pathlib import Path

from support.installation import PACKAGE

_PYTHON = PACKAGE / ".build-venv/bin/python"
_COPY = """
import json, sys
from pymongo import MongoClient
port, source, copy, changes = json.load(sys.stdin)
sessions = MongoClient("127.0.0.1", port)["bat-vr-trainer"]["sessions"]
document = sessions.find_one({"sessionId": source})
del document["_id"]
for key, value in changes.items():
    *path, last = key.split(".")
    inner = document
    for step in path:
        inner = inner[step]
    inner[last] = value
document["sessionId"] = copy
sessions.insert_one(document)
"""


def copy_session(installation, source, copy, changes):
    """Stores a session like `source` under the id `copy`. `changes` are values by their keys, as in `score.findings`.

    Gives the session as the API shows it.
    """
    subprocess.run(
        [_PYTHON, "-c", _COPY], input=json.dumps([_port(installation), source, copy, changes]), text=True, check=True,
        timeout=30)
    return installation.api.session(copy)


def _port(installation):
    """Of the database among the processes that the installation started."""
    pid = installation.process.pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        words = Path(f"/proc/{child}/cmdline").read_text().split("\0")
        if any("secantus" in word or word.endswith("mongod") for word in words[:3]):
            return int(words[words.index("--port") + 1])
    raise AssertionError("the installation has no database of its own")
