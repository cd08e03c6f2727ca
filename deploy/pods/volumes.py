"""Folders in the place of a pod's volumes, with the rights that a kubelet gives them."""

import os
import shutil

GROUP = 10001


class Volumes:
    """
    folder     of the pod; emptied with it
    claims     where volumes are that outlive it
    """

    def __init__(self, folder, claims, pod, spec, secrets):
        self.folder = folder
        self.claims = claims
        self.pod = pod
        self.specs = {each["name"]: each for each in spec["volumes"]}
        self.secrets = secrets

    def empty(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)

    def path(self, name):
        spec = self.specs.get(name)
        path = self.folder / name if spec else self.claims / f"{name}-{self.pod}"
        if path.exists():
            return path
        path.mkdir(parents=True)
        if spec and "secret" in spec:
            for item in spec["secret"]["items"]:
                file = path / item["path"]
                file.write_text(self.secrets[item["path"]] + "\n")
                os.chown(file, 0, GROUP)
                os.chmod(file, 0o440)
            os.chmod(path, 0o755)
        else:
            # As fsGroup leaves them.
            os.chown(path, 0, GROUP)
            os.chmod(path, 0o2777 if spec else 0o2770)
        return path
