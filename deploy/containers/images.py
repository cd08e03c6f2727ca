"""The images. There is no registry, so each image of others is stood in for, under its name; ours is built by the
second stage of deploy/Dockerfile, byte for byte, from what the first one would have left in /out."""

import hashlib
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from machine import Failed, Skipped, run, say

CACHE = Path(".build-containers")
BINARIES = ["gateway", "relay", "supervisor", "scoring", "reports", "openai-simulator"]
# Beyond those that swift's slim image has: what debootstrap's smallest system lacks of it.
SWIFT_PACKAGES = ["libcurl4", "libxml2", "tzdata"]
OURS = "bat-vr-trainer:1.0.0"
SYSTEMD = "bat-systemd"
SYSTEMD_BASE = "bat-systemd-base"
BASE = "bat-base"


def dockerfile():
    return Path("deploy/Dockerfile").read_text()


def packages_of_dockerfile():
    """What the second stage installs; the base has it already, so that the test needs few downloads."""
    stage = dockerfile().split("\nFROM ")[-1]
    return re.search(r"--no-install-recommends \\\n\s*(.*?)\s*\\\n", stage)[1].split()


def slim_image():
    return re.findall(r"^FROM (\S+)", dockerfile(), re.MULTILINE)[-1]


def mongo_image():
    return re.search(r"image: (mongo:\S+)", Path("docker-compose.yml").read_text())[1]


def mirror():
    """Of the machine's own apt sources."""
    text = "\n".join(path.read_text() for path in [
        Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")] if path.is_file())
    found = re.search(r"^(?:URIs:|deb(?: \[.*?\])?) *(https?://\S*debian/?)(?=\s|$)", text, re.MULTILINE)
    return found[1] if found else "http://deb.debian.org/debian"


class Images:
    def __init__(self, engine, folder):
        self.engine = engine
        self.folder = folder
        self.binaries = Path(".build") / os.environ["BUILD_CONFIGURATION"]
        self.libraries = Path(
            run("bash", "-c", 'dirname "$(readlink -f "$(command -v swift)")"').strip()).parent / "lib/swift/linux"

    def make(self):
        """All of them, but for that with systemd."""
        with ThreadPoolExecutor(1) as pool:
            stripped = pool.submit(self.strip)
            self.stand_ins()
            stripped.result()
        self.build_ours()

    # The images of others, made once and kept as one tar.

    def stand_ins(self):
        say(f"containers: STAND-IN for {slim_image()}: Debian by debootstrap, and Swift's libraries of this machine")
        say(f"containers: STAND-IN for {mongo_image()}: SecantusDB behind scripts named like MongoDB's programs")
        saved = CACHE / f"stand-ins-{self.key()}.tar"
        if saved.exists():
            self.engine.docker("load", "-i", saved)
            return
        say("containers: making them; this is done once")
        CACHE.mkdir(exist_ok=True)
        for old in CACHE.glob("*"):
            old.unlink()
        try:
            self.bootstrap()
            self.build_stand_ins()
        except Failed as error:
            raise Skipped(f"no stand-in can be made: {error}") from error
        part = saved.with_suffix(".part")
        self.engine.docker("save", "-o", part, slim_image(), mongo_image(), SYSTEMD_BASE)
        part.rename(saved)

    def key(self):
        """Of all that the stand-ins are made of."""
        files = [Path(__file__), Path("deploy/Dockerfile"), Path("deploy/requirements.txt"),
                 *sorted(Path("deploy/containers/mongo").iterdir())]
        parts = [mirror(), mongo_image(), str(self.libraries), run("swift", "--version")]
        parts += [path.read_text() for path in files]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]

    def bootstrap(self):
        """The smallest Debian, with what the second stage installs."""
        root = self.folder / "root"
        wanted = ",".join([*packages_of_dockerfile(), *SWIFT_PACKAGES])
        try:
            run("debootstrap", "--variant=minbase", f"--include={wanted}", "bookworm", root, mirror(), timeout=600)
            tar = self.folder / "root.tar"
            run("tar", "--numeric-owner", "--exclude=./var/cache/apt/archives/*.deb", "-C", root, "-cf", tar, ".")
            self.engine.docker("import", tar, BASE)
            tar.unlink()
        finally:
            shutil.rmtree(root, ignore_errors=True)

    # What stands in for images of others.

    def build_stand_ins(self):
        install = "RUN apt-get update && apt-get install -y --no-install-recommends"
        self.build("slim", slim_image(), f"""
            FROM {BASE}
            COPY linux /usr/lib/swift/linux
            RUN {self.link_libraries()}
            """, self.copy_libraries)
        self.build("mongo", mongo_image(), f"""
            FROM {BASE}
            {install} python3-minimal libpython3-stdlib
            RUN useradd --system mongodb && install -d -o mongodb -g mongodb /data/db /data/configdb
            COPY site-packages /opt/secantus
            COPY programs /usr/local/bin
            ENV PYTHONPATH=/opt/secantus
            VOLUME /data/db /data/configdb
            ENTRYPOINT ["docker-entrypoint.sh"]
            CMD ["mongod"]
            """, self.copy_database)
        self.build("systemd", SYSTEMD_BASE, f"""
            FROM {slim_image()}
            {install} systemd systemd-sysv dbus
            RUN systemctl mask systemd-udevd systemd-networkd systemd-resolved systemd-logind getty.target
            RUN systemctl mask dev-hugepages.mount
            """)

    def link_libraries(self):
        """The binaries look for the libraries where this machine's toolchain has them."""
        found = re.search(r"\[(/[^:\]]*)", run("readelf", "-d", self.binaries / "relay").partition("RUNPATH")[2])
        wanted = found[1] if found else "/usr/lib/swift/linux"
        return "true" if wanted == "/usr/lib/swift/linux" else (
            f"mkdir -p {os.path.dirname(wanted)} && ln -s /usr/lib/swift/linux {wanted}")

    def copy_libraries(self, folder):
        (folder / "linux").mkdir()
        for path in self.libraries.glob("*.so"):
            shutil.copy(path, folder / "linux")

    @staticmethod
    def copy_database(folder):
        shutil.copytree("deploy/containers/mongo", folder / "programs")
        packages = next(Path(".build-venv/lib").glob("python*/site-packages"))
        unneeded = shutil.ignore_patterns(
            "moonshine*", "openai*", "pip*", "setuptools*", "pkg_resources", "__pycache__")
        shutil.copytree(packages, folder / "site-packages", ignore=unneeded)

    # Ours.

    def strip(self):
        """What the first stage would have left in /out."""
        out = self.folder / "out"
        out.mkdir()

        def one(name):
            run("strip", "-o", out / name, self.binaries / name)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, BINARIES))
        for path in self.binaries.glob("bat-vr-trainer_*.resources"):
            shutil.copytree(path, out / path.name)

    def build_ours(self, label="1"):
        """The project's second stage. The label tells two versions of the image apart."""
        stages = dockerfile().split("\nFROM ")
        context = self.folder / "ours"
        if not context.exists():
            say("containers: STAND-IN for the first stage of deploy/Dockerfile: the binaries of this machine's build")
            context.mkdir()
            os.rename(self.folder / "out", context / "out")
            shutil.copytree("Shared/Personas", context / "Shared/Personas")
        (context / "Dockerfile").write_text(f"FROM scratch AS build\nCOPY out /out\n\nFROM {stages[-1]}\n")
        self.engine.docker("build", "--network=host", "--label", f"bat.build={label}", "-t", OURS, context)

    def build_systemd(self):
        """A machine with systemd, set up as the head of deploy/systemd/bat@.service says."""
        self.build("machine", SYSTEMD, f"""
            FROM {SYSTEMD_BASE}
            COPY --from={OURS} /opt/bat /opt/bat
            RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin bat
            COPY units /etc/systemd/system
            STOPSIGNAL SIGRTMIN+3
            CMD ["/sbin/init"]
            """, lambda folder: shutil.copytree("deploy/systemd", folder / "units"))

    def build(self, name, tag, text, prepare=lambda folder: None):
        context = self.folder / f"image-{name}"
        context.mkdir()
        prepare(context)
        (context / "Dockerfile").write_text("\n".join(line.strip() for line in text.strip().splitlines()) + "\n")
        self.engine.docker("build", "--network=host", "-t", tag, context)
        shutil.rmtree(context)
