"""Keys and signatures as `make release` makes them, with the real minisign."""

import subprocess
from pathlib import Path


class Signer:
    """A key pair of its own in ``folder``."""

    def __init__(self, folder: Path, name: str = "release") -> None:
        self.secret, self.public = folder / f"{name}.key", folder / f"{name}.pub"
        command = ["minisign", "-G", "-f", "-W", "-p", str(self.public)]
        command += ["-s", str(self.secret)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def sign(self, file: Path, comment: str = "kioskd 2.0") -> Path:
        """The signature, beside the file."""
        signature = file.with_name(f"{file.name}.minisig")
        command = ["minisign", "-S", "-s", str(self.secret), "-t", comment]
        command += ["-m", str(file), "-x", str(signature)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, input=b"")
        return signature
