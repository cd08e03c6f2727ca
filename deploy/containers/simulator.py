"""The simulator in OpenAI's place, on the engine's bridge."""

import os
import subprocess

import network
from installation import free_port
from machine import Failed, ends_with_parent, say, wait


class Simulator:
    def __init__(self, folder):
        self.port = free_port()
        self.url = f"http://{network.BRIDGE_ADDRESS}:{self.port}/v1"
        self.log = folder / "simulator.log"
        self.process = None

    def start(self):
        program = f".build/{os.environ['BUILD_CONFIGURATION']}/openai-simulator"
        with open(self.log, "wb") as log:
            # It speaks hardly faster than a person, so that a silence is seen as one; and never says goodbye.
            self.process = subprocess.Popen(
                [program, "--host", network.BRIDGE_ADDRESS, "--port", str(self.port),
                 "--pace", "1.2", "--turns", "9999"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=ends_with_parent)
        say(f"containers: STAND-IN for OpenAI: openai-simulator at {self.url}")
        wait("the simulator is ready", 20, self.is_ready)

    def is_ready(self):
        text = self.log.read_text()
        if self.process.poll() is not None:
            raise Failed(f"the simulator has ended: {text}")
        return "ready http" in text

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
