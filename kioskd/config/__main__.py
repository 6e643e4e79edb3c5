"""``python -m kioskd.config`` prints the reference that stands in docs/configuration.md."""

import sys

from kioskd.config.reference import reference

sys.stdout.write(reference())
