"""``python -m kioskd.load`` prints the reference that stands in docs/configuration.md."""

import sys

from .reference import reference

sys.stdout.write(reference())
