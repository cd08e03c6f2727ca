"""What a cluster would have elsewhere: the database, and OpenAI."""

import socket
import subprocess

from machine import ends_with_parent, say, wait
from network import HOST


class Server:
    port = 0

    def __init__(self, folder):
        self.folder = folder
        self.process = None

    def run(self, command):
        with open(self.folder / f"{type(self).__name__}.log", "wb") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=ends_with_parent)
        wait(f"{type(self).__name__} listens", 30, self.listens)

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex((HOST, self.port)) == 0

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()


class Database(Server):
    port = 27017
    address = f"mongodb://{HOST}:{port}/pods"

    def start(self):
        self.run([
            ".build-venv/bin/secantusd-py", "--host", HOST, "--port", self.port, "--standalone", "--storage-path",
            self.folder / "database", "--cache-size", "256M", "--log-level", "WARNING"])
        say(f"STAND-IN for MongoDB: SecantusDB at {HOST}:{self.port}")


class Simulator(Server):
    port = 3100
    address = f"http://{HOST}:{port}/v1"

    def __init__(self, folder, binaries):
        super().__init__(folder)
        self.binaries = binaries

    def start(self):
        # It speaks hardly faster than a person, so that a silence is seen as one; and never says goodbye.
        self.run([self.binaries / "openai-simulator", "--host", HOST, "--port", self.port, "--pace", "1.2", "--turns", "9999"])
        say(f"STAND-IN for OpenAI: openai-simulator at {self.address}")
